"""Firms, their people and any number of certificates, without the rest of the demonstration."""

import os

from django.db import transaction
from django.utils import timezone

from kpportal.demo import extras, licensing, years
from kpportal.demo.load import silence


def fill(certificates: int) -> None:
    """Fill an empty database with exactly so many certificates of the demonstration's firms."""
    with transaction.atomic():
        actors = licensing.bring_in(password=os.environ["KPPORTAL_DEMO_PASSWORD"])
        licensing.charge_fees(actors, today=timezone.localdate())
    extras.top_up(certificates, actors=actors, tell=silence)
    # Whoever exported buys only after that.
    years.acknowledge_exports(actors, today=timezone.localdate())
