"""Issuing a certificate (domain 3.2, T2): once, lawfully, by somebody of the firm."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from certificates import attestation
from certificates.models import Certificate, Duty, Participant
from certificates.operations.drafting import DraftChanged, save_draft
from certificates.operations.issue import ParticularsRefused, assess, circumstances, issue
from certificates.operations.voiding import void
from certificates.particulars import ALL, Particulars
from certificates.states import Status
from certificates.verification import differences
from licensees.operations.addresses import keep_party
from licensees.operations.licensing import suspend
from licensees.operations.people import dismiss
from tests.cast import Cast, fresh_itn, today
from tests.letters import written
from tests.unchanged import forbidden, journaled, refused

Capture = Callable[..., Any]


def issued(
    cast: Cast, blank: Certificate, facts: Particulars, actor: User | None = None, **terms: Any
) -> Certificate:
    """Issue ``blank`` with ``facts``, attested, today, by firm A's issuer unless told."""
    return issue(
        blank,
        facts=facts,
        **{
            "attested": True,
            "acknowledged": {},
            "draft_version": None,
            "today": today(),
            "actor": actor or cast.issuer,
            **terms,
        },
    )


def refusal_codes(refusal: Any) -> list[tuple[str, str]]:
    assert isinstance(refusal.value, ParticularsRefused)
    return [(finding.field, finding.code) for finding in refusal.value.findings]


def test_issuing_writes_every_fact_and_who_attested_them(cast: Cast) -> None:
    blank = cast.available()
    facts = cast.particulars(
        planned_ship_on=today(),
        provenance="BW 1234",
        ftz_number="FTZ 1",
        waybill="014-12345675",
    )
    before = timezone.now()

    issued(cast, blank, facts)

    row = Certificate.objects.get(pk=blank.pk)
    assert row.status == Status.ISSUED
    assert {name: getattr(row, name) for name in ALL} == {
        name: getattr(facts, name) for name in ALL
    }
    assert row.issued_by == cast.issuer
    assert row.issued_at is not None
    assert before <= row.issued_at <= timezone.now()
    assert row.attestation == attestation.VERSION
    assert row.acknowledged_warnings == {}


def test_issuing_is_journaled_once_with_every_fact(cast: Cast) -> None:
    blank = cast.available()
    facts = cast.particulars()

    with journaled(("certificate:issued", "certificate", blank.number)) as entries:
        issued(cast, blank, facts)

    (entry,) = entries
    assert (entry.actor, entry.licensee_id) == (cast.issuer.email, cast.firm_a.pk)
    assert entry.changes["status"] == ["available", "issued"]
    assert entry.changes["itn"] == ["", facts.itn]
    assert entry.changes["value_usd"] == [None, "12345.67"]
    assert entry.changes["country_of_origin"] == [None, "BW"]
    assert entry.changes["issued_by_id"] == [None, cast.issuer.pk]
    assert "mixed_origin" not in entry.changes
    assert list(differences()) == []


def test_issuing_opens_the_duty_of_the_advance_notice(cast: Cast) -> None:
    row = cast.issued()

    assert list(row.duties.values_list("code", "due_on", "opened_on", "discharged_at")) == [
        (Duty.Code.ADVANCE_NOTICE, today(), today(), None)
    ]


def test_the_issuer_hears_by_mail_what_is_still_to_be_done(cast: Cast) -> None:
    blank = cast.available()
    facts = cast.particulars()

    with written() as letters:
        issued(cast, blank, facts)

    (letter,) = letters
    assert letter.recipient == cast.issuer.email
    assert f"/certificates/US{blank.number}/" in letter.text or str(blank.number) in letter.text
    for secret in (facts.consignee_name, str(facts.value_usd), str(facts.carat_weight), facts.itn):
        assert secret not in letter.text + letter.subject


def test_mail_that_cannot_be_sent_does_not_undo_an_issue(cast: Cast, settings: Any) -> None:
    blank = cast.available()
    facts = cast.particulars()
    settings.EMAIL_BACKEND = "tests.no_such_backend"

    row = issued(cast, blank, facts)

    assert row.status == Status.ISSUED


