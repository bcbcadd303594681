"""What happens to a certificate after it is issued: shipped, delivered, voided."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.web import OperationFormView, signed_in
from certificates import rules, states
from certificates.forms.steps import DeliverForm, ShipForm, VoidForm
from certificates.operations.shipping import deliver, ship
from certificates.operations.voiding import void
from certificates.views.certificates import CertificatePage
from certificates.views.filling import gone


class Step(CertificatePage, OperationFormView):
    """A page with one form that takes a certificate one step on."""

    step: states.Step

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; for a certificate that is not where the step begins, where it stands."""
        if self.object.status not in self.step.sources:
            return gone(request, self.object)
        return super().get(request, *args, **kwargs)

    def get_success_url(self) -> str:
        return reverse("certificates:detail", args=[self.object.number])


class Ship(Step):
    """Record that the shipment left."""

    permission = rules.SHIP
    step = states.SHIP
    form_class = ShipForm
    template_name = "certificates/ship.html"
    success_message = "Recorded. A copy is owed to the Census Bureau at once."

    def get_initial(self) -> dict[str, Any]:
        return {"shipped_on": timezone.localdate()}

    def operate(self, data: dict[str, Any]) -> None:
        ship(self.object, today=timezone.localdate(), actor=signed_in(self.request), **data)


class Deliver(Step):
    """Record that the shipment arrived."""

    permission = rules.DELIVER
    step = states.DELIVER
    form_class = DeliverForm
    template_name = "certificates/deliver.html"
    success_message = "Recorded as delivered."

    def get_initial(self) -> dict[str, Any]:
        return {"delivered_on": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        expired = self.object.is_expired(timezone.localdate())
        return super().get_context_data(expired=expired, **kwargs)

    def operate(self, data: dict[str, Any]) -> None:
        deliver(self.object, today=timezone.localdate(), actor=signed_in(self.request), **data)


class Void(Step):
    """Void a certificate that has not left the country."""

    permission = rules.VOID
    step = states.VOID
    form_class = VoidForm
    template_name = "certificates/void.html"
    success_message = "The certificate is void. A copy is owed to the Census Bureau at once."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "certificate": self.object}

    def operate(self, data: dict[str, Any]) -> None:
        void(self.object, today=timezone.localdate(), actor=signed_in(self.request), **data)
