"""Which characters and how much text the certificate's paper can carry.

A certificate must be readable where it arrives: any language is allowed with an English
translation (31 CFR 592.307), and the portal prints Latin letters with their accents, Greek and
Cyrillic. Other scripts are refused at entry with a request for Latin letters, never printed as
empty boxes. A small address box holds four lines of forty-five characters.
"""

import re
import unicodedata
from typing import Final, NamedTuple

MAX_LINES: Final = 4
MAX_LINE_LENGTH: Final = 45

# First and last code point of each stretch, both included. Noto Sans Regular and Bold have a glyph
# for every one. Composed letters only: the PDF writer does not place combining marks, which then
# run into capital letters, and `tidy` composes all that Unicode can compose.
REPERTOIRE: Final[tuple[tuple[int, int], ...]] = (
    (0x0020, 0x007E),  # Basic Latin
    (0x00A1, 0x00AC),  # Latin-1: signs
    (0x00AE, 0x00FF),  # Latin-1: signs and accented letters, without the soft hyphen
    (0x0100, 0x024F),  # Latin Extended-A and -B
    (0x0250, 0x02AF),  # letters that West African spelling shares with phonetics
    (0x02B9, 0x02BF),  # apostrophe-like letters, such as the Hawaiian okina
    (0x0370, 0x0377),  # Greek
    (0x037A, 0x037F),
    (0x0384, 0x038A),
    (0x038C, 0x038C),
    (0x038E, 0x03A1),
    (0x03A3, 0x03E1),
    (0x03F0, 0x03FF),
    (0x0400, 0x0482),  # Cyrillic
    (0x048A, 0x052F),
    (0x1E00, 0x1EFF),  # Latin Extended Additional: Vietnamese, Welsh and others
    (0x1F00, 0x1F15),  # Greek with the older accents
    (0x1F18, 0x1F1D),
    (0x1F20, 0x1F45),
    (0x1F48, 0x1F4D),
    (0x1F50, 0x1F57),
    (0x1F59, 0x1F59),
    (0x1F5B, 0x1F5B),
    (0x1F5D, 0x1F5D),
    (0x1F5F, 0x1F7D),
    (0x1F80, 0x1FB4),
    (0x1FB6, 0x1FC4),
    (0x1FC6, 0x1FD3),
    (0x1FD6, 0x1FDB),
    (0x1FDD, 0x1FEF),
    (0x1FF2, 0x1FF4),
    (0x1FF6, 0x1FFE),
    (0x2010, 0x2015),  # hyphens and dashes
    (0x2018, 0x201F),  # quotation marks
    (0x2020, 0x2022),  # dagger, double dagger, bullet
    (0x2026, 0x2026),  # ellipsis
    (0x2030, 0x2030),  # per mille
    (0x2032, 0x2033),  # prime, double prime
    (0x2039, 0x203A),  # angle quotation marks
    (0x20A0, 0x20C0),  # currency signs
    (0x2105, 0x2105),  # care of
    (0x2116, 0x2116),  # numero
    (0x2122, 0x2122),  # trade mark
    (0xFB00, 0xFB04),  # ligatures that copying out of a PDF leaves behind
)

# Characters that take no room: joiners, direction marks, soft hyphens, variation selectors.
ZERO_WIDTH: Final = re.compile(
    r"[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)

# Control characters other than those that Python counts as blanks or line ends.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")

_PRINTABLE: Final = frozenset(
    chr(code_point) for first, last in REPERTOIRE for code_point in range(first, last + 1)
)


class BoxProblem(NamedTuple):
    """Why a text does not fit its box; ``line`` counts from 1, or is None for the whole text."""

    code: str
    detail: str
    line: int | None


def tidy(text: str, *, multiline: bool) -> str:
    """Return ``text`` as it is stored and printed; tidying twice changes nothing more.

    Letters and their accents are composed (NFC), control and zero-width characters dropped,
    blanks of every kind collapsed to one space, lines trimmed and empty lines left out. Without
    ``multiline`` a line break becomes a space.
    """
    visible = unicodedata.normalize("NFC", _CONTROL.sub("", ZERO_WIDTH.sub("", text)))
    lines = (" ".join(line.split()) for line in visible.splitlines())
    return ("\n" if multiline else " ").join(line for line in lines if line)


def unprintable(text: str) -> tuple[str, ...]:
    """Return the distinct characters of a tidied text that cannot be printed, in order.

    A line feed is not counted: it ends a line of an address.
    """
    return tuple(
        character
        for character in dict.fromkeys(text)
        if character != "\n" and character not in _PRINTABLE
    )


def box_problems(text: str) -> tuple[BoxProblem, ...]:
    """Say why a tidied text, taken as it will be printed, does not fit an address box.

    Codes: ``box_too_many_lines`` (more than 4), and ``box_line_too_long`` (more than 45
    characters) once for each such line.
    """
    lines = text.splitlines()
    problems = []
    if len(lines) > MAX_LINES:
        problems.append(
            BoxProblem(
                "box_too_many_lines",
                f"The box on the certificate holds {MAX_LINES} lines; this has {len(lines)}.",
                None,
            )
        )
    problems += [
        BoxProblem(
            "box_line_too_long",
            f"Line {position} has {len(line)} characters; the box holds {MAX_LINE_LENGTH}.",
            position,
        )
        for position, line in enumerate(lines, start=1)
        if len(line) > MAX_LINE_LENGTH
    ]
    return tuple(problems)
