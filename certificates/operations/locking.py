"""The first line of every operation on a certificate: lock, re-read, ask who and when."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from certificates.models import Certificate
from certificates.states import Status, Step
from journal.errors import OperationRefused
from licensees.models import Licensee


def locked(
    certificate: Certificate, step: Step, permission: str, *, actor: User
) -> tuple[Certificate, User]:
    """The row and its actor as they are now, the row held until the transaction ends.

    The firm is held first, so that a suspension and an issue cannot pass each other and no two
    operations take the same two locks in different orders. Raises PermissionDenied unless the
    rules let ``actor`` do this to the row, OperationRefused ``wrong_status`` unless it stands
    where ``step`` begins, ``licence_not_active`` to the people of a firm whose licence ended.
    """
    if certificate.licensee_id is not None:
        Licensee.objects.select_for_update(no_key=True).get(pk=certificate.licensee_id)
    row = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("licensee")
        .get(pk=certificate.pk)
    )
    actor = User.objects.get(pk=actor.pk)
    if not actor.has_perm(permission, row):
        raise PermissionDenied
    if row.status not in step.sources:
        raise OperationRefused("wrong_status", standing_of(row))
    if row.licensee is not None:
        require_not_ended(row.licensee, actor)
    return row, actor


def standing_of(row: Certificate) -> str:
    """Where a certificate stands, with who brought it there and when in New York, in a sentence."""
    match row.status:
        case Status.ISSUED if row.issued_at and row.issued_by:
            when = f"{timezone.localtime(row.issued_at):%m/%d/%Y at %H:%M}"
            return f"{row} was issued by {row.issued_by} on {when}."
        case Status.SHIPPED:
            return f"{row} was shipped on {row.shipped_on:%m/%d/%Y}."
        case Status.DELIVERED:
            return f"{row} was delivered on {row.delivered_on:%m/%d/%Y}."
        case Status.VOID:
            return f"{row} was voided by {row.voided_by} on {row.voided_on:%m/%d/%Y}."
        case _:
            return f"{row} is {Status(row.status).label.lower()}."


def require_active(firm: Licensee) -> None:
    """Refuse (``licence_not_active``) to a firm whose licence is suspended or ended.

    A suspended firm's issued certificates are not shipped either (domain 2.2).
    """
    if not firm.is_active:
        raise _not_active(firm)


def require_not_ended(firm: Licensee, actor: User) -> None:
    """Refuse (``licence_not_active``) to the people of a firm whose licence ended: they only read.

    A suspended firm may still void, and record that shipments arrived and duties were done; what
    is left of one that ended, staff record (domain 2.2).
    """
    if firm.has_ended and not actor.office:
        raise _not_active(firm)


def _not_active(firm: Licensee) -> OperationRefused:
    return OperationRefused(
        "licence_not_active",
        f"The licence of {firm} is {firm.get_status_display().lower()}. Ask USKPA staff.",
        source="USKPA licence agreement",
    )
