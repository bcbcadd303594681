"""Participants by date, the country map, and Schedule D ports (domain 4.2, 4.4)."""

import datetime as dt
from dataclasses import dataclass
from typing import Self, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from accounts.models import User

Row = TypeVar("Row", bound=models.Model)


class PublicQuerySet(models.QuerySet[Row]):
    """Reference tables are the same for everyone who signs in."""

    def visible_to(self, user: User) -> Self:
        """Everything, for an active user."""
        return self if user.is_active else self.none()


class ParticipantQuerySet(PublicQuerySet["Participant"]):
    """The questions asked of the list of Participants."""

    def in_force(self, on: dt.date) -> Self:
        """Participants on the list of ``on``: a certificate is judged by the list of its day."""
        return self.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gte=on))


class Participant(models.Model):
    """A Participant in the Kimberley Process for a span of days (31 CFR 592.308)."""

    class Standing(models.TextChoices):
        """Whether exports may go there."""

        OPEN = "open", "Open"
        HOLD = "hold", "Held for staff"
        HOME = "home", "United States"

    code = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2, or EU.")
    name = models.CharField(max_length=64)
    standing = models.CharField(max_length=4, choices=Standing, default=Standing.OPEN)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text="The last day, included.")
    note = models.TextField(blank=True)
    source = models.CharField(max_length=200)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ("name", "valid_from")
        constraints = (
            ExclusionConstraint(
                name="participant_once_a_day",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            models.Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        )

    def __str__(self) -> str:
        return self.name


class Country(models.Model):
    """A country or territory, and the Participant its trade counts under."""

    code = models.CharField(max_length=2, primary_key=True, help_text="ISO 3166-1 alpha-2.")
    name = models.CharField(max_length=64)
    participant_code = models.CharField(max_length=2)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "countries"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Port(models.Model):
    """A port of export with its four-digit Schedule D code (15 CFR 30.6(a)(9))."""

    code = models.CharField(max_length=4, primary_key=True)
    name = models.CharField(max_length=64)
    is_open = models.BooleanField("offered", default=True)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


@dataclass(frozen=True, slots=True)
class ReferenceLists:
    """Countries, the Participants of one day by their code, and the ports that are offered.

    For whoever needs them more than once in a request: three queries, for two hundred rows.
    """

    countries: list[Country]
    participants: dict[str, Participant]
    ports: list[Port]

    @classmethod
    def on(cls, day: dt.date) -> Self:
        """The lists as they are for certificates of a day."""
        return cls(
            list(Country.objects.all()),
            {participant.code: participant for participant in Participant.objects.in_force(day)},
            list(Port.objects.filter(is_open=True)),
        )
