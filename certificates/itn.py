"""The Internal Transaction Number (ITN) with which AES accepts an export filing.

An ITN is ``X``, the date AES accepted the filing as YYYYMMDD, then six digits:
``X20190308366903`` was accepted on 8 March 2019. Rough diamonds must have one before they leave,
and a certificate is validated only when it is on the paper (31 CFR 592.301(a)(5)).

No check made here can tell whether AES issued a number, or whether its filing is still active.

Sources: 31 CFR 592.301(a)(5) and 15 CFR 30.7(c) for the duty; 15 CFR 30.1(c) for the term; U.S.
Census Bureau, Global Reach, 22 May 2019, for the grammar.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, Self

from certificates import citations
from certificates.lettering import ZERO_WIDTH

# Python and PostgreSQL read this alike. Anchored by \A and \Z, since Python's $ lets a line feed
# through; classes spelled out, since \d lets other scripts' digits through.
PATTERN: Final = r"\AX[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{6}\Z"

# The day the prohibition of uncertified rough diamonds took effect (31 CFR 592.302).
SCHEME_BEGAN_ON: Final = dt.date(2003, 7, 30)

# A certificate may be issued before or after the filing; further apart than this, ask.
DAYS_FROM_ISSUE: Final = 30

# Numbers printed in published instructions and forms: well formed, and no exporter's own.
SAMPLES: Final = frozenset({"X20170101987654", "X20060101987654", "X20190308366903"})

# Longer than any citation with any decoration; what is longer is not looked at.
_LONGEST_TYPED: Final = 200

_GRAMMAR: Final = re.compile(r"X(?P<date>[0-9]{8})(?P<serial>[0-9]{6})")
_SERIAL: Final = re.compile(r"[0-9]{6}")

# Cyrillic Kha, Greek Chi and the multiplication sign pass for X.
_X_LOOKALIKES: Final = dict.fromkeys((0x0425, 0x03A7, 0x00D7), "X")
# Latin, Cyrillic and Greek O pass for 0; I, L and their twins for 1.
_DIGIT_LOOKALIKES: Final = {
    **dict.fromkeys((ord("O"), 0x041E, 0x039F), "0"),
    **dict.fromkeys((ord("I"), ord("L"), 0x0406, 0x0399), "1"),
}

_INNER_MARKS: Final = re.compile(
    r"(?<=[0-9A-Z])[\s./\u00b7\u2044\u2215\u2010-\u2015\u2212-]+(?=[0-9A-Z])"
)
_LABEL: Final = re.compile(r"(?:(?:AES|ITN)[\s:#-]*)+")

_NEARLY: Final = re.compile(r"(?P<prefix>X{0,2})(?P<digits>[0-9]{14})")
_COUNTED: Final = re.compile(r"X{0,2}(?P<digits>[0-9]+)")

# What is wrong where one click can put it right; the first that applies gives its code.
_SLIPS: Final = {
    "itn_lookalike": "letters stand where digits belong (O for 0, I or L for 1)",
    "itn_no_x": "the X in front is missing",
    "itn_double_x": "the X in front is doubled",
}


class Note(NamedTuple):
    """A code, and the plain sentence that goes with it."""

    code: str
    detail: str


_MISSING: Final = Note(
    "itn_missing",
    "Type the ITN. A certificate is validated only when the ITN is on it "
    "(31 CFR 592.301(a)(5)(ii)).",
)
_NOT_AN_ITN: Final = Note(
    "itn_not_an_itn",
    "This is not an ITN. An ITN is X and 14 digits, with nothing after them, such as "
    "X20190308366903 (U.S. Census Bureau, 22 May 2019).",
)


@dataclass(frozen=True, slots=True)
class ITN:
    """A well-formed ITN. ``str(ITN.parse(text)) == text`` for every text that `parse` takes."""

    accepted_on: dt.date
    serial: str

    def __post_init__(self) -> None:
        if _SERIAL.fullmatch(self.serial) is None:
            raise ValueError("The serial of an ITN is six digits.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an ITN in its stored form.

        Raises ValueError if it is not X and 14 ASCII digits, or names no calendar date.
        """
        found = _GRAMMAR.fullmatch(text)
        if found is None:
            raise ValueError("An ITN is X, a date as YYYYMMDD, then six digits.")
        return cls(dt.date.fromisoformat(found["date"]), found["serial"])

    def __str__(self) -> str:
        return f"X{self.accepted_on.isoformat().replace('-', '')}{self.serial}"


