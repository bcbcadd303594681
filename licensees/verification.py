"""Compare every firm, and everybody who acts for one, with what the journal says of them."""

from collections.abc import Iterator
from typing import Final

from journal import replay
from journal.models import Entry
from journal.record import plain
from licensees.models import Contact, LicenceStatus, Licensee

FACTS: Final = (
    "legal_name",
    "kind",
    "status",
    "address",
    "ein",
    "state_of_incorporation",
    "effective_on",
)


def differences() -> Iterator[str]:
    """One line for each firm or contact that is not what the journal's entries add up to."""
    # Being licensed says nothing of the status: it is then active.
    active = {"status": str(LicenceStatus.ACTIVE)}
    yield from replay.compare(
        "licensee", Licensee.objects.all(), _facts, unsaid=active, named=_firm
    )
    contacts = Contact.objects.select_related("user", "licensee")
    yield from replay.compare("contact", contacts, _acting, read=_told_of_contact, named=_contact)


def _facts(firm: Licensee) -> replay.Facts:
    return {fact: plain(getattr(firm, fact)) for fact in FACTS}


def _acting(contact: Contact) -> replay.Facts:
    return {
        "user": contact.user.email,
        "licensee_id": contact.licensee_id,
        "role": contact.role,
        "has_ended": contact.ended_at is not None,
    }


def _told_of_contact(entry: Entry) -> replay.Facts:
    """An appointment names the user after, a dismissal before; the firm is the entry's own."""
    before, now = entry.changes["user"]
    facts = {**replay.after(entry), "user": now or before, "licensee_id": entry.licensee_id}
    return {**facts, "has_ended": now is None}


def _firm(firm: Licensee) -> str:
    return f"licensee {firm.pk} ({firm})"


def _contact(contact: Contact) -> str:
    return f"contact {contact.pk} ({contact.user.email} for {contact.licensee})"
