"""The forms about releases: ask for one, decide, take it back, let a shipment leave."""

import datetime as dt
from typing import Any, Final

from django import forms

from certificates.examination import HELD_ORIGINS
from certificates.forms.fields import AmountField, CivilDateField
from certificates.models import Certificate, Participant, ReferenceLists, Release
from certificates.operations.release_terms import EVIDENCE_AT_MOST, HOME, REGISTRATION_AT_MOST
from certificates.operations.releasing import NOTE_AT_MOST
from certificates.operations.shipping import REASON_AT_MOST
from licensees.forms.papers import PaperField

YES: Final = "yes"


class RequestReleaseForm(forms.Form):
    """What is to be released, and what shows that it is right."""

    route = forms.ChoiceField(label="What do you ask for?")
    registration = forms.CharField(
        label="Reference of the park",
        required=False,
        max_length=REGISTRATION_AT_MOST,
        help_text="Only for a find at Crater of Diamonds State Park: as it was registered there.",
    )
    found_on = CivilDateField(
        label="Found on", required=False, help_text="Only for a find at the park."
    )
    carat_weight = AmountField(
        label="Registered weight in carats",
        required=False,
        help_text="Only for a find at the park: the certificate may say no more.",
    )
    evidence = forms.CharField(
        label="Evidence",
        max_length=EVIDENCE_AT_MOST,
        help_text="What shows where the stones come from, or go: who, when, which papers.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    paper = PaperField(label="Paper", required=False)

    def __init__(self, *args: Any, certificate: Certificate, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_carrier = certificate.licensee is not None and certificate.licensee.is_carrier
        field = self.fields["route"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [("", "- Select -"), *_offered(is_carrier, ReferenceLists.on(today))]

    def clean_route(self) -> tuple[str, str]:
        """The route and its country: ``origin:RU`` as the select names them."""
        route, _, country = str(self.cleaned_data["route"]).partition(":")
        return route, country


def _offered(is_carrier: bool, lists: ReferenceLists) -> list[tuple[str, str]]:
    """What waits for staff today, and may be asked for by this kind of firm."""
    names = {country.code: country.name for country in lists.countries}
    held = [
        country.code
        for country in lists.countries
        if (found := lists.participants.get(country.participant_code)) is not None
        and found.standing == Participant.Standing.HOLD
    ]
    offered = [(f"{Release.Route.CRATER}:{HOME}", Release.Route.CRATER.label)] * is_carrier
    offered.append((f"{Release.Route.MUSEUM}:{HOME}", Release.Route.MUSEUM.label))
    for route, codes, label in (
        (Release.Route.ORIGIN, sorted(HELD_ORIGINS), "Country of origin"),
        (Release.Route.DESTINATION, held, "Country of destination"),
    ):
        offered += [(f"{route}:{code}", f"{label}: {names[code]}") for code in codes]
    return offered


class DecideReleaseForm(forms.Form):
    """Yes or no, and why."""

    released = forms.ChoiceField(
        label="Decision",
        choices=[(YES, "Release it"), ("no", "Refuse it")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the two."},
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=NOTE_AT_MOST,
        help_text="The firm reads it. Required to refuse.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_released(self) -> bool:
        """Whether it is a yes."""
        return bool(self.cleaned_data["released"] == YES)


class RevokeReleaseForm(forms.Form):
    """Why a release is taken back."""

    note = forms.CharField(
        label="Reason",
        max_length=NOTE_AT_MOST,
        help_text="The firm reads it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WithdrawReleaseForm(forms.Form):
    """Nothing but the button."""


class ReleaseShipmentForm(forms.Form):
    """Why one shipment of a suspended firm may leave."""

    reason = forms.CharField(
        label="Reason", max_length=REASON_AT_MOST, widget=forms.Textarea(attrs={"rows": 3})
    )
