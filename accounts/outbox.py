"""The outbox: messages are written with what they tell of, and sent after it (ADR 20).

A message is a row of the same transaction, so it is never lost and never tells of what did not
happen. ``manage.py send_due`` sends; a mail server that is down delays mail and nothing else.
"""

import datetime as dt
from collections.abc import Sequence
from smtplib import SMTPException
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts import rules
from accounts.models import Mail, User
from journal.errors import OperationRefused
from journal.record import record

# Minutes until the next try, by the number of tries that failed; after the last it is given up.
RETRIES: Final = (1, 5, 15, 60, 180, 360, 720, 1440)
TIMEOUT: Final = 20  # seconds that a mail server may take to answer
LONGEST_SUBJECT: Final = 200


class Round(NamedTuple):
    """What one round of sending did."""

    sent: int
    delayed: int
    given_up: int


def queue(
    recipient: str,
    subject: str,
    paragraphs: Sequence[str],
    *,
    path: str = "",
    link_label: str = "",
    key: str | None = None,
    is_personal: bool = False,
) -> bool:
    """Write a message into the caller's transaction; it goes out after the commit.

    ``path`` is an address of the portal, shown as a full link. ``key`` names a message that is
    written once, such as a reminder: False is returned where it was written before. The words of
    one that ``is_personal`` (its link is for the recipient alone) are struck once it is sent.
    A line end in a subject, such as a firm's name may carry, becomes a blank.
    """
    now = timezone.now()
    subject = " ".join(subject.split())[:LONGEST_SUBJECT]
    text, html = _words(subject, paragraphs, settings.BASE_URL + path if path else "", link_label)
    row = Mail(
        recipient=recipient,
        subject=subject,
        text=text,
        html=html,
        key=key,
        is_personal=is_personal,
        queued_at=now,
        due_at=now,
    )
    if key is None:
        row.save()
        return True
    if Mail.objects.filter(key=key).exists():
        return False
    # The unique key decides between two who remind at once.
    Mail.objects.bulk_create([row], ignore_conflicts=True)
    return True


def _words(subject: str, paragraphs: Sequence[str], link: str, label: str) -> tuple[str, str]:
    """A message as plain text and as HTML: paragraphs, then one link (domain 10.32)."""
    lines = [*paragraphs]
    if link:
        lines.append(f"{label}:\n{link}" if label else link)
    text = (
        "\n\n".join(lines)
        + "\n\n--\nUnited States Kimberley Process Authority, certificate portal\n"
    )
    context = {
        "subject": subject,
        "paragraphs": paragraphs,
        "link": link,
        "label": label or link,
        "portal": settings.BASE_URL,
    }
    return text, render_to_string("mail/message.html", context)


def send_due(*, now: dt.datetime, at_most: int = 500) -> Round:
    """Send what waits and is due, oldest first, each message in a transaction of its own.

    Two that send at once take different messages. One that cannot be sent is tried again after
    a minute, then ever later for two days, and then given up; one that no server could take, such
    as one to an address that is none, is given up at once. The round ends where the server cannot
    be reached at all: the rest stays due. A process that dies between the mail server's yes and
    our commit sends that message twice, under the same Message-ID.
    """
    outcomes = []
    for _ in range(at_most):
        outcome = _send_next(now)
        if outcome is None:
            break
        outcomes.append(outcome.state)
        if outcome.unreachable:
            break
    return Round(
        outcomes.count(Mail.State.SENT),
        outcomes.count(Mail.State.WAITING),
        outcomes.count(Mail.State.FAILED),
    )


class _Outcome(NamedTuple):
    state: str
    unreachable: bool


@transaction.atomic
def _send_next(now: dt.datetime) -> _Outcome | None:
    row = (
        Mail.objects.waiting()
        .filter(due_at__lte=now)
        .order_by("due_at", "id")
        .select_for_update(skip_locked=True)
        .first()
    )
    if row is None:
        return None
    row.attempts += 1
    unreachable = False
    try:
        _message(row).send()
    except ValueError as error:  # no header or address can be made of it
        row.last_error = _said(error)
        row.state = Mail.State.FAILED
    except (OSError, SMTPException) as error:
        unreachable = not isinstance(error, SMTPException)
        row.last_error = _said(error)
        if row.attempts > len(RETRIES):
            row.state = Mail.State.FAILED
        else:
            row.due_at = now + dt.timedelta(minutes=RETRIES[row.attempts - 1])
    else:
        row.state, row.sent_at, row.last_error = Mail.State.SENT, now, ""
        if row.is_personal:
            row.text = row.html = ""
    row.save()
    return _Outcome(row.state, unreachable)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200].replace("\x00", "")


def _message(row: Mail) -> EmailMultiAlternatives:
    host = urlsplit(settings.BASE_URL).hostname
    identity = f"<{row.pk}.{row.queued_at:%Y%m%d%H%M%S%f}@{host}>"
    message = EmailMultiAlternatives(
        row.subject,
        row.text,
        None,
        [row.recipient],
        headers={"Message-ID": identity},
        connection=get_connection(timeout=TIMEOUT),
    )
    message.attach_alternative(row.html, "text/html")
    return message


@transaction.atomic
def try_again(mail: Mail, *, actor: User) -> Mail:
    """Let a message that was given up, or waits for its next try, go out with the next round.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``mail_sent``.
    """
    row = Mail.objects.select_for_update().get(pk=mail.pk)
    actor = User.objects.get(pk=actor.pk)
    if not actor.has_perm(rules.RETRY_MAIL, row):
        raise PermissionDenied
    if row.state == Mail.State.SENT:
        raise OperationRefused("mail_sent", "This message was sent meanwhile.")
    before = row.state
    row.state, row.attempts, row.due_at = Mail.State.WAITING, 0, timezone.now()
    row.save()
    record(
        "mail:retried",
        "mail",
        row.pk,
        actor=actor,
        changes={"state": (before, row.state), "recipient": (None, row.recipient)},
    )
    return row
