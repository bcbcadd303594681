"""The audit desk's pages of annual fees and their payments."""

from django.contrib import admin

from journal.list_filters import Days, OneOf
from journal.read_only import ReadOnlyAdmin
from licensees.models import AnnualFee, FeeAmount, FeePayment


@admin.register(FeeAmount)
class FeeAmountAdmin(ReadOnlyAdmin):
    """What the annual fee is, by date."""

    about = "The annual fee from each day on. One that was in force is never changed."
    subject = "fee_amount"
    list_display = ("valid_from", "amount_usd")
    list_filter = (("valid_from", Days),)
    search_fields = ("=amount_usd",)
    search_help_text = "A fee, such as 500.00."


@admin.register(AnnualFee)
class AnnualFeeAdmin(ReadOnlyAdmin):
    """What firms owe and paid for a year."""

    about = "What each firm owes for a year, and the day on which it was paid in full."
    subject = "fee"
    list_display = ("licensee", "year", "amount_usd", "due_on", "paid_on")
    sortable_by = ("year", "amount_usd", "due_on", "paid_on")
    list_select_related = ("licensee",)
    list_filter = (("licensee", OneOf), ("due_on", Days), ("paid_on", Days))
    search_fields = ("licensee__legal_name", "=year")
    search_help_text = "Part of a firm’s name, or a year."


@admin.register(FeePayment)
class FeePaymentAdmin(ReadOnlyAdmin):
    """Money that came in for fees, and what was taken back."""

    about = (
        "Each payment of a fee. None is ever changed: what was recorded by mistake, or bounced, is "
        "taken back by an entry of the same amount below zero."
    )
    subject = "payment"
    list_display = (
        "fee", "amount_usd", "method", "reference", "received_on", "entered_by", "reverses",
    )  # fmt: skip
    sortable_by = ("amount_usd", "received_on")
    list_select_related = ("fee__licensee", "entered_by", "reverses__fee__licensee")
    list_filter = (("fee__licensee", OneOf), ("method", OneOf), ("received_on", Days))
    search_fields = ("fee__licensee__legal_name", "reference", "note")
    search_help_text = "Part of a firm’s name, of a check or transfer number, or of a note."
