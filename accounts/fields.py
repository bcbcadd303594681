"""Form fields for what people type everywhere: amounts and days."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

_AMOUNT = re.compile(r"[+-]?([0-9]{0,15}|[0-9]{1,3}(,[0-9]{3}){1,4})(\.[0-9]*)?")


class AmountField(forms.DecimalField):
    """A decimal number with two places; dollar signs, blanks and commas between thousands go.

    Anything else is refused: ``1e5`` is too easily a slip, and ``98,76`` is not 9,876.
    """

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(decimal_places=2, max_digits=14, **kwargs)

    def to_python(self, value: Any) -> Any:
        """The number, or None for nothing typed."""
        if isinstance(value, str):
            value = re.sub(r"[\s$]", "", value)
            if not value.isascii() or _AMOUNT.fullmatch(value) is None:
                raise ValidationError("Type a number such as 1,234.50.", code="unreadable")
            value = value.replace(",", "")
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Telephones show digits; a number box would lose what it cannot read."""
        return {**super().widget_attrs(widget), "inputmode": "decimal"}


class CivilDateField(forms.DateField):
    """A day of the calendar, as the browser sends it or as people type it.

    A year beyond the next ones is a slip of the keys, and days counted from it leave the calendar.
    """

    widget = forms.DateInput(format="%Y-%m-%d")
    last_day = dt.date(2100, 12, 31)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%m/%d/%Y"], **kwargs)
        self.error_messages["invalid"] = "Type a date such as 03/31/2026."

    def to_python(self, value: Any) -> dt.date | None:
        """The day, or None for nothing typed."""
        day = super().to_python(value)
        if day is not None and day > self.last_day:
            raise ValidationError("Type a date such as 03/31/2026.", code="unreadable")
        return day
