"""The arithmetic of a firm's blanks, and which of them may have been used without a word (M1)."""

import datetime as dt

import pytest

from certificates.ledger import Ledger, months_before, perhaps_used

TODAY = dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("ledger", "agrees"),
    [
        (Ledger(), True),
        (Ledger(sold=6, available=1, issued=1, shipped=1, delivered=2, void=1), True),
        (Ledger(sold=5, available=1, issued=1, shipped=1, delivered=1, void=2), False),
        (Ledger(sold=1), False),
        (Ledger(void=1), False),
    ],
)
def test_every_blank_sold_is_somewhere(ledger: Ledger, agrees: bool) -> None:
    assert ledger.agrees is agrees


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (dt.date(2026, 11, 24), 12, dt.date(2025, 11, 24)),
        (dt.date(2026, 1, 15), 1, dt.date(2025, 12, 15)),
        (dt.date(2026, 3, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2024, 3, 30), 1, dt.date(2024, 2, 29)),
        (dt.date(2024, 2, 29), 12, dt.date(2023, 2, 28)),
        (dt.date(2026, 7, 31), 1, dt.date(2026, 6, 30)),
        (dt.date(2026, 1, 1), 25, dt.date(2023, 12, 1)),
        (dt.date(2026, 1, 1), 0, dt.date(2026, 1, 1)),
    ],
)
def test_months_are_counted_back_on_the_calendar(
    day: dt.date, months: int, before: dt.date
) -> None:
    assert months_before(day, months) == before


@pytest.mark.parametrize(
    ("blanks", "highest_used", "asked"),
    [
        pytest.param([(5, dt.date(2025, 11, 23))], 6, [5], id="older, and a higher one used"),
        pytest.param([(5, dt.date(2025, 11, 24))], 6, [], id="twelve months to the day"),
        pytest.param([(5, dt.date(2025, 1, 1))], 4, [], id="only lower ones used"),
        pytest.param([(5, dt.date(2025, 1, 1))], None, [], id="none used"),
        pytest.param([], 6, [], id="no blanks"),
        pytest.param(
            [(9, dt.date(2020, 1, 1)), (7, dt.date(2020, 1, 1)), (3, dt.date(2020, 1, 1))],
            8, [3, 7], id="ascending",
        ),
    ],
)  # fmt: skip
def test_an_old_blank_below_a_used_number_is_asked_about(
    blanks: list[tuple[int, dt.date]], highest_used: int | None, asked: list[int]
) -> None:
    assert perhaps_used(blanks, highest_used, today=TODAY, months=12) == asked
