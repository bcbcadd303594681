"""Every reminder of the portal, in one round; each letter is written once, by its key."""

import datetime as dt
from collections.abc import Callable
from typing import Final

from certificates.operations.reminders import remind_counts
from licensees.operations.reminders import remind_acknowledgments
from licensees.operations.reminders_people import remind_authorities, remind_confirmations

REMINDERS: Final[tuple[Callable[[dt.date], object], ...]] = (
    remind_acknowledgments,
    remind_counts,
    remind_authorities,
    remind_confirmations,
)


def remind(today: dt.date) -> None:
    """Write whatever is due on ``today`` into the outbox."""
    for write in REMINDERS:
        write(today)
