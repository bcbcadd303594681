"""Two or more people at the same time, with real threads and real commits: one of them wins."""

import datetime as dt
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from certificates.facts import changed, facts_of
from certificates.models import Certificate, Draft, Receipt, ReceiptCounter
from certificates.operations.drafting import DraftChanged, save_draft
from certificates.operations.duties import close_advance_notice
from certificates.operations.issue import issue
from certificates.operations.shipping import ship
from certificates.operations.stock import register, sell
from certificates.operations.voiding import void
from certificates.particulars import Particulars
from certificates.states import Status
from certificates.verification import differences
from journal import chain
from journal.errors import OperationRefused
from journal.models import Entry
from journal.record import record
from licensees.models import Licensee
from licensees.operations.licensing import suspend
from tests.at_once import Waiting, at_once, one_after_the_other
from tests.cast import Cast, fresh_itn, today

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _the_journal_tells_the_truth_afterwards(cast: Cast) -> Any:
    yield
    assert chain.read().broken_at is None
    assert list(differences()) == []


def pressed(blank: Certificate, facts: Particulars, actor: User) -> Any:
    """The call that issues a blank."""
    return partial(
        issue,
        blank,
        facts=facts,
        attested=True,
        acknowledged={},
        draft_version=None,
        today=today(),
        actor=actor,
    )


def sold(cast: Cast, numbers: list[int], firm: Licensee | None = None) -> Any:
    """The call that sells blanks to a firm (A, if none is named)."""
    firm = firm or cast.firm_a
    return partial(
        sell,
        licensee=firm,
        numbers=numbers,
        paid_usd=Decimal(20) * len(numbers),
        method="check",
        sold_on=today(),
        contact=cast.contact_of(firm),
        today=today(),
        actor=cast.staff,
    )


def shipped(row: Certificate, actor: User, shipped_on: dt.date | None = None) -> Any:
    """The call that ships a certificate."""
    return partial(
        ship,
        row,
        shipped_on=shipped_on or today(),
        seal_number="SEAL-1",
        today=today(),
        actor=actor,
    )


def codes(answers: list[Any]) -> list[str]:
    """The refusals' codes; everything else is a success or makes the test fail."""
    unexpected = [a for a in answers if isinstance(a, Exception)]
    assert all(isinstance(a, OperationRefused) for a in unexpected), unexpected
    return [answer.code for answer in unexpected]


def test_the_second_of_two_issuers_waits_and_is_told_who_was_first_and_when(cast: Cast) -> None:
    blank, facts = cast.available(), cast.particulars()

    row, refusal = one_after_the_other(
        pressed(blank, facts, cast.issuer), pressed(blank, facts, cast.colleague)
    )

    assert codes([refusal]) == ["wrong_status"]
    assert f"issued by {cast.issuer}" in refusal.detail
    assert f"{timezone.localtime(row.issued_at):%m/%d/%Y at %H:%M}" in refusal.detail


def test_of_many_presses_at_once_exactly_one_issues(cast: Cast) -> None:
    blank = cast.available()
    people = [cast.issuer, cast.colleague, cast.manager]
    presses = [pressed(blank, cast.particulars(), people[n % 3]) for n in range(12)]

    answers = at_once(presses)

    assert codes(answers) == ["wrong_status"] * 11
    (winner,) = (answer for answer in answers if isinstance(answer, Certificate))
    blank.refresh_from_db()
    assert (blank.itn, blank.issued_by) == (winner.itn, winner.issued_by)
    assert Entry.objects.filter(verb="certificate:issued").count() == 1
    assert blank.duties.count() == 1


def test_many_blanks_issued_by_two_people_against_each_other(cast: Cast) -> None:
    blanks = [cast.available() for _ in range(8)]

    answers = at_once(
        [
            pressed(blank, cast.particulars(), person)
            for blank in blanks
            for person in (cast.issuer, cast.colleague)
        ]
    )

    assert codes(answers) == ["wrong_status"] * 8
    assert set(Certificate.objects.values_list("status", flat=True)) == {Status.ISSUED}


def test_a_hundred_and_twenty_sales_at_once_give_as_many_receipts_without_a_gap(
    cast: Cast,
) -> None:
    register(numbers=range(1, 121), actor=cast.staff)
    firms = [cast.firm_a, cast.firm_b, cast.carrier]
    calls = [sold(cast, [number], firms[number % 3]) for number in range(1, 121)]

    answers = at_once(calls)

    assert codes(answers) == []
    numbers = Receipt.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 121))
    assert ReceiptCounter.objects.get().last == 120
    rows = Certificate.objects.filter(status=Status.AVAILABLE)
    assert rows.values("receipt").distinct().count() == rows.count() == 120


def test_two_sales_of_overlapping_runs_never_both_happen(cast: Cast) -> None:
    register(numbers=range(1, 16), actor=cast.staff)

    receipt, refusal = one_after_the_other(
        sold(cast, list(range(1, 11))), sold(cast, list(range(15, 5, -1)), cast.firm_b)
    )

    assert codes([refusal]) == ["number_taken"]
    assert refusal.detail.startswith("US6, US7, US8, US9, US10 were sold")
    assert Certificate.objects.filter(receipt=receipt).count() == 10
    assert Certificate.objects.filter(status=Status.IN_STOCK).count() == 5
    assert Receipt.objects.count() == 1


