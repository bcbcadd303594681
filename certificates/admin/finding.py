"""How the register's rows are found and narrowed on the audit desk."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from certificates import numbers
from certificates.classification import HSCode
from certificates.models import Country
from journal.list_filters import Offer, OneOf
from journal.read_only import ReadOnlyAdmin

FIND_NUMBER = "A certificate’s number: US12345, us 12345 or 0012345."


class FoundByNumber(ReadOnlyAdmin):
    """Rows found by a certificate's number in any form of domain 10.30, or else by words."""

    number_path = "certificate__number"
    search_help_text = FIND_NUMBER

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """One certificate's rows if the text is a number; text that is none may be a name."""
        try:
            number = numbers.parse(search_term)
        except ValueError:
            return super().get_search_results(request, queryset, search_term)
        return queryset.filter(**{self.number_path: number}), False


class Subheading(OneOf):
    """One of the three HS subheadings."""

    def offered(self) -> Iterable[Offer]:
        """Each with its meaning."""
        return [(str(code), f"{code} {code.meaning}") for code in HSCode]


class Destination(OneOf):
    """The country a certificate's consignee is in."""

    label = "destination"

    def offered(self) -> Iterable[Offer]:
        """Every country or territory, by name."""
        return Country.objects.values_list("code", "name")


class Done(OneOf):
    """Whether a duty is still owed."""

    label = "state"

    def offered(self) -> Iterable[Offer]:
        """Two answers."""
        return [("open", "Still owed"), ("done", "Done")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """A duty is owed until the moment it is discharged."""
        if not self.value:
            return queryset
        return queryset.filter(**{f"{self.field_path}__isnull": self.value == "open"})
