"""Releases by staff: asked for, decided, in force until the issue (domain 2.5, 4.2, 10.9, 10.11);
and the shipments of a suspended firm, let go one by one (domain 2.2)."""

import datetime as dt
import io
from collections.abc import Callable
from contextlib import nullcontext
from decimal import Decimal
from functools import partial
from typing import Any

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from certificates.models import Certificate, Release
from certificates.operations.issue import ParticularsRefused, circumstances, issue
from certificates.operations.releasing import (
    decide_release,
    request_release,
    revoke_release,
    withdraw_release,
)
from certificates.operations.shipping import release_shipment, ship
from certificates.operations.voiding import void
from certificates.verification import differences
from journal.errors import OperationRefused
from journal.models import Entry
from licensees.models import Contact, Licensee, Paper
from licensees.operations.licensing import reinstate, suspend
from licensees.operations.papers import keep_paper, take_back
from tests.at_once import at_once, one_after_the_other
from tests.cast import Cast, today
from tests.letters import written
from tests.unchanged import forbidden, journaled, refused

DAY = dt.timedelta(days=1)
FIND: dict[str, Any] = {
    "route": "crater",
    "country": "US",
    "registration": "CODSP 2026-0117",
    "found_on": today() - 90 * DAY,
    "carat_weight": Decimal("3.5"),
}
MUSEUM: dict[str, Any] = {"route": "museum", "country": "US"}
RUSSIAN: dict[str, Any] = {"route": "origin", "country": "RU"}
TO_BELARUS: dict[str, Any] = {"route": "destination", "country": "BY"}
NOT_OF_THE_FIRM = [
    "staff",
    "reviewer",
    "overseer",
    "administrator",
    "inactive",
    "loner",
    "stranger",
]
NOT_STAFF = ["issuer", "manager", "reviewer", "overseer", "administrator", "loner", "stranger"]


def owner(blank: Certificate) -> Licensee:
    """The firm that bought it."""
    assert blank.licensee is not None
    return blank.licensee


def asked(cast: Cast, blank: Certificate, **terms: Any) -> Release:
    """Asked for by somebody of the blank's firm, on good evidence, but for the given terms."""
    firm = owner(blank)
    return request_release(
        blank,
        **{
            **MUSEUM,
            "evidence": "Invoice 17 and the letter of the museum.",
            "today": today(),
            "actor": cast.contact_of(firm).user,
            **terms,
        },
    )


def decided(cast: Cast, release: Release, **terms: Any) -> Release:
    """Released by staff, but for the given terms."""
    return decide_release(release, **{"released": True, "note": "", "actor": cast.staff, **terms})


def released(cast: Cast, blank: Certificate, **terms: Any) -> Release:
    """Asked for, and released."""
    return decided(cast, asked(cast, blank, **terms))


def issued(cast: Cast, blank: Certificate, actor: User | None = None, **facts: Any) -> Certificate:
    """The blank issued with lawful facts but these."""
    firm = owner(blank)
    return issue(
        blank,
        facts=cast.particulars(firm, **facts),
        attested=True,
        acknowledged=dict.fromkeys(("transshipment_hub", "issue_on_weekend"), "So it is"),
        draft_version=None,
        today=today(),
        actor=actor or cast.contact_of(firm).user,
    )


def evidence(cast: Cast, firm: Licensee | None = None, purpose: str = "origin") -> Paper:
    """A paper that a firm (A, if none is named) sent."""
    content = io.BytesIO()
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(content)
    upload = SimpleUploadedFile("park.pdf", content.getvalue())
    with transaction.atomic():
        return keep_paper(upload, purpose=purpose, licensee=firm or cast.firm_a, actor=cast.issuer)


# ---- asking -------------------------------------------------------------------------------------


