"""Compare everybody who acts for a firm, and what was asked and confirmed, with the journal."""

from collections.abc import Iterator

from journal import replay
from journal.models import Entry
from licensees.models import Contact, PeopleConfirmation, PeopleRequest


def differences() -> Iterator[str]:
    """One line for each row that is not what the journal's entries add up to."""
    contacts = Contact.objects.select_related("user", "licensee")
    yield from replay.compare("contact", contacts, _acting, read=_told_of_contact, named=_contact)
    requests = PeopleRequest.objects.select_related("licensee")
    yield from replay.compare(
        "people_request", requests, _asked, read=_told_of_firm, unsaid={"note": ""}, named=_request
    )
    confirmations = PeopleConfirmation.objects.select_related("licensee")
    yield from replay.compare(
        "people_confirmation", confirmations, _confirmed, read=_told_of_firm, named=_confirmation
    )


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
    return {**_told_of_firm(entry), "user": now or before, "has_ended": now is None}


def _told_of_firm(entry: Entry) -> replay.Facts:
    """What an entry says, with the firm it is filed under."""
    return {**replay.after(entry), "licensee_id": entry.licensee_id}


def _asked(row: PeopleRequest) -> replay.Facts:
    names = ("licensee_id", "email", "name", "role", "state", "note")
    return {name: getattr(row, name) for name in names}


def _confirmed(row: PeopleConfirmation) -> replay.Facts:
    return {"licensee_id": row.licensee_id, "year": row.year, "people": row.people}


def _contact(contact: Contact) -> str:
    return f"contact {contact.pk} ({contact.user.email} for {contact.licensee})"


def _request(row: PeopleRequest) -> str:
    return f"request {row.pk} ({row})"


def _confirmation(row: PeopleConfirmation) -> str:
    return f"confirmation {row.pk} ({row})"
