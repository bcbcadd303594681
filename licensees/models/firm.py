"""Firms with a licence, and whether they may buy stock."""

import datetime as dt
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from accounts.models import User
from licensees import evidence, standing


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


ENDED = (LicenceStatus.TERMINATED, LicenceStatus.SURRENDERED)


class LicenseeQuerySet(models.QuerySet["Licensee"]):
    """The questions asked of licensees."""

    def visible_to(self, user: User) -> Self:
        """Firms ``user`` may know exist. The twin of ``rules.may_view``; tests hold them equal."""
        if not user.is_active:
            return self.none()
        if user.sees_every_licensee:
            return self
        return self.filter(pk__in=user.contacts.filter(ended_at=None).values("licensee"))

    def with_standing(self, today: dt.date) -> Self:
        """Each with the facts of good standing, so that ``standing_facts`` costs no query."""
        # By name: the table of fees stands on this one.
        fees: Any = apps.get_model("licensees", "AnnualFee")._default_manager
        said: Any = apps.get_model("licensees", "Acknowledgment")._default_manager
        year = standing.acknowledgment_year(today)
        own = models.OuterRef("pk")
        unpaid = fees.filter(licensee=own, paid_on=None).order_by("due_on").values("due_on")
        return self.annotate(
            unpaid_fee_due_on=models.Subquery(unpaid[:1]),
            exported_in_due_year=evidence.exported_in(year),
            acknowledged_due_year=models.Exists(said.filter(licensee=own, year=year)),
            **evidence.standing(today),
        )


class Licensee(models.Model):
    """A firm that USKPA has licensed to obtain and issue certificates."""

    number = models.PositiveIntegerField("licence number", unique=True)
    legal_name = models.CharField(max_length=256, unique=True)
    kind = models.CharField("licence", max_length=8, choices=Kind, default=Kind.ORDINARY)
    status = models.CharField(max_length=12, choices=LicenceStatus, default=LicenceStatus.ACTIVE)
    address = models.TextField(help_text="The U.S. address that is printed on certificates.")
    telephone = models.CharField(max_length=40, blank=True)
    fax = models.CharField(max_length=40, blank=True)
    email = models.EmailField("e-mail address", max_length=254, blank=True)
    ein = models.CharField("federal tax id (EIN)", max_length=10, unique=True)
    state_of_incorporation = models.CharField(max_length=2)
    ace_account = models.CharField("ACE exporter account", max_length=60, blank=True)
    effective_on = models.DateField("licence effective on")
    suspended_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField("licence ended on", null=True, blank=True)

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
            models.CheckConstraint(
                name="licensee_suspended_has_day",
                condition=Q(status=LicenceStatus.SUSPENDED, suspended_on__isnull=False)
                | (~Q(status=LicenceStatus.SUSPENDED) & Q(suspended_on=None)),
            ),
            models.CheckConstraint(
                name="licensee_ended_has_day",
                condition=Q(status__in=ENDED, ended_on__isnull=False)
                | (~Q(status__in=ENDED) & Q(ended_on=None)),
            ),
            models.CheckConstraint(
                name="licensee_ends_after_it_began",
                condition=Q(ended_on=None) | Q(ended_on__gte=models.F("effective_on")),
            ),
        )

    def __str__(self) -> str:
        return self.legal_name

    @property
    def is_active(self) -> bool:
        """Whether the firm may issue."""
        return self.status == LicenceStatus.ACTIVE

    @property
    def has_ended(self) -> bool:
        """Whether the licence is over for good; the firm then only reads."""
        return self.status in ENDED

    @property
    def is_carrier(self) -> bool:
        """Whether the firm may issue for third parties."""
        return self.kind == Kind.CARRIER

    def standing_reasons(self, today: dt.date) -> tuple[standing.Reason, ...]:
        """The conditions of good standing on ``today``."""
        return standing.reasons(self.standing_facts(today), today=today)

    def standing_facts(self, today: dt.date) -> standing.Facts:
        """What standing is judged on; one query unless ``with_standing`` brought it."""
        row: Any = self
        if not hasattr(row, "acknowledged_due_year"):
            row = Licensee.objects.with_standing(today).get(pk=self.pk)
        return standing.Facts(
            is_active=self.is_active,
            status_label=self.get_status_display(),
            unpaid_fee_due_on=row.unpaid_fee_due_on,
            owes_acknowledgment=row.exported_in_due_year and not row.acknowledged_due_year,
            critical_finding_due_on=row.critical_finding_due_on,
            unaccounted_blanks=row.unaccounted_blanks,
        )
