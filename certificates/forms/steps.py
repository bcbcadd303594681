"""The small forms: attest, ship, deliver, void, sell, register, discharge, calibrate."""

import datetime as dt
from collections.abc import Iterable
from itertools import groupby
from typing import Any, Final

from django import forms

from certificates.examination import Finding
from certificates.forms.fields import (
    AmountField,
    CivilDateField,
    NumberField,
    NumberListField,
)
from certificates.models import Certificate, Duty, Receipt
from certificates.models.printing import LIMIT_MM
from certificates.states import FORM_DISPOSITIONS, VOID_REASONS
from licensees.models import Contact, Licensee

NOTHING_CHOSEN: Final = "- Select -"


class AttestForm(forms.Form):
    """Acknowledge each warning by name with a reason, and attest."""

    draft_version = forms.IntegerField(widget=forms.HiddenInput)
    attested = forms.BooleanField(
        label="I attest this", error_messages={"required": "Tick the attestation to issue."}
    )

    def __init__(self, *args: Any, warnings: Iterable[Finding] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warnings = tuple({warning.code: warning for warning in warnings}.values())
        for warning in self.warnings:
            self.fields[f"reason_{warning.code}"] = forms.CharField(
                label=warning.detail,
                max_length=500,
                help_text="If it is right, say why.",
                error_messages={"required": "Say why it is right, or change it."},
            )
        self.order_fields([*(f"reason_{w.code}" for w in self.warnings), "attested"])

    def reasons(self) -> dict[str, str]:
        """The reason given for each warning."""
        return {w.code: self.cleaned_data[f"reason_{w.code}"] for w in self.warnings}

    def acknowledgments(self) -> list[forms.BoundField]:
        """The boxes for the reasons, in the order of the warnings."""
        return [self[f"reason_{warning.code}"] for warning in self.warnings]


class ShipForm(forms.Form):
    """The day a shipment left, and its seal."""

    shipped_on = CivilDateField(
        label="Date of export", help_text="The day it left the port of export."
    )
    seal_number = forms.CharField(
        label="Seal number",
        max_length=40,
        help_text="Of the tamper-resistant container or bag (31 CFR 592.314).",
    )


class DeliverForm(forms.Form):
    """The day a shipment arrived."""

    delivered_on = CivilDateField(label="Date of delivery", help_text="As your consignee told you.")


class VoidForm(forms.Form):
    """Why a certificate is void, and where the paper is."""

    reason = forms.ChoiceField(label="Reason")
    notes = forms.CharField(
        label="Notes",
        required=False,
        max_length=1000,
        help_text="Required for lost, stolen and other reasons.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    form_disposition = forms.ChoiceField(label="Where is the paper now?")
    replacement = NumberField(
        label="Replaced by",
        required=False,
        max_length=20,
        help_text="Optional: an available certificate of yours; it gets these facts as a draft.",
    )

    def __init__(self, *args: Any, certificate: Certificate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.certificate = certificate
        reasons = [(reason.code, reason.label) for reason in VOID_REASONS.values()]
        for name, choices in (
            ("reason", reasons),
            ("form_disposition", list(FORM_DISPOSITIONS.items())),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
            field.choices = [("", NOTHING_CHOSEN), *choices]

    def clean_replacement(self) -> Certificate | None:
        """The certificate with that number, if the firm has it."""
        number = self.cleaned_data["replacement"]
        if number is None:
            return None
        found = Certificate.objects.filter(
            number=number, licensee=self.certificate.licensee
        ).first()
        if found is None:
            raise forms.ValidationError("There is no such certificate of this firm.")
        return found


class RegisterForm(forms.Form):
    """Printed blanks to take into stock."""

    numbers = NumberListField(
        label="Numbers",
        help_text="Runs and single numbers, such as US10001-US10050, US10060. At most 1,000.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SellForm(forms.Form):
    """A sale of blanks to a firm."""

    licensee = forms.ModelChoiceField(
        Licensee.objects.none(), label="Licensee", empty_label=NOTHING_CHOSEN
    )
    contact = forms.ModelChoiceField(
        Contact.objects.none(),
        label="Contact",
        help_text="Who receives the certificates; must act for the licensee.",
        empty_label=NOTHING_CHOSEN,
    )
    numbers = NumberListField(
        label="Numbers",
        help_text="Runs and single numbers, such as US10001-US10050, US10060. At most 1,000.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    sold_on = CivilDateField(label="Date of sale")
    paid_usd = AmountField(
        label="Paid, in U.S. dollars",
        help_text="Exactly the number of certificates times the price of one on that day.",
    )
    method = forms.ChoiceField(label="Paid by", choices=Receipt.Method.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        firms = Licensee.objects.order_by("legal_name")
        people = (
            Contact.objects.current()
            .select_related("user", "licensee")
            .order_by("licensee__legal_name", "user__name", "pk")
        )
        for name, rows, choices in (
            ("licensee", firms, [(firm.pk, _firm_label(firm)) for firm in firms]),
            ("contact", people, _by_firm(people)),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
            field.queryset = rows
            field.choices = [("", NOTHING_CHOSEN), *choices]


def _firm_label(firm: Licensee) -> str:
    return str(firm) if firm.is_active else f"{firm} ({firm.get_status_display().lower()})"


def _by_firm(people: Iterable[Contact]) -> list[tuple[str, list[tuple[int, str]]]]:
    """The contacts as groups of a select. The firm stands in each entry, too: once the list is
    closed, nothing else says it."""
    return [
        (str(firm), [(person.pk, f"{person.user}, {firm}") for person in group])
        for firm, group in groupby(people, key=lambda person: person.licensee)
    ]


class DischargeForm(forms.Form):
    """How and when a duty was done."""

    method = forms.ChoiceField(label="How", choices=Duty.Method.choices)
    sent_at = forms.DateTimeField(
        label="When",
        help_text="New York time.",
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        error_messages={"invalid": "Type a date and time such as 03/31/2026 14:05."},
    )
    reference = forms.CharField(
        label="Reference", required=False, max_length=120, help_text="Fax or upload number."
    )

    def clean_sent_at(self) -> dt.datetime:
        """An aware moment on New York's clock."""
        moment: dt.datetime = self.cleaned_data["sent_at"]
        return moment


class CalibrateForm(forms.Form):
    """By how much the print is moved on the sheet."""

    right_mm = forms.DecimalField(
        label="To the right, in millimetres",
        help_text="Negative moves to the left.",
        min_value=-LIMIT_MM,
        max_value=LIMIT_MM,
        decimal_places=1,
    )
    down_mm = forms.DecimalField(
        label="Down, in millimetres",
        help_text="Negative moves up.",
        min_value=-LIMIT_MM,
        max_value=LIMIT_MM,
        decimal_places=1,
    )
