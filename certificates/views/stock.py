"""Stock: register printed blanks, sell them, take sales back, and read the receipts."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.generic import DetailView, TemplateView

from accounts import keyset
from accounts.models import User
from accounts.web import (
    OperationFormView,
    PermittedMixin,
    VisibleObjectMixin,
    conflict,
    signed_in,
)
from certificates import rules
from certificates.forms.custody import ReceiptSearchForm, ReverseForm, WriteOffForm
from certificates.forms.steps import RegisterForm, SellForm
from certificates.models import Certificate, Price, Receipt
from certificates.numbers import display, runs
from certificates.operations.counter_entry import reverse as take_sale_back
from certificates.operations.custody import write_off
from certificates.operations.stock import register, sell
from certificates.pdf.receipt import receipt as receipt_pdf
from certificates.pdf.record import receipt_face_of
from certificates.states import Status
from certificates.views.certificates import pdf_response
from licensees.models import Licensee

PRICED = (1, 10, 25, 50)  # how many blanks the page to sell shows the price of


def _in_stock(user: User) -> Iterable[int]:
    rows = Certificate.objects.visible_to(user).filter(status=Status.IN_STOCK)
    return rows.values_list("number", flat=True)


def _written_off(user: User) -> Iterable[int]:
    rows = Certificate.objects.visible_to(user).filter(status=Status.VOID, licensee=None)
    return rows.values_list("number", flat=True)


class SaleList(PermittedMixin, TemplateView):
    """Receipts by what is asked for, newest first; for staff also what is in stock."""

    permission = rules.VIEW_RECEIPTS
    template_name = "certificates/sale_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in(self.request)
        rows = Receipt.objects.visible_to(user)
        search = ReceiptSearchForm(self.request.GET, firms=Licensee.objects.visible_to(user))
        found = search.narrow(rows)
        may_sell = user.has_perm(rules.SELL)
        stock = list(_in_stock(user)) if may_sell else []
        written_off = list(_written_off(user)) if may_sell else []
        shown = found.select_related("licensee", "contact__user", "reverses")
        return super().get_context_data(
            search=search,
            page=keyset.page(shown, self.request.GET, key="number"),
            total=found.aggregate(of=Count("pk"), blanks=Sum("quantity"), usd=Sum("paid_usd")),
            may_sell=may_sell,
            in_stock=len(stock),
            stock_runs=runs(stock),
            written_off=len(written_off),
            written_off_runs=runs(written_off),
            **kwargs,
        )

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """A search that cannot be understood is the reader's to mend: 400, with the form."""
        status = 200 if context["search"].is_valid() else 400
        return super().render_to_response(context, status=status, **kwargs)


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


class WriteOff(PermittedMixin, OperationFormView):
    """Blanks in stock that are spoiled, lost or stolen."""

    permission = rules.WRITE_OFF
    form_class = WriteOffForm
    template_name = "certificates/write_off.html"
    success_url = reverse_lazy("certificates:sales")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stock = runs(_in_stock(signed_in(self.request)))
        return super().get_context_data(stock_runs=stock, **kwargs)

    def operate(self, data: dict[str, Any]) -> None:
        rows = write_off(today=timezone.localdate(), actor=signed_in(self.request), **data)
        what = "1 blank is" if len(rows) == 1 else f"{len(rows):,} blanks are"
        messages.success(self.request, f"{what} written off.")


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
    queryset = Receipt.objects.select_related("licensee", "contact__user", "sold_by", "reverses")
    slug_field = slug_url_kwarg = "number"
    permission = rules.VIEW_RECEIPTS


class ReceiptPage(ReceiptBase, DetailView):
    """One sale, or the counter-entry that took some of one back."""

    template_name = "certificates/receipt.html"
    context_object_name = "receipt"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        standing = Counter(self.object.certificates.values_list("status", flat=True))
        counters = list(self.object.reversals.order_by("number"))
        may_reverse = signed_in(self.request).has_perm(rules.REVERSE, self.object)
        return super().get_context_data(
            runs=runs(self.object.numbers),
            standing=[(status, standing[status]) for status in Status if standing[status]],
            counters=[(counter, runs(counter.numbers)) for counter in counters],
            may_reverse=may_reverse and standing[Status.AVAILABLE] > 0,
            **kwargs,
        )


class Reverse(ReceiptBase, OperationFormView):
    """Take blanks of a mistaken sale back into stock."""

    permission = rules.REVERSE
    form_class = ReverseForm
    template_name = "certificates/reverse.html"
    counter: Receipt

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, if there is anything left of the sale to take back."""
        if self._blanks():
            return super().get(request, *args, **kwargs)
        return conflict(
            request,
            f"{self.object} has no blank that could be taken back.",
            next_url=reverse("certificates:receipt", args=[self.object.number]),
            next_label=f"See {self.object}",
        )

    def _blanks(self) -> list[int]:
        rows = self.object.certificates.filter(status=Status.AVAILABLE)
        return list(rows.values_list("number", flat=True))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        blanks = runs(self._blanks())
        return super().get_context_data(receipt=self.object, available_runs=blanks, **kwargs)

    def operate(self, data: dict[str, Any]) -> None:
        today, actor = timezone.localdate(), signed_in(self.request)
        self.counter = take_sale_back(self.object, today=today, actor=actor, **data)
        messages.success(
            self.request, f"Taken back. {self.counter} is the counter-entry, ready to print."
        )

    def get_success_url(self) -> str:
        return reverse("certificates:receipt", args=[self.counter.number])


class ReceiptPdf(ReceiptBase):
    """The receipt to print and sign."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        """Answer the bytes."""
        content = receipt_pdf(receipt_face_of(self.object))
        return pdf_response(content, f"receipt-{self.object.number}.pdf")
