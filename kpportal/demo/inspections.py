"""Reviews of the invented firms, so that both bodies' clocks stand in every way."""

import datetime as dt
from typing import Final

from accounts.models import User
from kpportal.demo.licensing import Actors
from kpportal.demo.past import workday
from licensees.models import Licensee
from reviews.models import Body, Review
from reviews.operations import complete, schedule

# For each firm the days since the last visit on site and until the next that is planned, first
# USKPA's, then the government's. Five years are 1826 days; nobody came yet where there is None.
_Days = tuple[int | None, int | None]
VISITS: Final[dict[str, tuple[_Days, _Days]]] = {
    "a": ((400, None), (1560, None)),
    "b": ((1600, None), (820, None)),
    "c": ((1700, 60), (300, None)),
    "d": ((1900, None), (1250, None)),
    "e": ((900, None), (1880, None)),
    "f": ((1200, None), (1750, 30)),
    "g": ((1500, None), (610, None)),
    "h": ((300, None), (1640, None)),
    "i": ((1780, 21), (1100, None)),
    "j": ((2100, 45), (2000, 90)),
    "k": ((700, None), (1720, 75)),
    "l": ((1000, None), (450, None)),
    "m": ((None, None), (1350, None)),
    "n": ((1300, None), (1480, None)),
    "o": ((150, None), (None, 40)),
    "p": ((250, None), (None, None)),
}
_ROUND: Final = dt.timedelta(days=1700)  # between one visit and the one before it


def inspect(actors: Actors, *, today: dt.date) -> None:
    """Record past visits and plan coming ones, each body its own."""
    for key, firm in actors.firms.items():
        for body, (since, until) in zip((Body.USKPA, Body.GOVERNMENT), VISITS[key], strict=True):
            visit = _visit(firm, today, since)
            if visit is not None:
                if visit - _ROUND > firm.effective_on:
                    _hold(actors, firm, body, workday(visit - _ROUND), today)
                _hold(actors, firm, body, visit, today)
            if until is not None:
                _schedule(actors, firm, body, workday(today + dt.timedelta(days=until)))
    remote = schedule(
        actors.firms["d"],
        body=Body.USKPA,
        planned_on=workday(today - dt.timedelta(days=100)),
        is_onsite=False,
        actor=actors.staff,
    )
    complete(remote, visited_on=remote.planned_on, today=today, actor=actors.staff)


def _visit(firm: Licensee, today: dt.date, since: int | None) -> dt.date | None:
    """The day of the last visit, if the firm was licensed by then."""
    if since is None:
        return None
    visit = workday(today - dt.timedelta(days=since))
    return visit if visit > firm.effective_on else None


def _hold(actors: Actors, firm: Licensee, body: Body, on: dt.date, today: dt.date) -> None:
    review = _schedule(actors, firm, body, on)
    complete(review, visited_on=on, today=today, actor=_actor(actors, body))


def _schedule(actors: Actors, firm: Licensee, body: Body, on: dt.date) -> Review:
    return schedule(firm, body=body, planned_on=on, actor=_actor(actors, body))


def _actor(actors: Actors, body: Body) -> User:
    return actors.staff if body == Body.USKPA else actors.overseer
