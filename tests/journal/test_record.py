"""Writing to the journal: inside a transaction, in plain values, under the database's numbers."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.offices import Office
from journal import chain
from journal.models import Entry
from journal.record import Event, plain, record, record_each
from tests.cast import Cast


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_outside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        record("test:done", "test", 1, actor=None)

    assert not Entry.objects.exists()


def test_an_entry_names_its_actor_subject_and_licensee(cast: Cast) -> None:
    before = timezone.now()

    record("test:done", "test", "US1", actor=cast.staff, licensee_id=7, changes={"size": (1, 2)})

    entry = Entry.objects.latest("id")
    assert (entry.actor_id, entry.actor) == (cast.staff.pk, cast.staff.email)
    assert (entry.verb, entry.subject, entry.subject_id) == ("test:done", "test", "US1")
    assert (entry.licensee_id, entry.changes) == (7, {"size": [1, 2]})
    assert before <= entry.at <= timezone.now()


@pytest.mark.django_db
def test_scheduled_work_has_no_actor() -> None:
    record("test:done", "test", 1, actor=None)

    entry = Entry.objects.get()
    assert (entry.actor_id, entry.actor, entry.licensee_id, entry.changes) == (None, "", None, {})


@pytest.mark.django_db
def test_several_subjects_are_recorded_in_the_order_given() -> None:
    record_each("test:done", [Event("test", n, None, {}) for n in (3, 1, 2)], actor=None)

    entries = Entry.objects.order_by("id")
    assert [entry.subject_id for entry in entries] == ["3", "1", "2"]


@pytest.mark.django_db
def test_recording_nothing_writes_nothing() -> None:
    record_each("test:done", [], actor=None)

    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("12.50"), "12.50"),
        (dt.date(2026, 3, 4), "2026-03-04"),
        (
            dt.datetime(2026, 3, 4, 12, 0, 0, 1, tzinfo=dt.UTC),
            "2026-03-04T12:00:00.000001+00:00",
        ),
        (None, None),
        (True, True),
        (3, 3),
        ("", ""),
        ("=cmd()|'/c calc'!A0", "=cmd()|'/c calc'!A0"),
        ([1, 2], [1, 2]),
        (Office.STAFF, "staff"),
    ],
)
@pytest.mark.django_db
def test_values_are_written_so_that_they_can_be_read_again(value: Any, written: Any) -> None:
    record("test:done", "test", 1, actor=None, changes={"fact": (None, value)})

    assert plain(value) == written
    assert Entry.objects.get().changes == {"fact": [None, written]}


@pytest.mark.django_db
def test_number_moment_and_hash_are_the_databases_whatever_the_writer_says() -> None:
    record("test:done", "test", 1, actor=None)

    Entry.objects.create(
        id=77,
        at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
        verb="test:done",
        subject="test",
        subject_id="2",
        changes={},
        previous_hash="a" * 64,
        hash="b" * 64,
    )

    first, second = Entry.objects.order_by("id")
    assert second.id == 2
    assert second.at > first.at
    assert second.previous_hash == first.hash
    assert second.hash != "b" * 64
    assert chain.read().broken_at is None


@pytest.mark.django_db
def test_two_moments_of_one_transaction_are_told_apart() -> None:
    with transaction.atomic():
        record("test:done", "test", 1, actor=None)
        record("test:done", "test", 2, actor=None)

    first, second = Entry.objects.order_by("id")
    assert first.at < second.at


@pytest.mark.django_db
def test_entries_about_a_subject_come_oldest_first() -> None:
    for subject_id in (1, 2, 1):
        record("test:done", "test", subject_id, actor=None)
    record("test:done", "other", 1, actor=None)

    assert [entry.id for entry in Entry.objects.about("test", 1)] == [1, 3]


@pytest.mark.django_db
def test_the_numbers_do_not_come_from_a_sequence() -> None:
    # A sequence is not rolled back, and would leave gaps.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_default FROM information_schema.columns"
            " WHERE table_name = 'journal_entry' AND column_name = 'id'"
        )
        assert cursor.fetchone() == (None,)
