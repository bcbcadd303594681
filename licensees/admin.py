"""The audit desk's pages of firms, the people who act for them, their fees and address books."""

from collections.abc import Iterable

from django.contrib import admin

from accounts.templatetags.uswds import moment
from journal.columns import EMPTY
from journal.list_filters import Days, OneOf
from journal.models import Entry
from journal.read_only import Column, History, ReadOnlyAdmin, Table
from licensees.models import AnnualFee, Contact, Licensee, Party


@admin.register(Licensee)
class LicenseeAdmin(ReadOnlyAdmin):
    """Firms, with everything filed under each."""

    about = "Firms with a licence agreement, also those whose licence ended."
    subject = "licensee"
    list_display = (
        "legal_name", "kind", "status", "ein", "state_of_incorporation", "effective_on",
    )  # fmt: skip
    list_filter = (("kind", OneOf), ("status", OneOf), ("effective_on", Days))
    search_fields = ("legal_name", "ein", "address")
    search_help_text = "Part of a name, of an EIN or of an address."

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


@admin.register(Contact)
class ContactAdmin(ReadOnlyAdmin):
    """Who acts for whom, and since when."""

    about = "Who acts or acted for which firm, in which role, from when to when."
    subject = "contact"
    list_display = ("user", "email", "licensee", "role", "appointed_at", "ended_at")
    sortable_by = ("appointed_at", "ended_at")
    list_select_related = ("user", "licensee")
    list_filter = (("licensee", OneOf), ("role", OneOf), ("appointed_at", Days), ("ended_at", Days))
    search_fields = ("user__email", "user__name", "licensee__legal_name")
    search_help_text = "Part of a person’s name or e-mail address, or of a firm’s name."

    @admin.display(description="e-mail address")
    def email(self, row: Contact) -> str:
        """The address the person signs in with."""
        return row.user.email


@admin.register(AnnualFee)
class AnnualFeeAdmin(ReadOnlyAdmin):
    """What firms owe and paid for a year."""

    about = "What each firm owes for a year, and when it paid."
    subject = "fee"
    list_display = ("licensee", "year", "amount_usd", "due_on", "paid_on")
    sortable_by = ("year", "amount_usd", "due_on", "paid_on")
    list_select_related = ("licensee",)
    list_filter = (("licensee", OneOf), ("due_on", Days), ("paid_on", Days))
    search_fields = ("licensee__legal_name", "=year")
    search_help_text = "Part of a firm’s name, or a year."


@admin.register(Party)
class PartyAdmin(ReadOnlyAdmin):
    """The address books."""

    about = "Consignees and exporters that firms keep to choose from; not what a certificate says."
    subject = "party"
    list_display = ("name", "part", "country", "licensee", "retired_at")
    sortable_by = ("name", "country", "retired_at")
    list_select_related = ("licensee",)
    list_filter = (("licensee", OneOf), ("part", OneOf), ("retired_at", Days))
    search_fields = ("name", "address", "=country")
    search_help_text = "Part of a name or address, or a country’s two letters."
