"""Find out whether the journal, or what it tells of, was changed behind the portal's back."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from accounts import verification as accounts
from certificates import verification as certificates
from journal import chain
from journal.models import Entry
from licensees import verification as licensees
from reviews import verification as reviews


class Head(NamedTuple):
    """The end of the journal as it was noted down once: its last entry and that entry's hash."""

    number: int
    hash: str


class Command(BaseCommand):
    """``manage.py verify_journal [--expect COUNT:HASH]``; exits 1 if anything is wrong."""

    help = (
        "Recompute the journal's chain of hashes, and compare every certificate and duty, every"
        " firm with its people, papers and money, every review and every user with what the"
        " journal says of it. Prints the number of"
        " entries and the last hash: note them down elsewhere, since a journal whose end was cut"
        " off fits together as well."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take an earlier count and hash."""
        parser.add_argument(
            "--expect",
            type=_head,
            metavar="COUNT:HASH",
            help="the count and hash printed earlier, which must still be in the journal",
        )

    def handle(self, *args: Any, expect: Head | None, **options: Any) -> None:
        """Read everything as it is at one moment, and name the first thing that is wrong."""
        is_outermost = not connection.in_atomic_block
        with transaction.atomic():
            if is_outermost:
                with connection.cursor() as cursor:
                    # Whoever issues meanwhile must not look like a difference.
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            reading = chain.read()
            if reading.broken_at is not None:
                raise CommandError(f"Entry {reading.broken_at} is bad: {reading.reason}.")
            if expect is not None:
                _require(expect, reading)
            difference = next(_differences(), None)
            if difference is not None:
                raise CommandError(f"Something is not what the journal says. {difference}.")
        self.stdout.write(f"{reading.entries} entries, and everything is as they say.")
        self.stdout.write(f"{reading.entries}:{reading.head}")


def _differences() -> Iterator[str]:
    """The register first: most is told of certificates."""
    yield from certificates.differences()
    yield from licensees.differences()
    yield from reviews.differences()
    yield from accounts.differences()


def _require(expected: Head, reading: chain.Reading) -> None:
    """The journal may have grown since, but what was its last entry must still be there."""
    if reading.entries < expected.number:
        raise CommandError(
            f"Entry {reading.entries + 1} is missing, and all after it: there were"
            f" {expected.number} entries."
        )
    there = Entry.objects.get(pk=expected.number).hash if expected.number else chain.GENESIS
    if there != expected.hash:
        raise CommandError(
            f"Entry {expected.number} is bad: its hash was {expected.hash} and is {there}."
        )


def _head(text: str) -> Head:
    found = re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{64})", text)
    if found is None:
        raise ArgumentTypeError("say the count and the hash as this command printed them")
    return Head(int(found[1]), found[2])