class Result(StrEnum):
    """How typed text fared: taken as typed, taken tidied, one click away, or refused."""

    OK = "ok"
    NORMALISED = "normalised"
    FIXABLE = "fixable"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer to a typed ITN.

    ``itn`` is the text to store, empty unless the result is ok or normalised; ``code`` is empty
    when it is ok; ``suggestion`` is what the one-click fix would store, empty unless fixable.
    """

    result: Result
    itn: str = ""
    accepted_on: dt.date | None = None
    code: str = ""
    detail: str
    suggestion: str = ""
    warnings: tuple[Note, ...] = ()


def check(typed: str, *, today: dt.date, shipped_on: dt.date | None = None) -> Verdict:
    """Judge typed text as an ITN, without asking AES; never raises, whatever the text.

    ``today`` is the calendar day in America/New_York; ``shipped_on``, where known, the day of
    export. Refused: nothing typed (``itn_missing``); other citations (``itn_post_departure``,
    ``itn_downtime``, ``itn_exemption``: 15 CFR 30, Appendix B; ``itn_transaction_number``,
    ``itn_split_shipment``, ``itn_placeholder``); ``itn_length``; ``itn_not_an_itn``; no calendar
    date (``itn_calendar``); a date before 30 July 2003 (``itn_before_scheme``, 31 CFR 592.302),
    after ``today`` (``itn_future``) or after ``shipped_on`` (``itn_after_export``, 31 CFR
    592.301(a)(5)(i)). Fixable: ``itn_lookalike``, ``itn_no_x``, ``itn_double_x``.
    """
    trimmed = typed.strip()
    if len(trimmed) > _LONGEST_TYPED:
        return _refused(
            "itn_length",
            f"An ITN has 15 characters; this has {len(trimmed):,}. Type the ITN alone "
            "(U.S. Census Bureau, 22 May 2019).",
        )
    bare = normalise(trimmed)
    if not bare:
        return _refused(*_MISSING)
    other = citations.recognise(_folded(trimmed), bare)
    if other is not None:
        return _refused(other.code, other.lesson)
    if _GRAMMAR.fullmatch(bare) is None:
        return _mended(bare, today, shipped_on)
    fault = _fault_of_date(bare, today, shipped_on)
    if fault is not None:
        return _refused(*fault)
    itn = ITN.parse(bare)
    accepted = f"dated {_us(itn.accepted_on)}. Only AES can say whether it issued this number."
    return Verdict(
        result=Result.OK if typed == bare else Result.NORMALISED,
        itn=bare,
        accepted_on=itn.accepted_on,
        code="" if typed == bare else "itn_normalised",
        detail=f"An ITN {accepted}" if typed == bare else f"Stored as {bare}, {accepted}",
        warnings=_warnings(itn),
    )


def normalise(typed: str) -> str:
    """Strip everything that people put around and between the characters of an ITN.

    Compatibility forms are unfolded (NFKC), zero-width marks dropped, letters put in capitals,
    look-alikes of X replaced; a leading AES or ITN goes with its colon, number sign or dash, and
    so do blanks, dots, dashes and slashes between characters. Doing it twice changes nothing more.
    """
    return _LABEL.sub("", _INNER_MARKS.sub("", _folded(typed)), count=1)


def relation_warnings(
    accepted_on: dt.date, date_of_issue: dt.date | None, date_of_expiry: dt.date | None
) -> tuple[Note, ...]:
    """Compare the ITN's date with the certificate's; a date not yet known is not compared.

    No rule orders filing and issue, so these are warnings: ``itn_far_from_issue`` for more than
    30 days between them, ``itn_after_expiry`` for an ITN dated after the day of expiry.
    """
    notes: list[Note] = []
    if date_of_issue is not None and abs((accepted_on - date_of_issue).days) > DAYS_FROM_ISSUE:
        notes.append(
            Note(
                "itn_far_from_issue",
                f"The ITN is dated {_us(accepted_on)}, more than {DAYS_FROM_ISSUE} days from the "
                f"date of issue {_us(date_of_issue)}. Is it the ITN of this shipment?",
            )
        )
    if date_of_expiry is not None and accepted_on > date_of_expiry:
        notes.append(
            Note(
                "itn_after_expiry",
                f"The ITN is dated {_us(accepted_on)}, after the certificate expires on "
                f"{_us(date_of_expiry)}.",
            )
        )
    return tuple(notes)


def _folded(typed: str) -> str:
    unfolded = unicodedata.normalize("NFKC", ZERO_WIDTH.sub("", typed)).upper()
    # Capitals and the replaced X may compose anew with a mark that follows them.
    return unicodedata.normalize("NFKC", unfolded.translate(_X_LOOKALIKES)).strip()


def _mended(bare: str, today: dt.date, shipped_on: dt.date | None) -> Verdict:
    """Offer the ITN that was probably meant, or say what keeps this from being one."""
    digits = bare.translate(_DIGIT_LOOKALIKES)
    nearly = _NEARLY.fullmatch(digits)
    if nearly is None:
        counted = _COUNTED.fullmatch(digits)
        if counted is None:
            return _refused(*_NOT_AN_ITN)
        return _refused(
            "itn_length",
            f"An ITN is X and 14 digits; this has {len(counted['digits'])} digits. "
            "Type it again from the AES response (U.S. Census Bureau, 22 May 2019).",
        )
    suggestion = f"X{nearly['digits']}"
    fault = _fault_of_date(suggestion, today, shipped_on)
    if fault is not None:
        return _refused(*fault)
    found = {
        "itn_lookalike": digits != bare,
        "itn_no_x": nearly["prefix"] == "",
        "itn_double_x": nearly["prefix"] == "XX",
    }
    codes = [code for code, is_so in found.items() if is_so]
    slips = " and ".join(_SLIPS[code] for code in codes)
    return Verdict(
        result=Result.FIXABLE,
        code=codes[0],
        detail=f"In this ITN {slips}. Compare {suggestion} with the AES response before taking it "
        "(U.S. Census Bureau, 22 May 2019).",
        suggestion=suggestion,
    )


def _fault_of_date(text: str, today: dt.date, shipped_on: dt.date | None) -> Note | None:
    """What is wrong with the date in X and 14 digits, if anything is."""
    try:
        accepted_on = ITN.parse(text).accepted_on
    except ValueError:
        return Note(
            "itn_calendar",
            f"The first eight digits are the date AES accepted the filing, as YYYYMMDD; "
            f"{text[1:9]} is not a calendar date (U.S. Census Bureau, 22 May 2019).",
        )
    if accepted_on < SCHEME_BEGAN_ON:
        return Note(
            "itn_before_scheme",
            f"This ITN is dated {_us(accepted_on)}; certificates for rough diamonds began on "
            f"{_us(SCHEME_BEGAN_ON)} (31 CFR 592.302).",
        )
    if accepted_on > today:
        return Note(
            "itn_future",
            f"This ITN is dated {_us(accepted_on)}, which is still to come. An ITN carries the "
            "day AES accepted the filing (U.S. Census Bureau, 22 May 2019).",
        )
    if shipped_on is not None and accepted_on > shipped_on:
        return Note(
            "itn_after_export",
            f"This ITN is dated {_us(accepted_on)}, after the shipment left on "
            f"{_us(shipped_on)}. It must be obtained before export (31 CFR 592.301(a)(5)(i)).",
        )
    return None


def _warnings(itn: ITN) -> tuple[Note, ...]:
    notes: list[Note] = []
    if str(itn) in SAMPLES:
        notes.append(
            Note(
                "itn_sample",
                f"{itn} is the example printed in published instructions. Is it really yours?",
            )
        )
    if itn.serial == "000000":
        notes.append(
            Note("itn_serial_zero", "The last six digits are all zero. Is that so in AES?")
        )
    return tuple(notes)


def _refused(code: str, detail: str) -> Verdict:
    return Verdict(result=Result.REFUSED, code=code, detail=detail)


def _us(day: dt.date) -> str:
    """The day as the certificate prints days: MM/DD/YYYY."""
    return f"{day.month:02}/{day.day:02}/{day.year:04}"
