"""Compare applications, references and papers with what the journal says of them."""

from collections.abc import Iterator
from typing import Final

from journal import replay
from journal.record import plain
from licensees.models import Application, Kind, Paper, Reference

APPLICATION_FACTS: Final = (
    "contact_email", "stage", "legal_name", "kind", "state_of_incorporation", "address",
    "telephone", "fax", "email", "ein", "contact_name", "ace_account", "in_business_since",
    "business", "wanted", "decided_on", "minute_reference", "decision_note", "agreement_version",
    "agreement_sent_on", "agreement_signed_on", "fee_usd", "fee_paid_on", "fee_method",
    "fee_reference", "licensee_id",
)  # fmt: skip
PAPER_FACTS: Final = (
    "application_id", "licensee_id", "purpose", "name", "content_type", "size", "sha256",
)  # fmt: skip
REFERENCE_FACTS: Final = ("application_id", "name", "firm", "reachable_at", "checked_on", "outcome")
# What holds until an entry says otherwise.
UNSAID: Final = {
    **dict.fromkeys(APPLICATION_FACTS, ""),
    "kind": str(Kind.ORDINARY),
    "in_business_since": None,
    "decided_on": None,
    "agreement_sent_on": None,
    "agreement_signed_on": None,
    "fee_paid_on": None,
    "licensee_id": None,
    "fee_usd": None,
}


def differences() -> Iterator[str]:
    """One line for each row that is not what the journal's entries add up to."""
    yield from replay.compare("application", Application.objects.all(), _applied, unsaid=UNSAID)
    yield from replay.compare(
        "reference",
        Reference.objects.all(),
        _said,
        unsaid={"checked_on": None, "outcome": "", "is_withdrawn": False},
    )
    yield from replay.compare("paper", Paper.objects.all(), _kept, unsaid={"is_withdrawn": False})


def _applied(row: Application) -> replay.Facts:
    return {fact: plain(getattr(row, fact)) for fact in APPLICATION_FACTS}


def _said(row: Reference) -> replay.Facts:
    facts = {fact: plain(getattr(row, fact)) for fact in REFERENCE_FACTS}
    return {**facts, "is_withdrawn": row.withdrawn_at is not None}


def _kept(row: Paper) -> replay.Facts:
    facts = {fact: plain(getattr(row, fact)) for fact in PAPER_FACTS}
    return {**facts, "is_withdrawn": row.withdrawn_at is not None}
