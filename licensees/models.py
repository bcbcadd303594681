"""Firms with a licence agreement, the people who act for them, and whom they ship to."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from licensees import standing


class Kind(models.TextChoices):
    """What a licence allows (domain 1.1)."""

    ORDINARY = "ordinary", "Licensee"
    CARRIER = "carrier", "Common carrier"


class LicenceStatus(models.TextChoices):
    """Where a licence stands (domain 2.2)."""

    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Suspended"
    TERMINATED = "terminated", "Terminated"
    SURRENDERED = "surrendered", "Surrendered"


class LicenseeQuerySet(models.QuerySet["Licensee"]):
    """The questions asked of licensees."""

    def visible_to(self, user: User) -> Self:
        """Firms ``user`` may know exist. The twin of ``rules.may_view``; tests hold them equal."""
        if not user.is_active:
            return self.none()
        if user.sees_every_licensee:
            return self
        return self.filter(pk__in=Contact.objects.current().filter(user=user).values("licensee"))

    def with_unpaid_fee(self) -> Self:
        """Each with ``unpaid_fee_due_on``, so that standing costs no further query."""
        unpaid = AnnualFee.objects.filter(licensee=models.OuterRef("pk"), paid_on=None)
        return self.annotate(
            unpaid_fee_due_on=models.Subquery(unpaid.order_by("due_on").values("due_on")[:1])
        )


class Licensee(models.Model):
    """A firm that USKPA has licensed to obtain and issue certificates."""

    legal_name = models.CharField(max_length=256, unique=True)
    kind = models.CharField("licence", max_length=8, choices=Kind, default=Kind.ORDINARY)
    status = models.CharField(max_length=12, choices=LicenceStatus, default=LicenceStatus.ACTIVE)
    address = models.TextField(help_text="The U.S. address that is printed on certificates.")
    ein = models.CharField("federal tax id (EIN)", max_length=10, unique=True)
    state_of_incorporation = models.CharField(max_length=2)
    effective_on = models.DateField("licence effective on")

    objects = LicenseeQuerySet.as_manager()

    class Meta:
        ordering = ("legal_name",)
        constraints = (
            models.CheckConstraint(
                name="licensee_ein_well_formed", condition=Q(ein__regex=r"^[0-9]{2}-[0-9]{7}$")
            ),
            models.CheckConstraint(name="licensee_kind_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="licensee_status_known", condition=Q(status__in=LicenceStatus.values)
            ),
        )

    def __str__(self) -> str:
        return self.legal_name

    @property
    def is_active(self) -> bool:
        """Whether the firm may issue."""
        return self.status == LicenceStatus.ACTIVE

    @property
    def is_carrier(self) -> bool:
        """Whether the firm may issue for third parties."""
        return self.kind == Kind.CARRIER

    def standing_reasons(self, today: dt.date) -> tuple[standing.Reason, ...]:
        """The conditions of good standing on ``today``."""
        return standing.reasons(self.standing_facts(), today=today)

    def standing_facts(self) -> standing.Facts:
        """What standing is judged on; one query unless ``with_unpaid_fee`` brought it."""
        if not hasattr(self, "unpaid_fee_due_on"):
            unpaid = self.fees.filter(paid_on=None).order_by("due_on")
            self.unpaid_fee_due_on = unpaid.values_list("due_on", flat=True).first()
        return standing.Facts(self.is_active, self.get_status_display(), self.unpaid_fee_due_on)


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


class AnnualFeeQuerySet(models.QuerySet["AnnualFee"]):
    """The questions asked of fees."""

    def visible_to(self, user: User) -> Self:
        """The fees of the firms ``user`` sees."""
        return self.filter(licensee__in=Licensee.objects.visible_to(user))


class AnnualFee(models.Model):
    """What a firm owes for a year; only firms that pay it may buy stock (domain R2.5)."""

    licensee = models.ForeignKey(Licensee, models.PROTECT, related_name="fees")
    year = models.PositiveSmallIntegerField()
    amount_usd = models.DecimalField(max_digits=9, decimal_places=2)
    due_on = models.DateField()
    paid_on = models.DateField(null=True, blank=True)

    objects = AnnualFeeQuerySet.as_manager()

    class Meta:
        ordering = ("licensee", "-year")
        constraints = (
            models.UniqueConstraint(name="fee_once_a_year", fields=["licensee", "year"]),
            models.CheckConstraint(name="fee_is_positive", condition=Q(amount_usd__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.licensee} {self.year}"


class PartyQuerySet(models.QuerySet["Party"]):
    """The questions asked of an address book."""

    def visible_to(self, user: User) -> Self:
        """The address books of the firms ``user`` sees."""
        return self.filter(licensee__in=Licensee.objects.visible_to(user))

    def offered(self, part: str) -> Self:
        """Entries not retired that can stand in one part of a certificate."""
        return self.filter(part=part, retired_at=None).order_by("name")


class Party(models.Model):
    """An entry in a firm's address book: a consignee, or an exporter a carrier ships for."""

    class Part(models.TextChoices):
        """Where on a certificate the entry can stand."""

        CONSIGNEE = "consignee", "Consignee"
        EXPORTER = "exporter", "Exporter"

    licensee = models.ForeignKey(Licensee, models.PROTECT, related_name="parties")
    part = models.CharField(max_length=9, choices=Part)
    name = models.CharField(max_length=256)
    address = models.TextField(help_text="Without the country.")
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2.")
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = "address book entry"
        verbose_name_plural = "address book entries"
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                name="party_once_in_the_book",
                fields=["licensee", "part", "name", "country"],
                condition=Q(retired_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.country}"
