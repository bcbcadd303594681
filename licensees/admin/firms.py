"""The audit desk's pages of firms and the agreements they signed."""

from collections.abc import Iterable

from django.contrib import admin

from accounts.templatetags.uswds import moment
from journal.columns import EMPTY
from journal.list_filters import Days, OneOf
from journal.models import Entry
from journal.read_only import Column, History, ReadOnlyAdmin, Table
from licensees.models import Agreement, Licensee


@admin.register(Licensee)
class LicenseeAdmin(ReadOnlyAdmin):
    """Firms, with everything filed under each."""

    about = "Firms with a licence agreement, also those whose licence ended."
    subject = "licensee"
    list_display = (
        "legal_name", "number", "kind", "status", "ein", "state_of_incorporation", "effective_on",
        "ended_on",
    )  # fmt: skip
    list_filter = (
        ("kind", OneOf), ("status", OneOf), ("effective_on", Days), ("ended_on", Days),
    )  # fmt: skip
    search_fields = ("legal_name", "ein", "address", "=number")
    search_help_text = "Part of a name, of an EIN or of an address, or a licence number."

    def tables(self, row: Licensee) -> Iterable[Table]:
        """Who acts or acted for the firm."""
        contacts = row.contacts.select_related("user").order_by("appointed_at")
        yield Table(
            "People who act for the firm",
            (Column("Person"), Column("E-mail address"), Column("Role"), Column("From"),
             Column("Until")),
            [
                (
                    str(contact.user),
                    contact.user.email,
                    contact.get_role_display(),
                    moment(contact.appointed_at),
                    moment(contact.ended_at) or EMPTY,
                )
                for contact in contacts
            ],
        )  # fmt: skip

    def histories(self, row: Licensee) -> Iterable[History]:
        """Everything filed under the firm, its certificates included."""
        entries = Entry.objects.filter(licensee_id=row.pk).order_by("-id")
        yield History("History of the firm", entries, {"licensee_id": str(row.pk)}, False)


@admin.register(Agreement)
class AgreementAdmin(ReadOnlyAdmin):
    """The licence agreements that firms signed."""

    about = "Each version of the licence agreement that a firm signed. None is ever changed."
    subject = "agreement"
    list_display = ("licensee", "version", "sent_on", "signed_on", "paper")
    sortable_by = ("version", "sent_on", "signed_on")
    list_select_related = ("licensee", "paper")
    list_filter = (("licensee", OneOf), ("signed_on", Days))
    search_fields = ("licensee__legal_name", "version")
    search_help_text = "Part of a firm’s name, or of a version."
