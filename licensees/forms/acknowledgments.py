"""Forms about the yearly acknowledgment."""

from typing import Any

from django import forms

from accounts.fields import CivilDateField
from accounts.forms import NameField


class AcknowledgeForm(forms.Form):
    """A manager's word for the firm; ``shown`` is the wording that was read."""

    signer_title = NameField(
        label="Your title in the firm", max_length=120, help_text="Such as export manager."
    )
    agreed = forms.BooleanField(
        label="I acknowledge this for the firm",
        error_messages={"required": "Tick the box if you acknowledge this for the firm."},
    )
    shown = forms.IntegerField(widget=forms.HiddenInput, required=False)


class WordingForm(forms.Form):
    """The words that firms sign from a day on."""

    version = NameField(label="Version", max_length=20, help_text="Such as 2.")
    valid_from = CivilDateField(label="In force from")
    text = forms.CharField(
        label="Words",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text="Leave an empty line between paragraphs.",
    )

    def clean_text(self) -> Any:
        """Line ends as the portal keeps them."""
        return "\n".join(self.cleaned_data["text"].splitlines())
