"""Compare every certificate's present facts with what the journal says they should be."""

from collections.abc import Iterator
from typing import Any

from certificates.facts import FACTS, facts_of
from certificates.models import Certificate
from journal.models import Entry

CHUNK = 2000


def differences() -> Iterator[str]:
    """One line for each certificate whose facts are not those its journal entries add up to."""
    last = 0
    while True:
        rows = list(Certificate.objects.filter(number__gt=last).order_by("number")[:CHUNK])
        if not rows:
            break
        told = _told(rows)
        for row in rows:
            line = _difference(row, told.get(str(row.number)))
            if line:
                yield line
        last = rows[-1].number
    yield from _without_row()


def _told(rows: list[Certificate]) -> dict[str, dict[str, Any]]:
    told: dict[str, dict[str, Any]] = {}
    entries = (
        Entry.objects.filter(
            subject="certificate", subject_id__in=[str(row.number) for row in rows]
        )
        .order_by("id")
        .values_list("subject_id", "changes")
    )
    for number, changes in entries.iterator(chunk_size=CHUNK):
        facts = told.setdefault(number, {})
        facts.update({fact: value for fact, (_, value) in changes.items() if fact in FACTS})
    return told


def _difference(row: Certificate, told: dict[str, Any] | None) -> str:
    if told is None:
        return f"{row}: the journal knows nothing of it"
    blank = facts_of(Certificate(number=row.number))
    expected = {**blank, **told}
    for fact, value in facts_of(row).items():
        if value != expected[fact]:
            return f"{row}: {fact} is {value!r}, the journal says {expected[fact]!r}"
    return ""


def _without_row() -> Iterator[str]:
    numbers = Certificate.objects.values_list("number", flat=True)
    known = {str(number) for number in numbers.iterator(chunk_size=CHUNK)}
    subjects = Entry.objects.filter(subject="certificate").order_by("subject_id")
    for number in subjects.values_list("subject_id", flat=True).distinct().iterator(CHUNK):
        if number not in known:
            yield f"US{number}: the journal tells of it, the register has no such certificate"
