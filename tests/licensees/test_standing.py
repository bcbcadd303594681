"""Good standing: who may buy certificate stock (domain 2.3)."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from licensees.models import Licensee
from licensees.operations import charge_fee, receive_fee, suspend
from licensees.standing import FEE_GRACE_DAYS, Facts, is_good, reasons
from tests.cast import Cast, today

TODAY = dt.date(2026, 3, 4)
GOOD = Facts(is_active=True, status_label="Active", unpaid_fee_due_on=None)


def overdue(days: int) -> Facts:
    return Facts(True, "Active", TODAY - dt.timedelta(days=days))


@pytest.mark.parametrize(
    ("facts", "good"),
    [
        pytest.param(GOOD, True, id="active and nothing owed"),
        pytest.param(overdue(-100), True, id="a fee due later"),
        pytest.param(overdue(0), True, id="a fee due today"),
        pytest.param(overdue(FEE_GRACE_DAYS), True, id="the last day of grace"),
        pytest.param(overdue(FEE_GRACE_DAYS + 1), False, id="the day after the grace"),
        pytest.param(Facts(False, "Suspended", None), False, id="suspended"),
        pytest.param(Facts(False, "Terminated", TODAY), False, id="terminated and owing"),
    ],
)
def test_standing_is_good_when_every_condition_holds(facts: Facts, good: bool) -> None:
    assert is_good(facts, today=TODAY) is good
    assert all(reason.holds for reason in reasons(facts, today=TODAY)) is good


@pytest.mark.parametrize(
    ("facts", "held", "words"),
    [
        (GOOD, {"licence_active": True, "fee_paid": True}, "The licence is active."),
        (
            Facts(False, "Suspended", None),
            {"licence_active": False, "fee_paid": True},
            "The licence is suspended.",
        ),
        (
            Facts(True, "Active", dt.date(2026, 1, 31)),
            {"licence_active": True, "fee_paid": False},
            "The annual fee due on 01/31/2026 is not paid.",
        ),
    ],
)
def test_each_condition_is_named_with_its_reason(
    facts: Facts, held: dict[str, bool], words: str
) -> None:
    found = reasons(facts, today=TODAY)

    assert {reason.code: reason.holds for reason in found} == held
    assert words in [reason.text for reason in found]


def test_a_firm_is_judged_by_its_earliest_unpaid_fee(cast: Cast) -> None:
    firm, long_ago = cast.firm_a, today() - dt.timedelta(days=400)
    old = charge_fee(firm, year=2024, amount_usd=Decimal(1), due_on=long_ago, actor=cast.staff)
    charge_fee(firm, year=2025, amount_usd=Decimal(1), due_on=today(), actor=cast.staff)

    assert firm.standing_facts() == Facts(True, "Active", long_ago)

    receive_fee(old, paid_on=today(), today=today(), actor=cast.staff)
    assert Licensee.objects.get(pk=firm.pk).standing_facts() == Facts(True, "Active", today())


def test_a_suspended_firm_is_not_in_good_standing(cast: Cast) -> None:
    row = suspend(cast.firm_a, reason="Test", actor=cast.staff)

    assert [reason.code for reason in row.standing_reasons(today()) if not reason.holds] == [
        "licence_active"
    ]


def test_the_standing_of_many_firms_costs_one_query(
    cast: Cast, django_assert_num_queries: Callable[..., Any]
) -> None:
    for firm in (cast.firm_a, cast.firm_b, cast.carrier):
        charge_fee(firm, year=2026, amount_usd=Decimal(1), due_on=today(), actor=cast.staff)

    with django_assert_num_queries(1):
        firms = list(Licensee.objects.with_unpaid_fee())
        owed = [firm.standing_facts().unpaid_fee_due_on for firm in firms]

    assert owed == [today()] * 3
