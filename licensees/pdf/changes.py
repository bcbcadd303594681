"""The directors' list of changes on paper."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from licensees.changes import HEADINGS, Change
from licensees.pdf.sheet import LANDSCAPE, Sheet

SHARES: Final = (0.09, 0.08, 0.22, 0.13, 0.24, 0.24)


def directors_list(year: int, changes: Sequence[Change], *, as_of: dt.date) -> bytes:
    """The changes of a calendar year, as the journal told them on the day ``as_of``."""
    sheet = Sheet("Changes of licensees", str(year), size=LANDSCAPE)
    sheet.words(
        f"Changes in licensees’ name, number or details in the calendar year {year}, for the report"
        f" to the directors (bylaws, 10.03(a)(vi)). As of {as_of:%m/%d/%Y}."
    )
    if changes:
        sheet.table(HEADINGS, [change.cells() for change in changes], SHARES)
    else:
        sheet.words("Nothing changed.")
    return sheet.pdf(f"Calendar year {year}, as of {as_of:%m/%d/%Y}")