def test_a_find_is_asked_for_with_its_registration_and_papers_and_staff_are_told(
    cast: Cast,
) -> None:
    blank = cast.available(cast.carrier)
    paper = evidence(cast, cast.carrier)

    with journaled(("release:requested", "release", None)) as entries, written() as letters:
        row = asked(cast, blank, **FIND, papers=[paper], evidence="  Sheet\x07 of the park ")

    row.refresh_from_db()
    assert (row.state, row.registration, row.carat_weight) == (
        "waiting",
        "CODSP 2026-0117",
        Decimal("3.50"),
    )
    assert row.evidence == "Sheet of the park"
    assert list(row.papers.all()) == [paper]
    assert entries[0].licensee_id == cast.carrier.pk
    assert entries[0].changes["papers"] == [None, [paper.pk]]
    (letter,) = letters
    assert f"/certificates/releases/{row.pk}/" in letter.text
    assert "Sheet of the park" not in letter.text
    assert "3.5" not in letter.text
    assert list(differences()) == []


@pytest.mark.parametrize(
    "terms",
    [MUSEUM, RUSSIAN, *({"route": "destination", "country": c} for c in ("RU", "BY", "VE"))],
)
def test_every_other_route_may_be_asked_for_by_an_ordinary_licensee(
    cast: Cast, terms: dict[str, Any]
) -> None:
    row = asked(cast, cast.available(), **terms)

    assert (row.route, row.country) == (terms["route"], terms["country"])


