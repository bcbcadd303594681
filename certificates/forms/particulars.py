"""The one page on which a certificate is filled in, and how its texts become particulars."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, Final

from django import forms
from django.conf import settings

from certificates.classification import HSCode
from certificates.examination import Finding
from certificates.forms.fields import AmountField, CivilDateField, CountField
from certificates.lettering import tidy
from certificates.models import Certificate, Country, Participant, ReferenceLists, Release
from certificates.operations.releasing import released_routes
from certificates.particulars import ALL, Particulars
from licensees.models import Party

_FOUND_AT_HOME: Final = (Release.Route.CRATER, Release.Route.MUSEUM)


def _date(label: str, help_text: str = "") -> forms.DateField:
    return CivilDateField(label=label, help_text=help_text, required=False)


def _address(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ParticularsForm(forms.Form):
    """Everything a licensee states, in the order of the paper. Nothing is required of a draft."""

    itn = forms.CharField(
        label="ITN",
        required=False,
        help_text="The number AES gave when it accepted your filing: X and 14 digits, such as"
        " X20190308366903. You may paste it as AES shows it.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    country_of_origin = forms.ChoiceField(
        label="Country of origin", required=False, help_text="Where the stones were mined."
    )
    mixed_origin = forms.BooleanField(
        label="Mixed origin: stones of several countries in one parcel",
        required=False,
        help_text="Printed as ****.",
    )
    date_of_issue = _date("Date of issue", "Today, or a few days back; never a day to come.")
    date_of_expiry = _date("Date of expiry", "Left empty: 60 days after issue. May be shortened.")
    value_usd = AmountField(label="Value in U.S. $", required=False, help_text="As on the invoice.")
    exporter_name = forms.CharField(label="Exporter: name", required=False)
    exporter_address = _address("Exporter: address", "Up to 4 lines of 45 characters.")
    number_of_parcels = CountField(label="Number of parcels", required=False, max_value=1_000_000)
    consignee_name = forms.CharField(label="Ultimate consignee: name", required=False)
    consignee_address = _address(
        "Ultimate consignee: address",
        "Up to 4 lines of 45 characters, without the country: it is printed from your choice"
        " below.",
    )
    consignee_country = forms.ChoiceField(
        label="Country of destination",
        required=False,
        help_text="Only Participants of the Kimberley Process open today are listed.",
    )
    carat_weight = AmountField(
        label="Carat weight", required=False, help_text="In carats, to two decimals."
    )
    hs_code = forms.ChoiceField(
        label="HS subheading",
        required=False,
        help_text="Exactly one; another kind of stones needs another certificate.",
    )
    port_of_export = forms.ChoiceField(
        label="Port of export",
        required=False,
        help_text="Where the goods are loaded on the aircraft that leaves the United States.",
    )
    planned_ship_on = _date("Planned day of export", "Optional.")
    provenance = forms.CharField(
        label="Provenance",
        required=False,
        max_length=500,
        help_text="Optional: numbers of the foreign certificates the stones came under.",
    )
    ftz_number = forms.CharField(
        label="Foreign-trade zone",
        required=False,
        max_length=20,
        help_text="Optional: if the goods come from a zone.",
    )
    waybill = forms.CharField(
        label="Air waybill", required=False, max_length=40, help_text="Optional."
    )

    def __init__(self, *args: Any, certificate: Certificate, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.certificate = certificate
        self.lists = ReferenceLists.on(today)
        self.releases = released_routes(certificate)
        released = {(found.route, found.country) for found in self.releases}
        self.choose("country_of_origin", _origins(self.lists, released))
        self.choose("consignee_country", _destinations(self.lists, released))
        self.choose("hs_code", [(code.value, f"{code.value} {code.meaning}") for code in HSCode])
        self.choose("port_of_export", [(port.code, str(port)) for port in self.lists.ports])
        self.is_carrier = certificate.licensee is not None and certificate.licensee.is_carrier

    def choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Give a select its choices, none being chosen at first."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [("", "- Select -"), *choices]
        field.error_messages["invalid_choice"] = "Choose from the list."

    def clean_itn(self) -> str:
        """As typed: the ITN has its own reader."""
        return str(self.cleaned_data["itn"])[:2000]


def _origins(lists: ReferenceLists, released: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
    """Every Participant but the United States, which is offered once staff released it."""
    at_home = {country for route, country in released if route in _FOUND_AT_HOME}
    return [
        (country.code, country.name)
        for country in lists.countries
        if (found := lists.participants.get(country.participant_code)) is not None
        and (found.standing != Participant.Standing.HOME or country.code in at_home)
    ]


def _destinations(
    lists: ReferenceLists, released: Collection[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Participants open today, and what staff released of those that wait."""
    return [
        (country.code, _with_participant(country, found))
        for country in lists.countries
        if (found := lists.participants.get(country.participant_code)) is not None
        and (
            found.standing == Participant.Standing.OPEN
            or (Release.Route.DESTINATION, country.code) in released
        )
    ]


