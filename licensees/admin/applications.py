"""The audit desk's pages of applications for a licence, their references, and papers."""

from django.contrib import admin

from journal.list_filters import Days, OneOf
from journal.read_only import ReadOnlyAdmin
from licensees.models import Application, Paper, Reference


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    """Who applied for a licence, and what became of it."""

    about = "Applications for a licence, from the first sitting to the licence or the refusal."
    subject = "application"
    hidden = ("key_hash",)
    list_display = ("id", "legal_name", "ein", "stage", "contact_email", "started_at", "decided_on")
    sortable_by = ("id", "legal_name", "started_at", "decided_on")
    list_filter = (("stage", OneOf), ("started_at", Days), ("decided_on", Days))
    search_fields = ("legal_name", "ein", "contact_email")
    search_help_text = "Part of a name, of an EIN or of an e-mail address."


@admin.register(Reference)
class ReferenceAdmin(ReadOnlyAdmin):
    """Who spoke for an applicant, and what they said."""

    about = "People in the industry who spoke for an applicant, and what they said."
    subject = "reference"
    list_display = ("name", "firm", "application", "checked_on", "checked_by", "withdrawn_at")
    sortable_by = ("name", "firm", "checked_on", "withdrawn_at")
    list_select_related = ("application", "checked_by")
    list_filter = (("checked_on", Days), ("withdrawn_at", Days))
    search_fields = ("name", "firm", "application__legal_name")
    search_help_text = "Part of a name or of a firm’s name."


@admin.register(Paper)
class PaperAdmin(ReadOnlyAdmin):
    """What was uploaded; the bytes themselves are read on the portal's own pages."""

    about = "Papers that were uploaded: what they show, whose they are, and their fingerprint."
    subject = "paper"
    hidden = ("stored_as",)
    list_display = (
        "name", "purpose", "licensee", "application", "content_type", "size", "uploaded_at",
        "withdrawn_at",
    )  # fmt: skip
    sortable_by = ("name", "size", "uploaded_at", "withdrawn_at")
    list_select_related = ("licensee", "application")
    list_filter = (("purpose", OneOf), ("licensee", OneOf), ("uploaded_at", Days))
    search_fields = ("name", "=sha256", "licensee__legal_name")
    search_help_text = "Part of a file’s name or a firm’s name, or a whole fingerprint."
