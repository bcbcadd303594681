"""How certificates are found: the same filters for every list of them."""

import re
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from certificates import itn, numbers
from certificates.models import Certificate, Country, Participant
from certificates.models.certificate import CertificateQuerySet
from certificates.states import STATUS_CHOICES

PAGING = frozenset({"before", "after"})
# What a box can say; Django's takes any other text for ticked.
TICKS = frozenset({"", "on", "true", "1", "false"})


class KeyFilter(filters.Filter):
    """A row of another table by its key, as links of other pages name it."""

    field_class = forms.IntegerField


class CertificateFilter(filters.FilterSet):
    """Status, number, ITN, exporter, consignee, destination, dates; each narrows the list."""

    search = filters.CharFilter(
        label="Search", method="find", help_text="A number, an ITN or a consignee."
    )
    status = filters.MultipleChoiceFilter(
        label="Status",
        choices=STATUS_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        distinct=False,  # a certificate has one status, so no row can come twice
    )
    number = filters.CharFilter(label="Number", method="by_number")
    itn = filters.CharFilter(label="ITN", method="by_itn")
    consignee = filters.CharFilter(
        label="Consignee", field_name="consignee_name", lookup_expr="icontains"
    )
    exporter = filters.CharFilter(
        label="Exporter", field_name="exporter_name", lookup_expr="icontains"
    )
    destination = filters.ChoiceFilter(
        label="Destination", method="by_destination", empty_label="- Any -"
    )
    issued_after = filters.DateFilter(
        label="Issued from", field_name="date_of_issue", lookup_expr="gte"
    )
    issued_before = filters.DateFilter(
        label="Issued until", field_name="date_of_issue", lookup_expr="lte"
    )
    shipped_after = filters.DateFilter(
        label="Shipped from", field_name="shipped_on", lookup_expr="gte"
    )
    shipped_before = filters.DateFilter(
        label="Shipped until", field_name="shipped_on", lookup_expr="lte"
    )

    licensee = KeyFilter(
        label="Licensee", field_name="licensee", min_value=1, widget=forms.HiddenInput
    )
    expired = filters.BooleanFilter(
        label="Expired on the way", method="by_expiry", widget=forms.CheckboxInput
    )

    class Meta:
        model = Certificate
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(Participant.objects.order_by("name").values_list("code", "name"))
        self.filters["destination"].extra["choices"] = list(names.items())

    def unknown(self) -> list[str]:
        """Parameters that are no filter of this list."""
        known = PAGING.union(self.filters)
        return sorted(set(self.data) - known)

    def is_valid(self) -> bool:
        """An unknown filter is said, not ignored: the list would show more than was asked."""
        valid = bool(super().is_valid())  # type: ignore[no-untyped-call]
        for name in self.unknown():
            self.form.add_error(None, f"There is no filter named {name[:40]}.")
            valid = False
        if self.data.get("expired", "").lower() not in TICKS:
            self.form.add_error("expired", "Choose expired with the value on, or leave it out.")
            valid = False
        if any("\x00" in value for value in self.data.values() if isinstance(value, str)):
            self.form.add_error(None, "The search has a character that cannot be searched.")
            valid = False
        return valid

    def by_number(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """In any form of domain 10.30; what is no number is no certificate's."""
        try:
            return rows.filter(number=numbers.parse(value))
        except ValueError:
            return rows.none()

    def by_itn(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """However it was typed."""
        return rows.filter(itn=itn.normalise(value[:200]))

    def by_destination(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """A Participant, with every country that trades under it."""
        codes = Country.objects.filter(participant_code=value).values_list("code", flat=True)
        # Read here and not in a subquery, so that PostgreSQL knows how rare the country is.
        return rows.filter(consignee_country__in=list(codes))

    def by_expiry(self, rows: CertificateQuerySet, name: str, value: bool) -> CertificateQuerySet:
        """Issued or on the way, and past the last day they are good for."""
        return rows.expired(timezone.localdate()) if value else rows

    def find(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """By whatever the text looks like."""
        found = Q(consignee_name__icontains=value)
        try:
            found = Q(number=numbers.parse(value))
        except ValueError:
            normalised = itn.normalise(value[:200])
            if re.match(itn.PATTERN, normalised):
                found = Q(itn=normalised)
        return rows.filter(found)
