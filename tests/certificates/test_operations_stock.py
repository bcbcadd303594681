"""Registering printed stock and selling it (domain 3.1 and T1): all of it or none."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from certificates.models import Certificate, Price, Receipt
from certificates.operations.stock import register, sell
from certificates.states import Status
from licensees.operations.licensing import suspend
from licensees.operations.money import charge_fee
from licensees.operations.people import dismiss
from tests.cast import Cast, today
from tests.unchanged import forbidden, journaled, refused

NOT_STAFF = [
    "reviewer",
    "overseer",
    "census",
    "administrator",
    "inactive",
    "loner",
    "issuer",
    "manager",
    "stranger",
    "carrier_issuer",
]


def sale(cast: Cast, numbers: list[int], **terms: Any) -> Receipt:
    """Sell to firm A at the price of twenty dollars, but for the given terms."""
    return sell(
        **{
            "licensee": cast.firm_a,
            "numbers": numbers,
            "paid_usd": Decimal("20.00") * len(numbers),
            "method": "check",
            "sold_on": today(),
            "contact": cast.contact_a,
            "today": today(),
            "actor": cast.staff,
            **terms,
        }
    )


@pytest.fixture
def numbers(cast: Cast) -> list[int]:
    """Three registered blanks, and everybody who takes part in a sale."""
    assert cast.contact_a
    return [cast.in_stock().number for _ in range(3)]


def test_registered_blanks_are_in_stock_and_journaled_one_by_one(cast: Cast) -> None:
    assert cast.staff

    with journaled(
        ("certificate:registered", "certificate", 30001),
        ("certificate:registered", "certificate", 30002),
    ) as entries:
        assert register(numbers=[30002, 30001], actor=cast.staff) == 2

    rows = Certificate.objects.order_by("number")
    assert [(row.number, row.status) for row in rows] == [(30001, "in_stock"), (30002, "in_stock")]
    assert all(entry.changes == {"status": [None, "in_stock"]} for entry in entries)
    assert all(entry.actor == cast.staff.email for entry in entries)


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        pytest.param([], "numbers_missing", id="none"),
        pytest.param([0], "number_not_positive", id="number 0"),
        pytest.param([10, -1], "number_not_positive", id="below 0"),
    ],
)
def test_stock_without_a_proper_number_is_refused(
    cast: Cast, numbers: list[int], code: str
) -> None:
    assert cast.staff

    with refused(code, "numbers"):
        register(numbers=numbers, actor=cast.staff)


@pytest.mark.parametrize("status", ["in_stock", "available", "voided"])
def test_a_number_that_ever_existed_is_never_registered_again(cast: Cast, status: str) -> None:
    number = getattr(cast, status)().number

    with refused("number_taken", "numbers") as refusal:
        register(numbers=[number - 1000, number], actor=cast.staff)

    assert f"US{number}" in refusal.value.detail
    assert f"US{number - 1000}" not in refusal.value.detail


def test_a_refusal_of_many_numbers_names_ten_and_counts_the_rest(cast: Cast) -> None:
    register(numbers=range(30001, 30021), actor=cast.staff)

    with refused("number_taken") as refusal:
        register(numbers=range(30001, 30021), actor=cast.staff)

    assert "US30010 and 10 more" in refusal.value.detail


@pytest.mark.parametrize("person", NOT_STAFF)
def test_only_staff_register_and_sell(cast: Cast, numbers: list[int], person: str) -> None:
    actor = getattr(cast, person)

    with forbidden():
        register(numbers=[30001], actor=actor)
    with forbidden():
        sale(cast, numbers, actor=actor)


def test_a_sale_allots_every_number_and_gives_one_receipt(cast: Cast, numbers: list[int]) -> None:
    sold_on = today() - dt.timedelta(days=3)

    receipt = sale(cast, [numbers[2], numbers[0], numbers[1]], sold_on=sold_on)

    rows = Certificate.objects.filter(number__in=numbers)
    assert {row.status for row in rows} == {Status.AVAILABLE}
    assert {(row.licensee, row.receipt, row.date_of_sale) for row in rows} == {
        (cast.firm_a, receipt, sold_on)
    }
    assert (receipt.quantity, receipt.unit_price_usd, receipt.paid_usd) == (3, 20, 60)
    assert (receipt.sold_by, receipt.contact) == (cast.staff, cast.contact_a)
    assert receipt.number > 0


def test_a_sale_is_journaled_for_each_number_and_for_the_receipt(
    cast: Cast, numbers: list[int]
) -> None:
    last = Receipt.objects.order_by("-number").values_list("number", flat=True).first() or 0

    with journaled(
        *(("certificate:sold", "certificate", number) for number in numbers),
        ("receipt:given", "receipt", last + 1),
    ) as entries:
        receipt = sale(cast, numbers)

    assert entries[0].changes == {
        "status": ["in_stock", "available"],
        "licensee_id": [None, cast.firm_a.pk],
        "receipt_id": [None, receipt.pk],
        "date_of_sale": [None, today().isoformat()],
    }
    assert entries[-1].changes == {
        "numbers": [None, numbers],
        "sold_on": [None, today().isoformat()],
        "unit_price_usd": [None, "20.00"],
        "paid_usd": [None, "60.00"],
        "method": [None, "check"],
        "contact": [None, cast.issuer.email],
    }
    assert {entry.licensee_id for entry in entries} == {cast.firm_a.pk}
    assert {entry.actor_id for entry in entries} == {cast.staff.pk}


def test_a_number_named_twice_is_sold_once(cast: Cast, numbers: list[int]) -> None:
    receipt = sale(cast, [numbers[0], numbers[0]], paid_usd=Decimal("20.00"))

    assert receipt.quantity == 1


def test_receipts_are_numbered_one_after_the_other(cast: Cast, numbers: list[int]) -> None:
    given = [sale(cast, [number]).number for number in numbers]

    assert given == [given[0], given[0] + 1, given[0] + 2]


def test_a_refused_sale_leaves_no_gap_in_the_receipts(cast: Cast, numbers: list[int]) -> None:
    first = sale(cast, numbers[:1])
    with refused("number_taken"):
        sale(cast, numbers)

    assert sale(cast, numbers[1:]).number == first.number + 1


TERMS = [
    pytest.param({"numbers": []}, "numbers_missing", "numbers", id="no number"),
    pytest.param({"numbers": [0]}, "number_not_positive", "numbers", id="number 0"),
    pytest.param({"numbers": [999_999_999]}, "number_unknown", "numbers", id="not registered"),
    pytest.param({"method": "barter"}, "method_unknown", "method", id="method"),
    pytest.param({"paid_usd": Decimal("59.99")}, "payment_not_exact", "paid_usd", id="a cent less"),
    pytest.param({"paid_usd": Decimal("60.01")}, "payment_not_exact", "paid_usd", id="a cent more"),
    pytest.param({"paid_usd": Decimal("NaN")}, "payment_not_exact", "paid_usd", id="no amount"),
    pytest.param(
        {"sold_on": today() + dt.timedelta(days=1)}, "sold_in_future", "sold_on", id="tomorrow"
    ),
    pytest.param(
        {"sold_on": dt.date(2019, 12, 31)},
        "sold_before_licence",
        "sold_on",
        id="before the licence",
    ),
]


@pytest.mark.parametrize(("terms", "code", "field"), TERMS)
def test_a_sale_on_wrong_terms_is_refused_as_a_whole(
    cast: Cast, numbers: list[int], terms: dict[str, Any], code: str, field: str
) -> None:
    with refused(code, field):
        sale(cast, **{"numbers": numbers, **terms})


def test_a_sale_on_the_first_day_of_the_licence_is_possible(cast: Cast, numbers: list[int]) -> None:
    assert sale(cast, numbers, sold_on=dt.date(2020, 1, 1)).sold_on == dt.date(2020, 1, 1)


def test_one_number_sold_before_refuses_the_whole_run(cast: Cast, numbers: list[int]) -> None:
    sale(cast, numbers[1:2])

    with refused("number_taken", "numbers") as refusal:
        sale(cast, numbers)

    assert refusal.value.detail.startswith(f"US{numbers[1]} were sold")
    assert Certificate.objects.get(number=numbers[0]).status == Status.IN_STOCK


def test_a_void_number_is_not_sold(cast: Cast, numbers: list[int]) -> None:
    void = cast.voided()

    with refused("number_taken", "numbers"):
        sale(cast, [*numbers, void.number])


def test_one_unregistered_number_refuses_the_whole_run(cast: Cast, numbers: list[int]) -> None:
    with refused("number_unknown", "numbers") as refusal:
        sale(cast, [*numbers, 999_999_999])

    assert "US999999999" in refusal.value.detail


def test_a_contact_of_another_firm_cannot_receive_the_blanks(
    cast: Cast, numbers: list[int]
) -> None:
    contact = cast.contact_b

    with refused("contact_of_another_firm", "contact"):
        sale(cast, numbers, contact=contact)


def test_a_contact_who_no_longer_acts_cannot_receive_the_blanks(
    cast: Cast, numbers: list[int]
) -> None:
    former = dismiss(cast.contact_a, actor=cast.staff)

    with refused("contact_of_another_firm", "contact"):
        sale(cast, numbers, contact=former)


def test_a_suspended_firm_buys_nothing(cast: Cast, numbers: list[int]) -> None:
    suspend(cast.firm_a, reason="Test", today=today(), actor=cast.staff)

    with refused("not_in_good_standing", "licensee") as refusal:
        sale(cast, numbers)

    assert "suspended" in refusal.value.detail


def test_a_firm_that_owes_its_fee_buys_until_the_grace_ends(cast: Cast, numbers: list[int]) -> None:
    due_on = today() - dt.timedelta(days=30)
    charge_fee(
        cast.firm_a, year=due_on.year, amount_usd=Decimal(500), due_on=due_on, actor=cast.staff
    )

    sale(cast, numbers[:1])  # the last day of grace
    with refused("not_in_good_standing", "licensee") as refusal:
        sale(cast, numbers[1:], today=today() + dt.timedelta(days=1))

    assert f"{due_on:%m/%d/%Y}" in refusal.value.detail


def test_the_price_is_the_one_of_the_day_of_sale(cast: Cast, numbers: list[int]) -> None:
    Price.objects.create(valid_from=today(), unit_usd=Decimal("25.00"))
    yesterday = today() - dt.timedelta(days=1)

    old = sale(cast, numbers[:1], sold_on=yesterday)
    with refused("payment_not_exact"):
        sale(cast, numbers[1:2])
    new = sale(cast, numbers[1:2], paid_usd=Decimal("25.00"))

    assert (old.unit_price_usd, new.unit_price_usd) == (20, 25)


def test_nothing_is_sold_on_a_day_without_a_price(cast: Cast, numbers: list[int]) -> None:
    with connection.cursor() as cursor:
        # A price that was in force is never deleted; only who owns the table can.
        cursor.execute("SET LOCAL session_replication_role = replica")
        Price.objects.all().delete()
        cursor.execute("SET LOCAL session_replication_role = origin")

    with refused("no_price", "sold_on"):
        sale(cast, numbers)
