"""The life of a licence after it is given: details, agreements, suspension, its end."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts.models import Mail, User
from certificates.models import Certificate, Duty
from certificates.operations.drafting import save_draft
from certificates.operations.duties import discharge
from certificates.operations.issue import issue
from certificates.operations.shipping import deliver, ship
from certificates.operations.voiding import void
from journal.errors import OperationRefused
from licensees.models import Agreement, LicenceStatus, Licensee, Paper
from licensees.operations.agreements import record_agreement
from licensees.operations.details import change_details
from licensees.operations.licensing import close, license, reinstate, suspend
from licensees.operations.people import appoint
from licensees.verification import firms as verification
from reviews.operations import complete, schedule
from tests.at_once import at_once, one_after_the_other
from tests.cast import Cast, today
from tests.licensees.uploads import upload
from tests.unchanged import forbidden, journaled, refused

DAY = dt.timedelta(days=1)
NOT_STAFF = ["reviewer", "overseer", "administrator", "inactive", "loner", "issuer", "manager"]


def closed(cast: Cast, firm: Licensee | None = None, **terms: Any) -> Licensee:
    defaults = {
        "outcome": "surrendered",
        "reason": "Gave it up",
        "ended_on": today(),
        "take_over_shipments": False,
        "today": today(),
        "actor": cast.staff,
    }
    return close(firm or cast.firm_a, **{**defaults, **terms})


# Details


def changed(cast: Cast, **details: str) -> Licensee:
    return change_details(cast.firm_a, details=details, actor=cast.staff)


def test_only_what_changes_is_written_and_journaled(cast: Cast) -> None:
    firm = cast.firm_a

    with journaled(("licensee:changed", "licensee", firm.pk)) as entries:
        changed(
            cast, legal_name=firm.legal_name, telephone=" 212  555 0100 ", email="a@firm.example"
        )

    row = Licensee.objects.get(pk=firm.pk)
    assert (row.telephone, row.email) == ("212 555 0100", "a@firm.example")
    assert entries[0].changes == {
        "telephone": ["", "212 555 0100"],
        "email": ["", "a@firm.example"],
    }
    assert entries[0].licensee_id == firm.pk
    with journaled():
        changed(cast, telephone="212 555 0100")


@pytest.mark.parametrize(
    ("detail", "text", "code"),
    [
        ("legal_name", " ", "detail_missing"),
        ("legal_name", "N" * 257, "detail_too_long"),
        ("legal_name", "钻石公司", "not_latin"),
        ("legal_name", "Firm B (test)", "licensee_exists"),
        ("address", "", "detail_missing"),
        ("address", "P.O. Box 12\nNew York, NY 10036", "address_is_box"),
        ("address", "1\n2\n3\n4\n5", "box_too_many_lines"),
        ("address", "A" * 46, "box_line_too_long"),
        ("ein", "123456789", "ein_malformed"),
        ("ein", "00-0000066", "licensee_exists"),  # firm B's
        ("state_of_incorporation", "XX", "state_unknown"),
        ("state_of_incorporation", "", "state_unknown"),
        ("email", "nobody", "email_malformed"),
        ("telephone", "1" * 41, "detail_too_long"),
        ("fax", "1" * 41, "detail_too_long"),
        ("ace_account", "1" * 61, "detail_too_long"),
    ],
)
def test_details_that_cannot_be_are_refused_at_their_field(
    cast: Cast, detail: str, text: str, code: str
) -> None:
    assert cast.firm_a != cast.firm_b

    with refused(code, detail):
        changed(cast, **{detail: text})


def test_an_ordinary_licensee_exports_under_its_new_name_and_the_paper_keeps_the_old(
    cast: Cast,
) -> None:
    printed, firm = cast.issued(), cast.firm_a
    old, blank = firm.legal_name, cast.available()

    renamed = changed(cast, legal_name="Firm A Successors Inc.")

    assert Certificate.objects.get(pk=printed.pk).exporter_name == old
    with pytest.raises(OperationRefused) as refusal:
        issued(cast, blank, exporter_name=old)
    assert "exporter_not_licensee" in str(vars(refusal.value))
    row = issued(cast, blank, exporter_name=renamed.legal_name)
    assert row.exporter_name == "Firm A Successors Inc."


def issued(cast: Cast, blank: Certificate, **facts: Any) -> Certificate:
    return issue(
        blank,
        facts=cast.particulars(**facts),
        attested=True,
        acknowledged={},
        draft_version=None,
        today=today(),
        actor=cast.issuer,
    )


@pytest.mark.django_db(transaction=True)
def test_two_firms_that_take_the_same_name_at_once_do_not_both_get_it(
    transactional_cast: Cast,
) -> None:
    cast = transactional_cast
    firms, staff = [cast.firm_a, cast.firm_b], cast.staff

    answers = at_once(
        [
            lambda firm=firm: change_details(firm, details={"legal_name": "Same"}, actor=staff)
            for firm in firms
        ]
    )

    codes = [a.code for a in answers if isinstance(a, OperationRefused)]
    assert codes == ["licensee_exists"]
    assert Licensee.objects.filter(legal_name="Same").count() == 1


# Agreements


def signed(cast: Cast, **terms: Any) -> Agreement:
    defaults = {
        "version": "2026-1",
        "sent_on": today() - 2 * DAY,
        "signed_on": today() - DAY,
        "paper": None,
        "today": today(),
        "actor": cast.staff,
    }
    return record_agreement(cast.firm_a, **{**defaults, **terms})


def test_an_agreement_is_recorded_with_its_paper(cast: Cast) -> None:
    firm = cast.firm_a

    with journaled(("paper:kept", "paper", None), ("agreement:signed", "agreement", None)) as told:
        row = signed(cast, version=" 2026-1 ", paper=upload("agreement.pdf"))

    assert (row.licensee, row.version, row.signed_on) == (firm, "2026-1", today() - DAY)
    assert row.paper is not None
    assert (row.paper.purpose, row.paper.licensee) == (Paper.Purpose.AGREEMENT, firm)
    assert told[1].changes["version"] == [None, "2026-1"]
    assert told[1].licensee_id == firm.pk
    assert list(verification.differences()) == []


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"version": " "}, "version_missing", "version"),
        ({"version": "9" * 21}, "version_too_long", "version"),
        ({"version": "known"}, "agreement_known", "version"),
        ({"signed_on": today() + DAY}, "signed_in_future", "signed_on"),
        ({"sent_on": today()}, "sent_after_signed", "sent_on"),
        (
            {"paper": upload("agreement.pdf", b"MZ")},
            "paper_type_unknown",
            "paper",
        ),
    ],
)
def test_an_agreement_with_wrong_facts_is_refused(
    cast: Cast, change: dict[str, Any], code: str, field: str
) -> None:
    signed(cast, version="known")

    with refused(code, field):
        signed(cast, **change)


def test_a_firm_whose_licence_ended_signs_nothing_more(cast: Cast) -> None:
    closed(cast)

    with refused("licence_ended"):
        signed(cast)


def test_an_agreement_is_never_changed_by_the_database_either(cast: Cast) -> None:
    signed(cast)

    for statement in (
        "UPDATE licensees_agreement SET version = 'x'",
        "DELETE FROM licensees_agreement",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# Reinstate


def test_a_review_that_fell_due_during_the_suspension_comes_first(cast: Cast) -> None:
    firm = license(
        legal_name="Old Firm", kind="ordinary", address="1 Road", ein="11-1111111",
        state_of_incorporation="NY", effective_on=today() - dt.timedelta(days=5 * 365 - 20),
        actor=cast.staff,
    )  # fmt: skip
    suspend(firm, reason="Test", today=today(), actor=cast.staff)
    later = today() + 60 * DAY

    with refused("review_comes_first") as refusal:
        reinstate(firm, reason="Cleared", today=later, actor=cast.staff)
    assert "comes first" in refusal.value.detail

    for body, actor in (("uskpa", cast.staff), ("usg", cast.overseer)):
        review = schedule(firm, body=body, planned_on=later, actor=actor)
        complete(review, visited_on=later, today=later, actor=actor)
    row = reinstate(firm, reason="Cleared", today=later, actor=cast.staff)
    assert row.status == LicenceStatus.ACTIVE


# The end


@pytest.mark.parametrize("outcome", ["terminated", "surrendered"])
@pytest.mark.parametrize("is_suspended", [False, True])
def test_a_licence_ends_for_good(cast: Cast, outcome: str, is_suspended: bool) -> None:
    firm, _ = cast.firm_a, cast.contact_a
    if is_suspended:
        suspend(firm, reason="Test", today=today(), actor=cast.staff)
    Mail.objects.all().delete()

    with journaled((f"licensee:{outcome}", "licensee", firm.pk)) as entries:
        row = closed(cast, outcome=outcome, reason=" Gave it up ", ended_on=today() - DAY)

    assert (row.status, row.ended_on, row.suspended_on) == (outcome, today() - DAY, None)
    assert entries[0].changes["reason"] == [None, "Gave it up"]
    assert entries[0].changes["ended_on"] == [None, (today() - DAY).isoformat()]
    assert "shipments_taken_over" not in entries[0].changes
    assert [mail.recipient for mail in Mail.objects.all()] == [cast.issuer.email]
    for again in (
        lambda: closed(cast),
        lambda: suspend(firm, reason="x", today=today(), actor=cast.staff),
        lambda: reinstate(firm, reason="x", today=today(), actor=cast.staff),
    ):
        with refused("wrong_status"):
            again()
    assert list(verification.differences()) == []


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"outcome": "active"}, "outcome_unknown", "outcome"),
        ({"outcome": "suspended"}, "outcome_unknown", "outcome"),
        ({"reason": " "}, "reason_missing", "reason"),
        ({"ended_on": today() + DAY}, "ended_in_future", "ended_on"),
        ({"ended_on": dt.date(2019, 12, 31)}, "ended_before_licence", "ended_on"),
    ],
)
def test_a_licence_does_not_end_on_wrong_terms(
    cast: Cast, change: dict[str, Any], code: str, field: str
) -> None:
    assert cast.firm_a

    with refused(code, field):
        closed(cast, **change)


@pytest.mark.parametrize(
    ("hold", "words"),
    [
        (lambda cast: cast.available(), "1 blank"),
        (lambda cast: cast.issued(), "1 issued"),
        (lambda cast: cast.shipped(), "1 shipment"),
    ],
    ids=["a blank", "an issued certificate", "a shipment"],
)
def test_a_licence_does_not_end_before_everything_is_accounted_for(
    cast: Cast, hold: Callable[[Cast], Any], words: str
) -> None:
    hold(cast)

    with refused("not_accounted_for") as refusal:
        closed(cast)

    assert words in refusal.value.detail


def test_staff_take_open_shipments_over_and_nothing_else(cast: Cast) -> None:
    firm, shipped = cast.firm_a, cast.shipped()
    blank = cast.available()

    with refused("not_accounted_for") as refusal:
        closed(cast, take_over_shipments=True)
    assert "blank" in refusal.value.detail
    assert "shipment" not in refusal.value.detail
    void(
        blank, reason="surrendered", notes="", form_disposition="returned", replacement=None,
        today=today(), actor=cast.staff,
    )  # fmt: skip

    with journaled(("licensee:surrendered", "licensee", firm.pk)) as entries:
        closed(cast, take_over_shipments=True)

    assert entries[0].changes["shipments_taken_over"] == [None, True]
    row = deliver(shipped, delivered_on=today(), today=today(), actor=cast.staff)
    assert row.status == "delivered"


def test_the_people_of_a_firm_that_ended_record_nothing_any_more(cast: Cast) -> None:
    shipped = cast.shipped()
    duty = shipped.duties.get(code=Duty.Code.CENSUS_COPY)
    closed(cast, take_over_shipments=True)

    with refused("licence_not_active"):
        deliver(shipped, delivered_on=today(), today=today(), actor=cast.issuer)
    sent = {"method": "fax", "sent_at": duty_moment(), "reference": ""}
    with refused("licence_not_active"):
        discharge(duty, actor=cast.issuer, **sent)
    assert discharge(duty, actor=cast.staff, **sent).discharged_by == cast.staff
    with refused("licence_ended"):
        appoint(cast.firm_a, email="new@tests.example", name="New", role="issuer", actor=cast.staff)


def duty_moment() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def test_the_people_of_a_suspended_firm_void_and_record_but_neither_issue_nor_ship(
    cast: Cast,
) -> None:
    blank, issued_row, shipped = cast.available(), cast.issued(), cast.shipped()
    suspend(cast.firm_a, reason="Test", today=today(), actor=cast.staff)

    with refused("licence_not_active"):
        issued(cast, blank)
    with refused("licence_not_active"):
        ship(issued_row, shipped_on=today(), seal_number="S", today=today(), actor=cast.issuer)
    assert deliver(shipped, delivered_on=today(), today=today(), actor=cast.issuer)
    assert void(
        issued_row, reason="printer_error", notes="", form_disposition="held_defaced",
        replacement=None, today=today(), actor=cast.issuer,
    )  # fmt: skip
    assert save_draft(blank, fields={"itn": "x"}, version=None, actor=cast.issuer)


@pytest.mark.parametrize("person", NOT_STAFF)
def test_nobody_but_staff_changes_a_licence(cast: Cast, person: str) -> None:
    actor: User = getattr(cast, person)
    assert cast.firm_a

    for act in (
        lambda: change_details(cast.firm_a, details={"fax": "1"}, actor=actor),
        lambda: signed(cast, actor=actor),
        lambda: suspend(cast.firm_a, reason="x", today=today(), actor=actor),
        lambda: reinstate(cast.firm_a, reason="x", today=today(), actor=actor),
        lambda: closed(cast, actor=actor),
    ):
        with forbidden():
            act()


# At the same moment


def refusal_code(answer: Any) -> str:
    assert isinstance(answer, OperationRefused), answer
    return answer.code


@pytest.mark.django_db(transaction=True)
def test_of_a_suspension_and_a_closing_at_once_the_second_sees_the_first(
    transactional_cast: Cast,
) -> None:
    cast = transactional_cast
    firm, staff = cast.firm_a, cast.staff

    _, second = one_after_the_other(
        lambda: closed(cast),
        lambda: suspend(firm, reason="Test", today=today(), actor=staff),
    )

    assert refusal_code(second) == "wrong_status"
    assert Licensee.objects.get(pk=firm.pk).status == LicenceStatus.SURRENDERED


@pytest.mark.django_db(transaction=True)
def test_of_two_closings_one_ends_the_licence(transactional_cast: Cast) -> None:
    cast = transactional_cast
    assert cast.firm_a

    first, second = one_after_the_other(
        lambda: closed(cast), lambda: closed(cast, outcome="terminated")
    )

    assert (first.status, refusal_code(second)) == (LicenceStatus.SURRENDERED, "wrong_status")


@pytest.mark.django_db(transaction=True)
def test_a_closing_waits_for_an_issue_and_counts_what_was_issued(transactional_cast: Cast) -> None:
    cast = transactional_cast
    blank, facts = cast.available(), cast.particulars()
    assert cast.staff

    first, second = one_after_the_other(
        lambda: issue(
            blank, facts=facts, attested=True, acknowledged={}, draft_version=None, today=today(),
            actor=cast.issuer,
        ),
        lambda: closed(cast),
    )  # fmt: skip

    assert first.status == "issued"
    assert refusal_code(second) == "not_accounted_for"
    assert "1 issued" in second.detail


@pytest.mark.django_db(transaction=True)
def test_a_delivery_begun_before_the_closing_is_refused_after_it(transactional_cast: Cast) -> None:
    cast = transactional_cast
    shipped, issuer = cast.shipped(), cast.issuer

    _, second = one_after_the_other(
        lambda: closed(cast, take_over_shipments=True),
        lambda: deliver(shipped, delivered_on=today(), today=today(), actor=issuer),
    )

    assert refusal_code(second) == "licence_not_active"
    assert not isinstance(second, PermissionDenied)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE licensees_licensee SET number = number + 1",
        "UPDATE licensees_licensee SET effective_on = effective_on + 1",
        "UPDATE licensees_licensee SET status = 'surrendered', ended_on = current_date",
        "UPDATE licensees_licensee SET status = 'suspended'",  # without its day
        "DELETE FROM licensees_licensee",
    ],
)
def test_the_database_refuses_what_no_operation_would_write(cast: Cast, statement: str) -> None:
    cast.available()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_details_written_past_the_operations_are_found(cast: Cast) -> None:
    firm = cast.firm_a
    changed(cast, fax="212 555 0101")
    assert list(verification.differences()) == []

    Licensee.objects.filter(pk=firm.pk).update(fax="212 555 0199")

    (line,) = verification.differences()
    assert "fax" in line
