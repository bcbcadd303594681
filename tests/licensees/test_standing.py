"""Good standing: who may buy certificate stock (domain 2.3)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from certificates.models import CountDifference, StockCount
from certificates.operations.stock import register, sell
from licensees.models import Licensee
from licensees.operations.licensing import suspend
from licensees.operations.money import charge_fee, charge_year, receive_payment
from licensees.standing import (
    FEE_GRACE_DAYS,
    Facts,
    acknowledgment_due_on,
    acknowledgment_year,
    is_good,
    reasons,
)
from reviews.models import Finding, Review
from tests.cast import Cast, today
from tests.unchanged import refused

TODAY = dt.date(2026, 3, 4)
DAY = dt.timedelta(days=1)
GOOD = Facts(
    is_active=True,
    status_label="Active",
    unpaid_fee_due_on=None,
    owes_acknowledgment=False,
    critical_finding_due_on=None,
    unaccounted_blanks=0,
)


def due(days_ago: int) -> Facts:
    return replace(GOOD, unpaid_fee_due_on=TODAY - days_ago * DAY)


def to_be_closed(days_ago: int) -> Facts:
    return replace(GOOD, critical_finding_due_on=TODAY - days_ago * DAY)


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        pytest.param(GOOD, [], id="active and nothing owed"),
        pytest.param(due(-100), [], id="a fee due later"),
        pytest.param(due(0), [], id="a fee due today"),
        pytest.param(due(FEE_GRACE_DAYS), [], id="the last day of grace"),
        pytest.param(due(FEE_GRACE_DAYS + 1), ["fee_paid"], id="the day after the grace"),
        pytest.param(
            replace(GOOD, is_active=False, status_label="Suspended"),
            ["licence_active"],
            id="suspended",
        ),
        pytest.param(
            replace(GOOD, owes_acknowledgment=True), ["acknowledged"], id="no acknowledgment"
        ),
        pytest.param(to_be_closed(-1), [], id="a critical finding with time left"),
        pytest.param(to_be_closed(0), [], id="the last day of a critical finding"),
        pytest.param(
            to_be_closed(1), ["no_critical_finding"], id="the day after a finding’s deadline"
        ),
        pytest.param(replace(GOOD, unaccounted_blanks=1), ["all_accounted"], id="one blank gone"),
        pytest.param(
            Facts(False, "Terminated", TODAY - 99 * DAY, True, TODAY - DAY, 3),
            [
                "licence_active",
                "fee_paid",
                "acknowledged",
                "no_critical_finding",
                "all_accounted",
            ],
            id="everything at once",
        ),
    ],
)
def test_standing_is_good_when_all_five_conditions_hold(facts: Facts, missing: list[str]) -> None:
    found = reasons(facts, today=TODAY)

    assert [reason.code for reason in found if not reason.holds] == missing
    assert len({reason.code for reason in found}) == 5
    assert all(reason.text.endswith(".") for reason in found)
    assert is_good(facts, today=TODAY) is not bool(missing)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (GOOD, "The licence is active."),
        (GOOD, "The annual fees are paid."),
        (GOOD, "No acknowledgment is missing for 2025."),
        (GOOD, "No critical finding is past its deadline."),
        (GOOD, "Every certificate is accounted for."),
        (replace(GOOD, status_label="Surrendered"), "The licence is surrendered."),
        (
            replace(GOOD, unpaid_fee_due_on=dt.date(2026, 1, 31)),
            "The annual fee due on 01/31/2026 is not paid.",
        ),
        (
            replace(GOOD, unpaid_fee_due_on=dt.date(2026, 2, 15)),
            "The annual fee due on 02/15/2026 is not paid; it counts from 03/17/2026 on.",
        ),
        (
            replace(GOOD, owes_acknowledgment=True),
            "The acknowledgment for the exports of 2025 is missing.",
        ),
        (
            replace(GOOD, critical_finding_due_on=dt.date(2026, 3, 3)),
            "A critical finding of a review was to be closed by 03/03/2026.",
        ),
        (replace(GOOD, unaccounted_blanks=1), "1 certificate is unaccounted for."),
        (replace(GOOD, unaccounted_blanks=2), "2 certificates are unaccounted for."),
    ],
)
def test_each_condition_says_in_words_why_it_holds_or_not(facts: Facts, words: str) -> None:
    assert words in [reason.text for reason in reasons(facts, today=TODAY)]


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (dt.date(2026, 1, 1), 2024),
        (dt.date(2026, 1, 31), 2024),  # the last day to acknowledge 2025
        (dt.date(2026, 2, 1), 2025),
        (dt.date(2026, 12, 31), 2025),
    ],
)
def test_the_acknowledgment_of_a_year_counts_after_31_january(day: dt.date, year: int) -> None:
    assert acknowledgment_year(day) == year
    assert acknowledgment_due_on(year) < day


# What the rows say


def test_a_firm_is_judged_by_its_earliest_unpaid_fee(cast: Cast) -> None:
    firm, long_ago = cast.firm_a, today() - 400 * DAY
    old = charge_fee(firm, year=2024, amount_usd=Decimal(1), due_on=long_ago, actor=cast.staff)
    charge_fee(firm, year=2025, amount_usd=Decimal(1), due_on=today(), actor=cast.staff)

    assert firm.standing_facts(today()) == replace(GOOD, unpaid_fee_due_on=long_ago)

    receive_payment(
        old, amount_usd=Decimal(1), method="check", reference="", received_on=today(),
        today=today(), actor=cast.staff,
    )  # fmt: skip
    found = Licensee.objects.get(pk=firm.pk).standing_facts(today())
    assert found == replace(GOOD, unpaid_fee_due_on=today())


def missing_fee(cast: Cast) -> dt.date:
    day = today() - (FEE_GRACE_DAYS + 1) * DAY
    charge_fee(cast.firm_a, year=day.year, amount_usd=Decimal(500), due_on=day, actor=cast.staff)
    return today()


def missing_licence(cast: Cast) -> dt.date:
    suspend(cast.firm_a, reason="Test", today=today(), actor=cast.staff)
    return today()


def missing_acknowledgment(cast: Cast) -> dt.date:
    cast.shipped()
    return dt.date(today().year + 1, 2, 1)


def missing_close_of_a_finding(cast: Cast) -> dt.date:
    review = Review.objects.create(
        licensee=cast.firm_a,
        body="uskpa",
        status="completed",
        planned_on=today() - 60 * DAY,
        visited_on=today() - 60 * DAY,
    )
    Finding.objects.create(
        review=review,
        grade=Finding.Grade.CRITICAL,
        text="Test",
        raised_on=today() - 60 * DAY,
        due_on=today() - DAY,
    )
    return today()


def missing_blank(cast: Cast) -> dt.date:
    blank = cast.available()
    count = StockCount.objects.create(
        licensee=cast.firm_a,
        counted_on=today(),
        occasion=StockCount.Occasion.REVIEW,
        numbers=[],
        expected=[blank.number],
        counted_by=cast.staff,
        entered_at=timezone.now(),
    )
    CountDifference.objects.create(
        count=count, number=blank.number, kind=CountDifference.Kind.MISSING
    )
    return today()


@pytest.mark.parametrize(
    ("lose", "code"),
    [
        (missing_licence, "licence_active"),
        (missing_fee, "fee_paid"),
        (missing_acknowledgment, "acknowledged"),
        (missing_close_of_a_finding, "no_critical_finding"),
        (missing_blank, "all_accounted"),
    ],
)
def test_nothing_is_sold_to_a_firm_that_misses_one_condition(
    cast: Cast, lose: Callable[[Cast], dt.date], code: str
) -> None:
    firm, contact = cast.firm_a, cast.contact_a
    register(numbers=[70001], actor=cast.staff)

    day = lose(cast)

    row = Licensee.objects.get(pk=firm.pk)
    (missing,) = [reason for reason in row.standing_reasons(day) if not reason.holds]
    assert missing.code == code
    with refused("not_in_good_standing", "licensee") as refusal:
        sell(
            licensee=firm, numbers=[70001], paid_usd=Decimal("20.00"), method="check",
            sold_on=today(), contact=contact, today=day, actor=cast.staff,
        )  # fmt: skip
    assert missing.text in refusal.value.detail


def test_the_standing_of_500_firms_costs_one_query(
    cast: Cast, django_assert_num_queries: Callable[..., Any]
) -> None:
    Licensee.objects.bulk_create(
        Licensee(
            number=1000 + n,
            legal_name=f"Firm {n} (test)",
            address="1 Road",
            ein=f"22-{n:07}",
            state_of_incorporation="NY",
            effective_on=dt.date(2020, 1, 1),
        )
        for n in range(500)
    )
    charge_year(year=2026, due_on=TODAY, amount_usd=Decimal(1), actor=cast.staff)

    with django_assert_num_queries(1):
        firms = list(Licensee.objects.with_standing(TODAY))
        owed = [firm.standing_facts(TODAY).unpaid_fee_due_on for firm in firms]
        judged = {is_good(firm.standing_facts(TODAY), today=TODAY) for firm in firms}

    assert owed == [TODAY] * 500
    assert judged == {True}
