"""The audit desk's pages of the address books."""

from django.contrib import admin

from journal.columns import EMPTY
from journal.list_filters import Days, OneOf
from journal.read_only import ReadOnlyAdmin
from licensees.models import Party


@admin.register(Party)
class PartyAdmin(ReadOnlyAdmin):
    """The address books."""

    about = "Consignees and principals that firms keep to choose from; not what a certificate says."
    subject = "party"
    hidden = ("tax_id",)  # its last four characters are shown
    list_display = (
        "name", "part", "country", "licensee", "authority_from", "authority_until", "retired_at",
    )  # fmt: skip
    sortable_by = ("name", "country", "authority_until", "retired_at")
    list_select_related = ("licensee",)
    list_filter = (
        ("licensee", OneOf), ("part", OneOf), ("authority_until", Days), ("retired_at", Days),
    )  # fmt: skip
    search_fields = ("name", "address", "=country")
    search_help_text = "Part of a name or address, or a country’s two letters."
    fieldsets = (
        (None, {"fields": (
            "licensee", "part", "name", "address", "country", "tax_id_ending",
            "authority_reference", "authority_from", "authority_until", "authority_paper",
            "retired_at",
        )}),
    )  # fmt: skip

    @admin.display(description="tax id")
    def tax_id_ending(self, row: Party) -> str:
        """The last four characters of it (domain 10.22)."""
        return row.tax_id_shown or EMPTY
