"""The audit desk's pages of physical counts and their differences."""

from collections.abc import Iterable

from django.contrib import admin
from django.urls import reverse

from accounts.templatetags.uswds import moment
from certificates import numbers
from certificates.admin.finding import FoundByNumber
from certificates.models import CountDifference, StockCount
from journal.columns import EMPTY
from journal.list_filters import Days, OneOf
from journal.read_only import Column, ReadOnlyAdmin, Table


@admin.register(StockCount)
class StockCountAdmin(ReadOnlyAdmin):
    """What somebody found in a firm's safe."""

    about = "Physical counts of the blanks firms hold. A count never changes."
    subject = "count"
    list_display = ("licensee", "counted_on", "occasion", "counted_by", "entered_at")
    sortable_by = ("counted_on", "entered_at")
    list_select_related = ("licensee", "counted_by")
    list_filter = (("licensee", OneOf), ("occasion", OneOf), ("counted_on", Days))
    search_fields = ("licensee__legal_name", "counted_by__email")
    search_help_text = "Part of a firm’s name, or of an e-mail address."
    fieldsets = (
        (None, {"fields": (
            "licensee", "counted_on", "occasion", "counted_by", "entered_at", "found",
            "expected_then",
        )}),
    )  # fmt: skip

    @admin.display(description="found")
    def found(self, row: StockCount) -> str:
        """As runs."""
        return ", ".join(numbers.runs(row.numbers)) or EMPTY

    @admin.display(description="expected")
    def expected_then(self, row: StockCount) -> str:
        """What the portal said when it was entered, as runs."""
        return ", ".join(numbers.runs(row.expected)) or EMPTY

    def tables(self, row: StockCount) -> Iterable[Table]:
        """What did not agree, and what became of it."""
        found = row.differences.select_related("settled_by")
        yield Table(
            "Differences",
            (Column("Number"), Column("Difference"), Column("State"), Column("Settled"),
             Column("By"), Column("Explanation")),
            [
                (
                    numbers.display(each.number),
                    each.get_kind_display(),
                    each.get_state_display(),
                    moment(each.settled_at) or EMPTY,
                    str(each.settled_by or EMPTY),
                    each.explanation or EMPTY,
                )
                for each in found
            ],
        )  # fmt: skip

    def links(self, row: StockCount) -> Iterable[tuple[str, str]]:
        """The same count as its licensee sees it."""
        yield "The count in the register", reverse("certificates:count", args=[row.pk])


@admin.register(CountDifference)
class CountDifferenceAdmin(FoundByNumber):
    """Numbers on which a count and the portal did not agree."""

    about = "Numbers on which a count and the portal did not agree, and how that was settled."
    subject = "difference"
    number_path = "number"
    list_display = ("display", "count", "kind", "state", "settled_by", "settled_at")
    sortable_by = ("display", "settled_at")
    list_select_related = ("count__licensee", "settled_by")
    list_filter = (("state", OneOf), ("kind", OneOf), ("settled_at", Days))
    search_fields = ("count__licensee__legal_name",)
    search_help_text = "A certificate’s number, such as US12345, or part of a firm’s name."

    @admin.display(description="number", ordering="number")
    def display(self, row: CountDifference) -> str:
        """As printed."""
        return numbers.display(row.number)
