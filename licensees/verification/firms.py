"""Compare every firm, and what it signed, with what the journal says of it."""

from collections.abc import Iterator
from typing import Final

from django.utils import timezone

from journal import replay
from journal.models import Entry
from journal.record import plain
from licensees.models import Agreement, LicenceStatus, Licensee

# Not the number: the database never changes it, and firms licensed first had it given later.
FACTS: Final = (
    "legal_name",
    "kind",
    "status",
    "address",
    "telephone",
    "fax",
    "email",
    "ein",
    "state_of_incorporation",
    "ace_account",
    "effective_on",
    "suspended_on",
    "ended_on",
)
# Until an entry says otherwise.
UNSAID: Final = {
    "status": str(LicenceStatus.ACTIVE),
    **dict.fromkeys(("telephone", "fax", "email", "ace_account"), ""),
    **dict.fromkeys(("suspended_on", "ended_on")),
}


def differences() -> Iterator[str]:
    """One line for each firm or agreement that is not what the journal's entries add up to."""
    yield from replay.compare(
        "licensee", Licensee.objects.all(), _facts, read=_told, unsaid=UNSAID, named=_firm
    )
    agreements = Agreement.objects.select_related("licensee")
    yield from replay.compare("agreement", agreements, _signed, read=_filed, named=_agreement)


def _facts(firm: Licensee) -> replay.Facts:
    return {fact: plain(getattr(firm, fact)) for fact in FACTS}


def _told(entry: Entry) -> replay.Facts:
    """Entries did not always name the day of a suspension: it is then their own."""
    match entry.verb:
        case "licensee:suspended":
            day: dict[str, str | None] = {"suspended_on": timezone.localdate(entry.at).isoformat()}
        case "licensee:reinstated":
            day = {"suspended_on": None}
        case _:
            day = {}
    return {**day, **replay.after(entry)}


def _signed(row: Agreement) -> replay.Facts:
    facts = ("licensee_id", "version", "sent_on", "signed_on", "paper_id")
    return {fact: plain(getattr(row, fact)) for fact in facts}


def _filed(entry: Entry) -> replay.Facts:
    return {**replay.after(entry), "licensee_id": entry.licensee_id}


def _agreement(row: Agreement) -> str:
    return f"agreement {row.pk} ({row})"


def _firm(firm: Licensee) -> str:
    return f"licensee {firm.pk} ({firm})"
