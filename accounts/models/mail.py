"""The outbox: every message the portal sends, kept with what became of it."""

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models.user import User


class MailQuerySet(models.QuerySet["Mail"]):
    """The questions asked of the outbox."""

    def visible_to(self, user: User) -> Self:
        """Offices see what went out to whom. The twin of ``rules.may_view_mail``."""
        return self if user.sees_every_licensee else self.none()

    def waiting(self) -> Self:
        """What is still to go out."""
        return self.filter(state=Mail.State.WAITING)

    def troubled(self) -> Self:
        """What was given up, or waits for another try."""
        return self.filter(Q(state=Mail.State.FAILED) | Q(state=Mail.State.WAITING, attempts__gt=0))


class Mail(models.Model):
    """One message, written in the transaction of what it tells and sent after it (ADR 20).

    It holds links and numbers only, nothing of trade (domain 10.32). The words of a message with
    a personal link are struck once it is sent: whoever reads the outbox must not use the link.
    """

    class State(models.TextChoices):
        """What became of a message."""

        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        FAILED = "failed", "Given up"

    recipient = models.EmailField("to", max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    is_personal = models.BooleanField(
        "personal", default=False, help_text="Holds a link that only the recipient may use."
    )
    # A reminder is written once: the same key is never queued twice.
    key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Not tried before.")
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "mail"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="mail_sent_has_moment",
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at=None)),
            ),
            models.CheckConstraint(
                name="mail_state_known", condition=Q(state__in=["waiting", "sent", "failed"])
            ),
        )
        indexes = (
            models.Index(name="mail_waiting", fields=["due_at"], condition=Q(state="waiting")),
        )

    def __str__(self) -> str:
        return f"{self.subject} to {self.recipient}"
