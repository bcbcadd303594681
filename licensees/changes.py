"""What changed about licensees in a year, told from the journal (domain R2.7).

USKPA's bylaws want it in the yearly report to the directors: changes in licensees' name, number or
details. The year is the calendar year.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from accounts.models import User
from journal.models import Entry
from licensees.models import Kind, LicenceStatus, Licensee

# Facts of a firm that directors are told of, and what they are called.
DETAILS: Final = {
    "legal_name": "Name",
    "number": "Licence number",
    "kind": "Type of licence",
    "address": "Address",
    "telephone": "Telephone",
    "fax": "Fax",
    "email": "E-mail address",
    "ein": "Federal tax id (EIN)",
    "state_of_incorporation": "State of incorporation",
    "ace_account": "ACE exporter account",
    "status": "Licence",
}
# The fact of an entry that says on which day it took effect; others did when they were recorded.
EFFECTIVE: Final = ("effective_on", "suspended_on", "ended_on")
HEADINGS: Final = ("Date", "Licence number", "Licensee", "What changed", "Before", "After")
_WORDS: Final = {
    "kind": dict(Kind.choices),
    "status": dict(LicenceStatus.choices),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that changed, on the day it took effect."""

    day: dt.date
    licensee: Licensee
    what: str
    before: str
    after: str

    def cells(self) -> tuple[str, ...]:
        """One line of the list, as the headings name it."""
        number = str(self.licensee.number)
        firm = self.licensee.legal_name
        return (f"{self.day:%m/%d/%Y}", number, firm, self.what, self.before, self.after)


def of_year(year: int, user: User) -> list[Change]:
    """The changes of the firms ``user`` sees that took effect in ``year``, in order of the days.

    A firm is called as it is now. Two queries.
    """
    firms = Licensee.objects.visible_to(user).in_bulk()
    entries = Entry.objects.filter(subject="licensee").order_by("id")
    found = [
        change
        for entry in entries.iterator()
        if (firm := firms.get(int(entry.subject_id))) is not None
        for change in _changes(entry, firm)
        if change.day.year == year
    ]
    return sorted(found, key=lambda change: change.day)


def _changes(entry: Entry, firm: Licensee) -> Iterator[Change]:
    day = _day(entry)
    if entry.verb == "licensee:licensed":
        kind = entry.changes.get("kind", [None, firm.kind])[1]
        yield Change(day, firm, "Licensed", "", _worded("kind", kind))
        return
    for fact, (before, after) in entry.changes.items():
        if fact in DETAILS and before != after:
            yield Change(day, firm, DETAILS[fact], _worded(fact, before), _worded(fact, after))


def _day(entry: Entry) -> dt.date:
    for fact in EFFECTIVE:
        if value := entry.changes.get(fact, [None, None])[1]:
            return dt.date.fromisoformat(value)
    return timezone.localtime(entry.at).date()


def _worded(fact: str, value: Any) -> str:
    if value is None:
        return ""
    return str(_WORDS.get(fact, {}).get(value, value))
