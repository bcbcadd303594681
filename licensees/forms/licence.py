"""Forms about a licence, and the one that finds firms."""

from typing import Any, Final

from django import forms

from accounts.fields import CivilDateField
from licensees.forms.papers import PaperField
from licensees.jurisdictions import STATES
from licensees.models import Kind, LicenceStatus
from licensees.operations.agreements import VERSION_AT_MOST
from licensees.operations.details import DETAILS

ANY: Final = ("", "- Any -")


class ReasonForm(forms.Form):
    """Why a licence is suspended or reinstated, or a payment taken back."""

    reason = forms.CharField(
        label="Reason", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class CloseForm(ReasonForm):
    """How, when and why a licence ends."""

    outcome = forms.ChoiceField(
        label="How it ends",
        choices=[
            (LicenceStatus.SURRENDERED, "Surrendered by the firm"),
            (LicenceStatus.TERMINATED, "Terminated by USKPA"),
        ],
        widget=forms.RadioSelect,
    )
    ended_on = CivilDateField(label="Last day of the licence")
    take_over_shipments = forms.BooleanField(
        label="USKPA staff see the open shipments to their end", required=False
    )
    confirmed = forms.BooleanField(
        label="End the licence for good",
        help_text="A licence that ended is not taken up again.",
        error_messages={"required": "Tick this to end the licence."},
    )
    field_order = ("outcome", "ended_on", "reason", "take_over_shipments", "confirmed")

    def __init__(self, *args: Any, asks_to_take_over: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_to_take_over:
            del self.fields["take_over_shipments"]

    def clean(self) -> dict[str, Any]:
        """What is not asked is not done; the confirmation is no fact."""
        cleaned = {"take_over_shipments": False, **self.cleaned_data}
        cleaned.pop("confirmed", None)
        return cleaned


class DetailsForm(forms.Form):
    """What a firm is called and where it is found."""

    legal_name = forms.CharField(label="Legal name", max_length=DETAILS["legal_name"])
    address = forms.CharField(
        label="Address",
        max_length=DETAILS["address"],
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="A U.S. street address of at most 4 lines of 45 characters, as certificates"
        " print it.",
    )
    state_of_incorporation = forms.ChoiceField(
        label="State of incorporation", choices=list(STATES.items())
    )
    ein = forms.CharField(
        label="Federal tax id (EIN)",
        max_length=DETAILS["ein"],
        help_text="Two digits, a hyphen, seven digits.",
    )
    telephone = forms.CharField(label="Telephone", max_length=DETAILS["telephone"], required=False)
    fax = forms.CharField(label="Fax", max_length=DETAILS["fax"], required=False)
    email = forms.EmailField(
        label="E-mail address of the firm", max_length=DETAILS["email"], required=False
    )
    ace_account = forms.CharField(
        label="ACE exporter account", max_length=DETAILS["ace_account"], required=False
    )


class AgreementForm(forms.Form):
    """A version of the licence agreement that a firm signed."""

    version = forms.CharField(label="Version", max_length=VERSION_AT_MOST)
    sent_on = CivilDateField(label="Sent to the firm on", required=False)
    signed_on = CivilDateField(label="Signed on")
    paper = PaperField(label="The signed agreement", required=False)


class FindForm(forms.Form):
    """What narrows the list of firms."""

    search = forms.CharField(label="Search", max_length=256, required=False)
    status = forms.ChoiceField(
        label="Licence", choices=[ANY, *LicenceStatus.choices], required=False
    )
    kind = forms.ChoiceField(label="Type", choices=[ANY, *Kind.choices], required=False)
    standing = forms.ChoiceField(
        label="Standing",
        choices=[ANY, ("good", "Good"), ("not_good", "Not good")],
        required=False,
    )
