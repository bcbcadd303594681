"""Mail that the calendar asks for, about certificates and blanks."""

import datetime as dt

from django.db import transaction

from certificates import notices
from certificates.models import owing_count


@transaction.atomic
def remind_counts(today: dt.date) -> int:
    """Ask every firm that owes this year's count for it, once in November and once in December.

    Writes to the outbox under keys, so that it may run every day. Returns how many firms owe it.
    """
    firms = list(owing_count(today))
    for firm in firms:
        notices.ask_for_count(firm, key=f"count:{today:%Y-%m}:{firm.pk}")
    return len(firms)
