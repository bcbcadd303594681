"""Stock: register printed blanks, sell them, and read the receipts."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.generic import DetailView, TemplateView

from accounts import keyset
from accounts.web import OperationFormView, PermittedMixin, VisibleObjectMixin, signed_in
from certificates import rules
from certificates.forms.steps import RegisterForm, SellForm
from certificates.models import Certificate, Price, Receipt
from certificates.operations.stock import register, sell
from certificates.pdf.receipt import receipt as receipt_pdf
from certificates.pdf.record import receipt_face_of
from certificates.states import Status
from certificates.views.certificates import pdf_response


class SaleList(PermittedMixin, TemplateView):
    """Receipts, newest first; for staff also what is in stock."""

    permission = rules.VIEW_RECEIPTS
    template_name = "certificates/sale_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in(self.request)
        rows = Receipt.objects.visible_to(user).select_related("licensee", "contact__user")
        may_sell = user.has_perm(rules.SELL)
        stock = Certificate.objects.filter(status=Status.IN_STOCK).order_by("number")
        return super().get_context_data(
            page=keyset.page(rows, self.request.GET, key="number"),
            may_sell=may_sell,
            in_stock=stock.count() if may_sell else None,
            next_in_stock=stock.first() if may_sell else None,
            **kwargs,
        )


class Register(PermittedMixin, OperationFormView):
    """Take printed blanks into stock."""

    permission = rules.REGISTER
    form_class = RegisterForm
    template_name = "certificates/register.html"
    success_url = reverse_lazy("certificates:sales")

    def operate(self, data: dict[str, Any]) -> None:
        count = register(numbers=data["numbers"], actor=signed_in(self.request))
        messages.success(self.request, f"{count} blanks are in stock now.")


class Sell(PermittedMixin, OperationFormView):
    """Sell blanks to a firm in good standing."""

    permission = rules.SELL
    form_class = SellForm
    template_name = "certificates/sell.html"
    receipt: Receipt

    def get_initial(self) -> dict[str, Any]:
        return {"sold_on": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        price = Price.objects.on(timezone.localdate())
        return super().get_context_data(price=price, **kwargs)

    def operate(self, data: dict[str, Any]) -> None:
        self.receipt = sell(today=timezone.localdate(), actor=signed_in(self.request), **data)
        messages.success(self.request, f"Sold. Receipt {self.receipt.number} is ready to print.")

    def get_success_url(self) -> str:
        return reverse("certificates:receipt", args=[self.receipt.number])


class ReceiptBase(VisibleObjectMixin):
    """A page about one receipt, by its number."""

    object: Receipt
    queryset = Receipt.objects.select_related("licensee", "contact__user", "sold_by")
    slug_field = slug_url_kwarg = "number"
    permission = rules.VIEW_RECEIPTS


class ReceiptPage(ReceiptBase, DetailView):
    """One sale."""

    template_name = "certificates/receipt.html"
    context_object_name = "receipt"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.object.certificates.order_by("number")
        return super().get_context_data(certificates=rows, **kwargs)


class ReceiptPdf(ReceiptBase):
    """The receipt to print and sign."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        """Answer the bytes."""
        content = receipt_pdf(receipt_face_of(self.object))
        return pdf_response(content, f"receipt-{self.object.number}.pdf")
