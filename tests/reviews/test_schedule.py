"""The arithmetic of five-year review clocks (domain 7.2)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.schedule import ClockStatus, add_years, due_on, status

day = dt.date.fromisoformat


@pytest.mark.parametrize(
    ("last_visit", "licensed", "due"),
    [
        pytest.param("2019-06-12", "2010-01-01", "2024-06-12", id="five years after the visit"),
        pytest.param("2020-02-29", "2010-01-01", "2025-02-28", id="29 February has no fifth year"),
        pytest.param(None, "2021-03-01", "2026-03-01", id="never visited"),
        pytest.param("2022-05-10", "2018-09-01", "2027-05-10", id="visited by USKPA"),
        pytest.param(None, "2018-09-01", "2023-09-01", id="never visited by the government"),
    ],
)
def test_a_visit_is_due_five_years_after_the_last_or_the_licence(
    last_visit: str | None, licensed: str, due: str
) -> None:
    visit = day(last_visit) if last_visit else None

    assert due_on(visit, day(licensed)) == day(due)


def test_29_february_stays_where_there_is_one() -> None:
    assert add_years(day("2020-02-29"), 4) == day("2024-02-29")


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31)), st.integers(1, 50))
def test_years_later_is_the_same_day_or_the_28th(start: dt.date, years: int) -> None:
    later = add_years(start, years)

    assert later.year == start.year + years
    assert (later.month, later.day) in {(start.month, start.day), (2, 28)}
    assert later <= start + dt.timedelta(days=366 * years)


DUE = day("2026-03-01")


@pytest.mark.parametrize(
    ("today", "planned", "expected"),
    [
        ("2026-03-01", None, ClockStatus.DUE_SOON),
        ("2026-03-02", None, ClockStatus.OVERDUE),
        ("2026-03-02", "2026-03-01", ClockStatus.OVERDUE),
        ("2025-03-01", None, ClockStatus.DUE_SOON),
        ("2025-02-28", None, ClockStatus.OK),
        ("2025-06-01", "2026-03-01", ClockStatus.SCHEDULED),
        ("2025-06-01", "2026-03-02", ClockStatus.DUE_SOON),
        ("2024-06-01", "2026-03-02", ClockStatus.OK),
        ("2024-06-01", "2026-02-01", ClockStatus.SCHEDULED),
    ],
    ids=[
        "the day it is due",
        "the day after",
        "overdue although planned",
        "a year before",
        "a year and a day before",
        "planned for the last day",
        "planned a day late",
        "planned late, long before",
        "planned in time, long before",
    ],
)
def test_a_clock_stands_by_its_due_date_and_its_plan(
    today: str, planned: str | None, expected: ClockStatus
) -> None:
    assert status(DUE, day(planned) if planned else None, day(today)) == expected
