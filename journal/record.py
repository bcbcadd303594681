"""Write to the journal. Operations call this once each, last, inside their transaction."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from django.db import connection

from journal.models import Entry

Changes = Mapping[str, tuple[Any, Any]]


class Actor(Protocol):
    """Whoever acts: the journal needs only these two facts of a user."""

    pk: Any
    email: str


@dataclass(frozen=True, slots=True)
class Event:
    """What is to be recorded about one subject."""

    subject: str
    subject_id: str | int
    licensee_id: int | None
    changes: Changes


def plain(value: Any) -> Any:
    """A value as JSON can carry it: decimals and dates as text, the rest as it is."""
    if isinstance(value, (Decimal, dt.date)):
        return str(value) if isinstance(value, Decimal) else value.isoformat()
    return value


def record(
    verb: str,
    subject: str,
    subject_id: str | int,
    *,
    actor: Actor | None,
    licensee_id: int | None = None,
    changes: Changes | None = None,
) -> None:
    """Record one event in the running transaction.

    ``verb`` is ``noun:past_participle``; ``changes`` maps each fact to its value before and
    after. ``actor`` is None only where nobody signed in: a command, or an applicant. Raises
    RuntimeError outside a transaction, because an event must stand or fall with what it tells of.
    """
    record_each(verb, [Event(subject, subject_id, licensee_id, changes or {})], actor=actor)


def record_each(verb: str, events: Iterable[Event], *, actor: Actor | None) -> None:
    """Record the same verb for several subjects, in the order given; see ``record``."""
    if not connection.in_atomic_block:
        raise RuntimeError("The journal is written inside the transaction it tells of.")
    Entry.objects.bulk_create(
        [
            Entry(
                actor_id=actor.pk if actor else None,
                actor=actor.email if actor else "",
                verb=verb,
                subject=event.subject,
                subject_id=str(event.subject_id),
                licensee_id=event.licensee_id,
                changes={
                    fact: [plain(before), plain(after)]
                    for fact, (before, after) in event.changes.items()
                },
            )
            for event in events
        ],
        batch_size=1000,
    )
