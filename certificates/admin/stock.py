"""The audit desk's pages of sales: receipts, prices, and how printers are off."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from certificates import numbers
from certificates.models import Price, PrinterCalibration, Receipt, ReceiptCounter
from journal.list_filters import Days, OneOf
from journal.read_only import ReadOnlyAdmin


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    """Sales of blanks."""

    about = (
        "Every sale of blanks, and every counter-entry that takes one back. Receipts are numbered"
        " without gaps and never change."
    )
    subject = "receipt"
    subject_key = "number"
    list_display = (
        "number", "licensee", "sold_on", "quantity", "unit_price_usd", "paid_usd", "method",
        "sold_by", "reverses",
    )  # fmt: skip
    sortable_by = ("number", "sold_on", "quantity", "paid_usd")
    list_select_related = ("licensee", "sold_by", "reverses")
    list_filter = (("licensee", OneOf), ("method", OneOf), ("sold_on", Days))
    search_fields = ("licensee__legal_name", "=number")
    search_help_text = (
        "A receipt’s number, a certificate’s number with US before it, or part of a firm’s name."
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """``US12345`` finds the receipts that name it; ``12`` is a receipt's number."""
        if search_term.strip()[:2].upper() == "US":
            with suppress(ValueError):
                sold = numbers.parse(search_term)
                return queryset.filter(numbers__contains=[sold]), False
        return super().get_search_results(request, queryset, search_term)

    def links(self, row: Receipt) -> Iterable[tuple[str, str]]:
        """The same receipt as its licensee sees it."""
        yield "The receipt in the register", reverse("certificates:receipt", args=[row.number])


@admin.register(Price)
class PriceAdmin(ReadOnlyAdmin):
    """What a blank cost when."""

    about = "The price of one blank, from a day on. Receipts keep the price of their day."
    list_display = ("valid_from", "unit_usd")
    list_filter = (("valid_from", Days),)
    search_fields = ("=unit_usd",)
    search_help_text = "A price, such as 20.00."


@admin.register(ReceiptCounter)
class ReceiptCounterAdmin(ReadOnlyAdmin):
    """The one row that keeps receipts without gaps."""

    about = "The last receipt number given. The database holds this row for every sale."
    list_display = ("last",)
    search_fields = ("=last",)
    search_help_text = "A number."


@admin.register(PrinterCalibration)
class PrinterCalibrationAdmin(ReadOnlyAdmin):
    """How far printers are off."""

    about = "How far each person’s printer is off when it prints on the forms."
    list_display = ("user", "right_mm", "down_mm")
    sortable_by = ("right_mm", "down_mm")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name")
    search_help_text = "Part of a person’s name or e-mail address."
