"""Compare counts and their differences with what the journal says of them."""

from collections.abc import Iterator

from certificates.models import CountDifference, StockCount
from journal import replay
from journal.models import Entry
from journal.record import plain


def differences() -> Iterator[str]:
    """One line for each count, or difference of one, that is not as the journal says."""
    yield from replay.compare(
        "count", StockCount.objects.all(), _counted, read=_told_of_count, named=_count
    )
    yield from replay.compare(
        "difference",
        CountDifference.objects.all(),
        _found,
        read=_told_of_difference,
        unsaid={"explanation": "", "settled_by_id": None},
        named=_difference,
    )


def _counted(row: StockCount) -> replay.Facts:
    return {
        "licensee_id": row.licensee_id,
        "counted_by_id": row.counted_by_id,
        "counted_on": plain(row.counted_on),
        "occasion": row.occasion,
        "numbers": row.numbers,
        "expected": row.expected,
    }


def _told_of_count(entry: Entry) -> replay.Facts:
    facts = {"licensee_id": entry.licensee_id, "counted_by_id": entry.actor_id}
    return {**replay.after(entry), **facts}


def _found(row: CountDifference) -> replay.Facts:
    return {
        "count": row.count_id,
        "number": row.number,
        "kind": row.kind,
        "state": row.state,
        "explanation": row.explanation,
        "settled_by_id": row.settled_by_id,
    }


def _told_of_difference(entry: Entry) -> replay.Facts:
    facts = replay.after(entry)
    if entry.verb == "difference:settled":
        return {**facts, "settled_by_id": entry.actor_id}
    return facts


def _count(row: StockCount) -> str:
    return f"count {row.pk}"


def _difference(row: CountDifference) -> str:
    return f"difference {row.pk} (US{row.number})"
