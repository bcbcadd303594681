"""Annual fees: what one firm owes and paid, and the fees of all firms for a year."""

import datetime as dt
from abc import abstractmethod
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Prefetch, Q, Sum
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.generic import DetailView, TemplateView

from accounts import keyset
from accounts.web import OperationFormView, PermittedMixin, VisibleObjectMixin, signed_in
from licensees import rules
from licensees.forms.licence import ReasonForm
from licensees.forms.money import ChargeForm, FeeAmountForm, PaymentForm, YearForm
from licensees.models import ENDED, AnnualFee, FeeAmount, FeePayment, Licensee
from licensees.operations.money import (
    charge_fee,
    charge_year,
    receive_payment,
    set_fee_amount,
    take_back_payment,
)
from licensees.views.pages import LicenseePage

NOTHING = Decimal(0)
PAGE_SIZE = 50


class Money(LicenseePage, DetailView):
    """What a firm owes for each year, and every payment."""

    template_name = "licensees/money.html"
    tab = "Money"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        payments = FeePayment.objects.select_related("entered_by", "reversed_by", "reverses")
        fees = self.object.fees.order_by("-year").prefetch_related(Prefetch("payments", payments))
        today = timezone.localdate()
        return super().get_context_data(
            fees=[
                {
                    "fee": fee,
                    "payments": [*fee.payments.all()],
                    "balance": fee.amount_usd - sum(p.amount_usd for p in fee.payments.all()),
                    "is_late": fee.paid_on is None and fee.due_on < today,
                }
                for fee in fees
            ],
            may_charge=signed_in(self.request).has_perm(rules.CHARGE, self.object),
            **kwargs,
        )


class ChargeFee(LicenseePage, OperationFormView):
    """Charge a firm its fee for a year."""

    permission = rules.CHARGE
    form_class = ChargeForm
    template_name = "licensees/money_charge.html"
    tab = "Money"
    success_message = "The fee is charged."

    def get_initial(self) -> dict[str, Any]:
        return {"year": timezone.localdate().year}

    def operate(self, data: dict[str, Any]) -> None:
        charge_fee(self.object, actor=signed_in(self.request), **data)


class OfAFirm(VisibleObjectMixin, OperationFormView):
    """A step about a row of a firm's money; it leads back to the firm's tab."""

    permission = rules.CHARGE

    @abstractmethod
    def firm(self) -> Licensee:
        """The firm whose money it is."""

    def subject(self) -> Any:
        """Whether somebody may is asked of the firm."""
        self.get_object()
        return self.firm()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            licensee=self.firm(), back_url=self.get_success_url(), **kwargs
        )

    def get_success_url(self) -> str:
        return reverse("licensees:money", args=[self.firm().pk])


class Receive(OfAFirm):
    """Record money that came in for a fee."""

    object: AnnualFee
    queryset = AnnualFee.objects.select_related("licensee")
    context_object_name = "fee"
    form_class = PaymentForm
    template_name = "licensees/money_receive.html"
    success_message = "The payment is recorded."

    def firm(self) -> Licensee:
        """The firm that owes the fee."""
        return self.object.licensee

    def get_initial(self) -> dict[str, Any]:
        return {"amount_usd": self.owed(), "received_on": timezone.localdate()}

    def owed(self) -> Decimal:
        """What is still to be paid of the fee."""
        received = self.object.payments.aggregate(total=Sum("amount_usd"))["total"]
        return self.object.amount_usd - (received or NOTHING)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(owed=self.owed(), **kwargs)

    def operate(self, data: dict[str, Any]) -> None:
        receive_payment(
            self.object, today=timezone.localdate(), actor=signed_in(self.request), **data
        )


