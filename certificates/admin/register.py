"""The audit desk's pages of certificates, their drafts and their duties."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from accounts.templatetags.uswds import carats, civil_date, moment, usd
from certificates import itn, numbers
from certificates.admin.finding import FIND_NUMBER, Destination, Done, FoundByNumber, Subheading
from certificates.models import Certificate, Country, Draft, Duty, Port
from certificates.states import FORM_DISPOSITIONS
from journal.columns import EMPTY
from journal.list_filters import Days, OneOf
from journal.read_only import Column, Table


@admin.register(Certificate)
class CertificateAdmin(FoundByNumber):
    """Every certificate, with who changed what of it, when, and from what."""

    about = "Every certificate ever printed, from stock to its end. Numbers are never used again."
    subject = "certificate"
    subject_key = "number"
    number_path = "number"
    list_display = (
        "display", "status", "licensee", "exporter_name", "consignee_name", "destination",
        "hs_code", "weight", "value", "date_of_issue", "shipped_on",
    )  # fmt: skip
    sortable_by = ("display", "date_of_issue", "shipped_on")
    list_select_related = ("licensee",)
    list_filter = (
        ("status", OneOf), ("licensee", OneOf), ("hs_code", Subheading),
        ("consignee_country", Destination), ("mixed_origin", OneOf), ("date_of_issue", Days),
        ("shipped_on", Days),
    )  # fmt: skip
    search_fields = ("consignee_name", "exporter_name")
    search_help_text = (
        "A number (US12345, us 12345, 0012345), an ITN, "
        "or part of a consignee’s or exporter’s name."
    )
    fieldsets = (
        ("On the paper", {"fields": (
            "display", "origin", "itn", "date_of_issue", "date_of_expiry", "value",
            "exporter_name", "exporter_address", "number_of_parcels", "consignee_name",
            "consignee_address", "destination", "weight", "hs_code",
        )}),
        ("Beside the paper", {"fields": (
            "port", "planned_ship_on", "provenance", "ftz_number", "waybill", "attestation",
            "warnings",
        )}),
        ("Life", {"fields": (
            "status", "licensee", "receipt", "date_of_sale", "issued_at", "issued_by",
            "shipment_released_at", "shipment_released_by", "seal_number", "shipped_on",
            "delivered_on",
        )}),
        ("Void", {"fields": (
            "voided_on", "voided_by", "void_reason", "void_notes", "disposition", "replacement",
        )}),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The page of one names all of its parties; the list says itself what it joins."""
        rows = super().get_queryset(request)
        match = request.resolver_match
        if match is None or "object_id" not in match.kwargs:
            return rows
        return rows.select_related(
            "licensee", "receipt", "issued_by", "shipment_released_by", "voided_by", "replacement"
        )

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The list with the names of its countries, which its filter has read already."""
        listed = super().get_changelist_instance(request)
        listed.result_list = list(listed.result_list)
        for spec in listed.filter_specs:
            if isinstance(spec, Destination):
                names = dict(spec.offers)
                for row in listed.result_list:
                    row.countries = names
        return listed

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """The row with the names of its countries."""
        row = super().get_object(request, object_id, from_field)
        row.countries = dict(Country.objects.values_list("code", "name"))
        return row

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Also by ITN, however it is typed."""
        typed = itn.normalise(search_term[:200])
        if re.match(itn.PATTERN, typed):
            return queryset.filter(itn=typed), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description="number", ordering="number")
    def display(self, row: Any) -> str:
        """As printed."""
        return numbers.display(row.number)

    @admin.display(description="country of origin")
    def origin(self, row: Any) -> str:
        """As printed for mixed origin, else the country."""
        return "**** (mixed)" if row.mixed_origin else _coded(row.countries, row.country_of_origin)

    @admin.display(description="destination")
    def destination(self, row: Any) -> str:
        """The consignee's country."""
        return _coded(row.countries, row.consignee_country)

    @admin.display(description="port of export")
    def port(self, row: Any) -> str:
        """With its Schedule D code."""
        ports = Port.objects.filter(code=row.port_of_export).values_list("code", "name")
        return _coded(dict(ports), row.port_of_export)

    @admin.display(description="weight")
    def weight(self, row: Any) -> str:
        """In carats."""
        return carats(row.carat_weight) or EMPTY

    @admin.display(description="value")
    def value(self, row: Any) -> str:
        """In U.S. dollars."""
        return usd(row.value_usd) or EMPTY

    @admin.display(description="warnings acknowledged")
    def warnings(self, row: Any) -> str:
        """Each with the reason given."""
        given = row.acknowledged_warnings.items()
        return "\n".join(f"{code.replace('_', ' ')}: {reason}" for code, reason in given) or EMPTY

    @admin.display(description="the form")
    def disposition(self, row: Any) -> str:
        """What became of the paper of a void certificate."""
        return FORM_DISPOSITIONS.get(row.form_disposition, row.form_disposition) or EMPTY

    def tables(self, row: Certificate) -> Iterable[Table]:
        """What the law wants done for it, and whether it was."""
        duties = row.duties.select_related("discharged_by")
        yield Table(
            "Duties",
            (Column("Duty"), Column("Rule"), Column("Owed since"), Column("Due"), Column("Done"),
             Column("By"), Column("How"), Column("Reference")),
            [
                (
                    duty.get_code_display(),
                    duty.source,
                    civil_date(duty.opened_on),
                    civil_date(duty.due_on),
                    moment(duty.discharged_at) or "Still owed",
                    str(duty.discharged_by or EMPTY),
                    duty.get_method_display() or EMPTY,
                    duty.reference or EMPTY,
                )
                for duty in duties
            ],
        )  # fmt: skip

    def links(self, row: Certificate) -> Iterable[tuple[str, str]]:
        """The same certificate as its licensee sees it."""
        yield "The certificate in the register", reverse("certificates:detail", args=[row.display])


