"""Forms about users."""

from django import forms

from accounts.offices import Agency, Office


class InviteForm(forms.Form):
    """What an administrator says of somebody invited to an office."""

    email = forms.EmailField(label="E-mail address", max_length=254)
    name = forms.CharField(label="Full name", max_length=120)
    office = forms.ChoiceField(label="Office", choices=Office.choices)
    agency = forms.ChoiceField(
        label="Agency",
        help_text="For government overseers only.",
        choices=[("", "- None -"), *Agency.choices],
        required=False,
    )
