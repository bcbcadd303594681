"""What licensing must know and only the rooms above it know, asked without importing them (ADR 18).

``settings.EVIDENCE`` names one ``Evidence`` for the register and one for the reviews.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string


class Act(StrEnum):
    """What somebody is about to do to a licence."""

    REINSTATE = "reinstate"
    CLOSE = "close"  # terminate or surrender


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that must be done first, in a sentence.

    ``with_staff`` is one that goes away when staff take the open shipments over.
    """

    code: str
    text: str
    with_staff: bool = False


@dataclass(frozen=True, slots=True)
class Exports:
    """A firm's certificates of one calendar year: issued in it, and shipped in it."""

    issued: int
    shipped: int
    numbers: tuple[int, ...]  # of both kinds, each once, ascending


class Fault(NamedTuple):
    """Why the certificate's paper cannot carry a text, in a sentence."""

    code: str
    text: str


class Wording(NamedTuple):
    """A text as the certificate's paper carries it, and why it cannot."""

    text: str
    faults: tuple[Fault, ...] = ()


class Evidence:
    """What one room above knows about firms. Every question has an answer that says nothing."""

    def standing(self, today: dt.date) -> Mapping[str, Any]:
        """Expressions over licensees that good standing is judged on, by name."""
        return {}

    def exported_in(self, year: int) -> Any:
        """An expression over licensees: whether the firm exported in ``year``."""
        return None

    def exports(self, licensee_id: int, year: int) -> Exports | None:
        """The firm's certificates of ``year``."""
        return None

    def obstacles(self, act: Act, licensee_id: int, today: dt.date) -> Iterable[Obstacle]:
        """What stands in the way of ``act``."""
        return ()

    def destinations(self) -> Mapping[str, str] | None:
        """Every country of the lists: its two letters and its name, in the order of the names."""
        return None

    def wording(self, text: str, *, multiline: bool) -> Wording | None:
        """A name or, with ``multiline``, an address as the paper takes it."""
        return None


@cache
def _rooms() -> tuple[Evidence, ...]:
    return tuple(import_string(name)() for name in settings.EVIDENCE)


def standing(today: dt.date) -> dict[str, Any]:
    """Expressions for ``critical_finding_due_on`` and ``unaccounted_blanks``, for a queryset."""
    return {name: part for room in _rooms() for name, part in room.standing(today).items()}


def exported_in(year: int) -> Any:
    """An expression over licensees: whether the firm shipped under a certificate in ``year``."""
    return next(part for room in _rooms() if (part := room.exported_in(year)) is not None)


def exports(licensee_id: int, year: int) -> Exports:
    """The firm's certificates of ``year``."""
    found = (room.exports(licensee_id, year) for room in _rooms())
    return next(answer for answer in found if answer is not None)


def obstacles(act: Act, licensee_id: int, today: dt.date) -> list[Obstacle]:
    """Everything that stands in the way of ``act``."""
    return [hit for room in _rooms() for hit in room.obstacles(act, licensee_id, today)]


def destinations() -> Mapping[str, str]:
    """Every country of the lists: its two letters and its name, in the order of the names."""
    answers = (room.destinations() for room in _rooms())
    return next(answer for answer in answers if answer is not None)


def wording(text: str, *, multiline: bool) -> Wording:
    """A name or, with ``multiline``, an address as the certificate's paper takes it."""
    answers = (room.wording(text, multiline=multiline) for room in _rooms())
    return next(answer for answer in answers if answer is not None)
