"""What a review found, and by when it must be put right (domain 7.5)."""

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from licensees.models import Licensee
from reviews.models.review import Review


class FindingQuerySet(models.QuerySet["Finding"]):
    """The questions asked of findings."""

    def visible_to(self, user: User) -> Self:
        """The findings of the firms ``user`` sees."""
        return self.filter(review__licensee__in=Licensee.objects.visible_to(user))

    def open(self) -> Self:
        """Findings not yet closed."""
        return self.filter(closed_on=None)


class Finding(models.Model):
    """One thing a review found. An open critical one past its deadline costs good standing."""

    class Grade(models.TextChoices):
        """How grave it is."""

        CRITICAL = "critical", "Critical"
        MAJOR = "major", "Major"
        MINOR = "minor", "Minor"
        OBSERVATION = "observation", "Observation"

    # Days to put it right, from the day it was raised (domain 7.5).
    DAYS = {Grade.CRITICAL: 10, Grade.MAJOR: 30, Grade.MINOR: 90}

    review = models.ForeignKey(Review, models.PROTECT, related_name="findings")
    grade = models.CharField(max_length=11, choices=Grade)
    text = models.TextField()
    raised_on = models.DateField()
    due_on = models.DateField(null=True, blank=True, help_text="Empty for an observation.")
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="findings_closed"
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "id")
        constraints = (
            models.CheckConstraint(
                name="finding_has_deadline_unless_observation",
                condition=Q(grade="observation", due_on=None)
                | (~Q(grade="observation") & Q(due_on__gte=models.F("raised_on"))),
            ),
            models.CheckConstraint(
                name="finding_closed_by_somebody",
                condition=Q(closed_on=None, closed_by=None)
                | Q(closed_by__isnull=False, closed_on__gte=models.F("raised_on")),
            ),
        )
        indexes = (
            models.Index(
                name="finding_open_critical",
                fields=["due_on"],
                condition=Q(grade="critical", closed_on=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_grade_display()} finding of {self.review}"
