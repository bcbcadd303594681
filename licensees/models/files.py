"""Papers sent to the portal: what they are, and where their bytes lie."""

from typing import Self

from django.core.files.storage import storages
from django.core.files.storage.base import Storage
from django.db import models
from django.db.models import Q

from accounts.models import User
from licensees.models.applications import Application
from licensees.models.firm import Licensee


def cabinet() -> Storage:
    """Where papers lie: outside of whatever a web server hands out by itself."""
    return storages["papers"]


class PaperQuerySet(models.QuerySet["Paper"]):
    """The questions asked of papers."""

    def kept(self) -> Self:
        """Papers that nobody took back."""
        return self.filter(withdrawn_at=None)

    def visible_to(self, user: User) -> Self:
        """Offices see every paper, a firm's people their firm's and what was taught."""
        if user.sees_every_licensee or not user.is_active:
            return self if user.is_active else self.none()
        own = Q(licensee__in=Licensee.objects.visible_to(user))
        return self.filter(own | Q(purpose=Paper.Purpose.TRAINING))


class Paper(models.Model):
    """One uploaded file: a PDF, PNG or JPEG that is what it says (checked by its content)."""

    class Purpose(models.TextChoices):
        """What the paper shows."""

        BUSINESS_PROOF = "business_proof", "Two years in U.S. business"
        ACE_PROOF = "ace_proof", "ACE exporter account"
        AGREEMENT = "agreement", "Signed licence agreement"
        AUTHORITY = "authority", "Principal’s written authority"
        ORIGIN = "origin", "Evidence of origin"
        COUNT = "count", "Physical count"
        TRAINING = "training", "Training material"
        OTHER = "other", "Something else"

    application = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, related_name="papers"
    )
    licensee = models.ForeignKey(
        Licensee, models.PROTECT, null=True, blank=True, related_name="papers"
    )
    purpose = models.CharField(max_length=16, choices=Purpose)
    name = models.CharField("file name", max_length=120)
    stored_as = models.CharField(max_length=80, unique=True, editable=False)
    content_type = models.CharField(
        max_length=20,
        choices=[("application/pdf", "PDF"), ("image/png", "PNG"), ("image/jpeg", "JPEG")],
    )
    size = models.PositiveIntegerField("size in bytes")
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="papers",
        help_text="Empty: the applicant, by link.",
    )  # fmt: skip
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (models.CheckConstraint(name="paper_is_not_empty", condition=Q(size__gt=0)),)

    def __str__(self) -> str:
        return self.name
