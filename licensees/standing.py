"""Good standing: who may buy certificate stock (domain 2.3). Pure: facts in, reasons out."""

import datetime as dt
from dataclasses import dataclass

FEE_GRACE_DAYS = 30
ACKNOWLEDGMENT_DUE = (1, 31)  # month and day of the year after


@dataclass(frozen=True, slots=True)
class Facts:
    """What standing is judged on.

    ``unpaid_fee_due_on`` is the earliest fee not yet paid; ``owes_acknowledgment`` says whether
    the firm exported in the last year whose acknowledgment is due, and has none on file;
    ``critical_finding_due_on`` the earliest deadline of an open critical finding;
    ``unaccounted_blanks`` how many numbers a count did not find and nobody explained.
    """

    is_active: bool
    status_label: str
    unpaid_fee_due_on: dt.date | None
    owes_acknowledgment: bool
    critical_finding_due_on: dt.date | None
    unaccounted_blanks: int


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition of good standing, and whether it holds."""

    code: str
    holds: bool
    text: str


def acknowledgment_due_on(year: int) -> dt.date:
    """The last day to acknowledge the exports of ``year``."""
    return dt.date(year + 1, *ACKNOWLEDGMENT_DUE)


def acknowledgment_year(today: dt.date) -> int:
    """The last year whose acknowledgment is due by now; until 31 January it is the one before."""
    last = today.year - 1
    return last if today > acknowledgment_due_on(last) else last - 1


def reasons(facts: Facts, *, today: dt.date) -> tuple[Reason, ...]:
    """All five conditions, held or not; a fee counts as missed after 30 days of grace."""
    return (
        _licence(facts),
        _fee(facts.unpaid_fee_due_on, today),
        _acknowledgment(facts, acknowledgment_year(today)),
        _findings(facts.critical_finding_due_on, today),
        _blanks(facts.unaccounted_blanks),
    )


def _licence(facts: Facts) -> Reason:
    label = facts.status_label.lower()
    return Reason("licence_active", facts.is_active, f"The licence is {label}.")


def _fee(due_on: dt.date | None, today: dt.date) -> Reason:
    if due_on is None:
        return Reason("fee_paid", True, "The annual fees are paid.")
    grace_ends = due_on + dt.timedelta(days=FEE_GRACE_DAYS)
    late = today > grace_ends
    text = f"The annual fee due on {due_on:%m/%d/%Y} is not paid"
    more = "." if late else f"; it counts from {grace_ends:%m/%d/%Y} on."
    return Reason("fee_paid", not late, text + more)


def _acknowledgment(facts: Facts, year: int) -> Reason:
    if facts.owes_acknowledgment:
        return Reason(
            "acknowledged", False, f"The acknowledgment for the exports of {year} is missing."
        )
    return Reason("acknowledged", True, f"No acknowledgment is missing for {year}.")


def _findings(due_on: dt.date | None, today: dt.date) -> Reason:
    if due_on is not None and today > due_on:
        return Reason(
            "no_critical_finding",
            False,
            f"A critical finding of a review was to be closed by {due_on:%m/%d/%Y}.",
        )
    return Reason("no_critical_finding", True, "No critical finding is past its deadline.")


def _blanks(missing: int) -> Reason:
    if missing:
        what = "certificate is" if missing == 1 else "certificates are"
        return Reason("all_accounted", False, f"{missing} {what} unaccounted for.")
    return Reason("all_accounted", True, "Every certificate is accounted for.")


def is_good(facts: Facts, *, today: dt.date) -> bool:
    """Whether every condition holds."""
    return all(reason.holds for reason in reasons(facts, today=today))
