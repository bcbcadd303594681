"""Blanks that come back, blanks that are written off, and the ledger that always adds up."""

import random
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from accounts.models import Mail
from certificates.models import Certificate, Duty, ledgers
from certificates.operations.counter_entry import reverse
from certificates.operations.custody import take_back, write_off
from certificates.operations.stock import sell
from certificates.operations.voiding import void
from certificates.states import FORM_DISPOSITIONS, VOID_REASONS, WRITE_OFF_REASONS, Status
from certificates.verification import differences
from licensees.operations.licensing import suspend
from tests.cast import Cast, today
from tests.unchanged import forbidden, journaled, refused

OTHERS = ["issuer", "manager", "reviewer", "overseer", "administrator", "stranger", "loner"]


def returned(cast: Cast, *numbers: int, **changes: Any) -> list[Certificate]:
    terms = {"note": "By courier", "today": today(), "actor": cast.staff, **changes}
    return take_back(cast.firm_a, numbers=numbers, **terms)


def written_off(cast: Cast, *numbers: int, **changes: Any) -> list[Certificate]:
    terms = {
        "reason": "damaged",
        "notes": "Water",
        "form_disposition": "destroyed",
        "today": today(),
        "actor": cast.staff,
        **changes,
    }
    return write_off(numbers=numbers, **terms)


# Returned


def test_returned_blanks_are_void_and_a_copy_of_each_is_owed(cast: Cast) -> None:
    rows = [cast.available() for _ in range(2)]
    numbers = [row.number for row in rows]

    with journaled(*(("certificate:voided", "certificate", number) for number in numbers)):
        returned(cast, *numbers[::-1])

    for row in rows:
        row.refresh_from_db()
        assert (row.status, row.void_reason, row.form_disposition, row.void_notes) == (
            Status.VOID, "surrendered", "returned", "By courier",
        )  # fmt: skip
        assert (row.voided_on, row.voided_by, row.licensee) == (today(), cast.staff, cast.firm_a)
        assert [(duty.code, duty.due_on) for duty in row.duties.all()] == [
            (Duty.Code.VOID_COPY, today())
        ]
    assert list(differences()) == []


def test_a_suspended_firm_gives_its_blanks_back(cast: Cast) -> None:
    row = cast.available()
    suspend(cast.firm_a, reason="Test", today=today(), actor=cast.staff)

    assert [back.pk for back in returned(cast, row.number)] == [row.pk]


@pytest.mark.parametrize(
    ("code", "numbers"),
    [
        pytest.param("numbers_missing", lambda c: [], id="none"),
        pytest.param("number_not_positive", lambda c: [0], id="zero"),
        pytest.param("number_unknown", lambda c: [1], id="never registered"),
        pytest.param("not_of_this_firm", lambda c: [c.in_stock().number], id="in stock"),
        pytest.param(
            "not_of_this_firm", lambda c: [c.available(c.firm_b).number], id="another firm's"
        ),
        pytest.param("not_available_any_more", lambda c: [c.issued().number], id="issued"),
        pytest.param("not_available_any_more", lambda c: [c.shipped().number], id="shipped"),
        pytest.param("not_available_any_more", lambda c: [c.voided().number], id="void"),
        pytest.param(
            "not_available_any_more",
            lambda c: [written_off(c, c.in_stock().number)[0].number],
            id="written off",
        ),
    ],
)
def test_what_a_firm_does_not_hold_is_not_returned_and_nothing_with_it(
    cast: Cast, code: str, numbers: Any
) -> None:
    good, bad = cast.available().number, numbers(cast)

    with refused(code, "numbers") as refusal:
        returned(cast, *([good] if bad else []), *bad)

    if bad and bad != [0]:
        assert f"US{bad[0]}" in refusal.value.detail
        assert f"US{good}" not in refusal.value.detail


@pytest.mark.parametrize("person", OTHERS)
def test_nobody_but_staff_takes_back_or_writes_off(cast: Cast, person: str) -> None:
    held, stock, actor = cast.available().number, cast.in_stock().number, getattr(cast, person)

    with forbidden():
        returned(cast, held, actor=actor)
    with forbidden():
        written_off(cast, stock, actor=actor)


# Written off


