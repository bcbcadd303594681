"""Fill in a certificate, kept as it is typed."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.generic.base import TemplateResponseMixin

from accounts.templatetags.uswds import civil_date
from accounts.web import signed_in
from certificates.classification import aes_quantity, aes_value, value_per_carat
from certificates.examination import Finding
from certificates.forms.particulars import ParticularsForm, opening, parties, read, texts
from certificates.itn import check
from certificates.models import Certificate, Draft
from certificates.operations.drafting import DraftChanged, save_draft
from certificates.operations.issue import report_shared_itn
from certificates.particulars import Particulars
from certificates.views.filling import STEPS, FillingPage
from journal.errors import OperationRefused
from licensees.models import Party
from licensees.operations.addresses import keep_party


class IssuePage(FillingPage, TemplateResponseMixin):
    """The one page with everything a licensee states, in the order of the paper."""

    template_name = "certificates/issue.html"

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        """Show the draft, or an empty page with today's date."""
        draft = self.draft
        fields = draft.fields if draft else opening(self.object, self.today)
        return self.too_late() or self.show(fields, draft.version if draft else 0, ())

    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        """Keep what was typed; go on to the read-back if it is lawful, else say what is not."""
        if late := self.too_late():
            return late
        fields = texts(with_entries(request.POST, self.object, self.today), self.object)
        try:
            draft = save_draft(
                self.object, fields=fields, version=_version(request), actor=signed_in(request)
            )
        except OperationRefused as refusal:
            return self.not_kept(fields, refusal)
        if "use" in request.POST or "itn_fix" in request.POST:
            return self.show(fields, draft.version, ())
        form = self.form(fields)
        facts, found = self.judged(form)
        if found.problems:
            report_shared_itn(self.object, found.problems)
            return self.show(fields, draft.version, found.problems, status=422)
        keep_addresses(request, self.object, facts)
        return HttpResponseRedirect(reverse("certificates:read_back", args=[number]))

    def not_kept(self, fields: dict[str, str], refusal: OperationRefused) -> HttpResponse:
        """The page with everything typed and why it could not be saved, or what others saved."""
        if isinstance(refusal, DraftChanged):
            return self.show(fields, refusal.draft.version, (), changed=refusal, status=409)
        finding = Finding(refusal.field, refusal.code, refusal.detail)
        return self.show(fields, _version(self.request) or 0, (finding,), status=409)

    def form(self, fields: dict[str, str]) -> ParticularsForm:
        """The page's form, with the texts in it."""
        return ParticularsForm(
            fields, certificate=self.object, today=self.today, use_required_attribute=False
        )

    def show(
        self,
        fields: dict[str, str],
        version: int,
        findings: tuple[Finding, ...],
        *,
        changed: DraftChanged | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """The page with ``fields`` and what is wrong with them."""
        form = self.form(fields)
        facts, _ = read(form)
        form.errors.clear()
        for finding in findings:
            form.add_error(*_error(form, finding))
        context = {
            "certificate": self.object,
            "form": form,
            "form_steps": STEPS,
            "aes": in_aes(facts),
            "expires": facts.date_of_expiry,
            "per_carat": per_carat(facts),
            "itn_fix": check(facts.itn, today=self.today).suggestion,
            "differences": differences(form, changed.draft) if changed else [],
            "version": version,
            "draft": self.draft,
            "changed": changed,
            "consignees": parties(self.object, Party.Part.CONSIGNEE, self.today),
            "exporters": parties(self.object, Party.Part.EXPORTER, self.today)
            if form.is_carrier
            else [],
            "preview_url": reverse("certificates:draft_pdf", args=[self.object.number]),
        }
        return self.render_to_response(context, status=status)


def in_aes(facts: Particulars) -> dict[str, str]:
    """The weight and value as AES takes them, to be copied from the page (domain 4.1)."""
    return {
        "quantity": f"{aes_quantity(facts.carat_weight)} carats"
        if facts.carat_weight is not None and facts.carat_weight > 0
        else "whole carats, at least 1",
        "value": f"${aes_value(facts.value_usd):,}"
        if facts.value_usd is not None and facts.value_usd > 0
        else "whole dollars",
    }


def per_carat(facts: Particulars) -> str:
    """The value of a carat, in words."""
    if facts.value_usd is None or facts.carat_weight is None:
        return ""
    value = value_per_carat(facts.value_usd, facts.carat_weight)
    return "" if value is None else f"${value:,} a carat"


def differences(form: ParticularsForm, theirs: Draft) -> list[tuple[str, str, str]]:
    """Label, their text and mine for every field on which two editors differ."""
    return [
        (str(field.label), theirs.fields.get(name, ""), form.data.get(name, ""))
        for name, field in form.fields.items()
        if theirs.fields.get(name, "") != form.data.get(name, "")
    ]


def _error(form: ParticularsForm, finding: Finding) -> tuple[str | None, str]:
    text = f"{finding.detail} ({finding.source})" if finding.source else finding.detail
    return (finding.field if finding.field in form.fields else None), text


def _version(request: HttpRequest) -> int | None:
    """The version of the draft the page was opened with; nonsense is as good as version 0."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def with_entries(posted: Any, certificate: Certificate, today: dt.date) -> dict[str, str]:
    """The posted texts, with what the person asked to use: an entry, or the ITN as mended."""
    fields = {name: posted.get(name, "") for name in posted}
    if "itn_fix" in fields:
        fields["itn"] = fields["itn_fix"]
    part = fields.get("use", "")
    if part in Party.Part.values:
        chosen = fields.get(f"{part}_entry", "")
        for entry in parties(certificate, part, today):
            if entry["id"] == chosen:
                fields[f"{part}_name"] = entry["name"]
                fields[f"{part}_address"] = entry["address"]
                if part == Party.Part.CONSIGNEE:
                    fields["consignee_country"] = entry["country"]
    return fields


def keep_addresses(request: HttpRequest, certificate: Certificate, facts: Particulars) -> None:
    """Put consignee and exporter into the address book where the person asked for it."""
    firm, actor = certificate.licensee, signed_in(request)
    if firm is None:
        return
    if request.POST.get("keep_consignee"):
        keep_party(
            firm,
            part=Party.Part.CONSIGNEE,
            name=facts.consignee_name,
            address=facts.consignee_address,
            country=facts.consignee_country,
            actor=actor,
        )
    if firm.is_carrier and request.POST.get("keep_exporter"):
        keep_party(
            firm,
            part=Party.Part.EXPORTER,
            name=facts.exporter_name,
            address=facts.exporter_address,
            country="US",
            actor=actor,
        )


class DraftSave(IssuePage):
    """Keep what is typed: for the page's script as JSON, for a plain button with a redirect."""

    http_method_names = ("get", "post")

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        """The draft is filled in on the issue page."""
        return HttpResponseRedirect(reverse("certificates:issue", args=[number]))

    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        """Answer the new version with problems, warnings and what was made of the fields."""
        as_json = request.accepts("application/json") and not request.accepts("text/html")
        fields = texts(with_entries(request.POST, self.object, self.today), self.object)
        try:
            draft = save_draft(
                self.object, fields=fields, version=_version(request), actor=signed_in(request)
            )
        except OperationRefused as refusal:
            if not as_json:
                return self.too_late() or self.not_kept(fields, refusal)
            body: dict[str, object] = {
                "code": refusal.code,
                "detail": refusal.detail,
                "field": refusal.field,
            }
            if isinstance(refusal, DraftChanged):
                body |= {"version": refusal.draft.version, "fields": refusal.draft.fields}
            return JsonResponse(body, status=409)
        if not as_json:
            messages.success(request, f"The draft of {self.object} is saved.")
            return HttpResponseRedirect(reverse("certificates:detail", args=[number]))
        return JsonResponse(self.answer(draft))

    def answer(self, draft: Draft) -> dict[str, Any]:
        """What the page shows beside the fields."""
        form = ParticularsForm(draft.fields, certificate=self.object, today=self.today)
        facts, found = self.judged(form)
        return {
            "version": draft.version,
            "saved_at": timezone.localtime(draft.edited_at).strftime("%H:%M"),
            "problems": [_plain(f) for f in found.problems],
            "warnings": [_plain(f) for f in found.warnings],
            "itn": {
                "result": found.itn.result,
                "itn": found.itn.itn,
                "detail": found.itn.detail,
                "suggestion": found.itn.suggestion,
            },
            "value_per_carat": per_carat(facts),
            "date_of_expiry": f"Expires {civil_date(facts.date_of_expiry)}."
            if facts.date_of_expiry
            else "",
            "aes": in_aes(facts),
        }


def _plain(finding: Finding) -> dict[str, str]:
    return {
        "field": finding.field,
        "code": finding.code,
        "detail": finding.detail,
        "source": finding.source,
    }
