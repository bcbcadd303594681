"""What an examination is made of: the findings, and what the facts are judged against."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the particulars are judged against.

    ``today`` is the day in America/New_York; ``validity_days`` at most 60. ``destinations`` maps
    every known country code to its standing today. ``exporters`` are the names a carrier keeps
    in its address book, with their countries.
    """

    today: dt.date
    is_carrier: bool
    firm_name: str
    firm_address: str
    date_of_sale: dt.date
    validity_days: int
    destinations: Mapping[str, Destination]
    ports: frozenset[str]
    exporters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Examination:
    """Problems block the issue; warnings must be acknowledged by their codes."""

    problems: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    itn: itn.Verdict
