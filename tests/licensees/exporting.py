"""A firm that exported in a year that is over."""

import datetime as dt

from certificates.operations.issue import issue
from certificates.operations.shipping import ship
from licensees.models import Licensee
from tests.cast import Cast


def exported(cast: Cast, firm: Licensee | None = None, year: int = 2025) -> int:
    """A certificate of a firm that was issued and shipped in a year; its number."""
    firm, day = firm or cast.firm_a, dt.date(year, 6, 3)
    actor = cast.contact_of(firm).user
    row = issue(
        cast.available(firm, sold_on=day),
        facts=cast.particulars(firm, date_of_issue=day),
        attested=True,
        acknowledged={},
        draft_version=None,
        today=day,
        actor=actor,
    )
    return ship(row, shipped_on=day, seal_number="S-1", today=day, actor=actor).number
