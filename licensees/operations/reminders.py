"""Remind firms of the acknowledgment they owe, and staff of who is late (domain 2.4)."""

import datetime as dt
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts import outbox
from licensees import acknowledgments
from licensees.models import Contact, Licensee
from licensees.notices import tell_firm
from licensees.standing import acknowledgment_due_on

SOON: Final = dt.timedelta(days=14)


@transaction.atomic
def remind_acknowledgments(today: dt.date) -> None:
    """Tell the managers of each firm that owes its word for last year; every letter goes once.

    From January 1 that it can be signed, two weeks before the due date that it is due, and after
    it that the firm is late; then staff are told, too, how many firms are. A firm without a
    manager gets no letter: staff see it in the list.
    """
    year = today.year - 1
    due_on = acknowledgment_due_on(year)
    firms = acknowledgments.owing(year)
    late = today > due_on
    for firm in firms:
        if late:
            _remind(firm, year, "late", f"was due on {due_on:%m/%d/%Y} and is missing")
        elif today >= due_on - SOON:
            _remind(firm, year, "soon", f"is due on {due_on:%m/%d/%Y}")
        else:
            _remind(firm, year, "open", f"can be signed now; it is due on {due_on:%m/%d/%Y}")
    if late and firms:
        count = f"{len(firms)} firm has" if len(firms) == 1 else f"{len(firms)} firms have"
        outbox.queue(
            settings.STAFF_EMAIL,
            f"Acknowledgments for {year} are late",
            [f"{count} exported in {year} and not acknowledged it by {due_on:%m/%d/%Y}."],
            path=f"{reverse('licensees:acknowledgment_overview')}?year={year}",
            link_label="See which",
            key=f"acknowledgment:{year}:staff",
        )


def _remind(firm: Licensee, year: int, stage: str, what: str) -> None:
    tell_firm(
        firm,
        f"The acknowledgment of {firm} for {year}",
        f"The yearly acknowledgment of {firm} for {year} {what}. A manager of the firm signs it in"
        " the portal. While it is late, no blanks are sold to the firm.",
        reverse("licensees:acknowledge", args=[firm.pk, year]),
        "Read and sign it",
        role=Contact.Role.MANAGER,
        key=f"acknowledgment:{year}:{stage}",
    )
