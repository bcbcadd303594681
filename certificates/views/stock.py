"""Stock: register printed blanks, sell them, and read the receipts."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.generic import DetailView, TemplateView

from accounts import keyset
from accounts.models import User
from accounts.web import OperationFormView, PermittedMixin, VisibleObjectMixin, signed_in
from certificates import rules
from certificates.forms.steps import RegisterForm, SellForm
from certificates.models import Certificate, Price, Receipt
from certificates.numbers import display, runs
from certificates.operations.stock import register, sell
from certificates.pdf.receipt import receipt as receipt_pdf
from certificates.pdf.record import receipt_face_of
from certificates.states import Status
from certificates.views.certificates import pdf_response

PRICED = (1, 10, 25, 50)  # how many blanks the page to sell shows the price of


def _in_stock(user: User) -> Iterable[int]:
    rows = Certificate.objects.visible_to(user).filter(status=Status.IN_STOCK)
    return rows.values_list("number", flat=True)


class SaleList(PermittedMixin, TemplateView):
    """Receipts, newest first; for staff also what is in stock."""

    permission = rules.VIEW_RECEIPTS
    template_name = "certificates/sale_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in(self.request)
        rows = Receipt.objects.visible_to(user).select_related("licensee", "contact__user")
        may_sell = user.has_perm(rules.SELL)
        stock = list(_in_stock(user)) if may_sell else []
        return super().get_context_data(
            page=keyset.page(rows, self.request.GET, key="number"),
            may_sell=may_sell,
            in_stock=len(stock),
            stock_runs=runs(stock),
            **kwargs,
        )


class Register(PermittedMixin, OperationFormView):
    """Take printed blanks into stock."""

    permission = rules.REGISTER
    form_class = RegisterForm
    template_name = "certificates/register.html"
    success_url = reverse_lazy("certificates:sales")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Certificate.objects.visible_to(signed_in(self.request))
        highest = rows.aggregate(highest=Max("number"))["highest"]
        return super().get_context_data(highest=highest and display(highest), **kwargs)

    def operate(self, data: dict[str, Any]) -> None:
        count = register(numbers=data["numbers"], actor=signed_in(self.request))
        what = "1 blank is" if count == 1 else f"{count:,} blanks are"
        messages.success(self.request, f"{what} added to the stock.")


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
        return super().get_context_data(
            price=price,
            totals=[(count, count * price.unit_usd) for count in PRICED] if price else [],
            stock_runs=runs(_in_stock(signed_in(self.request))),
            **kwargs,
        )

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
        rows = self.object.certificates.values_list("number", "status")
        standing = Counter(status for _, status in rows)
        return super().get_context_data(
            runs=runs(number for number, _ in rows),
            standing=[(status, standing[status]) for status in Status if standing[status]],
            **kwargs,
        )


class ReceiptPdf(ReceiptBase):
    """The receipt to print and sign."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        """Answer the bytes."""
        content = receipt_pdf(receipt_face_of(self.object))
        return pdf_response(content, f"receipt-{self.object.number}.pdf")