def _with_participant(country: Country, participant: Participant) -> str:
    if country.code == participant.code:
        return country.name
    return f"{country.name} ({participant.name})"


def opening(certificate: Certificate, today: dt.date) -> dict[str, str]:
    """The texts of a draft nobody has begun."""
    return {"date_of_issue": today.isoformat(), **locked_exporter(certificate)}


def locked_exporter(certificate: Certificate) -> dict[str, str]:
    """The exporter of an ordinary licensee is itself, whatever anybody typed."""
    firm = certificate.licensee
    if firm is None or firm.is_carrier:
        return {}
    return {"exporter_name": firm.legal_name, "exporter_address": firm.address}


def texts(posted: Mapping[str, Any], certificate: Certificate) -> dict[str, str]:
    """The fields of a posted page as texts to keep; a box not ticked is an empty text."""
    kept = {name: str(posted.get(name, "")) for name in ALL}
    return {**kept, **locked_exporter(certificate)}


def read(form: ParticularsForm) -> tuple[Particulars, tuple[Finding, ...]]:
    """The particulars a bound form states, and a finding for each text that cannot be read.

    A choice not on the list is kept as it is, so that the examination can say what it is.
    """
    form.full_clean()
    unreadable = tuple(
        Finding(name or "", "unreadable", " ".join(str(message) for message in messages))
        for name, messages in form.errors.items()
        if name not in _CHOICES
    )
    value = form.cleaned_data.get
    issued = value("date_of_issue")
    expires = value("date_of_expiry")
    if expires is None and issued is not None and "date_of_expiry" not in form.errors:
        expires = issued + dt.timedelta(days=settings.CERTIFICATE_VALIDITY_DAYS)
    mixed = bool(value("mixed_origin"))
    choices = {name: str(form.data.get(name, "")).strip() for name in _CHOICES}
    return (
        Particulars(
            exporter_name=_line(form, "exporter_name"),
            exporter_address=_lines(form, "exporter_address"),
            consignee_name=_line(form, "consignee_name"),
            consignee_address=_lines(form, "consignee_address"),
            mixed_origin=mixed,
            itn=value("itn") or "",
            date_of_issue=issued,
            date_of_expiry=expires,
            value_usd=value("value_usd"),
            number_of_parcels=value("number_of_parcels"),
            carat_weight=value("carat_weight"),
            planned_ship_on=value("planned_ship_on"),
            provenance=_line(form, "provenance"),
            ftz_number=_line(form, "ftz_number"),
            waybill=_line(form, "waybill"),
            **choices,
        ),
        unreadable,
    )


_CHOICES: Final = ("country_of_origin", "consignee_country", "hs_code", "port_of_export")


def _line(form: ParticularsForm, name: str) -> str:
    return tidy(form.cleaned_data.get(name) or "", multiline=False)


def _lines(form: ParticularsForm, name: str) -> str:
    return tidy(form.cleaned_data.get(name) or "", multiline=True)


def parties(certificate: Certificate, part: str, today: dt.date) -> list[dict[str, str]]:
    """The firm's address book for one part of the paper, for a select that fills the fields."""
    if certificate.licensee is None:
        return []
    return [
        {
            "id": str(party.pk),
            "name": party.name,
            "address": party.address,
            "country": party.country,
        }
        for party in Party.objects.filter(licensee=certificate.licensee).offered(part, today)
    ]