def test_mixed_origin_is_stored_as_no_country(cast: Cast) -> None:
    row = cast.issued(mixed_origin=True, country_of_origin="")

    row.refresh_from_db()
    assert (row.mixed_origin, row.country_of_origin) == (True, None)


@pytest.mark.parametrize(
    ("value", "carats"),
    [
        (Decimal(5000), Decimal(10)),
        (Decimal("5E+3"), Decimal("9.9")),
        (Decimal("5000.0"), Decimal("7.00")),
    ],
)
def test_an_amount_typed_without_cents_is_journaled_as_it_is_stored(
    cast: Cast, value: Decimal, carats: Decimal
) -> None:
    row = cast.issued(value_usd=value, carat_weight=carats)

    assert row.value_usd == value
    assert list(differences()) == []


def test_the_stored_itn_is_the_normalised_one(cast: Cast) -> None:
    itn = fresh_itn()

    row = cast.issued(itn=f" AES ITN: {itn.lower()[:9]}-{itn[9:]} ")

    assert row.itn == itn


@pytest.mark.parametrize(
    ("days", "acknowledged"),
    [
        pytest.param(60, {}, id="without a warning"),
        pytest.param(30, {"expiry_shortened": " Agreed with the consignee "}, id="with a reason"),
    ],
)
def test_a_warning_is_acknowledged_by_its_name_with_a_reason(
    cast: Cast, days: int, acknowledged: dict[str, str]
) -> None:
    facts = cast.particulars()
    assert facts.date_of_issue
    facts = cast.particulars(date_of_expiry=facts.date_of_issue + dt.timedelta(days=days))

    row = issued(cast, cast.available(), facts, acknowledged=acknowledged)

    row.refresh_from_db()
    assert row.acknowledged_warnings == {k: v.strip() for k, v in acknowledged.items()}


def test_a_reason_for_no_warning_is_not_kept(cast: Cast) -> None:
    row = issued(
        cast, cast.available(), cast.particulars(), acknowledged={"many_parcels": "no matter"}
    )

    assert row.acknowledged_warnings == {}


@pytest.mark.parametrize(
    "acknowledged",
    [
        pytest.param({}, id="none"),
        pytest.param({"many_parcels": "   "}, id="blank reason"),
        pytest.param({"expiry_shortened": "because"}, id="another warning"),
    ],
)
def test_a_warning_without_a_reason_of_its_own_blocks(
    cast: Cast, acknowledged: dict[str, str]
) -> None:
    blank = cast.available()
    facts = cast.particulars(number_of_parcels=51)

    with refused("warnings_not_acknowledged") as refusal:
        issued(cast, blank, facts, acknowledged=acknowledged)

    assert refusal_codes(refusal) == [("number_of_parcels", "many_parcels")]


def test_a_problem_cannot_be_acknowledged_away(cast: Cast) -> None:
    blank = cast.available()
    facts = cast.particulars(consignee_country="RU")

    with refused("particulars_refused") as refusal:
        issued(cast, blank, facts, acknowledged={"destination_on_hold": "please"})

    assert refusal_codes(refusal) == [("consignee_country", "destination_on_hold")]


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [
        pytest.param({"itn": ""}, "itn", "itn_missing", id="no ITN"),
        pytest.param(
            {"exporter_name": "Third Party LLC"},
            "exporter_name",
            "exporter_not_licensee",
            id="another exporter",
        ),
        pytest.param(
            {"consignee_country": "SO"},
            "consignee_country",
            "destination_not_participant",
            id="no Participant",
        ),
        pytest.param({"consignee_country": "US"}, "consignee_country", "destination_us", id="home"),
        pytest.param(
            {"country_of_origin": "US"}, "country_of_origin", "origin_us", id="found at home"
        ),
        pytest.param(
            {"country_of_origin": "RU"}, "country_of_origin", "origin_on_hold", id="Russian"
        ),
        pytest.param({"port_of_export": "0000"}, "port_of_export", "port_unknown", id="port"),
        pytest.param({"hs_code": "7102.39"}, "hs_code", "hs_code_unknown", id="polished"),
        pytest.param(
            {"consignee_name": "W" * 200}, "consignee_name", "does_not_fit", id="overruns its box"
        ),
        pytest.param(
            {"carat_weight": Decimal("1E+10")}, "carat_weight", "too_large", id="gigantic"
        ),
    ],
)
def test_unlawful_facts_are_refused_with_their_field(
    cast: Cast, facts: dict[str, Any], field: str, code: str
) -> None:
    blank = cast.available()
    stated = cast.particulars(**facts)

    with refused("particulars_refused") as refusal:
        issued(cast, blank, stated)

    assert refusal_codes(refusal) == [(field, code)]


