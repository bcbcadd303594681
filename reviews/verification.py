"""Compare every review and finding with what the journal says of it."""

from collections.abc import Iterator

from journal import replay
from journal.record import plain
from reviews.models import Finding, Review


def differences() -> Iterator[str]:
    """One line for each row that is not what the journal's entries add up to."""
    planned = {"status": "planned", "visited_on": None}
    yield from replay.compare(
        "review", Review.objects.select_related("licensee"), _review, unsaid=planned, named=_named
    )
    open_finding = {"closed_on": None}
    yield from replay.compare(
        "finding", Finding.objects.all(), _finding, unsaid=open_finding, named=_found
    )


def _review(row: Review) -> replay.Facts:
    facts = ("body", "planned_on", "is_onsite", "status", "visited_on")
    return {fact: plain(getattr(row, fact)) for fact in facts}


def _finding(row: Finding) -> replay.Facts:
    facts = ("grade", "text", "raised_on", "due_on", "closed_on")
    return {**{fact: plain(getattr(row, fact)) for fact in facts}, "review": row.review_id}


def _named(row: Review) -> str:
    return f"review {row.pk} ({row})"


def _found(row: Finding) -> str:
    return f"finding {row.pk}"