REFUSED = [
    # id, of the carrier, terms, code, field
    ("no route", False, {"route": ""}, "route_unknown", "route"),
    ("a route nobody knows", False, {"route": "moon"}, "route_unknown", "route"),
    ("a find elsewhere", True, {**FIND, "country": "BW"}, "route_for_another_country", "route"),
    ("a foreign museum", False, {"country": "BW"}, "route_for_another_country", "route"),
    (
        "an origin that does not wait", False, {"route": "origin", "country": "BW"},
        "route_for_another_country", "route",
    ),
    (
        "the United States as a held origin", False, {"route": "origin", "country": "US"},
        "route_for_another_country", "route",
    ),
    (
        "an open destination", False, {"route": "destination", "country": "IL"},
        "route_for_another_country", "route",
    ),
    (
        "a destination outside the scheme", False, {"route": "destination", "country": "SO"},
        "route_for_another_country", "route",
    ),
    (
        "no destination", False, {"route": "destination", "country": ""},
        "route_for_another_country", "route",
    ),
    ("a find without a carrier", False, FIND, "crater_through_a_carrier", "route"),
    ("no evidence", False, {"evidence": " \n "}, "evidence_missing", "evidence"),
    ("too much evidence", False, {"evidence": "x" * 2001}, "evidence_too_long", "evidence"),
    ("no reference", True, {**FIND, "registration": " "}, "registration_missing", "registration"),
    (
        "a long reference", True, {**FIND, "registration": "x" * 61},
        "registration_too_long", "registration",
    ),
    ("no day", True, {**FIND, "found_on": None}, "found_on_missing", "found_on"),
    (
        "found tomorrow", True, {**FIND, "found_on": today() + DAY}, "found_in_future", "found_on"
    ),
    ("no weight", True, {**FIND, "carat_weight": None}, "find_weight_missing", "carat_weight"),
    (
        "a find of nothing", True, {**FIND, "carat_weight": Decimal(0)},
        "find_weight_malformed", "carat_weight",
    ),
    (
        "a weight too exact", True, {**FIND, "carat_weight": Decimal("1.005")},
        "find_weight_malformed", "carat_weight",
    ),
    (
        "a museum's reference", False, {"registration": "CODSP 1"},
        "find_not_asked_for", "registration",
    ),
    ("a museum's day", False, {"found_on": today()}, "find_not_asked_for", "found_on"),
    (
        "a museum's weight", False, {"carat_weight": Decimal(1)},
        "find_not_asked_for", "carat_weight",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("of_carrier", "terms", "code", "field"), [pytest.param(*c[1:], id=c[0]) for c in REFUSED]
)
def test_a_request_says_what_its_route_asks_for(
    cast: Cast, of_carrier: bool, terms: dict[str, Any], code: str, field: str
) -> None:
    blank = cast.available(cast.carrier if of_carrier else cast.firm_a)

    with refused(code, field):
        asked(cast, blank, **terms)


@pytest.mark.parametrize("make", [Cast.issued, Cast.shipped, Cast.voided], ids=lambda m: m.__name__)
def test_only_for_a_blank(cast: Cast, make: Callable[[Cast], Certificate]) -> None:
    row = make(cast)

    with refused("wrong_status"):
        asked(cast, row)


def test_not_while_the_licence_is_suspended(cast: Cast) -> None:
    blank = cast.available()
    suspend(cast.firm_a, reason="Test", today=today(), actor=cast.staff)

    with refused("licence_not_active"):
        asked(cast, blank)


@pytest.mark.parametrize("person", NOT_OF_THE_FIRM)
def test_only_the_firm_asks_and_takes_back(cast: Cast, person: str) -> None:
    blank = cast.available()
    row, actor = asked(cast, blank), getattr(cast, person)

    with forbidden():
        asked(cast, blank, **RUSSIAN, actor=actor)
    with forbidden():
        withdraw_release(row, actor=actor)


def test_papers_are_evidence_of_origin_that_the_firm_sent_and_did_not_take_back(
    cast: Cast,
) -> None:
    blank, gone = cast.available(), evidence(cast)
    take_back(gone)

    for paper in (evidence(cast, cast.firm_b), evidence(cast, purpose="authority"), gone):
        with refused("paper_of_another", "paper"):
            asked(cast, blank, papers=[paper])


def test_a_route_is_asked_for_once_at_a_time(cast: Cast) -> None:
    blank = cast.available()
    first = asked(cast, blank)

    with refused("release_open", "route"):
        asked(cast, blank)
    asked(cast, blank, **TO_BELARUS)
    decided(cast, first)
    with refused("release_open", "route"):
        asked(cast, blank)
    revoke_release(first, note="Wrong letter", actor=cast.staff)
    asked(cast, blank)
    assert list(differences()) == []


# ---- deciding -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("is_released", "verb", "state"),
    [(True, "release:granted", "released"), (False, "release:refused", "refused")],
)
def test_staff_decide_and_whoever_asked_is_told(
    cast: Cast, is_released: bool, verb: str, state: str
) -> None:
    row = asked(cast, cast.available())

    with journaled((verb, "release", row.pk)), written() as letters:
        decided(cast, row, released=is_released, note="The letter was read.")

    row.refresh_from_db()
    assert (row.state, row.decided_by, row.note) == (state, cast.staff, "The letter was read.")
    (letter,) = letters
    assert letter.recipient == cast.issuer.email
    assert state in letter.subject
    assert "The letter was read." not in letter.text
    assert list(differences()) == []


def test_a_refusal_says_why(cast: Cast) -> None:
    row = asked(cast, cast.available())

    with refused("note_missing", "note"):
        decided(cast, row, released=False, note="  ")
    with refused("note_too_long", "note"):
        decided(cast, row, note="x" * 501)


def test_what_was_decided_is_decided(cast: Cast) -> None:
    blank = cast.available()
    yes, no = (
        released(cast, blank),
        decided(cast, asked(cast, blank, **RUSSIAN), released=False, note="No"),
    )
    back = withdraw_release(asked(cast, blank, **TO_BELARUS), actor=cast.colleague)

    for row in (yes, no, back):
        with refused("already_decided"):
            decided(cast, row)
        with refused("already_decided"):
            withdraw_release(row, actor=cast.issuer)
    for row in (no, back, asked(cast, blank, **TO_BELARUS)):
        with refused("not_released"):
            revoke_release(row, note="Why", actor=cast.staff)


