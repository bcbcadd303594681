"""What training there was, and who missed it: read, never written (annual report, part C)."""

import datetime as dt
from typing import Any, Final

from django.db.models import Max, Q

from accounts.models import User
from licensees.models import Attendance, Licensee, TrainingSession

YEARS: Final = 2  # after which a firm counts as untrained


def years_before(today: dt.date, years: int = YEARS) -> dt.date:
    """The same day so many years ago; of 29 February the 28th where there is none."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)


def report_sentence(year: int, user: User) -> str:
    """What the annual report to the Kimberley Process can say of training in ``year``."""
    sessions = list(TrainingSession.objects.filter(held_on__year=year).order_by("held_on", "id"))
    if not sessions:
        return f"In {year}, no training session for licensees was held."
    came = Attendance.objects.visible_to(user).filter(session__in=sessions)
    firms = came.values("licensee").distinct().count()
    licensed = Licensee.objects.visible_to(user).filter(effective_on__year__lte=year)
    of = licensed.exclude(ended_on__year__lt=year).count()
    people = came.count()
    held = "; ".join(
        f"{session.title} on {session.held_on:%m/%d/%Y}, by {session.agencies}"
        for session in sessions
    )
    count = "1 training session" if len(sessions) == 1 else f"{len(sessions)} training sessions"
    attended = "1 person" if people == 1 else f"{people} people"
    return (
        f"In {year}, {count} for licensees took place ({held})."
        f" {attended} of {firms} of the {of} licensees attended."
    )


def untrained(user: User, since: dt.date) -> Any:
    """Firms with a licence that ``user`` sees, of which nobody was trained after ``since``.

    A firm licensed after that day has not missed anything yet. Each has ``last_trained_on``, which
    is None where nobody ever was.
    """
    firms = Licensee.objects.visible_to(user).filter(ended_on=None, effective_on__lte=since)
    trained = firms.annotate(last_trained_on=Max("attendances__session__held_on"))
    missed = Q(last_trained_on=None) | Q(last_trained_on__lte=since)
    return trained.filter(missed).order_by("legal_name")
