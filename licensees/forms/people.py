"""Forms about the people of a firm."""

from typing import Any

from django import forms

from accounts.forms import NameField
from licensees.models import Contact


class AppointForm(forms.Form):
    """Who is to act for a firm."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        help_text="Someone without an account gets an invitation.",
    )
    name = NameField(label="Full name", max_length=120)
    role = forms.ChoiceField(label="Role", choices=Contact.Role.choices)


class RequestForm(AppointForm):
    """Who a manager wishes to act for the firm, or to act in another role."""

    field_order = ("email", "name", "role")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = (
            "Their own address at work, not one that several people read. Someone without an"
            " account gets an invitation when USKPA approves."
        )


class DecisionForm(forms.Form):
    """Whether a request is approved, and why not."""

    decision = forms.ChoiceField(
        label="Decision",
        choices=[("approve", "Approve"), ("decline", "Decline")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="Reason for declining",
        help_text="The firm reads it.",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ConfirmForm(forms.Form):
    """A manager's word that the list shown is right."""

    year = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.RegexField(regex=r"\A[0-9]{1,12}(,[0-9]{1,12})*\Z", widget=forms.HiddenInput)
    confirmed = forms.BooleanField(
        label="Everybody on this list acts for the firm, in the role shown, and nobody else does.",
        error_messages={"required": "Tick this to confirm the list."},
    )

    def clean_seen(self) -> list[int]:
        """The keys of the contacts that stood on the page."""
        return [int(key) for key in self.cleaned_data["seen"].split(",")]
