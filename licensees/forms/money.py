"""Forms about annual fees and their payments."""

import datetime as dt
from typing import Any, Final

from django import forms

from accounts.fields import AmountField, CivilDateField
from licensees.models import FeePayment

FIRST_YEAR: Final = 2003  # the scheme began
LAST_YEAR: Final = 2100


class YearField(forms.IntegerField):
    """A calendar year."""

    widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=FIRST_YEAR, max_value=LAST_YEAR, **kwargs)


class ChargeForm(forms.Form):
    """A fee for a year; without an amount, what is in force when it is due."""

    year = YearField(label="Year")
    due_on = CivilDateField(
        label="Due on", required=False, help_text="If you leave it empty: January 31 of the year."
    )
    amount_usd = AmountField(
        label="Amount, in U.S. dollars",
        required=False,
        help_text="If you leave it empty: the annual fee in force on the day it is due.",
    )

    def clean_due_on(self) -> dt.date | None:
        """The usual day, unless another was typed."""
        year = self.cleaned_data.get("year")
        due_on: dt.date | None = self.cleaned_data["due_on"]
        return due_on or (dt.date(year, 1, 31) if year else None)


class PaymentForm(forms.Form):
    """Money that came in for a fee."""

    amount_usd = AmountField(
        label="Amount received, in U.S. dollars", help_text="A part of what is owed will do."
    )
    method = forms.ChoiceField(label="Paid by", choices=FeePayment.Method.choices)
    reference = forms.CharField(label="Check or transfer number", max_length=60, required=False)
    received_on = CivilDateField(label="Received on")


class FeeAmountForm(forms.Form):
    """The annual fee from a day on."""

    valid_from = CivilDateField(label="From")
    amount_usd = AmountField(label="Annual fee, in U.S. dollars")


class YearForm(forms.Form):
    """Which fees of which year are listed."""

    year = YearField(label="Year", required=False)
    state = forms.ChoiceField(
        label="Fees",
        choices=[("", "- All -"), ("paid", "Paid"), ("owed", "Not paid"), ("late", "Late")],
        required=False,
    )