def test_overlapping_sales_at_once_do_not_deadlock(cast: Cast) -> None:
    register(numbers=range(1, 101), actor=cast.staff)
    runs = [list(range(start, start + 40)) for start in range(1, 61, 10)]
    calls = [
        sold(cast, run if n % 2 else run[::-1], [cast.firm_a, cast.firm_b][n % 2])
        for n, run in enumerate(runs)
    ]

    answers = at_once(calls)

    assert set(codes(answers)) == {"number_taken"}
    receipts = [answer for answer in answers if isinstance(answer, Receipt)]
    assert receipts
    assert Certificate.objects.exclude(receipt=None).count() == 40 * len(receipts)
    assert [r.number for r in Receipt.objects.order_by("number")] == list(
        range(1, len(receipts) + 1)
    )


def test_one_number_registered_twice_at_once_is_registered_once(cast: Cast) -> None:
    assert cast.staff
    calls = [partial(register, numbers=[7, 8], actor=cast.staff) for _ in range(4)]

    answers = at_once(calls)

    assert sorted(codes(answers)) == ["number_taken"] * 3
    assert Certificate.objects.count() == 2


def test_one_itn_typed_by_two_firms_at_once_stands_on_one_certificate(cast: Cast) -> None:
    ours, theirs, itn = cast.available(), cast.available(cast.firm_b), fresh_itn()
    our_facts = cast.particulars(itn=itn)
    # Typed differently, and still the same filing.
    their_facts = cast.particulars(cast.firm_b, itn=f"AES {itn.lower()[:9]} {itn[9:]} ")

    row, refusal = one_after_the_other(
        pressed(ours, our_facts, cast.issuer), pressed(theirs, their_facts, cast.stranger)
    )

    assert row.itn == itn
    assert codes([refusal]) == ["particulars_refused"]
    assert [finding.code for finding in refusal.findings] == ["itn_used_by_another_firm"]
    theirs.refresh_from_db()
    assert theirs.status == Status.AVAILABLE


def test_one_itn_typed_by_many_at_once_stands_on_one_certificate(cast: Cast) -> None:
    itn = fresh_itn()
    calls = [
        pressed(cast.available(firm), cast.particulars(firm, itn=itn), cast.contact_of(firm).user)
        for firm in (cast.firm_a, cast.firm_b, cast.carrier)
        for _ in range(3)
    ]

    answers = at_once(calls)

    assert codes(answers) == ["particulars_refused"] * 8
    assert Certificate.objects.filter(itn=itn).count() == 1


@pytest.mark.parametrize("first", ["suspend", "issue"])
def test_a_suspension_and_an_issue_do_not_pass_each_other(cast: Cast, first: str) -> None:
    blank, facts = cast.available(), cast.particulars()
    stopped = partial(suspend, cast.firm_a, reason="Test", today=today(), actor=cast.staff)
    calls = [stopped, pressed(blank, facts, cast.issuer)]

    answers = one_after_the_other(*(calls if first == "suspend" else calls[::-1]))

    blank.refresh_from_db()
    if first == "suspend":
        assert codes(list(answers)) == ["licence_not_active"]
        assert blank.status == Status.AVAILABLE
    else:
        assert codes(list(answers)) == []
        assert blank.status == Status.ISSUED
    cast.firm_a.refresh_from_db()
    assert cast.firm_a.status == "suspended"


def test_a_suspension_and_a_sale_do_not_pass_each_other(cast: Cast) -> None:
    blank = cast.in_stock()

    _, refusal = one_after_the_other(
        partial(suspend, cast.firm_a, reason="Test", today=today(), actor=cast.staff),
        sold(cast, [blank.number]),
    )

    assert codes([refusal]) == ["not_in_good_standing"]


@pytest.mark.parametrize("begun", [False, True], ids=["the first saving", "a later saving"])
def test_the_second_of_two_editors_is_shown_what_the_first_saved(cast: Cast, begun: bool) -> None:
    blank = cast.available()
    if begun:
        save_draft(blank, fields={"waybill": "0"}, version=0, actor=cast.issuer)
    version = 1 if begun else 0

    draft, refusal = one_after_the_other(
        partial(save_draft, blank, fields={"waybill": "1"}, version=version, actor=cast.issuer),
        partial(save_draft, blank, fields={"waybill": "2"}, version=version, actor=cast.colleague),
    )

    assert isinstance(refusal, DraftChanged)
    assert refusal.draft.fields == draft.fields == {"waybill": "1"}
    assert str(cast.issuer) in refusal.detail


