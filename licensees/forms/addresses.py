"""Forms about a firm's address book."""

from typing import Any

from django import forms

from accounts.fields import CivilDateField
from licensees import evidence
from licensees.forms.papers import PaperField
from licensees.models import Party


class ConsigneeForm(forms.Form):
    """Somebody to whom a firm ships."""

    name = forms.CharField(label="Name", max_length=256)
    address = forms.CharField(
        label="Address",
        max_length=1000,
        help_text="Up to 4 lines of 45 characters, without the country.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    country = forms.ChoiceField(label="Country")
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, party: Party | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries = list(evidence.destinations().items())
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [("", "- Select -"), *countries]
        field.error_messages["invalid_choice"] = "Choose from the list."


class PrincipalForm(ConsigneeForm):
    """Somebody for whom a carrier ships, on written authority (15 CFR 30.3(f))."""

    field_order = (
        "name", "address", "country", "tax_id", "authority_reference", "authority_from",
        "authority_until", "paper", "seen",
    )  # fmt: skip

    tax_id = forms.CharField(
        label="Tax id",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    authority_reference = forms.CharField(
        label="Written authority: reference",
        required=False,
        max_length=60,
        help_text="What you file the paper under.",
    )
    authority_from = CivilDateField(
        label="Authority from",
        required=False,
        help_text="The first day on which you may act for it.",
    )
    authority_until = CivilDateField(
        label="Authority until",
        required=False,
        help_text="The last day. Left empty: until it is withdrawn.",
    )
    paper = PaperField(label="The paper itself", required=False)

    def __init__(self, *args: Any, party: Party | None = None, **kwargs: Any) -> None:
        super().__init__(*args, party=party, **kwargs)
        shown = party.tax_id_shown if party is not None else ""
        self.fields["tax_id"].help_text = (
            f"Ends in {shown} If you leave it empty, it stays."
            if shown
            else "Such as 12-3456789. Only its last four characters are shown afterwards."
        )
        if party is not None and party.authority_paper is not None:
            self.fields[
                "paper"
            ].help_text += f" Kept: {party.authority_paper}. If you leave it empty, it stays."

    def clean_tax_id(self) -> str | None:
        """Nothing typed says nothing of it: it is never shown whole, so it cannot be retyped."""
        return self.cleaned_data["tax_id"] or None
