"""Many more certificates, to see how the portal does with them.

The book's exports of 2019 to 2025 again and again, each time with new numbers and ITNs, so that
they are spread over firms, months, partners and subheadings as the book is. The years before
keep their published totals; those of 2019 to 2025 grow with the number asked for.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count, islice
from typing import Final

from certificates.models import Certificate
from certificates.operations.history import take_over
from kpportal.demo.book import Export, recent
from kpportal.demo.bulk import shared_itns_checked_at_the_end
from kpportal.demo.figures import FIRST_RECENT_YEAR
from kpportal.demo.licensing import Actors
from kpportal.demo.past import delivered, sales
from kpportal.demo.people import SUSPENDED_FIRM

FIRST_NUMBER: Final = 1_000_001  # far above what the book needs
_LAST_YEAR: Final = 2025
_PORTION: Final = 10_000
_STRIDE: Final = 1009  # a prime: by such steps even a few rows come from all over the book


def top_up(wanted: int, *, actors: Actors, tell: Callable[[str], None]) -> int:
    """See that ``wanted`` of these certificates exist, and return how many had to be added.

    All in one transaction; another time only what is missing is added.
    """
    there = Certificate.objects.filter(number__gte=FIRST_NUMBER).count()
    if there >= wanted:
        return 0
    with shared_itns_checked_at_the_end():
        endless = delivered(islice(_again_and_again(), there, wanted))
        for first in range(there, wanted, _PORTION):
            portion = islice(endless, _PORTION)
            take_over(
                sales(portion, first_number=FIRST_NUMBER + first, actors=actors),
                actor=actors.staff,
            )
            tell(f"{min(first + _PORTION, wanted):,} of {wanted:,} more certificates")
        tell("Checking the sharing of ITNs")
    return wanted - there


def _again_and_again() -> Iterator[Export]:
    """The book's rows of some years without end, no ITN twice and none that the book has."""
    # Seen from a later day all of them have arrived, whatever day it is.
    seen_from = dt.date(_LAST_YEAR + 1, 3, 1)
    book = [
        export
        for export in recent(FIRST_RECENT_YEAR, seen_from)
        if export.shipped_on.year <= _LAST_YEAR and export.firm_key != SUSPENDED_FIRM
    ]
    taken = {export.itn for export in recent(FIRST_RECENT_YEAR, seen_from)}
    serials: dict[str, Iterator[int]] = {}
    for turn in count(1):
        for place in range(len(book)):
            export = book[place * _STRIDE % len(book)]
            day = export.itn[:9]
            serial = serials.setdefault(day, count(1))
            itn = next(itn for n in serial if (itn := f"{day}{n:06d}") not in taken)
            yield replace(export, itn=itn, seal_number=f"{export.seal_number}-{turn}")
