"""What was measured, beside its budget; printed, and kept in docs/performance.md."""

import datetime as dt
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import django

BEGIN: Final = "<!-- measured: written by `make bench` -->"
END: Final = "<!-- measured: end -->"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure. A budget is the most it may be, or with ``exactly`` what it must be."""

    what: str
    measured: float
    unit: str
    budget: float | None = None
    exactly: bool = False
    beside: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether the figure keeps its budget; one without a budget always does."""
        if self.budget is None:
            return True
        return self.measured == self.budget if self.exactly else self.measured <= self.budget

    def cells(self) -> tuple[str, str, str, str, str]:
        """What, budget, measured, verdict, and what else is worth knowing."""
        budget = verdict = ""
        if self.budget is not None:
            sign = "=" if self.exactly else "≤"
            budget = f"{sign} {_figure(self.budget)} {self.unit}"
            verdict = "kept" if self.is_kept else "MISSED"
        return self.what, budget, f"{_figure(self.measured)} {self.unit}", verdict, self.beside


def _figure(value: float) -> str:
    places = 0 if value == int(value) or value >= 1000 else 1 if value >= 10 else 2
    return f"{value:,.{places}f}"


HEADINGS: Final = ("What", "Budget", "Measured", "Verdict", "Beside it")


def table(lines: Sequence[Line]) -> str:
    """The figures as a table in Markdown, its columns aligned for reading as plain text."""
    rows = [HEADINGS, *(line.cells() for line in lines)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADINGS))]
    written = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([written[0], rule, *written[1:]])


def machine(postgresql: str, before_ms: float, after_ms: float) -> str:
    """What the figures depend on, and nothing by which the machine could be known.

    The yardstick's milliseconds before and after the measuring say how fast and how busy it was.
    """
    return (
        f"Measured on {dt.datetime.now(dt.UTC):%Y-%m-%d}, {platform.system()}"
        f" {platform.machine()} with {os.cpu_count()} CPUs, Python {platform.python_version()},"
        f" Django {django.__version__}, PostgreSQL {postgresql}, one gunicorn worker."
        f" `sum(n * n for n in range(100_000))` took {before_ms:.1f} ms of CPU before and"
        f" {after_ms:.1f} ms after."
    )


def write(document: Path, text: str) -> None:
    """Put ``text`` between the document's markers; ValueError if it has none."""
    before, begin, rest = document.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{document.name} has no place for the figures.")
    document.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")
