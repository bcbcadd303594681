"""The yearly acknowledgment: a firm's years, signing, the receipt, and who owes it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.generic import DetailView, TemplateView

from accounts.web import (
    OperationFormView,
    PermittedMixin,
    VisibleObjectMixin,
    conflict,
    signed_in,
)
from journal.errors import OperationRefused
from licensees import acknowledgments, evidence, rules
from licensees.acknowledgments import Word
from licensees.forms.acknowledgments import AcknowledgeForm, WordingForm
from licensees.models import Acknowledgment, AcknowledgmentText
from licensees.numbers import runs
from licensees.operations.acknowledging import acknowledge, require_open, set_wording
from licensees.pdf.acknowledgment import receipt
from licensees.standing import acknowledgment_due_on
from licensees.views.documents import made_file
from licensees.views.pages import LicenseePage
from licensees.views.years import chosen_year


class AcknowledgmentList(LicenseePage, DetailView):
    """Every year of one firm: signed, owed, late, or optional."""

    template_name = "licensees/acknowledgments.html"
    tab = "Acknowledgments"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = signed_in(self.request), timezone.localdate()
        years = acknowledgments.of_firm(self.object, today)
        return super().get_context_data(
            years=years,
            waiting=[row for row in years if row.word in (Word.LATE, Word.OWED)],
            this_year=today.year,
            may_sign=user.has_perm(rules.ACKNOWLEDGE, self.object),
            **kwargs,
        )


class Acknowledge(LicenseePage, OperationFormView):
    """Read the wording and the year's certificates, and sign."""

    permission = rules.ACKNOWLEDGE
    form_class = AcknowledgeForm
    template_name = "licensees/acknowledge.html"
    tab = "Acknowledgments"
    signed: Acknowledgment | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, if the year can be signed for."""
        return self._refusal() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign, unless the year cannot be signed for: then there is nothing to show again."""
        return self._refusal() or super().post(request, *args, **kwargs)

    def _refusal(self) -> HttpResponse | None:
        try:
            require_open(self.object, year=self.kwargs["year"], today=timezone.localdate())
        except OperationRefused as refusal:
            url = self.get_success_url()
            return conflict(self.request, refusal.detail, next_url=url, next_label="See all years")
        return None

    def get_initial(self) -> dict[str, Any]:
        wording = AcknowledgmentText.objects.on(timezone.localdate())
        return {"shown": wording.pk if wording else None}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        year = self.kwargs["year"]
        exports = evidence.exports(self.object.pk, year)
        return super().get_context_data(
            year=year,
            due_on=acknowledgment_due_on(year),
            wording=AcknowledgmentText.objects.on(timezone.localdate()),
            agreement=self.object.agreements.first(),
            exports=exports,
            runs=runs(exports.numbers),
            **kwargs,
        )

    def operate(self, data: dict[str, Any]) -> None:
        shown = AcknowledgmentText.objects.filter(pk=data.pop("shown") or 0).first()
        self.signed = acknowledge(
            self.object,
            year=self.kwargs["year"],
            today=timezone.localdate(),
            actor=signed_in(self.request),
            shown=shown,
            **data,
        )
        messages.success(self.request, f"Signed for {self.signed.year}. This is the receipt.")

    def get_success_url(self) -> str:
        if self.signed is not None:
            return reverse("licensees:acknowledgment", args=[self.signed.pk])
        return super().get_success_url()


class ReceiptBase(VisibleObjectMixin):
    """A page about one signed acknowledgment; whoever sees the firm sees it."""

    object: Acknowledgment
    queryset = Acknowledgment.objects.select_related("licensee", "wording", "signed_by")
    context_object_name = "acknowledgment"
    permission = rules.VIEW

    def subject(self) -> Any:
        """The right to see it comes from the firm."""
        return self.get_object().licensee


class AcknowledgmentPage(ReceiptBase, DetailView):
    """What was signed, by whom and when."""

    template_name = "licensees/acknowledgment.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(runs=runs(self.object.certificate_numbers), **kwargs)


class AcknowledgmentPdf(ReceiptBase):
    """The receipt as PDF."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer the bytes."""
        name = f"{self.object.reference.lower()}.pdf"
        return made_file(receipt(self.object), "application/pdf", name)


class AcknowledgmentOverview(PermittedMixin, TemplateView):
    """Who owes, who is late, who signed for a year, and what the annual report says of it."""

    permission = rules.VIEW_OFFICE_LISTS
    template_name = "licensees/acknowledgment_overview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = signed_in(self.request), timezone.localdate()
        last = today.year - 1
        year = chosen_year(self.request.GET.get("year"), last=last)
        rows = acknowledgments.of_year(year, today, user)
        order = [Word.LATE, Word.OWED, Word.SIGNED, Word.ENDED, Word.OPTIONAL]
        return super().get_context_data(
            year=year,
            years=range(last, last - 12, -1),
            due_on=acknowledgment_due_on(year),
            rows=sorted(rows, key=lambda row: order.index(row.word)),
            counts=[(word, sum(row.word == word for row in rows)) for word in order[:3]],
            sentence=acknowledgments.report_sentence(year, rows),
            wording=AcknowledgmentText.objects.on(today),
            may_set=user.has_perm(rules.SET_WORDING),
            **kwargs,
        )


class SetWording(PermittedMixin, OperationFormView):
    """Set the words that firms sign from a day on."""

    permission = rules.SET_WORDING
    form_class = WordingForm
    template_name = "licensees/acknowledgment_wording.html"
    success_url = reverse_lazy("licensees:set_wording")
    success_message = "The wording is set. It cannot be changed; a later one replaces it."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        known = AcknowledgmentText.objects.visible_to(signed_in(self.request))
        current = AcknowledgmentText.objects.on(timezone.localdate())
        return super().get_context_data(wordings=known, current=current, **kwargs)

    def operate(self, data: dict[str, Any]) -> None:
        set_wording(today=timezone.localdate(), actor=signed_in(self.request), **data)
