"""The arithmetic of five-year review clocks (domain 7.2). Pure dates."""

import datetime as dt
from enum import StrEnum

YEARS = 5
SOON_DAYS = 365


class ClockStatus(StrEnum):
    """How a clock stands on a day."""

    OK = "ok"
    DUE_SOON = "due_soon"
    SCHEDULED = "scheduled"
    OVERDUE = "overdue"


def add_years(day: dt.date, years: int) -> dt.date:
    """The same calendar day ``years`` later; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def due_on(last_visit: dt.date | None, effective_on: dt.date) -> dt.date:
    """The last day by which the next on-site visit must be: five years after the last completed
    one, or after the licence took effect."""
    return add_years(last_visit or effective_on, YEARS)


def status(due: dt.date, scheduled_on: dt.date | None, today: dt.date) -> ClockStatus:
    """How a clock due on ``due`` stands. A visit planned after the due date changes nothing."""
    if today > due:
        return ClockStatus.OVERDUE
    if scheduled_on is not None and scheduled_on <= due:
        return ClockStatus.SCHEDULED
    if (due - today).days <= SOON_DAYS:
        return ClockStatus.DUE_SOON
    return ClockStatus.OK
