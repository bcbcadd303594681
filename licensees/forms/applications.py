"""The forms with which staff work an application."""

from django import forms

from accounts.fields import AmountField, CivilDateField
from accounts.forms import NameField
from licensees.forms.papers import PaperField
from licensees.models import FeePayment, Kind
from licensees.states import STAGE_CHOICES, Stage


class StageFilterForm(forms.Form):
    """Which applications the list shows."""

    stage = forms.ChoiceField(
        label="Stage",
        required=False,
        choices=[
            ("", "All that wait for a step"),
            ("all", "All that were sent in"),
            *(choice for choice in STAGE_CHOICES if choice[0] != Stage.STARTED),
        ],
    )
    search = NameField(
        label="Name or EIN", required=False, max_length=256, help_text="Part of either."
    )


class TakeUpForm(forms.Form):
    """Nothing to fill in: the button is the step."""


class AskForm(forms.Form):
    """What is still needed."""

    wanted = forms.CharField(
        label="What is needed",
        max_length=2000,
        help_text="The applicant reads it in the application; the letter only says that something"
        " is needed.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    new_link = forms.BooleanField(
        label="Send a new link",
        required=False,
        help_text="The link they have opens nothing any more.",
    )


class ReferenceCheckForm(forms.Form):
    """What a reference said."""

    checked_on = CivilDateField(label="Spoken to on")
    outcome = forms.CharField(
        label="What was said", max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )


class DecideForm(forms.Form):
    """The Board's decision."""

    outcome = forms.ChoiceField(
        label="The Board",
        choices=[(Stage.APPROVED.value, "approved it"), (Stage.REJECTED.value, "rejected it")],
        widget=forms.RadioSelect,
    )
    decided_on = CivilDateField(label="Day of the decision")
    minute_reference = NameField(
        label="Reference of the minute", max_length=60, help_text="Where the decision is written."
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=2000,
        help_text="Optional. The applicant reads it.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class SendAgreementForm(forms.Form):
    """Which agreement was sent, and when."""

    version = NameField(label="Version of the agreement", max_length=20)
    sent_on = CivilDateField(label="Sent on")


class SignedForm(forms.Form):
    """The agreement as the firm signed it."""

    signed_on = CivilDateField(label="Signed on")
    paper = PaperField(label="The signed agreement")


class FirstFeeForm(forms.Form):
    """The first annual fee as it came in."""

    amount_usd = AmountField(label="Amount")
    amount_usd.widget.attrs["data-prefix"] = "$"
    paid_on = CivilDateField(label="Received on")
    method = forms.ChoiceField(label="Paid by", choices=FeePayment.Method.choices)
    reference = NameField(
        label="Check or transfer number", required=False, max_length=60, help_text="Optional."
    )


class ActivateForm(forms.Form):
    """What the licence is, from when, and who manages the firm's certificates."""

    kind = forms.ChoiceField(
        label="Type of licence",
        choices=[
            (Kind.ORDINARY, "Licensee: issues for its own exports only"),
            (Kind.CARRIER, "Common carrier: issues for third parties too"),
        ],
        widget=forms.RadioSelect,
    )
    effective_on = CivilDateField(
        label="Effective from", help_text="The review clocks start on this day."
    )
    name = NameField(label="First manager: full name", max_length=120)
    email = forms.EmailField(
        label="First manager: e-mail address",
        max_length=254,
        help_text="Someone without an account gets an invitation.",
    )
