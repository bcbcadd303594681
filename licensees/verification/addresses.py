"""Compare every address book with what the journal says of it."""

from collections.abc import Iterator

from journal import replay
from journal.models import Entry
from licensees.models import Party


def differences() -> Iterator[str]:
    """One line for each entry that is not what the journal's entries add up to."""
    # What a new entry leaves out is not said of it.
    unsaid = {**Party().told(), "is_retired": False}
    yield from replay.compare(
        "party", Party.objects.all(), _facts, read=_told, unsaid=unsaid, named=_party
    )


def _facts(party: Party) -> replay.Facts:
    return {
        **party.told(),
        "part": party.part,
        "licensee_id": party.licensee_id,
        "is_retired": party.retired_at is not None,
    }


def _told(entry: Entry) -> replay.Facts:
    """What an entry says, with the firm it is filed under."""
    if entry.verb == "party:retired":
        return {"is_retired": True}
    return {**replay.after(entry), "licensee_id": entry.licensee_id}


def _party(party: Party) -> str:
    return f"address book entry {party.pk} ({party})"
