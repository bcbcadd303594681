"""Enter a physical count, read one, and settle what it did not agree with."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.generic import DetailView

from accounts.web import OperationFormView, VisibleObjectMixin, conflict, signed_in
from certificates import rules
from certificates.forms.custody import CountForm, ExplainForm, LostForm
from certificates.models import Certificate, CountDifference, StockCount
from certificates.numbers import display, runs
from certificates.operations.counting import count, explain, report_lost
from certificates.states import Status
from licensees.models import Licensee
from licensees.views.pages import LicenseePage


class CountPage(LicenseePage, OperationFormView):
    """Enter what was found in a firm's safe."""

    permission = rules.COUNT
    form_class = CountForm
    template_name = "certificates/count.html"
    tab = "Stock"
    row: StockCount

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, unless the firm holds no blanks for good."""
        if not self.object.has_ended:
            return super().get(request, *args, **kwargs)
        detail = f"The licence of {self.object} has ended, and it holds no blanks."
        url = reverse("firm:stock", args=[self.object.pk])
        return conflict(request, detail, next_url=url, next_label="See its stock")

    def get_initial(self) -> dict[str, Any]:
        return {"counted_on": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(at_review=self._occasion() == "review", **kwargs)

    def _occasion(self) -> str:
        """The firm's own people count once a year; offices count at a review."""
        at_review = bool(signed_in(self.request).office)
        return StockCount.Occasion.REVIEW if at_review else StockCount.Occasion.YEARLY

    def operate(self, data: dict[str, Any]) -> None:
        self.row = count(
            self.object,
            occasion=self._occasion(),
            today=timezone.localdate(),
            actor=signed_in(self.request),
            **data,
        )
        messages.success(self.request, "The count is entered.")

    def get_success_url(self) -> str:
        return reverse("certificates:count", args=[self.row.pk])


class CountResult(VisibleObjectMixin, DetailView):
    """One count: whether it agreed, and what became of each difference."""

    object: StockCount
    queryset = StockCount.objects.select_related("licensee", "counted_by")
    context_object_name = "count"
    permission = rules.VIEW_COUNTS
    template_name = "certificates/count_result.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            found_runs=runs(self.object.numbers),
            expected_runs=runs(self.object.expected),
            differences=list(self.object.differences.select_related("settled_by")),
            may_settle=signed_in(self.request).has_perm(rules.SETTLE),
            **kwargs,
        )


class DifferencePage(VisibleObjectMixin, OperationFormView):
    """A step that settles a difference."""

    object: CountDifference
    queryset = CountDifference.objects.select_related("count__licensee", "settled_by")
    context_object_name = "difference"
    permission = rules.SETTLE

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; what was settled already is shown where it stands."""
        if self.object.state == CountDifference.State.OPEN and self.applies():
            return super().get(request, *args, **kwargs)
        detail = f"US{self.object.number} is settled, or there is nothing to settle so."
        url = self.get_success_url()
        return conflict(request, detail, next_url=url, next_label="See the count")

    def applies(self) -> bool:
        """Whether the difference can be settled on this page at all."""
        return True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = Certificate.objects.filter(number=self.object.number).first()
        firm: Licensee = self.object.count.licensee
        return super().get_context_data(
            number=display(self.object.number),
            certificate=row,
            is_theirs=row is not None and row.licensee_id == firm.pk,
            **kwargs,
        )

    def get_success_url(self) -> str:
        return reverse("certificates:count", args=[self.object.count_id])


class Explain(DifferencePage):
    """Write down how a difference came about."""

    form_class = ExplainForm
    template_name = "certificates/count_explain.html"
    success_message = "The difference is explained."

    def operate(self, data: dict[str, Any]) -> None:
        explain(self.object, today=timezone.localdate(), actor=signed_in(self.request), **data)


class ReportLost(DifferencePage):
    """Void a missing blank as lost or stolen."""

    form_class = LostForm
    template_name = "certificates/count_lost.html"
    success_message = "The certificate is void. State, Census and Customs must hear of it today."

    def applies(self) -> bool:
        """Only a form that is missing, and that the firm still has by the register."""
        return (
            self.object.kind == CountDifference.Kind.MISSING
            and Certificate.objects.filter(
                number=self.object.number,
                licensee=self.object.count.licensee_id,
                status=Status.AVAILABLE,
            ).exists()
        )

    def operate(self, data: dict[str, Any]) -> None:
        report_lost(self.object, today=timezone.localdate(), actor=signed_in(self.request), **data)
