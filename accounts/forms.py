"""Forms about users."""

from typing import Any

from django import forms

from accounts.offices import Agency, Office


class NameField(forms.CharField):
    """A person's name: one line of printable characters."""

    def to_python(self, value: Any) -> str:
        """Control characters are dropped and blanks run together."""
        text = super().to_python(value) or ""
        return " ".join("".join(c if c.isprintable() else " " for c in text).split())


class InviteForm(forms.Form):
    """What an administrator says of somebody invited to an office."""

    email = forms.EmailField(label="E-mail address", max_length=254)
    name = NameField(label="Full name", max_length=120)
    office = forms.ChoiceField(label="Office", choices=Office.choices)
    agency = forms.ChoiceField(
        label="Agency",
        help_text="For government overseers only.",
        choices=[("", "- None -"), *Agency.choices],
        required=False,
    )
