"""Read a certificate back, attest, issue."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.generic import TemplateView

from accounts.web import conflict, refused_on, signed_in
from certificates import attestation
from certificates.examination import Examination
from certificates.forms.particulars import ParticularsForm
from certificates.forms.steps import AttestForm
from certificates.itn import check
from certificates.models import Port
from certificates.operations.drafting import DraftChanged
from certificates.operations.issue import ParticularsRefused, issue
from certificates.particulars import Particulars
from certificates.pdf.record import face_of
from certificates.views.filling import STEPS, FillingPage, gone
from journal.errors import OperationRefused


class ReadBack(FillingPage, TemplateView):
    """The certificate as it will print, the warnings, the attestation, and the button."""

    template_name = "certificates/read_back.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what stands in the draft, if it is lawful; else go back to the page."""
        if late := self.too_late():
            return late
        facts, found = self.stated()
        if found.problems or self.draft is None:
            return HttpResponseRedirect(self.filling_url())
        form = AttestForm(initial={"draft_version": self.draft.version}, warnings=found.warnings)
        return self.show(facts, form)

    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        """Issue what was read back: the draft at the version shown, or nothing."""
        if late := self.too_late():
            return late
        facts, found = self.stated()
        if found.problems:
            return HttpResponseRedirect(self.filling_url())
        form = AttestForm(request.POST, warnings=found.warnings)
        if not form.is_valid():
            return self.show(facts, form, status=422)
        try:
            issue(
                self.object,
                facts=facts,
                attested=form.cleaned_data["attested"],
                acknowledged=form.reasons(),
                draft_version=form.cleaned_data["draft_version"],
                today=self.today,
                actor=signed_in(request),
            )
        except DraftChanged as refusal:
            return conflict(
                request,
                f"{refusal.detail} Read the certificate back again before you issue it.",
                next_url=request.path,
                next_label="Read it back again",
            )
        except ParticularsRefused as refusal:
            for finding in refusal.findings:
                name = f"reason_{finding.code}"
                text = "Say why it is right." if name in form.fields else finding.detail
                form.add_error(name if name in form.fields else None, text)
            return self.show(facts, form, status=409)
        except OperationRefused as refusal:
            if refusal.code == "wrong_status":
                return gone(request, self.object)
            refused_on(form, refusal)
            return self.show(facts, form, status=409)
        messages.success(
            request, f"{self.object} is issued. Print it, then record the day it leaves."
        )
        return HttpResponseRedirect(reverse("certificates:detail", args=[number]))

    def stated(self) -> tuple[Particulars, Examination]:
        """What the draft states now."""
        fields = self.draft.fields if self.draft else {}
        form = ParticularsForm(fields, certificate=self.object, today=self.today)
        return self.judged(form)

    def filling_url(self) -> str:
        """Back to the page on which it is filled in."""
        return reverse("certificates:issue", args=[self.object.number])

    def show(self, facts: Particulars, form: AttestForm, status: int = 200) -> HttpResponse:
        """The page, with the paper as it will print."""
        context = self.get_context_data(
            face=face_of(self.object, facts),
            facts=facts,
            itn=check(facts.itn, today=self.today).itn,
            port=Port.objects.filter(code=facts.port_of_export).first(),
            form=form,
            form_steps=STEPS,
            attestation=attestation,
        )
        return self.render_to_response(context, status=status)
