"""Form fields of the trade: counts and certificate numbers as people type them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.fields import AmountField, CivilDateField
from certificates import numbers

__all__ = ["AmountField", "CivilDateField", "CountField", "NumberField", "NumberListField"]


class CountField(forms.IntegerField):
    """A whole number, typed in an ordinary box for the same reason."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Any:
        """The number, or None for nothing typed."""
        if isinstance(value, str) and not value.isascii():
            raise ValidationError("Type a whole number.", code="unreadable")
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Telephones show digits."""
        return {"inputmode": "numeric"}


class NumberField(forms.CharField):
    """One certificate number in any of its forms (domain 10.30)."""

    def clean(self, value: Any) -> Any:
        """The number as a whole number, or None."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return numbers.parse(text)
        except ValueError as error:
            raise ValidationError(str(error), code="unreadable") from error


class NumberListField(forms.CharField):
    """Runs and lists of certificate numbers, such as ``US10001-US10050, 10060``."""

    widget = forms.Textarea

    def clean(self, value: Any) -> Any:
        """The numbers."""
        text = super().clean(value)
        if not text:
            return []
        try:
            return numbers.parse_list(text)
        except ValueError as error:
            raise ValidationError(str(error), code="unreadable") from error