class TakeBack(OfAFirm):
    """Take a payment back by a counter-entry."""

    object: FeePayment
    queryset = FeePayment.objects.select_related("fee__licensee", "entered_by")
    context_object_name = "payment"
    form_class = ReasonForm
    template_name = "licensees/money_take_back.html"
    success_message = "The payment is taken back; the fee is owed again."

    def firm(self) -> Licensee:
        """The firm whose payment it was."""
        return self.object.fee.licensee

    def operate(self, data: dict[str, Any]) -> None:
        take_back_payment(
            self.object, today=timezone.localdate(), actor=signed_in(self.request), **data
        )


class FeesOfAYear(PermittedMixin, TemplateView):
    """Who was charged for a year, who paid, who is late, and who was not charged."""

    permission = rules.VIEW_OFFICE_LISTS
    template_name = "licensees/money_year.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = signed_in(self.request), timezone.localdate()
        asked = self.request.GET.copy()
        asked.setdefault("year", str(today.year))
        form = YearForm(asked)
        year = (form.is_valid() and form.cleaned_data["year"]) or today.year
        charged = AnnualFee.objects.visible_to(user).filter(year=year)
        fees = charged.annotate(
            number=F("licensee__number"), received=Coalesce(Sum("payments__amount_usd"), NOTHING)
        ).select_related("licensee")
        if form.is_valid() and (state := form.cleaned_data["state"]):
            fees = fees.filter(**_in_state(state, today))
        not_charged = (
            Licensee.objects.visible_to(user)
            .filter(effective_on__year__lte=year)
            .exclude(status__in=ENDED)
            .exclude(pk__in=charged.values("licensee"))
        )
        page = keyset.page(fees, self.request.GET, key="number", size=PAGE_SIZE)
        return super().get_context_data(
            form=form,
            year=year,
            page=page,
            fees=[
                (fee, fee.amount_usd - fee.received, fee.paid_on is None and fee.due_on < today)
                for fee in page.rows
            ],
            totals=charged.aggregate(
                charged=Count("pk"),
                paid=Count("pk", filter=Q(paid_on__isnull=False)),
                late=Count("pk", filter=Q(**_in_state("late", today))),
            ),
            not_charged=not_charged.count(),
            amounts=FeeAmount.objects.visible_to(user),
            today=today,
            may_charge=user.has_perm(rules.CHARGE),
            **kwargs,
        )

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """A filter that cannot be understood is the reader's to mend: 400, with the form."""
        status = 200 if context["form"].is_valid() else 400
        return super().render_to_response(context, status=status, **kwargs)


def _in_state(state: str, today: dt.date) -> dict[str, Any]:
    match state:
        case "paid":
            return {"paid_on__isnull": False}
        case "late":
            return {"paid_on": None, "due_on__lt": today}
        case _:
            return {"paid_on": None}


class ChargeYear(PermittedMixin, OperationFormView):
    """Charge every firm its fee for a year at once."""

    permission = rules.CHARGE
    form_class = ChargeForm
    template_name = "licensees/money_charge_year.html"
    year: int

    def get_initial(self) -> dict[str, Any]:
        return {"year": timezone.localdate().year}

    def operate(self, data: dict[str, Any]) -> None:
        fees = charge_year(actor=signed_in(self.request), **data)
        self.year = data["year"]
        who = "1 firm is" if len(fees) == 1 else f"{len(fees)} firms are"
        messages.success(self.request, f"{who} charged for {self.year}.")

    def get_success_url(self) -> str:
        return f"{reverse('licensees:fees')}?year={self.year}"


class SetFeeAmount(PermittedMixin, OperationFormView):
    """Set the annual fee from a day on."""

    permission = rules.CHARGE
    form_class = FeeAmountForm
    template_name = "licensees/money_amount.html"
    success_url = reverse_lazy("licensees:fees")
    success_message = "The annual fee is set."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        amounts = FeeAmount.objects.visible_to(signed_in(self.request))
        return super().get_context_data(amounts=amounts, **kwargs)

    def operate(self, data: dict[str, Any]) -> None:
        set_fee_amount(today=timezone.localdate(), actor=signed_in(self.request), **data)
