"""Forms about firms."""

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


class ReasonForm(forms.Form):
    """Why a licence is suspended or reinstated."""

    reason = forms.CharField(
        label="Reason", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
