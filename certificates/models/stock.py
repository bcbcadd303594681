"""What a blank costs, and the receipts of their sale (domain R3.3)."""

import datetime as dt
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from certificates.models.reference import PublicQuerySet
from licensees.models import Contact, Licensee


class PriceQuerySet(PublicQuerySet["Price"]):
    """The questions asked of prices."""

    def on(self, day: dt.date) -> "Price | None":
        """The price in force on a day."""
        return self.filter(valid_from__lte=day).order_by("-valid_from").first()


class Price(models.Model):
    """The price of one blank from a day on (domain 10.25)."""

    valid_from = models.DateField(unique=True)
    unit_usd = models.DecimalField("unit price", max_digits=8, decimal_places=2)

    objects = PriceQuerySet.as_manager()

    class Meta:
        ordering = ("-valid_from",)
        constraints = (
            models.CheckConstraint(name="price_is_positive", condition=Q(unit_usd__gt=0)),
        )

    def __str__(self) -> str:
        return f"${self.unit_usd} from {self.valid_from}"


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    """The questions asked of receipts."""

    def visible_to(self, user: User) -> Self:
        """The receipts of the firms ``user`` sees."""
        return self.filter(licensee__in=Licensee.objects.visible_to(user))


class Receipt(models.Model):
    """One sale of blanks to a firm, or the counter-entry that takes a mistaken one back.

    A counter-entry has a number of its own in the same row of numbers, a negative quantity and a
    negative amount, so that sums over receipts are what was sold and paid. The database numbers
    receipts without gaps, checks at commit that a receipt's certificates are those it names, and
    refuses to change or delete one.
    """

    class Method(models.TextChoices):
        """How the firm paid."""

        CHECK = "check", "Check"
        CASH = "cash", "Cash"

    number = models.PositiveIntegerField(unique=True, editable=False, default=0)
    licensee = models.ForeignKey(Licensee, models.PROTECT, related_name="receipts")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="receipts")
    method = models.CharField(max_length=5, choices=Method)
    sold_on = models.DateField()
    unit_price_usd = models.DecimalField(max_digits=8, decimal_places=2)
    quantity = models.IntegerField()
    numbers = ArrayField(models.PositiveIntegerField(), help_text="What it names, ascending.")
    paid_usd = models.DecimalField(max_digits=10, decimal_places=2)
    sold_by = models.ForeignKey(User, models.PROTECT, related_name="receipts")
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reversals"
    )
    reason = models.CharField(max_length=500, blank=True, help_text="Why it was taken back.")

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.CheckConstraint(
                name="receipt_paid_exactly",
                condition=Q(paid_usd=F("unit_price_usd") * F("quantity")),
            ),
            models.CheckConstraint(
                name="receipt_of_something",
                condition=Q(reverses=None, quantity__gte=1, reason="")
                | (Q(reverses__isnull=False, quantity__lte=-1) & ~Q(reason="")),
            ),
        )

    def __str__(self) -> str:
        return f"Receipt {self.number}"


class ReceiptCounter(models.Model):
    """The last receipt number given: one row, locked by the database for every sale."""

    last = models.PositiveIntegerField(default=0)

    objects = PublicQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.last)
