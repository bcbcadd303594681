"""A firm's blanks as a ledger: every one it bought is somewhere (domain R3.4), and monitor M1."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ledger:
    """How many blanks a firm bought, counter-entries taken off, and where they stand."""

    sold: int = 0
    available: int = 0
    issued: int = 0
    shipped: int = 0
    delivered: int = 0
    void: int = 0

    @property
    def found(self) -> int:
        """How many the register knows of."""
        return self.available + self.issued + self.shipped + self.delivered + self.void

    @property
    def agrees(self) -> bool:
        """Whether ``sold = available + issued + shipped + delivered + void``."""
        return self.sold == self.found

    def __str__(self) -> str:
        return (
            f"{self.sold} sold, but {self.available} available, {self.issued} issued,"
            f" {self.shipped} shipped, {self.delivered} delivered and {self.void} void"
        )


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day of the month so many months earlier, or the last day a shorter month has."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29):
        try:
            return dt.date(year, month + 1, last)
        except ValueError:
            continue
    return dt.date(year, month + 1, 28)


def perhaps_used(
    available: Iterable[tuple[int, dt.date]],
    highest_used: int | None,
    *,
    today: dt.date,
    months: int,
) -> list[int]:
    """Numbers that may have been used and not reported (domain 3.4, M1), ascending.

    ``available`` gives each blank's number and day of sale. One is asked about if it was sold
    more than ``months`` months before ``today`` and the same firm has used a higher number.
    """
    if highest_used is None:
        return []
    before = months_before(today, months)
    return sorted(
        number for number, sold_on in available if number < highest_used and sold_on < before
    )