@pytest.mark.parametrize("country", ["HK", "BE", "GB", "NA"])
def test_a_country_counts_under_the_participant_it_belongs_to(cast: Cast, country: str) -> None:
    row = issued(
        cast,
        cast.available(),
        cast.particulars(consignee_country=country),
        acknowledged={"transshipment_hub": "The consignee's own vault"},
    )

    assert row.consignee_country == country


def test_a_destination_that_left_the_list_is_refused_from_the_next_day(cast: Cast) -> None:
    Participant.objects.filter(code="IL").update(valid_to=today())
    cast.issued()  # the last day still counts

    Participant.objects.filter(code="IL").update(valid_to=today() - dt.timedelta(days=1))
    blank, facts = cast.available(), cast.particulars()
    with refused("particulars_refused") as refusal:
        issued(cast, blank, facts)

    assert refusal_codes(refusal) == [("consignee_country", "destination_not_participant")]


def test_a_destination_that_joined_today_takes_no_certificate_dated_before(cast: Cast) -> None:
    facts = cast.particulars()
    assert facts.date_of_issue
    Participant.objects.filter(code="IL").update(
        valid_from=facts.date_of_issue + dt.timedelta(days=1)
    )
    blank = cast.available()

    late = facts.date_of_issue + dt.timedelta(days=1)
    with refused("particulars_refused") as refusal:
        issued(cast, blank, facts, today=late)

    assert refusal_codes(refusal) == [("consignee_country", "destination_not_yet_open")]


def test_the_attestation_must_be_ticked(cast: Cast) -> None:
    blank, facts = cast.available(), cast.particulars()

    with refused("not_attested", "attested"):
        issued(cast, blank, facts, attested=False)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ("issued", "was issued by"),
        ("shipped", "was shipped on"),
        ("delivered", "was delivered on"),
        ("voided", "was voided by"),
    ],
)
def test_only_an_available_certificate_is_issued(cast: Cast, made: str, words: str) -> None:
    row = getattr(cast, made)()
    facts = cast.particulars()

    with refused("wrong_status") as refusal:
        issued(cast, row, facts)

    assert f"US{row.number} {words}" in refusal.value.detail


def test_a_second_press_is_told_who_issued_it_and_when(cast: Cast) -> None:
    blank, facts = cast.available(), cast.particulars()
    first = issued(cast, blank, facts)
    colleague = cast.colleague

    with refused("wrong_status") as refusal:
        issued(cast, blank, facts, actor=colleague)

    assert first.issued_at is not None
    assert str(cast.issuer) in refusal.value.detail
    assert f"{timezone.localtime(first.issued_at):%m/%d/%Y at %H:%M}" in refusal.value.detail


@pytest.mark.parametrize(
    "person",
    [
        "staff",
        "reviewer",
        "overseer",
        "census",
        "administrator",
        "inactive",
        "loner",
        "stranger",
        "carrier_issuer",
    ],
)
def test_nobody_but_the_firm_issues_its_certificate(cast: Cast, person: str) -> None:
    actor = getattr(cast, person)
    blank, facts = cast.available(), cast.particulars()

    with forbidden():
        issued(cast, blank, facts, actor=actor)


@pytest.mark.parametrize("person", ["issuer", "manager", "colleague"])
def test_everybody_of_the_firm_issues(cast: Cast, person: str) -> None:
    actor = getattr(cast, person)

    row = issued(cast, cast.available(), cast.particulars(), actor=actor)

    assert row.issued_by == actor


@pytest.mark.parametrize("person", ["staff", "issuer"])
def test_a_blank_in_stock_is_nobodys_to_issue(cast: Cast, person: str) -> None:
    actor = getattr(cast, person)
    blank, facts = cast.in_stock(), cast.particulars()

    with forbidden():
        issued(cast, blank, facts, actor=actor)


