"""The journal is one chain of hashes that the database links and this program recomputes."""

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from journal import chain
from journal.models import Entry
from journal.record import Event, record, record_each
from tests.at_once import at_once


def by_orm(number: int = 1) -> None:
    """One entry as the operations write it."""
    with transaction.atomic():
        record("test:done", "test", number, actor=None, changes={"n": (None, number)})


def by_sql(number: int = 1) -> None:
    """One entry as a shell could write it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_entry (actor, verb, subject, subject_id, changes,"
            " previous_hash, hash)"
            """ VALUES ('shell', 'test:done', 'test', %s, '{"é": [null, "\\u00fc"]}', '', '')""",
            [str(number)],
        )


def several() -> None:
    """Three entries in one statement."""
    with transaction.atomic():
        record_each("test:done", [Event("test", n, None, {}) for n in range(3)], actor=None)


def rewrite(sql: str, *values: Any) -> None:
    """Do what the triggers forbid, as the owner of the table can."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        cursor.execute(sql, values)
        cursor.execute("ALTER TABLE journal_entry ENABLE TRIGGER USER")


@pytest.fixture
def five(db: None) -> list[Entry]:
    """Five entries, whose numbers begin at 1."""
    for number in range(1, 6):
        by_orm(number)
    return list(Entry.objects.order_by("id"))


@pytest.mark.django_db
def test_an_empty_journal_is_whole() -> None:
    assert chain.read() == chain.Reading(0, chain.GENESIS, None, "")


@pytest.mark.django_db
def test_entries_written_by_whatever_means_form_one_chain() -> None:
    for write in (by_orm, by_sql, several, by_sql, by_orm, several):
        write()

    reading = chain.read()

    assert (reading.entries, reading.broken_at, reading.reason) == (10, None, "")
    assert reading.head == Entry.objects.latest("id").hash


@pytest.mark.django_db
def test_every_entry_carries_the_hash_of_the_one_before_it() -> None:
    several()
    by_sql()

    entries = list(Entry.objects.order_by("id"))
    assert [entry.id for entry in entries] == [1, 2, 3, 4]
    assert [entry.previous_hash for entry in entries] == [
        chain.GENESIS,
        *(entry.hash for entry in entries[:-1]),
    ]


@pytest.mark.django_db
def test_a_hash_can_be_recomputed_by_anybody_from_the_printed_row() -> None:
    by_sql(7)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {chain.PAYLOAD} FROM journal_entry")
        (payload,) = cursor.fetchone()

    expected = hashlib.sha256(f"{'0' * 64}\n{payload}".encode()).hexdigest()
    assert Entry.objects.get().hash == expected


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2020-01-01T00:00:00Z"),
        ("actor_id", 99),
        ("actor", "somebody@else.example"),
        ("verb", "test:undone"),
        ("subject", "other"),
        ("subject_id", "9"),
        ("licensee_id", 99),
        ("changes", '{"n": [null, 4]}'),
        ("hash", "f" * 64),
    ],
)
def test_a_change_behind_its_back_names_the_entry(
    five: list[Entry], column: str, value: Any
) -> None:
    rewrite(f"UPDATE journal_entry SET {column} = %s WHERE id = 3", value)

    reading = chain.read()

    assert (reading.broken_at, reading.entries) == (3, 2)
    assert reading.reason == "its contents do not give its hash"


def test_an_entry_rehashed_by_the_forger_gives_the_next_one_away(five: list[Entry]) -> None:
    rewrite("UPDATE journal_entry SET actor = 'forger' WHERE id = 3")
    rewrite(
        "UPDATE journal_entry SET hash = encode(sha256(convert_to("
        f"previous_hash || E'\\n' || {chain.PAYLOAD}, 'UTF8')), 'hex') WHERE id = 3"
    )

    reading = chain.read()

    assert reading.broken_at == 4
    assert reading.reason == "it does not carry the hash of the entry before it"


@pytest.mark.parametrize("number", [1, 3])
def test_an_entry_taken_out_is_missed(five: list[Entry], number: int) -> None:
    rewrite("DELETE FROM journal_entry WHERE id = %s", number)

    reading = chain.read()

    assert reading.broken_at == number + 1
    assert reading.reason == f"entry {number} is missing"


def test_the_head_tells_of_entries_cut_off_at_the_end(five: list[Entry]) -> None:
    head = chain.read().head
    rewrite("DELETE FROM journal_entry WHERE id = 5")

    assert chain.read().broken_at is None
    assert chain.read().head != head


def test_a_walk_across_several_fetches_misses_nothing(
    five: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "FETCHED_AT_ONCE", 2)

    assert chain.read().entries == 5
    assert chain.read().head == five[-1].hash


# Several writers at once


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_keep_the_chain_whole() -> None:
    writers: list[Callable[[], None]] = [
        partial(write, number) for number, write in enumerate([by_orm, by_sql, by_orm, by_sql] * 6)
    ]

    answers = at_once(writers)

    assert answers == [None] * 24
    reading = chain.read()
    assert (reading.entries, reading.broken_at) == (24, None)
    assert list(Entry.objects.order_by("id").values_list("id", flat=True)) == list(range(1, 25))


@pytest.mark.django_db(transaction=True)
def test_a_transaction_rolled_back_leaves_no_gap() -> None:
    by_orm(1)
    with transaction.atomic():
        several()
        transaction.set_rollback(True)
    by_orm(2)

    assert list(Entry.objects.order_by("id").values_list("id", flat=True)) == [1, 2]
    assert chain.read().broken_at is None


def given_up(number: int) -> None:
    """Write one entry and take it back."""
    with transaction.atomic():
        by_orm(number)
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_rollbacks_among_writers_at_once_leave_no_gap() -> None:
    writers = [partial(given_up if n % 3 == 0 else by_orm, n) for n in range(24)]

    assert at_once(writers) == [None] * 24
    assert list(Entry.objects.order_by("id").values_list("id", flat=True)) == list(range(1, 17))
    assert chain.read().broken_at is None
