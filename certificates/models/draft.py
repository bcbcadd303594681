"""What a licensee has typed for a blank and not issued yet."""

from typing import Self

from django.db import models

from accounts.models import User
from certificates.models.certificate import Certificate


class DraftQuerySet(models.QuerySet["Draft"]):
    """The questions asked of drafts."""

    def visible_to(self, user: User) -> Self:
        """The drafts of the certificates ``user`` sees."""
        return self.filter(certificate__in=Certificate.objects.visible_to(user))


class Draft(models.Model):
    """The fields of an available certificate as typed; it never changes the certificate.

    ``version`` counts the savings, so that two people cannot overwrite each other unseen. A
    draft is working paper: the journal holds what is issued, not what was typed on the way.
    """

    certificate = models.OneToOneField(Certificate, models.PROTECT, related_name="draft")
    fields = models.JSONField(default=dict, help_text="Field name to text as typed.")
    version = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey(User, models.PROTECT, related_name="drafts")
    edited_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ("-edited_at",)

    def __str__(self) -> str:
        return f"Draft of {self.certificate}"
