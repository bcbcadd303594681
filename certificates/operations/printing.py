"""Keep how far a user's printer is off."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from certificates import rules
from certificates.models import PrinterCalibration
from certificates.models.printing import LIMIT_MM
from journal.errors import OperationRefused
from journal.record import record


@transaction.atomic
def calibrate(*, right_mm: Decimal, down_mm: Decimal, actor: User) -> PrinterCalibration:
    """Keep the shift, in millimetres, that puts the print into the boxes of ``actor``'s forms.

    Raises PermissionDenied unless ``actor`` acts for a firm. Raises OperationRefused
    ``shift_too_large`` beyond 20 mm either way: the wrong paper is loaded then.
    """
    if not actor.has_perm(rules.CALIBRATE):
        raise PermissionDenied
    for field, shift in (("right_mm", right_mm), ("down_mm", down_mm)):
        if abs(shift) > LIMIT_MM:
            raise OperationRefused(
                "shift_too_large", f"At most {LIMIT_MM} mm either way.", field=field
            )
    User.objects.select_for_update().get(pk=actor.pk)
    row = PrinterCalibration.objects.filter(user=actor).first() or PrinterCalibration(user=actor)
    before = (row.right_mm, row.down_mm)
    row.right_mm, row.down_mm = right_mm, down_mm
    row.save()
    record(
        "printer:calibrated",
        "user",
        actor.pk,
        actor=actor,
        changes={"right_mm": (before[0], right_mm), "down_mm": (before[1], down_mm)},
    )
    return row
