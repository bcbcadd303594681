"""Recompute the journal's chain of hashes without trusting the database's own function."""

import hashlib
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

GENESIS = "0" * 64
FETCHED_AT_ONCE = 5000  # entries

# The text that is hashed: the same expression stands in the trigger (migration 0002).
PAYLOAD = """jsonb_build_array(id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    actor_id, actor, verb, subject, subject_id, licensee_id, changes)::text"""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a walk along the chain found. ``broken_at`` is the first bad entry, or None."""

    entries: int
    head: str
    broken_at: int | None
    reason: str


def read() -> Reading:
    """Walk the whole chain in order and stop at the first entry that does not fit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "DECLARE journal_walk NO SCROLL CURSOR FOR"  # noqa: S608 - constant text
            f" SELECT id, previous_hash, hash, {PAYLOAD} FROM journal_entry ORDER BY id"
        )
        reading = _walk(cursor)
        cursor.execute("CLOSE journal_walk")
    return reading


def _walk(cursor: CursorWrapper) -> Reading:
    count, previous = 0, GENESIS
    while True:
        cursor.execute(f"FETCH {FETCHED_AT_ONCE} FROM journal_walk")
        rows = cursor.fetchall()
        if not rows:
            return Reading(count, previous, None, "")
        for number, stored_previous, stored_hash, payload in rows:
            reason = _fault(number, count + 1, stored_previous, previous, stored_hash, payload)
            if reason:
                return Reading(count, previous, number, reason)
            count, previous = number, stored_hash


def _fault(
    number: int,
    expected_number: int,
    stored_previous: str,
    previous: str,
    stored_hash: str,
    payload: str,
) -> str:
    if number != expected_number:
        return f"entry {expected_number} is missing"
    if stored_previous != previous:
        return "it does not carry the hash of the entry before it"
    if stored_hash != hashlib.sha256(f"{previous}\n{payload}".encode()).hexdigest():
        return "its contents do not give its hash"
    return ""