@admin.register(Draft)
class DraftAdmin(FoundByNumber):
    """Working paper: what was typed for a blank and not issued."""

    about = "What was typed for blanks before they were issued. A draft changes no certificate."
    list_display = ("certificate", "version", "edited_by", "edited_at")
    sortable_by = ("version", "edited_at")
    list_select_related = ("certificate", "edited_by")
    list_filter = (("edited_at", Days),)
    search_fields = ("edited_by__email",)
    search_help_text = f"{FIND_NUMBER} Or part of the last editor’s e-mail address."
    fieldsets = ((None, {"fields": ("certificate", "version", "edited_by", "edited_at")}),)

    def tables(self, row: Draft) -> Iterable[Table]:
        """Each field as typed."""
        typed = [(name, text or EMPTY) for name, text in row.fields.items()]
        yield Table("As typed", (Column("Field"), Column("Text")), typed)


@admin.register(Duty)
class DutyAdmin(FoundByNumber):
    """What is owed for certificates."""

    about = "What the law wants done for each certificate, and the proof that it was done."
    list_display = (
        "code", "certificate", "opened_on", "due_on", "discharged_at", "discharged_by", "method",
        "sent_at",
    )  # fmt: skip
    sortable_by = ("due_on", "opened_on", "discharged_at")
    list_select_related = ("certificate", "discharged_by")
    list_filter = (
        ("discharged_at", Done), ("code", OneOf), ("method", OneOf), ("due_on", Days),
        ("sent_at", Days),
    )  # fmt: skip
    search_fields = ("reference",)
    search_help_text = f"{FIND_NUMBER} Or part of a reference."


def _coded(names: Mapping[str, str], code: str | None) -> str:
    """A code with what it stands for; a code that stands for nothing is shown all the same."""
    if not code:
        return EMPTY
    return f"{names[code]} ({code})" if code in names else code
