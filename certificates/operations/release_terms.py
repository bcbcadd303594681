"""What a request for a release must say, by its route (domain 2.5, 4.2)."""

import datetime as dt
from decimal import Decimal
from typing import Final

from certificates.examination import HELD_ORIGINS
from certificates.examination.problems import fault_of_amount
from certificates.lettering import tidy
from certificates.models import Country, Participant, Release
from journal.errors import OperationRefused
from licensees.models import Licensee

HOME: Final = "US"
EVIDENCE_AT_MOST: Final = 2000  # characters
REGISTRATION_AT_MOST: Final = 60
CRATER_SOURCE: Final = "USKPA: a find goes through a licensed common carrier"


def check_route(route: str, country: str, firm: Licensee, today: dt.date) -> None:
    """Refuse a route that is none, is not for the country, or is not for the firm."""
    if route not in Release.Route.values:
        raise OperationRefused("route_unknown", "Choose what is to be released.", field="route")
    if not _needs_release(route, country, today):
        raise OperationRefused(
            "route_for_another_country",
            f"{country or 'No country'} needs no release by this route.",
            field="route",
        )
    if route == Release.Route.CRATER and not firm.is_carrier:
        raise OperationRefused(
            "crater_through_a_carrier",
            "Stones found at Crater of Diamonds State Park leave through a licensed common"
            " carrier.",
            field="route",
            source=CRATER_SOURCE,
        )


def _needs_release(route: str, country: str, today: dt.date) -> bool:
    match route:
        case Release.Route.ORIGIN:
            return country in HELD_ORIGINS
        case Release.Route.DESTINATION:
            held = Participant.objects.in_force(today).filter(standing=Participant.Standing.HOLD)
            codes = Country.objects.filter(code=country).values("participant_code")
            return held.filter(code__in=codes).exists()
        case _:
            return country == HOME


def evidence_of(evidence: str) -> str:
    """The evidence as it is kept; refuse none, or too much."""
    text = tidy(evidence, multiline=True)
    if not text:
        raise OperationRefused(
            "evidence_missing",
            "Say what shows where the stones come from, or go.",
            field="evidence",
        )
    if len(text) > EVIDENCE_AT_MOST:
        raise OperationRefused(
            "evidence_too_long", f"At most {EVIDENCE_AT_MOST:,} characters.", field="evidence"
        )
    return text


def check_find(
    route: str,
    registration: str,
    found_on: dt.date | None,
    carat_weight: Decimal | None,
    today: dt.date,
) -> None:
    """A find at the park has a reference, a day and a weight; nothing else has (domain 2.5)."""
    stated = {"registration": registration, "found_on": found_on, "carat_weight": carat_weight}
    if route != Release.Route.CRATER:
        for field, value in stated.items():
            if value not in ("", None):
                raise OperationRefused(
                    "find_not_asked_for",
                    "Only a find at Crater of Diamonds State Park has this. Leave it empty.",
                    field=field,
                )
        return
    if not registration:
        raise OperationRefused(
            "registration_missing", "Give the park’s reference of the find.", field="registration"
        )
    if len(registration) > REGISTRATION_AT_MOST:
        raise OperationRefused(
            "registration_too_long",
            f"At most {REGISTRATION_AT_MOST} characters.",
            field="registration",
        )
    if found_on is None:
        raise OperationRefused("found_on_missing", "Give the day it was found.", field="found_on")
    if found_on > today:
        raise OperationRefused("found_in_future", "That day is still to come.", field="found_on")
    if carat_weight is None:
        raise OperationRefused(
            "find_weight_missing", "Give the weight as registered.", field="carat_weight"
        )
    if fault_of_amount("carat_weight", carat_weight):
        raise OperationRefused(
            "find_weight_malformed",
            "The registered weight is above zero, with two decimals at most.",
            field="carat_weight",
        )
