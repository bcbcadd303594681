"""The audit desk's pages of acknowledgments and of the words that firms sign."""

from django.contrib import admin

from journal.list_filters import Days, OneOf
from journal.read_only import ReadOnlyAdmin
from licensees.models import Acknowledgment, AcknowledgmentText


@admin.register(Acknowledgment)
class AcknowledgmentAdmin(ReadOnlyAdmin):
    """What firms gave their word for."""

    about = "Each firm’s word for a year that it complied with its licence agreement."
    subject = "acknowledgment"
    list_display = (
        "licensee", "year", "certificates_issued", "certificates_shipped", "signer_name",
        "signed_at",
    )  # fmt: skip
    sortable_by = ("year", "certificates_issued", "certificates_shipped", "signed_at")
    list_select_related = ("licensee",)
    list_filter = (("licensee", OneOf), ("wording", OneOf), ("signed_at", Days))
    search_fields = ("licensee__legal_name", "=year", "signer_name")
    search_help_text = "Part of a firm’s or a signer’s name, or a year."


@admin.register(AcknowledgmentText)
class AcknowledgmentTextAdmin(ReadOnlyAdmin):
    """The words, by the day they count from."""

    about = "The words that firms sign, each from a day on. The first came with the portal."
    subject = "wording"
    list_display = ("version", "valid_from")
    sortable_by = ("valid_from",)
    list_filter = (("valid_from", Days),)
    search_fields = ("=version", "text")
    search_help_text = "A version, or some of the words."
