"""The directors' list of changes as CSV."""

import csv
import io
from collections.abc import Iterable
from typing import Final

from licensees.changes import HEADINGS, Change

# A spreadsheet takes a cell that begins with one of these for a formula, or hides the first.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(changes: Iterable[Change]) -> bytes:
    """UTF-8 with its mark, as spreadsheets want it; no cell is ever a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for change in changes:
        writer.writerow(plain(cell) for cell in change.cells())
    return text.getvalue().encode("utf-8-sig")


def plain(cell: str) -> str:
    """A cell that stays text in a spreadsheet: an apostrophe goes before what looks like more."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell
