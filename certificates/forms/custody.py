"""The forms of custody: return, write off, reverse, count, settle, and the search for receipts."""

from typing import Any, Final

from django import forms
from django.db.models import Q, QuerySet

from certificates import numbers
from certificates.forms.fields import CivilDateField, NumberListField
from certificates.forms.steps import NOTHING_CHOSEN
from certificates.models import Receipt
from certificates.operations.counter_entry import LONGEST_REASON
from certificates.states import FORM_DISPOSITIONS, LOST, VOID_REASONS, WRITE_OFF_REASONS
from licensees.models import Licensee

RUNS: Final = "Runs and single numbers, such as US10001-US10050, US10060. At most 1,000."
_FEW_LINES: Final = {"rows": 3}


def _reasons(codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [("", NOTHING_CHOSEN), *((code, VOID_REASONS[code].label) for code in codes)]


class ReturnForm(forms.Form):
    """Blanks that came back from a firm."""

    numbers = NumberListField(
        label="Numbers returned", help_text=RUNS, widget=forms.Textarea(attrs=_FEW_LINES)
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=1000,
        help_text="Who brought them, and why.",
        widget=forms.Textarea(attrs=_FEW_LINES),
    )


class WriteOffForm(forms.Form):
    """Blanks in stock that cannot be sold any more."""

    numbers = NumberListField(
        label="Numbers", help_text=RUNS, widget=forms.Textarea(attrs=_FEW_LINES)
    )
    reason = forms.ChoiceField(label="Reason", choices=_reasons(WRITE_OFF_REASONS))
    notes = forms.CharField(
        label="Notes",
        required=False,
        max_length=1000,
        help_text="Required for lost, stolen and other reasons.",
        widget=forms.Textarea(attrs=_FEW_LINES),
    )
    form_disposition = forms.ChoiceField(
        label="Where is the paper now?",
        choices=[("", NOTHING_CHOSEN), *FORM_DISPOSITIONS.items()],
    )


class ReverseForm(forms.Form):
    """Which blanks of a sale are taken back, and why."""

    numbers = NumberListField(
        label="Numbers to take back", help_text=RUNS, widget=forms.Textarea(attrs=_FEW_LINES)
    )
    reason = forms.CharField(
        label="Why the sale was a mistake",
        max_length=LONGEST_REASON,
        help_text="It is printed on the counter-entry.",
        widget=forms.Textarea(attrs=_FEW_LINES),
    )


class CountForm(forms.Form):
    """What somebody found in a firm's safe."""

    counted_on = CivilDateField(label="Counted on", help_text="At most seven days ago.")
    found_none = forms.BooleanField(label="There was not one blank", required=False)
    numbers = NumberListField(
        label="Numbers found",
        required=False,
        help_text="Of the blank forms only, not of those already issued. "
        "Runs and single numbers, such as US10001-US10050, US10060.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["counted_on", "numbers", "found_none"])

    def clean(self) -> dict[str, Any]:
        """An empty box is a slip unless somebody says that nothing was there."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "numbers" not in data:
            return data
        none = data.pop("found_none", False)
        if none and data["numbers"]:
            self.add_error("found_none", "There are numbers above.")
        elif not none and not data["numbers"]:
            self.add_error("numbers", "Type the numbers, or tick that there was not one blank.")
        return data


class ExplainForm(forms.Form):
    """How a difference came about."""

    explanation = forms.CharField(
        label="Explanation",
        max_length=1000,
        help_text="Such as: issued after the count, found in the second safe.",
        widget=forms.Textarea(attrs=_FEW_LINES),
    )


class LostForm(forms.Form):
    """A missing blank that is lost or stolen."""

    reason = forms.ChoiceField(label="What happened to it", choices=_reasons(LOST))
    notes = forms.CharField(
        label="Circumstances",
        max_length=1000,
        help_text="When it was noticed, what happened, and the police report if there is one.",
        widget=forms.Textarea(attrs=_FEW_LINES),
    )


class ReceiptSearchForm(forms.Form):
    """How receipts are found: each field narrows the list."""

    search = forms.CharField(
        label="Number",
        required=False,
        max_length=20,
        help_text="Of a receipt, such as 12, or of a certificate, such as US10001.",
    )
    firm = forms.ModelChoiceField(
        Licensee.objects.none(), label="Licensee", required=False, empty_label="- Any -"
    )
    sold_from = CivilDateField(label="Sold from", required=False)
    sold_until = CivilDateField(label="Sold until", required=False)
    method = forms.ChoiceField(
        label="Paid by", required=False, choices=[("", "- Any -"), *Receipt.Method.choices]
    )

    def __init__(self, *args: Any, firms: QuerySet[Licensee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["firm"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker
        field.queryset = firms

    @property
    def active(self) -> int:
        """How many fields narrow the list."""
        return sum(bool(self.data.get(name)) for name in self.fields)

    def clean_search(self) -> Q:
        """``US12`` is a certificate's number, ``12`` a receipt's."""
        text: str = self.cleaned_data["search"].strip()
        if not text:
            return Q()
        try:
            number = numbers.parse(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return Q(number=number) if text[0].isdecimal() else Q(numbers__contains=[number])

    def narrow(self, rows: QuerySet[Receipt]) -> QuerySet[Receipt]:
        """The receipts that were asked for; none if the question cannot be read."""
        if not self.is_valid():
            return rows.none()
        asked = self.cleaned_data
        rows = rows.filter(asked["search"])
        for lookup, value in (
            ("licensee", asked["firm"]),
            ("sold_on__gte", asked["sold_from"]),
            ("sold_on__lte", asked["sold_until"]),
            ("method", asked["method"]),
        ):
            if value:
                rows = rows.filter(**{lookup: value})
        return rows
