"""Reviews of licensees, by USKPA and by the government, each on a clock of its own."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple, Self

from django.db import models
from django.db.models import Max, Min, Q

from accounts.models import User
from licensees.models import LicenceStatus, Licensee
from reviews import schedule


class Body(models.TextChoices):
    """Who reviews. A visit of one never resets the clock of the other (domain 7.2)."""

    USKPA = "uskpa", "USKPA"
    GOVERNMENT = "usg", "U.S. government"


class ReviewQuerySet(models.QuerySet["Review"]):
    """The questions asked of reviews."""

    def visible_to(self, user: User) -> Self:
        """The reviews of the firms ``user`` sees."""
        return self.filter(licensee__in=Licensee.objects.visible_to(user))


class Review(models.Model):
    """One review of one licensee by one body."""

    class Status(models.TextChoices):
        """Where the review stands."""

        PLANNED = "planned", "Planned"
        COMPLETED = "completed", "Completed"
        CANCELLED = "cancelled", "Cancelled"

    licensee = models.ForeignKey(Licensee, models.PROTECT, related_name="reviews")
    body = models.CharField(max_length=5, choices=Body)
    status = models.CharField(max_length=9, choices=Status, default=Status.PLANNED)
    planned_on = models.DateField()
    visited_on = models.DateField(null=True, blank=True, help_text="The last day of the visit.")
    is_onsite = models.BooleanField("on site", default=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ("-planned_on", "-id")
        constraints = (
            models.CheckConstraint(
                name="review_completed_when_visited",
                condition=Q(status="completed", visited_on__isnull=False)
                | (~Q(status="completed") & Q(visited_on=None)),
            ),
            models.CheckConstraint(name="review_body_known", condition=Q(body__in=Body.values)),
        )

    def __str__(self) -> str:
        return f"{self.get_body_display()} review of {self.licensee}, {self.planned_on}"


class Clock(NamedTuple):
    """One body's clock for one firm."""

    licensee: Licensee
    body: Body
    last_visit: dt.date | None
    planned_on: dt.date | None
    due_on: dt.date
    status: schedule.ClockStatus


def clocks(user: User, today: dt.date) -> list[Clock]:
    """Both clocks of every firm with a licence that ``user`` sees: two queries for all."""
    firms = Licensee.objects.visible_to(user).filter(
        status__in=[LicenceStatus.ACTIVE, LicenceStatus.SUSPENDED]
    )
    found = clocks_of(firms, today)
    return sorted(found, key=lambda clock: (clock.due_on, clock.licensee.legal_name))


def clocks_of(firms: Iterable[Licensee], today: dt.date) -> list[Clock]:
    """Both clocks of each of ``firms``: one query for all.

    Only a completed visit on site resets a clock (domain 10.18); a suspended firm's runs on.
    """
    firms = list(firms)
    onsite = Q(status=Review.Status.COMPLETED, is_onsite=True)
    rows = (
        Review.objects.filter(licensee__in=firms)
        .values_list("licensee_id", "body")
        .annotate(
            last=Max("visited_on", filter=onsite),
            planned=Min("planned_on", filter=Q(status=Review.Status.PLANNED, is_onsite=True)),
        )
        .order_by()
    )
    known = {(licensee, body): (last, planned) for licensee, body, last, planned in rows}
    found = []
    for firm in firms:
        for body in Body:
            last, planned = known.get((firm.pk, body), (None, None))
            due = schedule.due_on(last, firm.effective_on)
            state = schedule.status(due, planned, today)
            found.append(Clock(firm, body, last, planned, due, state))
    return found
