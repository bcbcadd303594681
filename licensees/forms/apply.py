"""The forms of a firm that applies for a licence. Sections may be saved half empty."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.fields import CivilDateField
from accounts.forms import NameField
from licensees import evidence
from licensees.forms.papers import PaperField
from licensees.jurisdictions import STATES
from licensees.models import Kind, Paper
from licensees.operations.applications import PURPOSES, is_box
from licensees.operations.completeness import EIN


class StartForm(forms.Form):
    """Where the link goes."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        help_text="We send a link there. With it you fill in the application and see how it stands."
        " No account is needed.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class FirmForm(forms.Form):
    """What is asked of a firm (domain R2.2); nothing is required until it is sent in."""

    legal_name = NameField(
        label="Legal name of the firm",
        required=False,
        max_length=256,
        help_text="As it is registered. It is printed on certificates.",
    )
    kind = forms.ChoiceField(
        label="Licence applied for",
        required=False,
        choices=[
            (Kind.ORDINARY, "Licensee: certificates for the firm’s own exports"),
            (Kind.CARRIER, "Common carrier: certificates also for exporters without a licence"),
        ],
        widget=forms.RadioSelect,
    )
    state_of_incorporation = forms.ChoiceField(
        label="State of incorporation",
        required=False,
        choices=[("", "- Choose -"), *STATES.items()],
    )
    ein = forms.CharField(
        label="Federal tax id (EIN)",
        required=False,
        max_length=10,
        help_text="Nine digits, written NN-NNNNNNN.",
    )
    address = forms.CharField(
        label="Place of business",
        required=False,
        max_length=400,
        help_text="A U.S. street address, no P.O. box: up to 4 lines of 45 characters. It is"
        " printed on certificates.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    telephone = NameField(label="Telephone", required=False, max_length=40)
    fax = NameField(
        label="Fax",
        required=False,
        max_length=40,
        help_text="Write “none” if the firm has no fax.",
    )
    email = forms.EmailField(label="E-mail address of the firm", required=False, max_length=254)
    contact_name = NameField(label="Contact person", required=False, max_length=120)
    ace_account = NameField(
        label="ACE exporter account",
        required=False,
        max_length=60,
        help_text="The name or number of the account in which you file in AES. Without one there"
        " is no ITN, and without an ITN no certificate.",
    )
    in_business_since = CivilDateField(
        label="In business in the United States since",
        required=False,
        help_text="At least two years before you apply.",
    )
    business = forms.CharField(
        label="The firm’s business in diamonds",
        required=False,
        max_length=4000,
        help_text="Optional: what you deal in, and how many shipments you expect in a year.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def clean_kind(self) -> str:
        """An ordinary licence, unless another is chosen."""
        return self.cleaned_data["kind"] or Kind.ORDINARY

    def clean_ein(self) -> str:
        """Two digits, a hyphen and seven digits, or nothing yet."""
        ein: str = self.cleaned_data["ein"]
        if ein and not EIN.fullmatch(ein):
            raise ValidationError("An EIN is written NN-NNNNNNN, such as 12-3456789.")
        return ein

    def clean_legal_name(self) -> str:
        """Only what certificates can carry."""
        return _printable(self.cleaned_data["legal_name"], multiline=False)

    def clean_address(self) -> str:
        """Only what certificates can carry, and a place."""
        address = _printable(self.cleaned_data["address"], multiline=True)
        if is_box(address):
            raise ValidationError("Give the place of business, not a P.O. box.")
        return address

    def clean_business(self) -> str:
        """Line breaks stay, other characters that are not seen go."""
        text = self.cleaned_data["business"].replace("\r\n", "\n")
        return "".join(char for char in text if char == "\n" or char.isprintable())


class ReferenceForm(forms.Form):
    """Somebody who speaks for the firm."""

    name = NameField(label="Name", max_length=120)
    firm = NameField(label="Firm", max_length=256)
    reachable_at = NameField(label="Telephone or e-mail address", max_length=254)


class AddPaperForm(forms.Form):
    """A paper, and what it shows."""

    purpose = forms.ChoiceField(
        label="What it shows",
        choices=[(purpose.value, Paper.Purpose(purpose).label) for purpose in PURPOSES],
    )
    paper = PaperField(label="File")


class SendForm(forms.Form):
    """The applicant's word that all of it is true."""

    attested = forms.BooleanField(
        label="I am authorized to apply for the firm, and all that is said here is true.",
        required=False,
    )


class WithdrawForm(forms.Form):
    """Nothing to fill in: the button is the step."""


class AnswerForm(forms.Form):
    """What the applicant says to what was asked."""

    note = forms.CharField(
        label="Your answer",
        required=False,
        max_length=2000,
        help_text="Optional: say what you changed or added.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def _printable(text: str, *, multiline: bool) -> str:
    wording: Any = evidence.wording(text, multiline=multiline)
    if wording.faults:
        raise ValidationError([detail for _, detail in wording.faults])
    return str(wording.text)
