"""The stock of one firm: its ledger, its blanks, its receipts and counts; and returns."""

from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.utils import timezone
from django.views.generic import DetailView

from accounts.web import OperationFormView, signed_in
from certificates import rules
from certificates.forms.custody import ReturnForm
from certificates.ledger import months_before, perhaps_used
from certificates.models import Certificate, CountDifference, ledgers, owing_count
from certificates.numbers import runs
from certificates.operations.custody import take_back
from certificates.states import Status
from licensees.views.pages import LicenseePage

SHOWN: Final = 10  # receipts and counts; the lists have the rest


class StockTab(LicenseePage, DetailView):
    """Where every blank of a firm is."""

    template_name = "certificates/firm_stock.html"
    tab = "Stock"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, firm, today = signed_in(self.request), self.object, timezone.localdate()
        own = Certificate.objects.filter(licensee=firm)
        blanks = list(own.filter(status=Status.AVAILABLE).values_list("number", "date_of_sale"))
        used = own.exclude(date_of_issue=None).order_by("-number")
        asked = perhaps_used(
            [(number, sold_on) for number, sold_on in blanks if sold_on],
            used.values_list("number", flat=True).first(),
            today=today,
            months=settings.UNUSED_BLANK_MONTHS,
        )
        differences = CountDifference.objects.filter(count__licensee=firm).open()
        counts = firm.stock_counts.select_related("counted_by").annotate(
            open=Count("differences", filter=Q(differences__state=CountDifference.State.OPEN)),
            found=Count("differences"),
        )
        return super().get_context_data(
            ledger=ledgers(firm.pk)[firm.pk],
            statuses=[status for status in Status if status != Status.IN_STOCK],
            blank_runs=runs(number for number, _ in blanks),
            asked_runs=runs(asked),
            sold_before=months_before(today, settings.UNUSED_BLANK_MONTHS),
            differences=differences.select_related("count"),
            receipts=firm.receipts.select_related("contact__user", "reverses")[:SHOWN],
            counts=counts[:SHOWN],
            owes_count=owing_count(today).filter(pk=firm.pk).exists(),
            may_count=user.has_perm(rules.COUNT, firm) and not firm.has_ended,
            may_settle=user.has_perm(rules.SETTLE),
            may_take_back=user.has_perm(rules.RETURN, firm) and bool(blanks),
            **kwargs,
        )


class TakeBack(LicenseePage, OperationFormView):
    """Record blanks that a firm returned."""

    permission = rules.RETURN
    form_class = ReturnForm
    template_name = "certificates/return.html"
    tab = "Stock"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        blanks = Certificate.objects.filter(licensee=self.object, status=Status.AVAILABLE)
        return super().get_context_data(
            blank_runs=runs(blanks.values_list("number", flat=True)), **kwargs
        )

    def operate(self, data: dict[str, Any]) -> None:
        rows = take_back(
            self.object, today=timezone.localdate(), actor=signed_in(self.request), **data
        )
        what = "1 blank is" if len(rows) == 1 else f"{len(rows):,} blanks are"
        messages.success(
            self.request,
            f"{what} recorded as returned and void. A copy of each is owed to the Census Bureau.",
        )