@pytest.mark.parametrize("person", NOT_STAFF)
def test_only_staff_decide(cast: Cast, person: str) -> None:
    waiting, done = asked(cast, cast.available()), released(cast, cast.available())
    actor = getattr(cast, person)

    with forbidden():
        decided(cast, waiting, actor=actor)
    with forbidden():
        revoke_release(done, note="Why", actor=actor)


def test_nobody_decides_on_what_they_asked_for_before_they_joined_the_staff(cast: Cast) -> None:
    row = asked(cast, cast.available())
    Contact.objects.filter(user=cast.issuer).update(ended_at=timezone.now())
    User.objects.filter(pk=cast.issuer.pk).update(office="staff")

    with refused("own_request"):
        decided(cast, row, actor=cast.issuer)


def test_for_a_blank_that_was_voided_a_request_can_only_be_refused_or_taken_back(
    cast: Cast,
) -> None:
    blank = cast.available()
    first, second = asked(cast, blank), asked(cast, blank, **RUSSIAN)
    void(
        blank, reason="damaged", notes="", form_disposition="held_defaced", replacement=None,
        today=today(), actor=cast.issuer,
    )  # fmt: skip

    with refused("wrong_status"):
        decided(cast, first)
    decided(cast, first, released=False, note="The form is void.")
    withdraw_release(second, actor=cast.issuer)


def test_a_release_is_taken_back_with_a_reason_and_only_before_the_issue(cast: Cast) -> None:
    blank = cast.available()
    row = released(cast, blank)

    with refused("note_missing", "note"):
        revoke_release(row, note="", actor=cast.staff)
    with journaled(("release:revoked", "release", row.pk)), written() as letters:
        revoke_release(row, note="The letter was withdrawn.", actor=cast.staff)
    assert [letter.recipient for letter in letters] == [cast.issuer.email]
    assert list(differences()) == []

    used = released(cast, blank)
    issued(cast, blank, country_of_origin="US")
    with refused("wrong_status"):
        revoke_release(used, note="Too late", actor=cast.staff)


def test_a_row_changed_behind_the_journals_back_is_found(cast: Cast) -> None:
    row = asked(cast, cast.available())
    Release.objects.filter(pk=row.pk).update(evidence="Something else")

    assert [line for line in differences() if line.startswith(f"Release {row.pk}: evidence")]


# ---- what a release opens -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "facts"),
    [
        pytest.param(MUSEUM, {"country_of_origin": "US"}, id="museum"),
        pytest.param(RUSSIAN, {"country_of_origin": "RU"}, id="Russian origin"),
        pytest.param(TO_BELARUS, {"consignee_country": "BY"}, id="to Belarus"),
    ],
)
def test_a_release_opens_its_route_on_its_certificate_until_it_is_taken_back(
    cast: Cast, terms: dict[str, Any], facts: dict[str, Any]
) -> None:
    blank, other = cast.available(), cast.available()
    waiting = asked(cast, blank, **terms)
    with pytest.raises(ParticularsRefused):
        issued(cast, blank, **facts)
    row = decided(cast, waiting)
    revoke_release(row, note="Not yet", actor=cast.staff)
    # As from a page that was opened while it was in force.
    with pytest.raises(ParticularsRefused):
        issued(cast, blank, **facts)

    released(cast, blank, **terms)

    with pytest.raises(ParticularsRefused):
        issued(cast, other, **facts)
    assert issued(cast, blank, **facts).status == "issued"
    assert list(differences()) == []


def test_a_find_is_issued_by_the_carrier_up_to_its_registered_weight(cast: Cast) -> None:
    blank = cast.available(cast.carrier)
    released(cast, blank, **FIND)

    with pytest.raises(ParticularsRefused) as refusal:
        issued(cast, blank, country_of_origin="US", carat_weight=Decimal("3.51"))
    assert [f.code for f in refusal.value.findings] == ["origin_weight_above_find"]
    row = issued(cast, blank, country_of_origin="US", carat_weight=Decimal("3.5"))
    assert row.country_of_origin == "US"


