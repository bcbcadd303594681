"""Compare training sessions, and who came to them, with what the journal says of them."""

from collections.abc import Iterator
from typing import Final

from journal import replay
from journal.models import Entry
from journal.record import plain
from licensees.models import Attendance, TrainingSession

FACTS: Final = ("held_on", "title", "place", "agencies", "topics")


def differences() -> Iterator[str]:
    """One line for each session or attendance that is not what the journal tells.

    An attendance that was struck has no row any more, and its last entry says so.
    """
    sessions = TrainingSession.objects.all()
    yield from replay.compare("training", sessions, _facts, named=_named)
    yield from _materials()
    yield from _attendances()


def _facts(session: TrainingSession) -> replay.Facts:
    return {fact: plain(getattr(session, fact)) for fact in FACTS}


def _materials() -> Iterator[str]:
    told: dict[str, set[int]] = {}
    for entry in Entry.objects.filter(subject="training", verb="training:material_added"):
        told.setdefault(entry.subject_id, set()).add(entry.changes["material"][1])
    for session in TrainingSession.objects.prefetch_related("materials"):
        kept = {paper.pk for paper in session.materials.all()}
        if kept != told.get(str(session.pk), set()):
            yield f"{_named(session)}: its files are not those the journal tells of"


def _attendances() -> Iterator[str]:
    told: dict[str, tuple[object, ...] | None] = {}
    for entry in Entry.objects.filter(subject="attendance").order_by("id").iterator():
        struck = entry.verb == "attendance:struck"
        facts = (entry.licensee_id, entry.changes["session"][1], entry.changes["person"][1])
        told[entry.subject_id] = None if struck else facts
    for row in Attendance.objects.order_by("pk").iterator():
        facts = (row.licensee_id, row.session_id, row.person)
        if told.pop(str(row.pk), None) != facts:
            yield f"attendance {row.pk} ({row}): it is not what the journal tells"
    for key, known in told.items():
        if known is not None:
            yield f"attendance {key}: the journal tells of it, there is no such row"


def _named(session: TrainingSession) -> str:
    return f"training {session.pk} ({session})"
