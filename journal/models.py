"""Journal entries: append-only, each carrying the hash of the one before it."""

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now


class EntryQuerySet(models.QuerySet["Entry"]):
    """The questions asked of the journal."""

    def about(self, subject: str, subject_id: str | int) -> Self:
        """Entries filed under one subject, oldest first."""
        return self.filter(subject=subject, subject_id=str(subject_id)).order_by("id")


class Entry(models.Model):
    """One thing somebody did.

    The database assigns ``id`` (1, 2, 3, without gaps), ``at``, ``previous_hash`` and ``hash``,
    so that a row inserted by plain SQL joins the chain too, and refuses to change or delete a
    row. The journal names people, licensees and subjects by value, as they were: it knows no
    other app, and nothing it names is ever deleted.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField("recorded at", db_default=Now(), editable=False)
    actor_id = models.BigIntegerField(null=True, blank=True, help_text="Empty for scheduled work.")
    actor = models.CharField(max_length=254, blank=True, help_text="Their e-mail address then.")
    verb = models.CharField(max_length=64)
    subject = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=64)
    licensee_id = models.BigIntegerField(null=True, blank=True)
    changes = models.JSONField(help_text="For each fact: the value before and the value after.")
    previous_hash = models.CharField(max_length=64, editable=False)
    hash = models.CharField(max_length=64, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="entry_verb_is_noun_and_participle",
                condition=models.Q(verb__regex=r"^[a-z_]+:[a-z_]+$"),
            ),
        )
        indexes = (
            models.Index(name="entry_by_subject", fields=["subject", "subject_id", "id"]),
            models.Index(name="entry_by_licensee", fields=["licensee_id", "id"]),
            models.Index(name="entry_by_actor", fields=["actor_id", "id"]),
            models.Index(name="entry_by_verb", fields=["verb", "id"]),
            GinIndex(name="entry_by_change", fields=["changes"], opclasses=["jsonb_path_ops"]),
        )

    def __str__(self) -> str:
        return f"{self.id} {self.verb} {self.subject} {self.subject_id}"
