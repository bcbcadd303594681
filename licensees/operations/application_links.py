"""The link that opens an application: who holds it is the applicant (no account yet).

Only a digest of its key is kept; the key itself stands in the one letter that carries it, whose
words are struck once it is sent, and in no entry of the journal.
"""

import datetime as dt
import hashlib
import secrets
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from journal.errors import OperationRefused
from journal.record import record
from licensees import notices_to_applicants, rules
from licensees.models import Application
from licensees.states import CLOSED, Stage

LINKS_A_DAY: Final = 5  # to one address, so that nobody's mailbox is filled through us
DAY: Final = dt.timedelta(days=1)


def digest(key: str) -> str:
    """What is kept of a link's key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def start(*, email: str) -> bool:
    """Begin an application and mail its link; whoever asks is not known.

    Nothing is written (False) for an address that was sent ``LINKS_A_DAY`` links within a day;
    the page answers the same in every case.
    """
    address = email.strip().lower()
    with connection.cursor() as cursor:
        # One after another for each address: two at once count together.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"apply {address}"])
    now = timezone.now()
    lately = Application.objects.filter(contact_email=address, started_at__gt=now - DAY)
    if lately.count() >= LINKS_A_DAY:
        return False
    key = secrets.token_urlsafe(32)
    application = Application.objects.create(
        contact_email=address, key_hash=digest(key), started_at=now
    )
    record(
        "application:started",
        "application",
        application.pk,
        actor=None,
        changes={"contact_email": (None, address), "stage": (None, str(Stage.STARTED))},
    )
    notices_to_applicants.send_link(application, path_of(key))
    return True


@transaction.atomic
def send_new_link(application: Application, *, actor: User) -> Application:
    """Mail the applicant a new link; the one before opens nothing any more.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused
    ``application_closed`` for one that was decided against, withdrawn or licensed.
    """
    row = Application.objects.select_for_update().get(pk=application.pk)
    if not actor.has_perm(rules.WORK_APPLICATIONS, row):
        raise PermissionDenied
    if row.stage in CLOSED:
        raise OperationRefused("application_closed", "This application is closed.")
    notices_to_applicants.send_link(row, replace_key(row))
    record("application:link_sent", "application", row.pk, actor=actor)
    return row


def replace_key(row: Application) -> str:
    """Give a held application a new key, inside the caller's transaction; the path it opens."""
    key = secrets.token_urlsafe(32)
    row.key_hash = digest(key)
    row.save(update_fields=["key_hash"])
    return path_of(key)


def path_of(key: str) -> str:
    """Where in the portal the application with this key is."""
    return reverse("apply:overview", args=[key])
