"""Find certificates, read one, and get its PDF."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.generic import TemplateView
from django.views.generic.detail import DetailView

from accounts import keyset
from accounts.web import PermittedMixin, VisibleObjectMixin, signed_in
from certificates import rules
from certificates.filters import CertificateFilter
from certificates.models import Certificate, Country, Draft, Port, PrinterCalibration
from certificates.narration import narrate
from certificates.operations.shipping import is_shipment_released
from certificates.pdf.certificate import full, overprint
from certificates.pdf.face import Marking
from certificates.pdf.record import face_of, marking_of
from certificates.states import DELIVER, ISSUE, SHIP, VOID, Step
from journal.models import Entry
from licensees.models import LicenceStatus
from licensees.rules import appointments


class CertificatePage(VisibleObjectMixin):
    """A page about one certificate, by its number."""

    object: Certificate
    queryset = Certificate.objects.with_parties()
    slug_field = slug_url_kwarg = "number"
    context_object_name = "certificate"
    permission = rules.VIEW


class CertificateList(PermittedMixin, TemplateView):
    """Certificates by filter, newest number first, a page at a time by key."""

    permission = rules.VIEW
    template_name = "certificates/certificate_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in(self.request)
        rows = Certificate.objects.with_parties().visible_to(user)
        found = CertificateFilter(self.request.GET, rows)
        valid = found.is_valid()
        shown = found.filter_queryset(rows) if valid else rows.none()
        page = keyset.page(shown, self.request.GET, key="number")
        return super().get_context_data(
            filter=found,
            is_filtered=any(self.request.GET.get(name) for name in found.filters),
            page=page,
            # Only a carrier's certificates have an exporter other than the licensee.
            names_exporters=any(row.licensee and row.licensee.is_carrier for row in page.rows),
            names_firms=user.sees_every_licensee or len(appointments(user)) > 1,
            valid=valid,
            **kwargs,
        )

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """A filter that cannot be understood is the reader's to mend: 400, with the form."""
        status = 200 if context["valid"] else 400
        return super().render_to_response(context, status=status, **kwargs)


class CertificateDetail(CertificatePage, DetailView):
    """One certificate: its facts, what can be done next, what is owed, and its history."""

    template_name = "certificates/certificate_detail.html"

    # Address, label, permission, step. In the order in which they come in a certificate's life.
    STEPS: ClassVar[tuple[tuple[str, str, str, Step], ...]] = (
        ("issue", "Fill in and issue", rules.ISSUE, ISSUE),
        ("ship", "Mark as shipped", rules.SHIP, SHIP),
        ("deliver", "Mark as delivered", rules.DELIVER, DELIVER),
        ("void", "Void", rules.VOID, VOID),
    )

    def get_queryset(self) -> Any:
        # What few certificates have is read when it is there: PostgreSQL takes longer to plan a
        # query with each table joined, from the eighth on longer than for all the rest.
        return super().get_queryset().select_related("receipt", "issued_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, row = signed_in(self.request), self.object
        # Few certificates have any; only their history is asked for under two subjects.
        releases = list(row.releases.visible_to(signed_in(self.request)))
        entries = Entry.objects.about("certificate", row.number)
        if releases:
            told = {"subject": "release", "subject_id__in": [str(r.pk) for r in releases]}
            entries = (entries | Entry.objects.filter(**told)).order_by("id")
        names = dict(
            Country.objects.filter(
                code__in=[row.consignee_country, row.country_of_origin or ""]
            ).values_list("code", "name")
        )
        return super().get_context_data(
            steps=[
                (address, label)
                for address, label, permission, step in self.STEPS
                if row.status in step.sources and user.has_perm(permission, row)
            ],
            duties=row.duties.select_related("discharged_by"),
            may_discharge=user.has_perm(rules.DISCHARGE),
            history=narrate(entries),
            releases=releases,
            may_ask=row.status in ISSUE.sources and user.has_perm(rules.REQUEST_RELEASE, row),
            held=_is_held(row),
            may_release_shipment=user.has_perm(rules.RELEASE_SHIPMENT, row),
            origin=names.get(row.country_of_origin or "", ""),
            destination=names.get(row.consignee_country, ""),
            port=Port.objects.filter(code=row.port_of_export).first(),
            prints=marking_of(
                row, for_issuer=user.has_perm(rules.ISSUE, row), today=timezone.localdate()
            )
            == Marking.ORIGINAL,
            expired=row.is_expired(timezone.localdate()),
            draft=Draft.objects.filter(certificate=row).select_related("edited_by").first()
            if row.status in ISSUE.sources
            else None,
            replaces=Certificate.objects.filter(replacement=row).only("number").first(),
            **kwargs,
        )


def _is_held(row: Certificate) -> bool:
    """Issued, and kept from leaving by a suspension from which staff have not released it."""
    suspended = row.licensee is not None and row.licensee.status == LicenceStatus.SUSPENDED
    return row.status in SHIP.sources and suspended and not is_shipment_released(row)


class CertificatePdf(CertificatePage):
    """The certificate's PDF: ``layer=full`` (the default) or ``layer=overprint``."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        """Answer the bytes; 400 for a layer that does not exist, 409 where none may be printed on
        a form: the issuer prints on one, while the certificate is issued and has not expired."""
        layer, row = request.GET.get("layer", "full"), self.object
        face = face_of(row)
        acts = signed_in(request).has_perm(rules.ISSUE, row)
        marking = marking_of(row, for_issuer=acts, today=timezone.localdate())
        match layer:
            case "full":
                content = full(face, marking)
            case "overprint" if marking == Marking.ORIGINAL:
                shift = PrinterCalibration.objects.filter(user=signed_in(request)).first()
                shift = shift or PrinterCalibration()
                content = overprint(face, right_mm=shift.right_mm, down_mm=shift.down_mm)
            case "overprint":
                return HttpResponse(
                    "Only its issuer prints a certificate on a form, from its issue until it is"
                    " shipped, voided or expired.",
                    status=409,
                    content_type="text/plain",
                )
            case _:
                return HttpResponse(
                    "The layer is full or overprint.", status=400, content_type="text/plain"
                )
        return pdf_response(content, f"{row.display}.pdf")


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """A PDF to look at in the browser, kept by nobody on the way."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