def test_judging_asks_once_more_however_many_were_released(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    blank = cast.available(cast.carrier)
    for terms in (FIND, MUSEUM, RUSSIAN, TO_BELARUS):
        released(cast, blank, **terms)
    row = Certificate.objects.with_parties().get(pk=blank.pk)

    with django_assert_max_num_queries(5):
        around = circumstances(row, today=today())
    assert len(around.releases) == 4


# ---- what the database refuses ------------------------------------------------------------------


def behind_the_operations(cast: Cast, blank: Certificate, **facts: Any) -> int:
    """The blank issued by an UPDATE of its own."""
    firm = owner(blank)
    stated = cast.particulars(firm, **facts)
    values = {name: getattr(stated, name) for name in stated.__dataclass_fields__}
    return Certificate.objects.filter(pk=blank.pk).update(
        **values,
        status="issued",
        issued_at=timezone.now(),
        issued_by=cast.contact_of(firm).user,
        attestation="1",
    )


@pytest.mark.parametrize(
    ("terms", "facts", "is_lawful"),
    [
        pytest.param(None, {"country_of_origin": "US"}, False, id="mined at home"),
        pytest.param(RUSSIAN, {"country_of_origin": "US"}, False, id="home, another released"),
        pytest.param(MUSEUM, {"country_of_origin": "US"}, True, id="of a museum"),
        pytest.param(
            FIND, {"country_of_origin": "US", "carat_weight": Decimal("3.50")}, True, id="a find"
        ),
        pytest.param(
            FIND, {"country_of_origin": "US", "carat_weight": Decimal("3.51")}, False,
            id="heavier than the find",
        ),
        pytest.param(None, {"country_of_origin": "RU"}, False, id="Russian"),
        pytest.param(MUSEUM, {"country_of_origin": "RU"}, False, id="Russian, another released"),
        pytest.param(RUSSIAN, {"country_of_origin": "RU"}, True, id="Russian, released"),
        pytest.param(None, {"consignee_country": "BY"}, False, id="to Belarus"),
        pytest.param(
            {"route": "destination", "country": "VE"}, {"consignee_country": "BY"}, False,
            id="to Belarus, another released",
        ),
        pytest.param(TO_BELARUS, {"consignee_country": "BY"}, True, id="to Belarus, released"),
    ],
)  # fmt: skip
def test_the_database_issues_by_a_held_route_only_what_was_released(
    cast: Cast, terms: dict[str, Any] | None, facts: dict[str, Any], is_lawful: bool
) -> None:
    blank = cast.available(cast.carrier)
    if terms:
        released(cast, blank, **terms)

    expected: Any = nullcontext() if is_lawful else pytest.raises(IntegrityError)
    with expected, transaction.atomic():
        assert behind_the_operations(cast, blank, **facts) == 1


@pytest.mark.parametrize("change", [{"state": "waiting"}, {"note": "x"}, {"state": "refused"}])
def test_the_database_keeps_what_was_decided(cast: Cast, change: dict[str, Any]) -> None:
    row = decided(cast, asked(cast, cast.available()), released=False, note="No")

    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=row.pk).update(**{"decided_at": timezone.now(), **change})
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=row.pk)._raw_delete("default")


# ---- the shipments of a suspended firm ----------------------------------------------------------


def let_go(cast: Cast, row: Certificate, **terms: Any) -> Certificate:
    """Let leave by staff, but for the given terms."""
    stated = {"reason": "Sold before", "today": today(), "actor": cast.staff, **terms}
    return release_shipment(row, **stated)


def left(cast: Cast, row: Certificate) -> Certificate:
    """Shipped today by firm A's issuer."""
    return ship(row, shipped_on=today(), seal_number="S-1", today=today(), actor=cast.issuer)


