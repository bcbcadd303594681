"""How far a user's printer is off, for printing on pre-printed forms."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User

LIMIT_MM = Decimal(20)


class PrinterCalibrationQuerySet(models.QuerySet["PrinterCalibration"]):
    """The questions asked of calibrations."""

    def visible_to(self, user: User) -> Self:
        """One's own; all for offices."""
        if not user.is_active:
            return self.none()
        return self if user.sees_every_licensee else self.filter(user=user)


class PrinterCalibration(models.Model):
    """Millimetres by which everything is moved on the sheet: to the right, and down."""

    user = models.OneToOneField(User, models.PROTECT, related_name="printer_calibration")
    right_mm = models.DecimalField(max_digits=4, decimal_places=1, default=Decimal(0))
    down_mm = models.DecimalField(max_digits=4, decimal_places=1, default=Decimal(0))

    objects = PrinterCalibrationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="calibration_within_reason",
                condition=Q(right_mm__range=(-LIMIT_MM, LIMIT_MM))
                & Q(down_mm__range=(-LIMIT_MM, LIMIT_MM)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.right_mm} mm right, {self.down_mm} mm down"
