"""Where the firms stand with their acknowledgment of a year (domain 2.4): read, never written."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from accounts.models import User
from licensees import evidence
from licensees.models import Acknowledgment, Licensee
from licensees.standing import acknowledgment_due_on


class Word(StrEnum):
    """What became of a firm's word for one year."""

    SIGNED = "signed"
    OWED = "owed"
    LATE = "late"
    OPTIONAL = "optional"
    ENDED = "ended"

    @property
    def label(self) -> str:
        """In words for people."""
        return {"ended": "Licence ended"}.get(self.value, self.value.capitalize())


@dataclass(frozen=True, slots=True)
class Standing:
    """One firm and one year: ``exported`` is whether it shipped under a certificate in it."""

    licensee: Licensee
    year: int
    due_on: dt.date
    exported: bool
    signed: Acknowledgment | None
    word: Word


def of_firm(licensee: Licensee, today: dt.date) -> list[Standing]:
    """Every year of a firm's licence that is over, the last one first. Two queries."""
    last = today.year - 1
    if licensee.ended_on is not None:
        last = min(last, licensee.ended_on.year)
    years = range(last, licensee.effective_on.year - 1, -1)
    asked = {f"exported_{year}": evidence.exported_in(year) for year in years}
    row: Any = Licensee.objects.filter(pk=licensee.pk).values(**asked).get() if asked else {}
    signed = {word.year: word for word in licensee.acknowledgments.all()}
    return [
        _standing(licensee, year, bool(row[f"exported_{year}"]), signed.get(year), today)
        for year in years
    ]


def of_year(year: int, today: dt.date, user: User) -> list[Standing]:
    """Every firm ``user`` sees that had a licence in ``year``, by name. Two queries."""
    firms: Any = Licensee.objects.visible_to(user).filter(effective_on__year__lte=year)
    rows = firms.exclude(ended_on__year__lt=year).annotate(exported=evidence.exported_in(year))
    signed = {
        word.licensee_id: word for word in Acknowledgment.objects.visible_to(user).filter(year=year)
    }
    return [
        _standing(firm, year, firm.exported, signed.get(firm.pk), today)
        for firm in rows.order_by("legal_name")
    ]


def owing(year: int) -> list[Licensee]:
    """Firms that exported in ``year``, have not acknowledged it, and still have a licence."""
    rows = Licensee.objects.filter(evidence.exported_in(year), ended_on=None)
    return list(rows.exclude(acknowledgments__year=year).order_by("legal_name"))


def report_sentence(year: int, standings: Sequence[Standing]) -> str:
    """What the annual report to the Kimberley Process says of ``year`` (its part C/1; R2.6).

    A firm whose licence ended without its word is named apart: it is no licensee any more.
    """
    exporters = [row for row in standings if row.exported]
    missing = [str(row.licensee) for row in exporters if row.word in (Word.OWED, Word.LATE)]
    gone = [str(row.licensee) for row in exporters if row.word == Word.ENDED]
    asked = len(exporters) - len(gone)
    said = f"All active exporters acknowledged for {year}: "
    if not asked:
        said = f"No active licensee exported in {year}, so none had to acknowledge."
    elif missing:
        said += f"no, {asked - len(missing)} of {asked}; missing: {', '.join(missing)}."
    else:
        said += f"yes, {asked} of {asked}."
    return f"{said} Not asked, because the licence ended: {', '.join(gone)}." if gone else said


def _standing(
    licensee: Licensee,
    year: int,
    exported: bool,
    signed: Acknowledgment | None,
    today: dt.date,
) -> Standing:
    due_on = acknowledgment_due_on(year)
    match (signed is not None, licensee.has_ended, exported):
        case (True, _, _):
            word = Word.SIGNED
        case (_, True, _):
            word = Word.ENDED
        case (_, _, False):
            word = Word.OPTIONAL
        case _:
            word = Word.LATE if today > due_on else Word.OWED
    return Standing(licensee, year, due_on, exported, signed, word)
