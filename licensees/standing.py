"""Good standing: who may buy certificate stock (domain 2.3). Pure: facts in, reasons out."""

import datetime as dt
from dataclasses import dataclass

FEE_GRACE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Facts:
    """What standing is judged on. ``unpaid_fee_due_on`` is the earliest fee not yet paid."""

    is_active: bool
    status_label: str
    unpaid_fee_due_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition of good standing, and whether it holds."""

    code: str
    holds: bool
    text: str


def reasons(facts: Facts, *, today: dt.date) -> tuple[Reason, ...]:
    """Every condition, held or not; a fee counts as missed after 30 days of grace."""
    due_on = facts.unpaid_fee_due_on
    fee_holds = due_on is None or today <= due_on + dt.timedelta(days=FEE_GRACE_DAYS)
    return (
        Reason(
            "licence_active",
            facts.is_active,
            "The licence is active."
            if facts.is_active
            else f"The licence is {facts.status_label.lower()}.",
        ),
        Reason(
            "fee_paid",
            fee_holds,
            "The annual fees are paid."
            if due_on is None
            else f"The annual fee due on {due_on:%m/%d/%Y} is not paid.",
        ),
    )


def is_good(facts: Facts, *, today: dt.date) -> bool:
    """Whether every condition holds."""
    return all(reason.holds for reason in reasons(facts, today=today))
