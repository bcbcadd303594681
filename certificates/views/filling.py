"""What the pages on the way to an issue share: whether it is still the moment, and the draft."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.web import conflict
from certificates import rules
from certificates.examination import Examination
from certificates.forms.particulars import ParticularsForm, opening, read
from certificates.models import Certificate, Draft
from certificates.operations.issue import assess, circumstances
from certificates.operations.locking import standing_of
from certificates.particulars import Particulars
from certificates.pdf.certificate import full
from certificates.pdf.face import Marking
from certificates.pdf.record import face_of
from certificates.states import ISSUE
from certificates.views.certificates import CertificatePage, pdf_response

STEPS = ("Fill in", "Read back", "Issued")


class FillingPage(CertificatePage):
    """A page on the way to an issue; a certificate issued meanwhile is said, by whom and when."""

    permission = rules.ISSUE

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("draft__edited_by")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Ask who first (404, 403), then whether it is still the moment (409)."""
        self.today = timezone.localdate()
        return super().dispatch(request, *args, **kwargs)

    def too_late(self) -> HttpResponse | None:
        """The page that says that this certificate can no longer be filled in, or None."""
        if self.object.status in ISSUE.sources:
            return None
        return gone(self.request, self.object)

    @property
    def draft(self) -> Draft | None:
        """What is kept of it so far."""
        return getattr(self.object, "draft", None)

    def judged(self, form: ParticularsForm) -> tuple[Particulars, Examination]:
        """What a bound form states, and everything to say about it."""
        facts, unreadable = read(form)
        around = circumstances(
            self.object, today=self.today, lists=form.lists, releases=form.releases
        )
        found = assess(self.object, facts, around)
        fields = {finding.field for finding in unreadable}
        if facts.date_of_issue is None:
            fields.add("date_of_expiry")  # follows from the date of issue when it is left empty
        # "Give the value" says nothing to somebody who gave one that cannot be read.
        rest = (f for f in found.problems if f.field not in fields or f.code != "required")
        return facts, Examination((*unreadable, *rest), found.warnings, found.itn)


def gone(request: HttpRequest, certificate: Certificate) -> HttpResponse:
    """Tell the second of two people who was first, and lead to what now stands there."""
    row = Certificate.objects.select_related("issued_by", "voided_by").get(pk=certificate.pk)
    return conflict(
        request,
        standing_of(row),
        next_url=reverse("certificates:detail", args=[row.number]),
        next_label=f"See {row}",
    )


class DraftPdf(FillingPage):
    """The paper as the draft would print, marked as not issued."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        """Answer the bytes, or in plain words what cannot be printed."""
        if late := self.too_late():
            return late
        fields = self.draft.fields if self.draft else opening(self.object, self.today)
        form = ParticularsForm(fields, certificate=self.object, today=self.today)
        facts, _ = read(form)
        try:
            content = full(face_of(self.object, facts), Marking.DRAFT)
        except ValueError as error:  # a text that does not fit, or a letter without a glyph
            return HttpResponse(str(error), status=422, content_type="text/plain")
        return pdf_response(content, f"{self.object.display}-draft.pdf")