def test_somebody_dismissed_a_moment_ago_issues_nothing_more(cast: Cast) -> None:
    blank, facts = cast.available(), cast.particulars()
    actor = cast.issuer
    assert actor.has_perm("certificates.issue_certificate", blank)
    dismiss(cast.contact_a, actor=cast.staff)

    with forbidden():
        issued(cast, blank, facts, actor=actor)


def test_a_suspended_firm_issues_nothing(cast: Cast) -> None:
    blank, facts = cast.available(), cast.particulars()
    suspend(cast.firm_a, reason="Test", today=today(), actor=cast.staff)

    with refused("licence_not_active") as refusal:
        issued(cast, blank, facts)

    assert "suspended" in refusal.value.detail


def test_what_is_issued_is_the_draft_that_was_read_back(cast: Cast) -> None:
    blank, facts = cast.available(), cast.particulars()
    draft = save_draft(blank, fields={"waybill": "1"}, version=0, actor=cast.issuer)
    later = save_draft(blank, fields={"waybill": "2"}, version=draft.version, actor=cast.colleague)

    with refused("draft_changed") as refusal:
        issued(cast, blank, facts, draft_version=draft.version)

    assert isinstance(refusal.value, DraftChanged)
    assert str(cast.colleague) in refusal.value.detail
    assert issued(cast, blank, facts, draft_version=later.version).status == Status.ISSUED


def test_a_version_of_no_draft_issues_nothing(cast: Cast) -> None:
    blank, facts = cast.available(), cast.particulars()

    with refused("draft_missing"):
        issued(cast, blank, facts, draft_version=1)


# One filing is one shipment (domain 5.5)


def shared(cast: Cast, **changes: Any) -> tuple[Certificate, Certificate, Particulars]:
    """An issued certificate, another blank of the same firm, and facts with the same ITN."""
    first = cast.issued()
    return first, cast.available(), cast.particulars(itn=first.itn, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"hs_code": "7102.21", "value_usd": Decimal(500)}, id="another subheading"),
        pytest.param({"country_of_origin": "ZA"}, id="another origin"),
        pytest.param({"country_of_origin": "", "mixed_origin": True}, id="mixed origin"),
    ],
)
def test_one_filing_may_list_certificates_of_different_kinds(
    cast: Cast, changes: dict[str, Any]
) -> None:
    first, blank, facts = shared(cast, **changes)

    assert issued(cast, blank, facts).itn == first.itn


def test_one_filing_lists_a_kind_once(cast: Cast) -> None:
    first, blank, facts = shared(cast)

    with refused("particulars_refused", staff_hear=True) as refusal:
        issued(cast, blank, facts)

    assert refusal_codes(refusal) == [("itn", "itn_used_for_same_kind")]
    assert str(first) in refusal.value.detail


def test_one_filing_lists_mixed_origin_once(cast: Cast) -> None:
    first = cast.issued(mixed_origin=True, country_of_origin="")
    blank = cast.available()
    facts = cast.particulars(itn=first.itn, mixed_origin=True, country_of_origin="")

    with refused("particulars_refused", staff_hear=True) as refusal:
        issued(cast, blank, facts)

    assert refusal_codes(refusal) == [("itn", "itn_used_for_same_kind")]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"consignee_name": "Other Diamonds Ltd."}, id="consignee"),
        pytest.param({"consignee_country": "IN"}, id="country"),
        pytest.param({"port_of_export": "1001"}, id="port"),
    ],
)
def test_one_filing_is_one_shipment(cast: Cast, changes: dict[str, Any]) -> None:
    _, blank, facts = shared(cast, hs_code="7102.21", value_usd=Decimal(500), **changes)

    with refused("particulars_refused", staff_hear=True) as refusal:
        issued(cast, blank, facts)

    assert refusal_codes(refusal) == [("itn", "itn_used_for_other_shipment")]


