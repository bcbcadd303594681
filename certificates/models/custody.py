"""Physical counts of the blanks a firm holds, and what they did not agree with (domain R3.4)."""

import datetime as dt
from typing import Final, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from accounts.models import User
from certificates.ledger import Ledger
from certificates.models.certificate import Certificate
from certificates.models.stock import Receipt
from certificates.states import Status
from licensees.models import Licensee
from licensees.models.firm import ENDED

ASKED_FROM: Final = (11, 1)  # month and day from which a year's count is asked for


class StockCountQuerySet(models.QuerySet["StockCount"]):
    """The questions asked of counts."""

    def visible_to(self, user: User) -> Self:
        """The counts of the firms ``user`` sees."""
        return self.filter(licensee__in=Licensee.objects.visible_to(user))


class StockCount(models.Model):
    """The numbers of the blanks that somebody found in a firm's safe on a day."""

    class Occasion(models.TextChoices):
        """Why it was counted."""

        YEARLY = "yearly", "Yearly count by the firm"
        REVIEW = "review", "Count by USKPA at a review"

    licensee = models.ForeignKey(Licensee, models.PROTECT, related_name="stock_counts")
    counted_on = models.DateField()
    occasion = models.CharField(max_length=6, choices=Occasion)
    numbers = ArrayField(models.PositiveIntegerField(), help_text="What was found, ascending.")
    expected = ArrayField(models.PositiveIntegerField(), help_text="What the portal said then.")
    counted_by = models.ForeignKey(User, models.PROTECT, related_name="stock_counts")
    entered_at = models.DateTimeField()

    objects = StockCountQuerySet.as_manager()

    class Meta:
        ordering = ("-counted_on", "-id")
        constraints = (
            models.CheckConstraint(
                name="count_occasion_known", condition=Q(occasion__in=["yearly", "review"])
            ),
        )

    def __str__(self) -> str:
        return f"{self.licensee}, {self.counted_on:%m/%d/%Y}"


class CountDifferenceQuerySet(models.QuerySet["CountDifference"]):
    """The questions asked of differences."""

    def open(self) -> Self:
        """Differences that nobody explained yet."""
        return self.filter(state=CountDifference.State.OPEN)

    def visible_to(self, user: User) -> Self:
        """The differences of the counts ``user`` sees."""
        return self.filter(count__in=StockCount.objects.visible_to(user))


class CountDifference(models.Model):
    """A number on which a count and the portal do not agree, until it is explained.

    A missing one costs the firm its good standing while it is open (domain 2.3).
    """

    class Kind(models.TextChoices):
        """Which of the two has it."""

        MISSING = "missing", "Not found, though the portal says it is there"
        UNEXPECTED = "unexpected", "Found, though the portal does not say so"

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", "Open"
        EXPLAINED = "explained", "Explained"
        INCIDENT = "incident", "Lost or stolen"

    count = models.ForeignKey(StockCount, models.PROTECT, related_name="differences")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    explanation = models.TextField(blank=True)
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="differences_settled"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = CountDifferenceQuerySet.as_manager()

    class Meta:
        ordering = ("count", "number")
        constraints = (
            models.UniqueConstraint(name="difference_once", fields=["count", "number"]),
            models.CheckConstraint(
                name="difference_settled_whole",
                condition=Q(state="open", settled_by=None, settled_at=None, explanation="")
                | (
                    Q(
                        state__in=["explained", "incident"],
                        settled_by__isnull=False,
                        settled_at__isnull=False,
                    )
                    & ~Q(explanation="")
                ),
            ),
        )
        indexes = (
            models.Index(name="difference_open", fields=["count"], condition=Q(state="open")),
        )

    def __str__(self) -> str:
        return f"US{self.number}: {self.get_kind_display().lower()}"


def ledgers(*licensees: int) -> dict[int, Ledger]:
    """The ledgers of some firms, or of all that ever bought, by the firms' keys; two queries."""
    receipts, certificates = Receipt.objects.all(), Certificate.objects.exclude(licensee=None)
    if licensees:
        receipts = receipts.filter(licensee__in=licensees)
        certificates = certificates.filter(licensee__in=licensees)
    columns: dict[int, dict[str, int]] = {key: {} for key in licensees}
    sold = receipts.order_by().values("licensee").annotate(of=Sum("quantity"))
    for licensee, quantity in sold.values_list("licensee", "of"):
        columns.setdefault(licensee, {})["sold"] = quantity
    counted = certificates.order_by().values("licensee", "status").annotate(of=Count("pk"))
    for licensee, status, quantity in counted.values_list("licensee", "status", "of"):
        # None is in stock and a firm's at once: the database sees to that.
        columns.setdefault(licensee, {})[str(status)] = quantity
    return {licensee: Ledger(**counts) for licensee, counts in columns.items()}


def owing_count(today: dt.date) -> QuerySet[Licensee]:
    """Firms that hold blanks and have not counted them this year; none before November."""
    rows = Licensee.objects.exclude(status__in=ENDED)
    if (today.month, today.day) < ASKED_FROM:
        return rows.none()
    blanks = Certificate.objects.filter(licensee=OuterRef("pk"), status=Status.AVAILABLE)
    counts = StockCount.objects.filter(
        licensee=OuterRef("pk"),
        occasion=StockCount.Occasion.YEARLY,
        counted_on__year=today.year,
    )
    return rows.filter(Exists(blanks), ~Exists(counts))