@pytest.mark.parametrize("reason", WRITE_OFF_REASONS)
def test_stock_is_written_off_for_each_reason_and_no_copy_is_owed(cast: Cast, reason: str) -> None:
    numbers = [cast.in_stock().number for _ in range(3)]
    lost = reason in ("blank_lost", "blank_stolen")
    disposition = "not_recovered" if lost else "destroyed"
    Mail.objects.all().delete()

    with journaled(*(("certificate:voided", "certificate", number) for number in numbers)):
        written_off(cast, *numbers, reason=reason, form_disposition=disposition)

    rows = Certificate.objects.filter(number__in=numbers)
    assert set(rows.values_list("status", "licensee", "receipt", "void_reason")) == {
        (Status.VOID, None, None, reason)
    }
    assert not Duty.objects.exists()
    mails = list(Mail.objects.values_list("subject", "text"))
    assert len(mails) == lost
    if lost:
        assert mails[0][0] == "3 forms are lost or stolen"
        assert f"US{numbers[0]}-US{numbers[2]}" in mails[0][1]
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("code", "field", "changes"),
    [
        pytest.param("reason_unknown", "reason", {"reason": ""}, id="no reason"),
        *(
            pytest.param("reason_unknown", "reason", {"reason": reason}, id=reason)
            for reason in sorted(set(VOID_REASONS) - set(WRITE_OFF_REASONS))
        ),
        pytest.param("notes_missing", "notes", {"reason": "other", "notes": " "}, id="notes"),
        pytest.param(
            "disposition_unknown", "form_disposition", {"form_disposition": ""}, id="nowhere"
        ),
        *(
            pytest.param(
                "disposition_contradicts",
                "form_disposition",
                {"reason": "blank_stolen", "form_disposition": place},
                id=f"stolen and {place}",
            )
            for place in FORM_DISPOSITIONS
            if place != "not_recovered"
        ),
    ],
)
def test_a_write_off_says_why_and_where_the_paper_is(
    cast: Cast, code: str, field: str, changes: dict[str, Any]
) -> None:
    number = cast.in_stock().number

    with refused(code, field):
        written_off(cast, number, **changes)


@pytest.mark.parametrize("made", ["available", "issued", "voided"])
def test_only_stock_is_written_off(cast: Cast, made: str) -> None:
    good, bad = cast.in_stock().number, getattr(cast, made)().number

    with refused("number_taken", "numbers") as refusal:
        written_off(cast, good, bad)
    assert f"US{bad}" in refusal.value.detail
    for code, numbers in (("numbers_missing", []), ("number_unknown", [1])):
        with refused(code, "numbers"):
            written_off(cast, *numbers)


def test_what_was_written_off_is_never_sold(cast: Cast) -> None:
    number = cast.in_stock().number
    contact = cast.contact_a
    written_off(cast, number)

    with refused("number_taken", "numbers"):
        sell(
            licensee=cast.firm_a, numbers=[number], paid_usd=Decimal(20), method="cash",
            sold_on=today(), contact=contact, today=today(), actor=cast.staff,
        )  # fmt: skip


# The ledger


@pytest.mark.parametrize("seed", range(4))
def test_the_ledger_adds_up_after_any_history(cast: Cast, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a history that can be repeated
    firms = [cast.firm_a, cast.carrier]

    def one(status: Status) -> Certificate | None:
        rows = list(Certificate.objects.filter(status=status).order_by("number"))
        return chance.choice(rows) if rows else None

    for _ in range(12):
        step = chance.choice(["sell", "issue", "ship", "back", "reverse", "void", "write_off"])
        blank = one(Status.AVAILABLE)
        if step == "sell":
            cast.available(chance.choice(firms))
        elif step == "issue":
            cast.issued(chance.choice(firms))
        elif step == "ship":
            cast.shipped(chance.choice(firms))
        elif step == "write_off":
            written_off(cast, (one(Status.IN_STOCK) or cast.in_stock()).number)
        elif blank is None or blank.licensee is None or blank.receipt is None:
            continue
        elif step == "back":
            take_back(
                blank.licensee, numbers=[blank.number], note="", today=today(), actor=cast.staff
            )
        elif step == "reverse":
            reverse(
                blank.receipt, numbers=[blank.number], reason="Wrong firm", today=today(),
                actor=cast.staff,
            )  # fmt: skip
        else:
            void(
                blank, reason="damaged", notes="", form_disposition="destroyed", replacement=None,
                today=today(), actor=cast.staff,
            )  # fmt: skip
        wrong = {key: str(ledger) for key, ledger in ledgers().items() if not ledger.agrees}
        assert wrong == {}, step

    assert list(differences()) == []


def test_a_blank_moved_to_another_firm_behind_the_portals_back_is_named(cast: Cast) -> None:
    row = cast.available()
    other = cast.firm_b
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE certificates_certificate DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE certificates_certificate SET licensee_id = %s WHERE id = %s",
            [other.pk, row.pk],
        )
        cursor.execute("ALTER TABLE certificates_certificate ENABLE TRIGGER USER")

    lines = list(differences())

    assert (
        f"licensee {other.pk} ({other}): 0 sold, but 1 available, 0 issued, 0 shipped,"
        " 0 delivered and 0 void"
    ) in lines
    assert any(line.startswith(f"licensee {cast.firm_a.pk} ") for line in lines)
