"""Add up what the journal says of each subject, and compare the rows with the sum."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeVar

from django.db.models import Model, QuerySet

from journal.models import Entry
from journal.record import plain

CHUNK: Final = 2000  # rows, or entries, in memory at once

Facts = Mapping[str, Any]
Row = TypeVar("Row", bound=Model)


def after(entry: Entry) -> Facts:
    """Each fact that an entry tells, as it was then."""
    return {fact: value for fact, (_, value) in entry.changes.items()}


def told(
    subject: str,
    subject_ids: Iterable[str | int],
    *,
    read: Callable[[Entry], Facts] = after,
    verb: str | None = None,
) -> dict[str, dict[str, Any]]:
    """What the entries of each subject add up to, by its id; a later fact replaces an earlier.

    ``read`` says what one entry tells; with a ``verb`` only entries of that verb count. A subject
    without an entry is not in the answer.
    """
    entries = Entry.objects.filter(
        subject=subject, subject_id__in=[str(key) for key in subject_ids]
    )
    if verb is not None:
        entries = entries.filter(verb=verb)
    sums: dict[str, dict[str, Any]] = {}
    for entry in entries.order_by("id").iterator(chunk_size=CHUNK):
        sums.setdefault(entry.subject_id, {}).update(read(entry))
    return sums


def compare(
    subject: str,
    rows: QuerySet[Row],
    facts_of: Callable[[Row], Facts],
    *,
    key: str = "pk",
    read: Callable[[Entry], Facts] = after,
    unsaid: Facts | None = None,
    named: Callable[[Row], str] = str,
    called: str = "",
) -> Iterator[str]:
    """One line for each row that is not what the entries about ``subject`` add up to.

    ``key`` is the column that entries name as the subject's id. ``facts_of`` and ``read`` give
    the same facts of a row and of an entry, ``unsaid`` those that hold until an entry says
    otherwise. Lines begin with what ``named`` gives for a row, and, where entries tell of a
    subject that has no row, with ``called`` (the subject and a blank, if empty) and its id.
    """
    for some in chunks(rows, key):
        sums = told(subject, [getattr(row, key) for row in some], read=read)
        for row in some:
            line = _difference(facts_of(row), sums.get(str(getattr(row, key))), unsaid or {})
            if line:
                yield f"{named(row)}: {line}"
    yield from _without_row(subject, rows, key, called or f"{subject} ")


def chunks(rows: QuerySet[Row], key: str) -> Iterator[list[Row]]:
    """The rows in the order of a unique column, so many at a time as fit into memory."""
    rest = rows.order_by(key)
    some = list(rest[:CHUNK])
    while some:
        yield some
        some = list(rest.filter(**{f"{key}__gt": getattr(some[-1], key)})[:CHUNK])


def first_difference(facts: Facts, expected: Facts) -> str:
    """The first fact that is not as expected, with both values; empty, if there is none."""
    for fact, value in facts.items():
        if value != expected.get(fact):
            return f"{fact} is {plain(value)!r}, the journal says {plain(expected.get(fact))!r}"
    return ""


def _difference(facts: Facts, sum_of_entries: Facts | None, unsaid: Facts) -> str:
    if sum_of_entries is None:
        return "the journal knows nothing of it"
    return first_difference(facts, {**unsaid, **sum_of_entries})


def _without_row(subject: str, rows: QuerySet[Row], key: str, called: str) -> Iterator[str]:
    keys = rows.order_by().values_list(key, flat=True)
    known = {str(value) for value in keys.iterator(chunk_size=CHUNK)}
    about = Entry.objects.filter(subject=subject).order_by("subject_id")
    for subject_id in about.values_list("subject_id", flat=True).distinct().iterator(CHUNK):
        if subject_id not in known:
            yield (
                f"{called}{subject_id}: the journal tells of it, the register has no such {subject}"
            )
