"""What happens to a certificate after it is issued: shipped, delivered, voided."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView

from accounts.web import OperationFormMixin, signed_in
from certificates import rules
from certificates.forms.steps import DeliverForm, ShipForm, VoidForm
from certificates.operations.shipping import deliver, ship
from certificates.operations.voiding import void
from certificates.views.certificates import CertificatePage


class Step(CertificatePage, OperationFormMixin, FormView):
    """A page with one form that takes a certificate one step on."""

    def get_success_url(self) -> str:
        return reverse("certificates:detail", args=[self.object.number])


class Ship(Step):
    """Record that the shipment left."""

    permission = rules.SHIP
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
    form_class = DeliverForm
    template_name = "certificates/deliver.html"
    success_message = "Recorded as delivered."

    def get_initial(self) -> dict[str, Any]:
        return {"delivered_on": timezone.localdate()}

    def operate(self, data: dict[str, Any]) -> None:
        deliver(self.object, today=timezone.localdate(), actor=signed_in(self.request), **data)


class Void(Step):
    """Void a certificate that has not left the country."""

    permission = rules.VOID
    form_class = VoidForm
    template_name = "certificates/void.html"
    success_message = "The certificate is void. A copy is owed to the Census Bureau at once."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "certificate": self.object}

    def operate(self, data: dict[str, Any]) -> None:
        void(self.object, today=timezone.localdate(), actor=signed_in(self.request), **data)