def test_one_shipment_of_a_suspended_firm_leaves_when_staff_let_it(cast: Cast) -> None:
    row, other = cast.issued(), cast.issued()
    suspend(cast.firm_a, reason="Fees", today=today(), actor=cast.staff)
    with refused("licence_not_active"):
        left(cast, row)

    verb = ("certificate:shipment_released", "certificate", row.number)
    with journaled(verb) as entries, written() as letters:
        let_go(cast, row)

    assert entries[0].changes["reason"] == [None, "Sold before"]
    assert {letter.recipient for letter in letters} == {cast.issuer.email}
    with refused("licence_not_active"):
        left(cast, other)
    assert left(cast, row).status == "shipped"
    assert list(differences()) == []


def test_it_counts_for_the_suspension_in_which_it_was_given(cast: Cast) -> None:
    row = cast.issued()
    suspend(cast.firm_a, reason="Fees", today=today(), actor=cast.staff)
    let_go(cast, row)
    with refused("already_released"):
        let_go(cast, row)
    reinstate(cast.firm_a, reason="Paid", today=today(), actor=cast.staff)
    suspend(cast.firm_a, reason="Again", today=today() + DAY, actor=cast.staff)

    with refused("licence_not_active"):
        left(cast, row)


def test_it_opens_no_issue(cast: Cast) -> None:
    blank = cast.available()
    suspend(cast.firm_a, reason="Fees", today=today(), actor=cast.staff)

    with refused("wrong_status"):
        let_go(cast, blank)


def test_nothing_is_let_go_without_a_suspension_a_reason_or_time_left(cast: Cast) -> None:
    row = cast.issued()
    with refused("licence_not_suspended"):
        let_go(cast, row)
    suspend(cast.firm_a, reason="Fees", today=today(), actor=cast.staff)

    with refused("reason_missing", "reason"):
        let_go(cast, row, reason=" ")
    with refused("reason_too_long", "reason"):
        let_go(cast, row, reason="x" * 501)
    with refused("certificate_expired"):
        let_go(cast, row, today=today() + 61 * DAY)


@pytest.mark.parametrize("person", NOT_STAFF)
def test_only_staff_let_a_shipment_go(cast: Cast, person: str) -> None:
    row, actor = cast.issued(), getattr(cast, person)
    suspend(cast.firm_a, reason="Fees", today=today(), actor=cast.staff)

    with forbidden():
        let_go(cast, row, actor=actor)


# ---- two at once --------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_staff_deciding_at_once_one_decides(cast: Cast) -> None:
    row = asked(cast, cast.available())
    another = cast._person("another-staff", "staff")

    answers = at_once(
        [
            partial(decided, cast, row, note="Yes"),
            partial(decided, cast, row, released=False, note="No", actor=another),
        ]
    )

    (refusal,) = [a for a in answers if isinstance(a, OperationRefused)]
    assert refusal.code == "already_decided"
    assert Entry.objects.filter(subject="release", subject_id=str(row.pk)).count() == 2
    assert list(differences()) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_asking_for_the_same_at_once_one_asks(cast: Cast) -> None:
    blank, colleague = cast.available(), cast.colleague

    answers = at_once([partial(asked, cast, blank), partial(asked, cast, blank, actor=colleague)])

    (refusal,) = [a for a in answers if isinstance(a, OperationRefused)]
    assert refusal.code == "release_open"


@pytest.mark.django_db(transaction=True)
def test_an_issue_waits_for_the_release_to_be_taken_back_and_is_refused(cast: Cast) -> None:
    blank = cast.available()
    row = released(cast, blank)

    _, answer = one_after_the_other(
        partial(revoke_release, row, note="Stop", actor=cast.staff),
        partial(issued, cast, blank, country_of_origin="US"),
    )

    assert isinstance(answer, ParticularsRefused)
