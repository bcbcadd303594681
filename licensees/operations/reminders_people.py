"""Remind firms of the yearly word on their people, and carriers of authorities that end.

Each reminder is written once: running these every day, or twice, sends nothing more.
"""

import datetime as dt
from typing import Final

from django.db import transaction
from django.urls import reverse

from licensees import notices
from licensees.models import Contact, Licensee, Party, PeopleConfirmation

# Month and day from which a firm is written to: as the year begins, a week before the list is
# due with the acknowledgment of the year before (31 January; domain R1.6), and when it is late.
REMINDED_FROM: Final = ((1, 1), (1, 24), (2, 1))


@transaction.atomic
def remind_confirmations(today: dt.date) -> None:
    """Ask the managers of every firm that has not confirmed its people this year to do so."""
    turn = sum(today >= dt.date(today.year, *day) for day in REMINDED_FROM)
    firms = PeopleConfirmation.objects.owed_by(Licensee.objects.all(), today.year)
    for firm in firms:
        notices.tell_firm(
            firm,
            f"Please confirm who acts for {firm}",
            f"Once a year a manager confirms the list of the people who act for {firm}. The list of"
            f" {today.year} is not confirmed yet.",
            reverse("licensees:confirm_people", args=[firm.pk]),
            "Read and confirm the list",
            role=Contact.Role.MANAGER,
            key=f"people:{firm.pk}:{today.year}:{turn}",
        )


@transaction.atomic
def remind_authorities(today: dt.date) -> None:
    """Tell a carrier once of every principal's written authority that ends within 30 days."""
    for party in Party.objects.ending(today).select_related("licensee"):
        if party.licensee.has_ended:
            continue
        notices.tell_firm(
            party.licensee,
            f"A written authority ends on {party.authority_until:%m/%d/%Y}",
            "The written authority of one of your principals is about to end. From the day after"
            " on, the principal is no longer offered when you fill in a certificate.",
            reverse("licensees:change_party", args=[party.pk]),
            "Open the principal",
            key=f"authority:{party.pk}:{party.authority_until}",
        )
