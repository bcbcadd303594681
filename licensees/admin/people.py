"""The audit desk's pages of the people who act for firms."""

from collections.abc import Iterable

from django.contrib import admin

from journal.list_filters import Days, OneOf
from journal.read_only import Column, ReadOnlyAdmin, Table
from licensees.models import Contact, PeopleConfirmation, PeopleRequest


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


@admin.register(PeopleRequest)
class PeopleRequestAdmin(ReadOnlyAdmin):
    """What managers asked for, and what became of it."""

    about = "Who was to act for a firm, or in another role; who asked, who decided, and how."
    subject = "people_request"
    list_display = (
        "name", "email", "licensee", "role", "state", "requested_by", "requested_at", "decided_by",
        "decided_at",
    )  # fmt: skip
    sortable_by = ("requested_at", "decided_at")
    list_select_related = ("licensee", "requested_by", "decided_by")
    list_filter = (
        ("licensee", OneOf), ("role", OneOf), ("state", OneOf), ("requested_at", Days),
        ("decided_at", Days),
    )  # fmt: skip
    search_fields = ("email", "name", "licensee__legal_name")
    search_help_text = "Part of a person’s name or e-mail address, or of a firm’s name."


@admin.register(PeopleConfirmation)
class PeopleConfirmationAdmin(ReadOnlyAdmin):
    """Who confirmed the list of a firm's people, and the list."""

    about = "A manager’s yearly word that the list of a firm’s people is right, with the list."
    subject = "people_confirmation"
    hidden = ("people",)  # told as a table
    list_display = ("licensee", "year", "confirmed_by", "confirmed_at")
    sortable_by = ("year", "confirmed_at")
    list_select_related = ("licensee", "confirmed_by")
    list_filter = (("licensee", OneOf), ("confirmed_at", Days))
    search_fields = ("licensee__legal_name", "=year")
    search_help_text = "Part of a firm’s name, or a year."

    def tables(self, row: PeopleConfirmation) -> Iterable[Table]:
        """Who stood on the list."""
        yield Table(
            "The list",
            (Column("Person"), Column("E-mail address"), Column("Role")),
            [
                (person["name"], person["email"], Contact.Role(person["role"]).label)
                for person in row.people
            ],
        )