def test_a_carriers_customers_do_not_share_a_filing(cast: Cast) -> None:
    for name in ("One Customer LLC", "Another Customer LLC"):
        keep_party(
            cast.carrier,
            part="exporter",
            name=name,
            address="3 Third Street\nAtlanta, GA",
            country="US",
            authority_reference="POA 1",
            authority_from=today() - dt.timedelta(days=7),
            actor=cast.carrier_issuer,
        )
    first = cast.issued(cast.carrier, exporter_name="One Customer LLC")
    blank = cast.available(cast.carrier)
    facts = cast.particulars(
        cast.carrier,
        itn=first.itn,
        exporter_name="Another Customer LLC",
        country_of_origin="ZA",
    )

    with refused("particulars_refused", staff_hear=True) as refusal:
        issued(cast, blank, facts, actor=cast.carrier_issuer)

    assert refusal_codes(refusal) == [("itn", "itn_used_for_other_shipment")]


def test_two_firms_never_share_a_filing_and_staff_hear_of_it(cast: Cast) -> None:
    first = cast.issued()
    blank = cast.available(cast.firm_b)
    facts = cast.particulars(cast.firm_b, itn=first.itn, country_of_origin="ZA")

    with written() as letters, refused("particulars_refused", staff_hear=True) as refusal:
        issued(cast, blank, facts, actor=cast.stranger)

    assert refusal_codes(refusal) == [("itn", "itn_used_by_another_firm")]
    # The other firm's certificate is not this firm's to know of.
    assert str(first.number) not in refusal.value.detail
    (letter,) = letters
    assert letter.recipient == "staff@uskpa.example"
    assert f"US{blank.number}" in letter.subject
    assert first.itn not in letter.text


def test_an_itn_typed_differently_is_still_the_same_filing(cast: Cast) -> None:
    first = cast.issued()
    blank = cast.available(cast.firm_b)
    facts = cast.particulars(cast.firm_b, itn=f"AES {first.itn.lower()}")

    with refused("particulars_refused", staff_hear=True) as refusal:
        issued(cast, blank, facts, actor=cast.stranger)

    assert refusal_codes(refusal) == [("itn", "itn_used_by_another_firm")]


def test_a_void_certificate_frees_its_itn_for_the_replacement(cast: Cast) -> None:
    first, blank, facts = shared(cast)
    void(
        first,
        reason="replaced",
        notes="",
        form_disposition="held_defaced",
        replacement=blank,
        today=today(),
        actor=cast.issuer,
    )

    assert issued(cast, blank, facts).itn == first.itn


def test_a_shipped_certificate_still_holds_its_itn(cast: Cast) -> None:
    first = cast.shipped()
    blank, facts = cast.available(), cast.particulars(itn=first.itn)

    with refused("particulars_refused", staff_hear=True) as refusal:
        issued(cast, blank, facts)

    assert refusal_codes(refusal) == [("itn", "itn_used_for_same_kind")]


def test_assessing_says_beforehand_what_issuing_would_refuse(cast: Cast) -> None:
    first, blank, facts = shared(cast)

    found = assess(blank, facts, circumstances(blank, today=today()))

    assert [finding.code for finding in found.problems] == ["itn_used_for_same_kind"]
    assert str(first) in found.problems[0].detail


def test_a_blank_in_stock_cannot_be_judged(cast: Cast) -> None:
    blank = cast.in_stock()

    with refused("wrong_status"):
        circumstances(blank, today=today())


def test_judging_asks_the_database_five_times_at_most(
    cast: Cast, django_assert_max_num_queries: Capture
) -> None:
    blank = Certificate.objects.with_parties().get(pk=cast.available(cast.carrier).pk)

    with django_assert_max_num_queries(5):
        circumstances(blank, today=today())


def test_a_certificate_of_a_filing_that_left_must_be_good_on_that_day(cast: Cast) -> None:
    gone = cast.shipped()
    later = dt.timedelta(days=1)
    facts = cast.particulars(
        itn=gone.itn,
        hs_code="7102.21",
        value_usd=Decimal("900.00"),
        date_of_issue=gone.date_of_issue,
    )
    blank = cast.available()

    good = assess(blank, facts, circumstances(blank, today=today()))
    moved = dataclasses.replace(
        facts, date_of_issue=today() + later, date_of_expiry=today() + 30 * later
    )
    late = assess(blank, moved, circumstances(blank, today=today() + later))

    assert not good.problems
    assert [f.code for f in late.problems] == ["itn_used_for_other_shipment"]
