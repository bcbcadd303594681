"""What an examination is made of: the findings, and what the facts are judged against."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from certificates import itn

CENSUS: Final = "Census Bureau, briefing for licensees, October 2019"


class Finding(NamedTuple):
    """One thing found: the field it is about, a code, words for the person, and the rule."""

    field: str
    code: str
    detail: str
    source: str = ""


class Destination(NamedTuple):
    """A country as a destination on the day judged; ``standing`` is "" for no Participant.

    ``since`` is the first day of that standing: a certificate dated before it would have been
    issued for a place that was closed then.
    """

    name: str
    standing: str
    since: dt.date = dt.date.min


class ReleasedRoute(NamedTuple):
    """What staff released one certificate for (domain 2.5, 4.2).

    ``route`` is crater or museum (origin ``country``, mined in the United States), origin or
    destination. ``at_most_carats`` is the registered weight of a find, None for every other route.
    """

    route: str
    country: str
    at_most_carats: Decimal | None = None


class Principal(NamedTuple):
    """An exporter a carrier keeps: its country, and the days its written authority covers.

    ``since`` is None where there is no authority, ``until`` where it runs until withdrawn.
    """

    country: str
    since: dt.date | None
    until: dt.date | None

    def authorizes_on(self, day: dt.date) -> bool:
        """Whether the carrier may act for it on ``day`` (15 CFR 30.3(f))."""
        if self.since is None or day < self.since:
            return False
        return self.until is None or day <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the particulars are judged against.

    ``today`` is the day in America/New_York; ``validity_days`` at most 60. ``destinations`` maps
    every known country code to its standing today. ``exporters`` are the names a carrier keeps
    in its address book, with their countries. ``releases`` are those in force for this
    certificate.
    """

    today: dt.date
    is_carrier: bool
    firm_name: str
    firm_address: str
    date_of_sale: dt.date
    validity_days: int
    destinations: Mapping[str, Destination]
    ports: frozenset[str]
    exporters: Mapping[str, Principal]
    releases: Collection[ReleasedRoute] = ()

    def released(self, country: str, *routes: str) -> list[ReleasedRoute]:
        """The releases by one of ``routes`` for ``country``."""
        return [r for r in self.releases if r.route in routes and r.country == country]


@dataclass(frozen=True, slots=True)
class Examination:
    """Problems block the issue; warnings must be acknowledged by their codes."""

    problems: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    itn: itn.Verdict
