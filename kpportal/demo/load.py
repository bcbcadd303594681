"""Load the demonstration: firms, people, a register since 2015, and what happened lately."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Final

from django.db import connection, transaction

from accounts.models import Mail, User
from accounts.operations import require_demonstration, set_demonstration_password
from certificates.models import Certificate
from certificates.operations.history import take_over
from journal.errors import OperationRefused
from kpportal.demo import (
    applicants,
    custody,
    drafts,
    extras,
    inspections,
    lately,
    licensing,
    past,
    years,
)
from kpportal.demo.book import Export, exports, recent
from kpportal.demo.bulk import shared_itns_checked_at_the_end
from kpportal.demo.figures import FIRST_RECENT_YEAR, FIRST_YEAR
from licensees.models import Licensee

FIRST_NUMBER: Final = 10_001
LATELY: Final = 30  # the latest exports, which go through the operations one by one
_LOADING: Final = 0x6B7064  # any number: whoever loads holds the lock of this name

# Firms that hold issued certificates; the last of them lets one expire.
_WAITING: Final = ("a", "a", "b", "c", "c", "e", "g", "h", "k", "d")
_SPOILING: Final = ("a", "c", "g")


def silence(line: str) -> None:
    """Tell nobody how far the loading is."""


def load(
    *,
    today: dt.date,
    password: str,
    certificates: int | None = None,
    since: int = FIRST_YEAR,
    tell: Callable[[str], None] = silence,
) -> None:
    """Fill an empty database with the demonstration; where it is there already, change nothing.

    ``today`` is the day in America/New_York, later than any firm's licence; ``since`` the first
    year of the register, at least a year ago. Everybody gets ``password``, also if they had
    another before. ``certificates`` asks for that many more in bulk, of 2019 to 2025; see
    ``extras``. ``tell`` is called with a line for each step. The demonstration is loaded in one
    transaction, the additional certificates in another, so one that was cut off can be repeated.

    Raises OperationRefused ``not_a_demonstration`` unless the settings allow one, ``not_empty``
    if firms or certificates of another kind are there.
    """
    require_demonstration()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOADING])
        if not User.objects.filter(is_demonstration=True).exists():
            _require_empty()
            _load(today, password, since, tell)
            # Nobody of the demonstration exists, so nothing is sent to them.
            Mail.objects.all().delete()
            _count_rows()
    set_demonstration_password(password)
    if certificates is not None:
        added = extras.top_up(certificates, actors=licensing.present(), tell=tell)
        tell(f"{added:,} more certificates added")
        _count_rows()


def _count_rows() -> None:
    """The first pages are asked for before PostgreSQL would count its rows by itself."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _require_empty() -> None:
    if Licensee.objects.exists() or Certificate.objects.exists():
        raise OperationRefused(
            "not_empty", "This database is in use. A demonstration goes into an empty one only."
        )


def _load(today: dt.date, password: str, since: int, tell: Callable[[str], None]) -> None:
    tell("Firms and people")
    actors = licensing.bring_in(password=password)
    before, latest = _parted(
        [
            *(export for year in range(since, FIRST_RECENT_YEAR) for export in exports(year)),
            *recent(max(since, FIRST_RECENT_YEAR), today),
        ]
    )
    tell(f"Taking over {len(before):,} certificates since {since}")
    with shared_itns_checked_at_the_end():
        taken_over = take_over(
            past.sales(past.with_voids(before), first_number=FIRST_NUMBER, actors=actors),
            actor=actors.staff,
        )
    tell("Agreements, fees, address books, blanks")
    years.sign_agreements(actors)
    licensing.charge_fees(actors, today=today)
    licensing.keep_addresses(actors, before[-2000:])
    years.acknowledge_exports(actors, today=today)
    tell("The last days, step by step")
    _last_days(actors, before, latest, first_number=FIRST_NUMBER + taken_over, today=today)
    tell("Reviews")
    inspections.inspect(actors, today=today)
    tell("Licences over the years, applicants, custody")
    years.look_after_people(actors, today=today)
    years.train(actors, today=today)
    applicants.apply_for_licences(actors, today=today)
    custody.look_after_stock(actors, today=today)
    custody.ask_for_releases(actors, today=today)
    licensing.fall_out(actors, today=today)


def _last_days(
    actors: licensing.Actors,
    before: list[Export],
    latest: list[Export],
    *,
    first_number: int,
    today: dt.date,
) -> None:
    fresh = lately.Refiling(export.itn for export in (*before, *latest))
    waiting = list(lately.latest_of(before, _WAITING))
    spoiling = list(lately.latest_of(before, _SPOILING))
    first_use = min(today - lately.EXPIRED_AFTER, *(export.date_of_issue for export in latest))
    blanks = lately.stock(
        actors,
        first_number=first_number,
        needed=Counter(export.firm_key for export in (*latest, *waiting, *spoiling)),
        sold_on=past.workday(first_use - dt.timedelta(days=7)),
        today=today,
    )
    lately.trade(latest, blanks, actors, today=today)
    lately.wait(waiting, fresh, blanks, actors, today=today)
    lately.spoil(spoiling, fresh, blanks, actors, today=today)
    drafts.draft(fresh, blanks, actors, today=today)


def _parted(book: list[Export]) -> tuple[list[Export], list[Export]]:
    """What is over, and the latest exports: all that are under way are among them."""
    under_way = next(place for place, export in enumerate(book) if export.delivered_on is None)
    at = min(under_way, len(book) - LATELY)
    return book[:at], book[at:]
