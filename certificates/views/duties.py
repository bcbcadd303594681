"""Everything owed, by due date, and the record that it was done."""

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.generic import TemplateView

from accounts.web import OperationFormView, PermittedMixin, VisibleObjectMixin, signed_in
from certificates import rules
from certificates.forms.steps import DischargeForm
from certificates.models import Duty
from certificates.operations.duties import discharge
from certificates.pdf.record import face_of

SHOWN = 100
# How a duty is usually done; copies go to the Census Bureau by secure fax (domain 6.4).
USUALLY: Final[Mapping[str, str]] = {
    Duty.Code.ADVANCE_NOTICE: Duty.Method.EMAIL,
    Duty.Code.AES_CORRECTION: Duty.Method.AES,
    Duty.Code.IMPORT_CONFIRMATION: Duty.Method.EMAIL,
}


class DutyList(PermittedMixin, TemplateView):
    """Open duties, the one due first on top."""

    permission = rules.VIEW_DUTIES
    template_name = "certificates/duty_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = signed_in(self.request), timezone.localdate()
        rows = (
            Duty.objects.visible_to(user)
            .open()
            .select_related("certificate__licensee")
            .order_by("due_on", "id")
        )
        found = list(rows[: SHOWN + 1])
        return super().get_context_data(
            duties=[(duty, duty.is_late(today)) for duty in found[:SHOWN]],
            today=today,
            more=len(found) > SHOWN,
            shown=SHOWN,
            may_discharge=user.has_perm(rules.DISCHARGE),
            **kwargs,
        )


class DutyDischarge(VisibleObjectMixin, OperationFormView):
    """Record how and when a duty was done."""

    object: Duty
    queryset = Duty.objects.select_related("certificate__licensee", "discharged_by")
    context_object_name = "duty"
    permission = rules.DISCHARGE
    form_class = DischargeForm
    template_name = "certificates/discharge.html"
    success_url = reverse_lazy("duties:list")
    success_message = "Recorded."

    def get_initial(self) -> dict[str, Any]:
        method = USUALLY.get(self.object.code, Duty.Method.FAX)
        return {"method": method, "sent_at": timezone.localtime()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # What the notice to the importing authority says (domain 6.2); the ITN is not in it.
        notice = self.object.code == Duty.Code.ADVANCE_NOTICE
        face = face_of(self.object.certificate) if notice else None
        return super().get_context_data(
            face=face, today=timezone.localdate(), census_fax=settings.CENSUS_FAX, **kwargs
        )

    def operate(self, data: dict[str, Any]) -> None:
        discharge(self.object, actor=signed_in(self.request), **data)
