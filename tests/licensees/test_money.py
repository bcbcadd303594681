"""Annual fees: charged, received, taken back, and set anew (domain R2.5)."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from journal.models import Entry
from licensees.models import AnnualFee, FeeAmount, FeePayment, LicenceStatus
from licensees.operations.licensing import close, suspend
from licensees.operations.money import (
    charge_fee,
    charge_year,
    receive_payment,
    set_fee_amount,
    take_back_payment,
)
from licensees.verification import money as verification
from tests.at_once import at_once, one_after_the_other
from tests.cast import Cast, today
from tests.unchanged import forbidden, journaled, refused

DAY = dt.timedelta(days=1)
DUE = dt.date(2026, 1, 31)
NOT_STAFF = ["reviewer", "overseer", "administrator", "inactive", "loner", "issuer", "manager"]


def charged(cast: Cast, **terms: Any) -> AnnualFee:
    defaults = {"year": 2026, "amount_usd": Decimal("500.00"), "due_on": DUE, "actor": cast.staff}
    return charge_fee(cast.firm_a, **{**defaults, **terms})


def received(cast: Cast, fee: AnnualFee, **terms: Any) -> FeePayment:
    defaults = {
        "amount_usd": Decimal("500.00"),
        "method": "check",
        "reference": "2101",
        "received_on": today(),
        "today": today(),
        "actor": cast.staff,
    }
    return receive_payment(fee, **{**defaults, **terms})


def paid_on(fee: AnnualFee) -> dt.date | None:
    return AnnualFee.objects.get(pk=fee.pk).paid_on


# Charge


def test_a_fee_is_written_down_once_a_year(cast: Cast) -> None:
    assert cast.firm_a

    with journaled(("fee:charged", "fee", None)) as entries:
        fee = charged(cast, amount_usd=Decimal(500))

    assert (fee.licensee, fee.year, fee.amount_usd, fee.paid_on) == (cast.firm_a, 2026, 500, None)
    assert entries[0].changes == {
        "year": [None, 2026],
        "amount_usd": [None, "500.00"],
        "due_on": [None, "2026-01-31"],
    }
    assert (entries[0].subject_id, entries[0].licensee_id) == (str(fee.pk), cast.firm_a.pk)
    with refused("fee_charged", "year"):
        charged(cast)


def test_without_an_amount_the_fee_in_force_on_the_due_day_counts(cast: Cast) -> None:
    for day, amount in ((dt.date(2020, 1, 1), 400), (DUE, 500), (DUE + DAY, 600)):
        FeeAmount.objects.create(valid_from=day, amount_usd=amount)

    assert charged(cast, amount_usd=None).amount_usd == 500
    assert charged(cast, year=2025, amount_usd=None, due_on=DUE - DAY).amount_usd == 400


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"amount_usd": None}, "no_fee_amount", "due_on"),
        ({"amount_usd": Decimal(0)}, "fee_not_positive", "amount_usd"),
        ({"amount_usd": Decimal("-0.01")}, "fee_not_positive", "amount_usd"),
        ({"amount_usd": Decimal("0.001")}, "cents_only", "amount_usd"),
        ({"year": 2019}, "fee_outside_licence", "year"),
        ({"year": 2020, "due_on": dt.date(2019, 12, 31)}, "due_before_licence", "due_on"),
    ],
)
def test_a_fee_with_wrong_terms_is_refused(
    cast: Cast, change: dict[str, Any], code: str, field: str
) -> None:
    assert cast.firm_a

    with refused(code, field):
        charged(cast, **change)


def test_nothing_is_charged_for_a_year_after_the_licence_ended(cast: Cast) -> None:
    close(
        cast.firm_a, outcome="surrendered", reason="Test", ended_on=dt.date(2025, 6, 30),
        take_over_shipments=False, today=today(), actor=cast.staff,
    )  # fmt: skip

    with refused("fee_outside_licence", "year"):
        charged(cast)
    assert charged(cast, year=2025, due_on=dt.date(2025, 1, 31)).year == 2025


# Charge everybody


def test_everybody_is_charged_who_has_a_licence_and_no_fee(cast: Cast) -> None:
    suspend(cast.firm_b, reason="Test", today=today(), actor=cast.staff)
    old = charged(cast)
    assert cast.carrier

    fees = charge_year(year=2026, due_on=DUE, amount_usd=Decimal(600), actor=cast.staff)

    assert {fee.licensee for fee in fees} == {cast.firm_b, cast.carrier}
    assert {(fee.amount_usd, fee.due_on) for fee in fees} == {(600, DUE)}
    assert AnnualFee.objects.get(pk=old.pk).amount_usd == 500
    assert Entry.objects.filter(verb="fee:charged").count() == 3
    with refused("nobody_to_charge", "year"):
        charge_year(year=2026, due_on=DUE, amount_usd=Decimal(600), actor=cast.staff)


def test_nobody_is_charged_whose_licence_ended_or_began_later(cast: Cast) -> None:
    firms = type(cast.firm_a).objects
    firms.filter(pk=cast.firm_a.pk).update(
        status=LicenceStatus.TERMINATED, ended_on=dt.date(2026, 1, 2)
    )
    assert cast.firm_b

    (fee,) = charge_year(year=2026, due_on=DUE, amount_usd=Decimal(1), actor=cast.staff)
    assert fee.licensee == cast.firm_b
    with refused("nobody_to_charge"):
        charge_year(year=2019, due_on=dt.date(2019, 1, 31), amount_usd=Decimal(1), actor=cast.staff)


def test_a_firm_licensed_after_the_due_day_owes_it_on_its_first_day(cast: Cast) -> None:
    firm = cast.firm_a

    (fee,) = charge_year(
        year=2020, due_on=dt.date(2019, 12, 1), amount_usd=Decimal(1), actor=cast.staff
    )

    assert fee.due_on == firm.effective_on == dt.date(2020, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_who_charge_the_same_year_at_once_charge_it_once(transactional_cast: Cast) -> None:
    cast = transactional_cast
    firms, actor = [cast.firm_a, cast.firm_b], cast.staff

    def charge() -> Any:
        return charge_year(year=2026, due_on=DUE, amount_usd=Decimal(1), actor=actor)

    first, second = one_after_the_other(charge, charge)

    assert len(first) == len(firms) == AnnualFee.objects.count()
    assert second.code == "nobody_to_charge"


# Receive


def test_a_payment_that_covers_the_fee_pays_it_on_its_day(cast: Cast) -> None:
    fee, day = charged(cast), today() - 3 * DAY

    with journaled(("payment:received", "payment", None), ("fee:paid", "fee", fee.pk)) as entries:
        payment = received(cast, fee, received_on=day, reference=" 2101 ")

    assert paid_on(fee) == day
    assert (payment.reference, payment.entered_by) == ("2101", cast.staff)
    assert entries[0].changes == {
        "fee_id": [None, fee.pk],
        "year": [None, 2026],
        "amount_usd": [None, "500.00"],
        "method": [None, "check"],
        "reference": [None, "2101"],
        "received_on": [None, day.isoformat()],
    }
    assert entries[1].changes == {"paid_on": [None, day.isoformat()]}
    assert {entry.licensee_id for entry in entries} == {cast.firm_a.pk}
    with refused("fee_paid"):
        received(cast, fee)


@pytest.mark.parametrize(
    "days",
    [
        pytest.param((5, 2), id="in order"),
        pytest.param((2, 5), id="the earlier one recorded later"),
    ],
)
def test_parts_add_up_and_the_last_of_them_pays_the_fee(cast: Cast, days: tuple[int, ...]) -> None:
    fee = charged(cast)

    for amount, ago in zip((Decimal("499.99"), Decimal("0.01")), days, strict=True):
        assert paid_on(fee) is None
        received(cast, fee, amount_usd=amount, received_on=today() - ago * DAY)

    assert paid_on(fee) == today() - 2 * DAY


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"amount_usd": Decimal(0)}, "payment_not_positive", "amount_usd"),
        ({"amount_usd": Decimal(-1)}, "payment_not_positive", "amount_usd"),
        ({"amount_usd": Decimal("0.001")}, "cents_only", "amount_usd"),
        ({"amount_usd": Decimal("500.01")}, "payment_too_high", "amount_usd"),
        ({"method": "barter"}, "method_unknown", "method"),
        ({"received_on": today() + DAY}, "received_in_future", "received_on"),
    ],
)
def test_a_payment_with_wrong_terms_is_refused(
    cast: Cast, change: dict[str, Any], code: str, field: str
) -> None:
    fee = charged(cast)

    with refused(code, field):
        received(cast, fee, **change)


@pytest.mark.django_db(transaction=True)
def test_a_fee_is_never_paid_twice_however_many_receive_it_at_once(
    transactional_cast: Cast,
) -> None:
    cast = transactional_cast
    fee = charged(cast)

    answers = at_once([lambda: received(cast, fee)] * 4)

    assert sum(isinstance(answer, FeePayment) for answer in answers) == 1
    assert [a.code for a in answers if not isinstance(a, FeePayment)] == ["fee_paid"] * 3
    assert FeePayment.objects.count() == 1


# Take back


def test_a_payment_taken_back_stays_and_the_fee_is_owed_again(cast: Cast) -> None:
    fee = charged(cast)
    payment = received(cast, fee, received_on=today() - DAY)

    with journaled(
        ("payment:taken_back", "payment", None), ("fee:reopened", "fee", fee.pk)
    ) as entries:
        back = take_back_payment(payment, reason=" Bounced ", today=today(), actor=cast.staff)

    assert paid_on(fee) is None
    assert (back.amount_usd, back.reverses, back.note) == (-500, payment, "Bounced")
    assert back.received_on == today()
    assert FeePayment.objects.get(pk=payment.pk).amount_usd == 500
    assert entries[0].changes["reverses_id"] == [None, payment.pk]
    assert entries[0].changes["note"] == [None, "Bounced"]
    assert cast.firm_a.standing_facts(today()).unpaid_fee_due_on == DUE
    received(cast, fee)
    assert paid_on(fee) == today()


def test_a_part_taken_back_leaves_the_others(cast: Cast) -> None:
    fee = charged(cast)
    part = received(cast, fee, amount_usd=Decimal(100))

    with journaled(("payment:taken_back", "payment", None)):
        take_back_payment(part, reason="Mistake", today=today(), actor=cast.staff)

    with refused("payment_too_high"):
        received(cast, fee, amount_usd=Decimal("500.01"))


def test_nothing_is_taken_back_twice_nor_without_a_reason(cast: Cast) -> None:
    payment = received(cast, charged(cast))

    with refused("reason_missing", "reason"):
        take_back_payment(payment, reason=" \n", today=today(), actor=cast.staff)
    back = take_back_payment(payment, reason="Mistake", today=today(), actor=cast.staff)
    for row in (payment, back):
        with refused("already_taken_back"):
            take_back_payment(row, reason="Mistake", today=today(), actor=cast.staff)


@pytest.mark.django_db(transaction=True)
def test_two_who_take_a_payment_back_at_once_write_one_counter_entry(
    transactional_cast: Cast,
) -> None:
    cast = transactional_cast
    payment = received(cast, charged(cast))

    def take_back() -> Any:
        return take_back_payment(payment, reason="Bounced", today=today(), actor=cast.staff)

    first, second = one_after_the_other(take_back, take_back)

    assert first.reverses == payment
    assert second.code == "already_taken_back"


# The amount


def set_from(cast: Cast, day: dt.date, amount: str = "600.00") -> FeeAmount:
    return set_fee_amount(
        valid_from=day, amount_usd=Decimal(amount), today=today(), actor=cast.staff
    )


def test_the_fee_is_set_from_a_day_on_and_one_to_come_is_replaced(cast: Cast) -> None:
    assert cast.staff
    day = today() + 30 * DAY

    with journaled(("fee_amount:set", "fee_amount", None)) as entries:
        row = set_from(cast, day)
    assert entries[0].changes == {
        "valid_from": [None, day.isoformat()],
        "amount_usd": [None, "600.00"],
    }
    with journaled(("fee_amount:set", "fee_amount", row.pk)) as entries:
        set_from(cast, day, "650.00")
    assert entries[0].changes["amount_usd"] == ["600.00", "650.00"]
    assert FeeAmount.objects.on(day - DAY) is None
    assert FeeAmount.objects.get().amount_usd == 650


def test_the_fee_of_a_day_that_is_over_does_not_change(cast: Cast) -> None:
    set_from(cast, today() - 100 * DAY)

    for day in (today() - 100 * DAY, today() - DAY):
        with refused("fee_amount_in_past", "valid_from"):
            set_from(cast, day, "1.00")
    set_from(cast, today() - 200 * DAY, "500.00")  # no fee was in force there
    assert FeeAmount.objects.on(today()).amount_usd == 600


@pytest.mark.parametrize(("amount", "code"), [("0", "fee_not_positive"), ("1.005", "cents_only")])
def test_the_fee_is_a_positive_number_of_cents(cast: Cast, amount: str, code: str) -> None:
    assert cast.staff

    with refused(code, "amount_usd"):
        set_from(cast, today(), amount)


# Who, and what holds when everything else fails


@pytest.mark.parametrize("person", NOT_STAFF)
def test_nobody_but_staff_touches_money(cast: Cast, person: str) -> None:
    actor, fee = getattr(cast, person), charged(cast)
    part = received(cast, fee, amount_usd=Decimal(1))

    with forbidden():
        charged(cast, year=2027, actor=actor)
    with forbidden():
        charge_year(year=2027, due_on=DUE, amount_usd=Decimal(1), actor=actor)
    with forbidden():
        received(cast, fee, actor=actor)
    with forbidden():
        take_back_payment(part, reason="Test", today=today(), actor=actor)
    with forbidden():
        set_fee_amount(valid_from=today(), amount_usd=Decimal(1), today=today(), actor=actor)


OVERPAY = (
    "INSERT INTO licensees_feepayment (fee_id, amount_usd, method, reference, received_on, note,"
    " entered_by_id) SELECT fee_id, 1, method, '', received_on, '', entered_by_id"
    " FROM licensees_feepayment"
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE licensees_feepayment SET amount_usd = 1",
        "DELETE FROM licensees_feepayment",
        "DELETE FROM licensees_annualfee",
        "UPDATE licensees_feeamount SET amount_usd = 1",
        "DELETE FROM licensees_feeamount",
        OVERPAY,
    ],
)
def test_the_database_refuses_what_no_operation_would_write(cast: Cast, statement: str) -> None:
    FeeAmount.objects.create(valid_from=today() - DAY, amount_usd=500)
    received(cast, charged(cast))

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_rows_are_what_the_journal_says(cast: Cast) -> None:
    set_from(cast, today())
    fee = charged(cast)
    received(cast, fee, amount_usd=Decimal(1))
    payment = received(cast, fee, amount_usd=Decimal(499))
    take_back_payment(payment, reason="Bounced", today=today(), actor=cast.staff)

    assert list(verification.differences()) == []


def spoil_fee(fee: AnnualFee) -> None:
    AnnualFee.objects.filter(pk=fee.pk).update(paid_on=today())


def spoil_amount(fee: AnnualFee) -> None:
    AnnualFee.objects.filter(pk=fee.pk).update(amount_usd=1)


def slip_in_a_payment(fee: AnnualFee) -> None:
    FeePayment.objects.create(
        fee=fee, amount_usd=1, method="cash", received_on=today(),
        entered_by=fee.licensee.contacts.get().user,
    )  # fmt: skip


def slip_in_an_amount(fee: AnnualFee) -> None:
    FeeAmount.objects.create(valid_from=today(), amount_usd=1)


@pytest.mark.parametrize("spoil", [spoil_fee, spoil_amount, slip_in_a_payment, slip_in_an_amount])
def test_money_written_past_the_operations_is_found(
    cast: Cast, spoil: Callable[[AnnualFee], None]
) -> None:
    assert cast.contact_a
    fee = charged(cast)

    spoil(fee)

    assert len(list(verification.differences())) == 1
