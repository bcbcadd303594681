"""Staff's yes to what a certificate may otherwise not say (domain 2.5, 4.2, 10.9, 10.11)."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from certificates.models.certificate import Certificate
from licensees.models import Licensee, Paper


class ReleaseQuerySet(models.QuerySet["Release"]):
    """The questions asked of releases."""

    def visible_to(self, user: User) -> Self:
        """The releases that the firms ``user`` sees asked for.

        Not those of their certificates: a blank whose sale was taken back is another firm's then.
        """
        return self.filter(licensee__in=Licensee.objects.visible_to(user))

    def waiting(self) -> Self:
        """Requests that staff have not decided."""
        return self.filter(state=Release.State.WAITING)


class Release(models.Model):
    """A request, with its evidence, to issue one certificate by a route that staff must open."""

    class Route(models.TextChoices):
        """What is asked for."""

        CRATER = "crater", "Found at Crater of Diamonds State Park"
        MUSEUM = "museum", "Research or museum export of stones mined in the United States"
        ORIGIN = "origin", "Origin that waits for staff"
        DESTINATION = "destination", "Destination that waits for staff"

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", "Waiting for USKPA"
        RELEASED = "released", "Released"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="releases")
    licensee = models.ForeignKey(Licensee, models.PROTECT, related_name="releases")
    route = models.CharField(max_length=11, choices=Route)
    country = models.CharField(max_length=2, help_text="The origin or destination asked for.")
    evidence = models.TextField(help_text="What shows where the stones come from, or go.")
    registration = models.CharField(
        max_length=60, blank=True, help_text="Of the find, at the park."
    )
    found_on = models.DateField(null=True, blank=True)
    carat_weight = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True,
        help_text="As registered; the certificate may say no more.",
    )  # fmt: skip
    papers = models.ManyToManyField(Paper, blank=True, related_name="releases")
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="releases_requested")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="releases_decided"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                name="release_once_open",
                fields=["certificate", "route"],
                condition=Q(state__in=["waiting", "released"]),
            ),
            models.CheckConstraint(
                name="release_decided_by_somebody",
                condition=Q(state="waiting", decided_by=None, decided_at=None)
                | (~Q(state="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="release_decided_by_another",
                condition=Q(state__in=["waiting", "withdrawn"]) | ~Q(requested_by=F("decided_by")),
            ),
            models.CheckConstraint(
                name="release_of_a_find_is_whole",
                condition=~Q(route="crater")
                | (
                    Q(country="US", carat_weight__isnull=False, found_on__isnull=False)
                    & ~Q(registration="")
                ),
            ),
            models.CheckConstraint(
                name="release_of_the_united_states_is_an_origin",
                condition=Q(route__in=["crater", "museum"], country="US")
                | (Q(route__in=["origin", "destination"]) & ~Q(country="US")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_route_display()}: {self.certificate}"