def test_of_many_editors_at_once_nobody_loses_a_text_unseen(cast: Cast) -> None:
    blank = cast.available()
    fields = ("waybill", "ftz_number", "provenance", "itn", "hs_code", "value_usd")

    at_once(
        [
            partial(save_draft, blank, fields={name: "x"}, version=None, actor=cast.issuer)
            for name in fields
        ]
    )

    draft = Draft.objects.get(certificate=blank)
    assert (draft.fields, draft.version) == (dict.fromkeys(fields, "x"), 6)


def test_a_draft_changed_while_it_is_issued_is_refused_as_issued(cast: Cast) -> None:
    blank, facts = cast.available(), cast.particulars()
    draft = save_draft(blank, fields={"waybill": "1"}, version=0, actor=cast.issuer)

    row, refusal = one_after_the_other(
        partial(
            issue,
            blank,
            facts=facts,
            attested=True,
            acknowledged={},
            draft_version=draft.version,
            today=today(),
            actor=cast.issuer,
        ),
        partial(save_draft, blank, fields={"waybill": "2"}, version=1, actor=cast.colleague),
    )

    assert row.status == Status.ISSUED
    assert codes([refusal]) == ["wrong_status"]


@pytest.mark.parametrize("first", ["void", "ship"])
def test_a_certificate_is_either_voided_or_shipped(cast: Cast, first: str) -> None:
    row = cast.issued()
    voided = partial(
        void,
        row,
        reason="customer_canceled",
        notes="",
        form_disposition="held_defaced",
        replacement=None,
        today=today(),
        actor=cast.issuer,
    )
    calls = [voided, shipped(row, cast.colleague)]

    answers = one_after_the_other(*(calls if first == "void" else calls[::-1]))

    assert codes(list(answers)) == ["wrong_status"]
    row.refresh_from_db()
    assert row.status == (Status.VOID if first == "void" else Status.SHIPPED)


def test_an_operation_decides_on_what_a_shell_wrote_meanwhile(cast: Cast) -> None:
    row = cast.issued()
    assert cast.staff
    reason = {"void_reason": "other", "form_disposition": "returned"}

    def past_the_operations() -> None:
        # The row is held, the firm is not.
        change = {"status": Status.VOID, "voided_on": today(), "voided_by": cast.staff, **reason}
        Certificate.objects.filter(pk=row.pk).update(**change)
        close_advance_notice(row, actor=cast.staff)
        record(
            "certificate:voided",
            "certificate",
            row.number,
            actor=cast.staff,
            changes=changed(facts_of(row), Certificate.objects.get(pk=row.pk)),
        )

    _, refusal = one_after_the_other(past_the_operations, shipped(row, cast.issuer))

    assert codes([refusal]) == ["wrong_status"]
    assert f"voided by {cast.staff}" in refusal.detail


def test_certificates_of_one_filing_shipped_at_once_leave_on_one_day(cast: Cast) -> None:
    # Dated yesterday, so that there are two days on which they could leave.
    yesterday = today() - dt.timedelta(days=1)
    filing = {
        "date_of_issue": yesterday,
        "date_of_expiry": yesterday + dt.timedelta(days=60),
        "itn": fresh_itn(yesterday),
    }
    rows = [
        issue(
            cast.available(),
            facts=cast.particulars(**filing, country_of_origin=origin),
            attested=True,
            acknowledged={"issue_on_weekend": "Test"},
            draft_version=None,
            today=today(),
            actor=cast.issuer,
        )
        for origin in ("BW", "ZA")
    ]

    answers = one_after_the_other(
        shipped(rows[0], cast.issuer), shipped(rows[1], cast.colleague, yesterday)
    )

    assert codes(list(answers)) == ["itn_shipped_another_day"]


def test_two_certificates_replaced_by_one_at_once(cast: Cast) -> None:
    first, second, new = cast.issued(), cast.issued(), cast.available()
    calls = [
        partial(
            void,
            row,
            reason="replaced",
            notes="",
            form_disposition="held_defaced",
            replacement=new,
            today=today(),
            actor=cast.issuer,
        )
        for row in (first, second)
    ]

    assert codes(list(one_after_the_other(*calls))) == ["replacement_not_available"]


def test_naming_another_firms_certificate_as_replacement_waits_for_nobody(cast: Cast) -> None:
    ours, theirs = cast.issued(), cast.available(cast.firm_b)
    call = partial(
        void,
        ours,
        reason="replaced",
        notes="",
        form_disposition="held_defaced",
        replacement=theirs,
        today=today(),
        actor=cast.issuer,
    )

    with transaction.atomic():
        Certificate.objects.select_for_update().get(pk=theirs.pk)
        other = Waiting(call)
        assert not other.is_blocked()

    assert codes([other.answer()]) == ["replacement_not_available"]


def test_a_sale_that_fails_gives_its_receipt_number_to_the_next(cast: Cast) -> None:
    first, second = cast.in_stock(), cast.in_stock()
    call = sold(cast, [second.number], cast.firm_b)
    assert cast.contact_a

    with transaction.atomic():
        given_up = sold(cast, [first.number])()
        transaction.set_rollback(True)
    receipt = call()

    assert receipt.number == given_up.number == 1
