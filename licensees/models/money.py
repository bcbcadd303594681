"""What firms owe USKPA for a year, and what they paid (domain R2.5)."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from licensees.models.firm import Licensee


class FeeAmountQuerySet(models.QuerySet["FeeAmount"]):
    """The questions asked of the fee's amounts."""

    def visible_to(self, user: User) -> Self:
        """What the fee is, everybody who signs in may know."""
        return self if user.is_active else self.none()

    def on(self, day: dt.date) -> "FeeAmount | None":
        """The amount in force on a day."""
        return self.filter(valid_from__lte=day).order_by("-valid_from").first()


class FeeAmount(models.Model):
    """The annual fee from a day on; the database never changes one that was in force."""

    valid_from = models.DateField(unique=True)
    amount_usd = models.DecimalField("annual fee", max_digits=9, decimal_places=2)

    objects = FeeAmountQuerySet.as_manager()

    class Meta:
        verbose_name = "annual fee’s amount"
        ordering = ("-valid_from",)
        constraints = (
            models.CheckConstraint(name="fee_amount_is_positive", condition=Q(amount_usd__gt=0)),
        )

    def __str__(self) -> str:
        return f"${self.amount_usd} from {self.valid_from}"


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


class FeePaymentQuerySet(models.QuerySet["FeePayment"]):
    """The questions asked of payments."""

    def visible_to(self, user: User) -> Self:
        """The payments of the firms ``user`` sees."""
        return self.filter(fee__licensee__in=Licensee.objects.visible_to(user))


class FeePayment(models.Model):
    """Money received for a fee, or taken back by a counter-entry; never edited."""

    class Method(models.TextChoices):
        """How the firm paid."""

        CHECK = "check", "Check"
        CASH = "cash", "Cash"
        TRANSFER = "transfer", "Bank transfer"

    fee = models.ForeignKey(AnnualFee, models.PROTECT, related_name="payments")
    amount_usd = models.DecimalField(max_digits=9, decimal_places=2)
    method = models.CharField(max_length=8, choices=Method)
    reference = models.CharField(max_length=60, blank=True, help_text="Check or transfer number.")
    received_on = models.DateField()
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="fee_payments")
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    note = models.CharField(max_length=500, blank=True, help_text="Why it was taken back.")

    objects = FeePaymentQuerySet.as_manager()

    class Meta:
        ordering = ("received_on", "id")
        constraints = (
            models.CheckConstraint(
                name="fee_payment_in_or_back",
                condition=Q(reverses=None, amount_usd__gt=0)
                | (Q(reverses__isnull=False, amount_usd__lt=0) & ~Q(note="")),
            ),
        )

    def __str__(self) -> str:
        return f"${self.amount_usd} for {self.fee}"
