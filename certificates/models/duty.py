"""What the law wants done after a certificate was issued, shipped or voided (domain 6)."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from certificates.models.certificate import Certificate


class DutyQuerySet(models.QuerySet["Duty"]):
    """The questions asked of duties."""

    def visible_to(self, user: User) -> Self:
        """The duties of the certificates ``user`` sees."""
        return self.filter(certificate__in=Certificate.objects.visible_to(user))

    def open(self) -> Self:
        """Duties still owed."""
        return self.filter(discharged_at=None)


class Duty(models.Model):
    """One thing owed for one certificate, and the proof that it was done."""

    class Code(models.TextChoices):
        """The kinds of duty."""

        ADVANCE_NOTICE = "advance_notice", "Tell the importing authority"
        CENSUS_COPY = "census_copy", "Send a copy to the Census Bureau"
        VOID_COPY = "void_copy", "Send a copy of the voided certificate to the Census Bureau"
        AES_CORRECTION = "aes_correction", "Correct or cancel the filing in AES"
        IMPORT_CONFIRMATION = "import_confirmation", "Get the import confirmed"

    class Method(models.TextChoices):
        """How a duty was done."""

        FAX = "fax", "Secure fax"
        UPLOAD = "upload", "Secure upload"
        EMAIL = "email", "E-mail"
        AES = "aes", "In AES"
        OTHER = "other", "Another way"

    # How a voiding closes the notice that is no longer owed: it has no entry of its own.
    CLOSED_BY_VOIDING = {"method": Method.OTHER, "reference": "Voided before shipment"}

    SOURCES = {
        Code.ADVANCE_NOTICE: "KPCS Annex II",
        Code.CENSUS_COPY: "31 CFR 592.301(a)(1)(iv); 15 CFR 30.7(c)",
        Code.VOID_COPY: "31 CFR 592.301(a)(1)(v); 15 CFR 30.4(e)",
        Code.AES_CORRECTION: "15 CFR 30.9(a)",
        Code.IMPORT_CONFIRMATION: "KPCS section III(b)",
    }

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="duties")
    code = models.CharField(max_length=20, choices=Code)
    opened_on = models.DateField()
    due_on = models.DateField()
    discharged_at = models.DateTimeField(null=True, blank=True)
    discharged_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="duties"
    )
    method = models.CharField(max_length=8, choices=Method, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    reference = models.CharField(max_length=120, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "duties"
        ordering = ("due_on", "id")
        constraints = (
            models.UniqueConstraint(name="duty_once", fields=["certificate", "code"]),
            models.CheckConstraint(
                name="duty_done_by_somebody",
                condition=Q(discharged_at=None, discharged_by=None, method="")
                | (Q(discharged_at__isnull=False, discharged_by__isnull=False) & ~Q(method="")),
            ),
            models.CheckConstraint(
                name="duty_due_after_it_opened", condition=Q(due_on__gte=models.F("opened_on"))
            ),
        )
        indexes = (
            models.Index(
                name="duty_done_last",
                fields=["-discharged_at"],
                condition=Q(discharged_at__isnull=False),
            ),
            models.Index(
                name="duty_open_by_due_date",
                fields=["due_on", "id"],
                condition=Q(discharged_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_code_display()}: {self.certificate}"

    @property
    def source(self) -> str:
        """The rule that opened the duty."""
        return self.SOURCES[self.Code(self.code)]

    def is_late(self, today: dt.date) -> bool:
        """Whether the day it was due is past and it is not done."""
        return self.discharged_at is None and today > self.due_on
