"""Set the print of a user's printer right."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.views.generic import View

from accounts.web import OperationFormView, PermittedMixin, signed_in
from certificates import rules
from certificates.forms.steps import CalibrateForm
from certificates.models import PrinterCalibration
from certificates.operations.printing import calibrate
from certificates.pdf.calibration import calibration_sheet
from certificates.views.certificates import pdf_response


class Calibrate(PermittedMixin, OperationFormView):
    """By how much one's own printer is off."""

    permission = rules.CALIBRATE
    form_class = CalibrateForm
    template_name = "certificates/calibrate.html"
    success_url = reverse_lazy("certificates:calibrate")
    success_message = "Kept. Print the test sheet again to see it."

    def get_initial(self) -> dict[str, Any]:
        shift = PrinterCalibration.objects.filter(user=signed_in(self.request)).first()
        shift = shift or PrinterCalibration()
        return {"right_mm": shift.right_mm, "down_mm": shift.down_mm}

    def operate(self, data: dict[str, Any]) -> None:
        calibrate(actor=signed_in(self.request), **data)


class CalibrationSheet(PermittedMixin, View):
    """The test sheet, moved as the user's certificates are."""

    permission = rules.CALIBRATE

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer the bytes."""
        shift = PrinterCalibration.objects.filter(user=signed_in(request)).first()
        shift = shift or PrinterCalibration()
        return pdf_response(calibration_sheet(shift.right_mm, shift.down_mm), "test-sheet.pdf")
