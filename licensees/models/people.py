"""The people who act for firms: who they are, who asks for changes, who confirmed the list."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from licensees.models.firm import ENDED, Licensee, LicenseeQuerySet


class ContactQuerySet(models.QuerySet["Contact"]):
    """The questions asked of contacts."""

    def current(self) -> Self:
        """Contacts who still act for their firm."""
        return self.filter(ended_at=None)

    def visible_to(self, user: User) -> Self:
        """The contacts of the firms ``user`` sees."""
        return self.filter(licensee__in=Licensee.objects.visible_to(user))


class Contact(models.Model):
    """A person who acts for a firm. One person may act for several firms."""

    class Role(models.TextChoices):
        """What the person may do for the firm (domain 1.2)."""

        ISSUER = "issuer", "Issuer"
        MANAGER = "manager", "Manager"

    licensee = models.ForeignKey(Licensee, models.PROTECT, related_name="contacts")
    user = models.ForeignKey(User, models.PROTECT, related_name="contacts")
    role = models.CharField(max_length=8, choices=Role, default=Role.ISSUER)
    appointed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ("licensee", "user")
        constraints = (
            models.UniqueConstraint(
                name="contact_once_per_firm",
                fields=["licensee", "user"],
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="contact_ends_after_it_began",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("appointed_at")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} for {self.licensee}"


class PeopleRequestQuerySet(models.QuerySet["PeopleRequest"]):
    """The questions asked of requests."""

    def waiting(self) -> Self:
        """Requests that staff have not decided."""
        return self.filter(state=PeopleRequest.State.WAITING)

    def visible_to(self, user: User) -> Self:
        """The requests of the firms ``user`` sees."""
        return self.filter(licensee__in=Licensee.objects.visible_to(user))


class PeopleRequest(models.Model):
    """A manager's wish that a person act for the firm, or act in another role; staff decide.

    Removing somebody needs no wish: a manager does it at once (domain R1.6).
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", "Waiting for USKPA"
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    licensee = models.ForeignKey(Licensee, models.PROTECT, related_name="people_requests")
    email = models.EmailField("e-mail address", max_length=254)
    name = models.CharField("full name", max_length=120)
    role = models.CharField(max_length=8, choices=Contact.Role)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="people_requested")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="people_decided"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, help_text="Why it was declined.")

    objects = PeopleRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "request about people"
        verbose_name_plural = "requests about people"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                name="people_request_once_waiting",
                fields=["licensee", "email"],
                condition=Q(state="waiting"),
            ),
            models.CheckConstraint(
                name="people_request_decided_by_somebody",
                condition=Q(state="waiting", decided_by=None, decided_at=None)
                | (~Q(state="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="people_request_decided_by_another",
                condition=Q(state__in=["waiting", "withdrawn"]) | ~Q(requested_by=F("decided_by")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} as {self.get_role_display().lower()} of {self.licensee}"


class PeopleConfirmationQuerySet(models.QuerySet["PeopleConfirmation"]):
    """The questions asked of confirmations."""

    def owed_by(self, firms: LicenseeQuerySet, year: int) -> LicenseeQuerySet:
        """Those of ``firms`` whose people nobody confirmed for ``year``.

        A firm owes it from the year after it was licensed; one whose licence ended owes nothing.
        """
        said = self.filter(licensee=OuterRef("pk"), year=year)
        old = firms.filter(effective_on__lt=dt.date(year, 1, 1)).exclude(status__in=ENDED)
        return old.exclude(Exists(said))

    def visible_to(self, user: User) -> Self:
        """The confirmations of the firms ``user`` sees."""
        return self.filter(licensee__in=Licensee.objects.visible_to(user))


class PeopleConfirmation(models.Model):
    """A manager's word, once a year, that the list of the firm's people is right (R1.6)."""

    licensee = models.ForeignKey(Licensee, models.PROTECT, related_name="people_confirmations")
    year = models.PositiveSmallIntegerField()
    people = models.JSONField(help_text="Who stood on the list: name, e-mail address and role.")
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="people_confirmed")
    confirmed_at = models.DateTimeField()

    objects = PeopleConfirmationQuerySet.as_manager()

    class Meta:
        ordering = ("-year", "licensee")
        constraints = (
            models.UniqueConstraint(
                name="people_confirmed_once_a_year", fields=["licensee", "year"]
            ),
        )

    def __str__(self) -> str:
        return f"{self.licensee} {self.year}"
