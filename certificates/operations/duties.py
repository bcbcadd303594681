"""Open what a step makes due, and record that it was done (domain 6)."""

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from certificates import rules
from certificates.models import Certificate, Duty
from certificates.operations.locking import require_not_ended
from journal.errors import OperationRefused
from journal.record import record


def open_duties(
    certificate: Certificate, due: Mapping[str, dt.date], *, opened_on: dt.date
) -> None:
    """Open one duty for each code, due on its day, in the caller's transaction."""
    Duty.objects.bulk_create(
        [
            Duty(certificate=certificate, code=code, opened_on=opened_on, due_on=due_on)
            for code, due_on in due.items()
        ]
    )


def close_advance_notice(certificate: Certificate, *, actor: User) -> None:
    """A certificate voided before shipment is announced to nobody: its notice is not owed."""
    Duty.objects.open().filter(certificate=certificate, code=Duty.Code.ADVANCE_NOTICE).update(
        discharged_at=timezone.now(),
        discharged_by=actor,
        **Duty.CLOSED_BY_VOIDING,
    )


@transaction.atomic
def discharge(
    duty: Duty, *, method: str, sent_at: dt.datetime, reference: str, actor: User
) -> Duty:
    """Record how and when a duty was done.

    Raises PermissionDenied unless ``actor`` acts for the firm or is staff. Raises
    OperationRefused ``licence_not_active`` to the people of a firm whose licence ended,
    ``already_discharged``, ``method_unknown``, ``sent_in_future``, ``sent_before_due_began`` for
    a moment before the duty arose.
    """
    row = (
        Duty.objects.select_for_update(of=("self",))
        .select_related("certificate__licensee", "discharged_by")
        .get(pk=duty.pk)
    )
    if not actor.has_perm(rules.DISCHARGE, row):
        raise PermissionDenied
    if row.certificate.licensee is not None:
        require_not_ended(row.certificate.licensee, actor)
    if row.discharged_at is not None:
        raise OperationRefused(
            "already_discharged",
            f"{row.discharged_by} recorded this on"
            f" {timezone.localtime(row.discharged_at):%m/%d/%Y}.",
        )
    if method not in Duty.Method.values:
        raise OperationRefused("method_unknown", "Choose how it was done.", field="method")
    now = timezone.now()
    if sent_at > now:
        raise OperationRefused("sent_in_future", "That is still to come.", field="sent_at")
    if timezone.localdate(sent_at) < row.opened_on:
        raise OperationRefused(
            "sent_before_due_began",
            f"This has been owed since {row.opened_on:%m/%d/%Y} only.",
            field="sent_at",
        )
    row.discharged_at, row.discharged_by = now, actor
    row.method, row.sent_at, row.reference = method, sent_at, reference
    row.save(update_fields=["discharged_at", "discharged_by", "method", "sent_at", "reference"])
    record(
        "duty:discharged",
        "certificate",
        row.certificate.number,
        actor=actor,
        licensee_id=row.certificate.licensee_id,
        changes={
            "duty": (None, row.code),
            "method": (None, method),
            "sent_at": (None, sent_at),
            "reference": (None, reference),
        },
    )
    return row
