"""Training sessions for licensees, and who came."""

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from licensees.models.files import Paper
from licensees.models.firm import Licensee


class TrainingSessionQuerySet(models.QuerySet["TrainingSession"]):
    """The questions asked of training sessions."""

    def visible_to(self, user: User) -> Self:
        """Everybody who signs in may know what training there is."""
        return self if user.is_active else self.none()


class TrainingSession(models.Model):
    """A day on which agencies and USKPA taught licensees."""

    held_on = models.DateField()
    title = models.CharField(max_length=120)
    place = models.CharField(max_length=120, blank=True)
    agencies = models.CharField(max_length=200, help_text="Who taught.")
    topics = models.TextField()
    materials = models.ManyToManyField(Paper, blank=True, related_name="training_sessions")

    objects = TrainingSessionQuerySet.as_manager()

    class Meta:
        ordering = ("-held_on", "-id")
        constraints = (
            models.UniqueConstraint(name="training_once_a_day", fields=["held_on", "title"]),
        )

    def __str__(self) -> str:
        return f"{self.title}, {self.held_on:%m/%d/%Y}"


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    """The questions asked of attendances."""

    def visible_to(self, user: User) -> Self:
        """The attendances of the firms ``user`` sees."""
        return self.filter(licensee__in=Licensee.objects.visible_to(user))


class Attendance(models.Model):
    """A person of a firm who came to a training session."""

    session = models.ForeignKey(TrainingSession, models.PROTECT, related_name="attendances")
    licensee = models.ForeignKey(Licensee, models.PROTECT, related_name="attendances")
    person = models.CharField("name", max_length=120)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="attendances_entered")

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        ordering = ("session", "licensee", "person")
        constraints = (
            models.UniqueConstraint(
                name="attendance_once", fields=["session", "licensee", "person"]
            ),
            models.CheckConstraint(name="attendance_names_somebody", condition=~Q(person="")),
        )

    def __str__(self) -> str:
        return f"{self.person} of {self.licensee}"
