"""The journal's entries about a certificate in plain words.

What no operation of ours would have written is told as it stands: an entry inserted by plain SQL
must be readable too.
"""

import datetime as dt
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from certificates.states import FORM_DISPOSITIONS, STATUS_CHOICES, VOID_REASONS
from journal.models import Entry
from journal.story import pairs

VERBS: Final = {
    "certificate:registered": "Registered in stock",
    "certificate:sold": "Sold to the licensee",
    "certificate:issued": "Issued",
    "certificate:shipped": "Marked as shipped",
    "certificate:delivered": "Marked as delivered",
    "certificate:voided": "Voided",
    "certificate:put_back": "Taken back into stock",
    "certificate:taken_over": "Taken over with its history",
    "certificate:shipment_released": "Released for shipment by USKPA",
    "duty:discharged": "Duty done",
    "release:requested": "Release asked for",
    "release:granted": "Released by USKPA",
    "release:refused": "Release refused by USKPA",
    "release:withdrawn": "Request for a release taken back",
    "release:revoked": "Release taken back by USKPA",
}
LABELS: Final = {
    "itn": "ITN",
    "value_usd": "Value in U.S. $",
    "hs_code": "HS subheading",
    "date_of_sale": "Date of sale",
    "ftz_number": "Foreign-trade zone",
    "waybill": "Air waybill",
    "shipped_on": "Date of export",
    "delivered_on": "Date of delivery",
    "voided_on": "Date of voiding",
    "form_disposition": "Paper",
    "acknowledged_warnings": "Warnings acknowledged",
    "attestation": "Attestation",
}
# Said elsewhere on the page, or keys that mean nothing to a reader.
UNSAID: Final = frozenset(
    {
        "licensee_id",
        "receipt_id",
        "issued_by_id",
        "voided_by_id",
        "replacement_id",
        "issued_at",
        "shipment_released_at",
        "shipment_released_by_id",
        "certificate",
        "papers",
        "requested_by_id",
        "requested_at",
        "decided_by_id",
        "decided_at",
    }
)


@dataclass(frozen=True, slots=True)
class Change:
    """One fact before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a history."""

    at: dt.datetime
    who: str
    what: str
    changes: list[Change]


def narrate(entries: Iterable[Entry]) -> list[Line]:
    """Entries as lines, in the order given."""
    return [
        Line(
            entry.at,
            entry.actor or "The portal",
            VERBS.get(entry.verb, entry.verb.partition(":")[2].replace("_", " ").capitalize()),
            [
                Change(label(fact), words(fact, before), words(fact, after))
                for fact, before, after in pairs(entry.changes)
                if fact not in UNSAID and words(fact, before) != words(fact, after)
            ],
        )
        for entry in entries
    ]


def label(fact: str) -> str:
    """A fact's name for a reader."""
    return LABELS.get(fact, fact.replace("_", " ").capitalize())


def words(fact: str, value: Any) -> str:
    """A value for a reader; nothing is an empty text."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, dict):
        return "; ".join(f"{key.replace('_', ' ')}: {text}" for key, text in value.items())
    text = str(value)
    match fact:
        case "status":
            return dict(STATUS_CHOICES).get(text, text)
        case "void_reason":
            return VOID_REASONS[text].label if text in VOID_REASONS else text
        case "form_disposition":
            return FORM_DISPOSITIONS.get(text, text)
    if fact.endswith("_on") or fact.startswith("date_of_"):
        with suppress(ValueError):
            return f"{dt.date.fromisoformat(text):%m/%d/%Y}"
    return text
