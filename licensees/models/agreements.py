"""The licence agreements a firm signed, and its yearly word that it keeps to them."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from licensees.models.files import Paper
from licensees.models.firm import Licensee


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """The questions asked of agreements."""

    def visible_to(self, user: User) -> Self:
        """The agreements of the firms ``user`` sees."""
        return self.filter(licensee__in=Licensee.objects.visible_to(user))


class Agreement(models.Model):
    """One version of the licence agreement as a firm signed it (R2.3, R2.4)."""

    licensee = models.ForeignKey(Licensee, models.PROTECT, related_name="agreements")
    version = models.CharField(max_length=20)
    sent_on = models.DateField(null=True, blank=True)
    signed_on = models.DateField()
    paper = models.ForeignKey(
        Paper, models.PROTECT, null=True, blank=True, related_name="agreements"
    )

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ("-signed_on", "-id")
        constraints = (
            models.UniqueConstraint(
                name="agreement_version_signed_once", fields=["licensee", "version"]
            ),
            models.CheckConstraint(
                name="agreement_sent_before_signed",
                condition=Q(sent_on=None) | Q(sent_on__lte=F("signed_on")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.licensee}, version {self.version}"


class AcknowledgmentTextQuerySet(models.QuerySet["AcknowledgmentText"]):
    """The questions asked of the acknowledgment's wording."""

    def visible_to(self, user: User) -> Self:
        """What firms are asked to sign, everybody who signs in may know."""
        return self if user.is_active else self.none()

    def on(self, day: dt.date) -> "AcknowledgmentText | None":
        """The wording in force on a day."""
        return self.filter(valid_from__lte=day).order_by("-valid_from").first()


class AcknowledgmentText(models.Model):
    """The words a firm signs, from a day on; the database never changes one."""

    version = models.CharField(max_length=20, unique=True)
    valid_from = models.DateField(unique=True)
    text = models.TextField()

    objects = AcknowledgmentTextQuerySet.as_manager()

    class Meta:
        ordering = ("-valid_from",)

    def __str__(self) -> str:
        return f"version {self.version}"


class AcknowledgmentQuerySet(models.QuerySet["Acknowledgment"]):
    """The questions asked of acknowledgments."""

    def visible_to(self, user: User) -> Self:
        """The acknowledgments of the firms ``user`` sees."""
        return self.filter(licensee__in=Licensee.objects.visible_to(user))


class Acknowledgment(models.Model):
    """A firm's word for one year that it complied with its licence agreement (R2.6, 2.4).

    Everything in it is as it was when it was signed; the database never changes it.
    """

    licensee = models.ForeignKey(Licensee, models.PROTECT, related_name="acknowledgments")
    year = models.PositiveSmallIntegerField()
    wording = models.ForeignKey(AcknowledgmentText, models.PROTECT, related_name="acknowledgments")
    text = models.TextField(help_text="As it was shown.")
    agreement_version = models.CharField(max_length=20, blank=True)
    certificates_issued = models.PositiveIntegerField()
    certificates_shipped = models.PositiveIntegerField()
    certificate_numbers = models.JSONField(help_text="Issued or shipped in the year.")
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="acknowledgments")
    signer_name = models.CharField(max_length=120)
    signer_title = models.CharField(max_length=120)
    signed_at = models.DateTimeField()

    objects = AcknowledgmentQuerySet.as_manager()

    class Meta:
        ordering = ("-year", "licensee")
        constraints = (
            models.UniqueConstraint(name="acknowledgment_once_a_year", fields=["licensee", "year"]),
        )

    def __str__(self) -> str:
        return f"{self.licensee} {self.year}"

    @property
    def reference(self) -> str:
        """What the receipt is called: the year and the firm's licence number."""
        return f"ACK-{self.year}-{self.licensee.number:03d}"
