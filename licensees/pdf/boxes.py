"""Places for texts on a paper, and whether a text fits its place.

Lengths are points (1/72 inch), counted from the upper left corner of the sheet, rightward and
downward.
"""

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from licensees.pdf.fonts import ASCENT, DESCENT, Font, width

FLOOR: Final = 6.5  # the smallest print that is still read without effort

# A few glyphs lean out of their own width (a fraction bar, a d with caron), by a quarter of their
# size at most. The padding keeps even those inside the box.
PADDING: Final = 3.5
LEADING: Final = 1.22  # from base line to base line, in parts of the size
CAP_HEIGHT: Final = 0.714
_STEP: Final = 0.25


class DoesNotFit(ValueError):
    """A text too long for its box even in the smallest readable print; ``field`` says which."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(f"The text of {field} is too long for its box on the paper.")


@dataclass(frozen=True, slots=True)
class Box:
    """A place for one fact: nothing of its text is ever printed outside of it.

    The text starts at ``size`` and shrinks down to ``floor``. With ``wraps`` it may run over
    several lines from the top; otherwise it is one line in the middle of the height.
    """

    name: str
    x: float
    y: float
    w: float
    h: float
    font: Font
    size: float
    floor: float
    wraps: bool = False
    align: str = "left"


class Setting(NamedTuple):
    """A text as it will be printed: the size of the print, and its lines."""

    size: float
    lines: tuple[str, ...]


class Line(NamedTuple):
    """One printed line: where its base line starts, its text and its size."""

    x: float
    y: float
    text: str
    size: float


def settle(box: Box, text: str) -> Setting:
    """Find the largest print in which ``text`` fits ``box``; raise DoesNotFit if there is none.

    A word is broken only where it is longer than a whole line of the smallest print. Blanks run
    together to one, and empty lines are left out.
    """
    lines = [line.split() for line in unicodedata.normalize("NFC", text).splitlines()]
    paragraphs = [words for words in lines if words]
    if not paragraphs:
        return Setting(box.size, ())
    if not box.wraps:
        paragraphs = [[" ".join(word for words in paragraphs for word in words)]]
    room = box.w - 2 * PADDING
    widths = [width(word, box.font) for words in paragraphs for word in words]
    if sum(widths) * box.floor > room * _lines_at(box, box.floor):
        raise DoesNotFit(box.name)
    whole = max(widths) * box.floor <= room
    steps = int((box.size - box.floor) / _STEP)
    for size in (box.size - step * _STEP for step in range(steps + 1)):
        words = paragraphs
        if max(widths) * size > room:
            if whole:
                continue
            words = _broken(paragraphs, box.font, room / size)
        filled = _filled(words, box.font, room / size)
        if len(filled) <= _lines_at(box, size):
            return Setting(size, tuple(filled))
    raise DoesNotFit(box.name)


def place(box: Box, setting: Setting) -> Iterator[Line]:
    """Say where each line of ``setting`` is printed in ``box``."""
    size = setting.size
    first = box.y + (ASCENT * size if box.wraps else (box.h + CAP_HEIGHT * size) / 2)
    for position, text in enumerate(setting.lines):
        slack = box.w - 2 * PADDING - width(text, box.font) * size
        x = box.x + PADDING + (slack / 2 if box.align == "centre" else 0)
        yield Line(x, first + position * LEADING * size, text, size)


def wrapped(text: str, font: Font, room: float) -> list[str]:
    """The lines of one paragraph in a place ``room`` wide, in parts of the size of the print."""
    words = text.split()
    return _filled(_broken([words], font, room), font, room) if words else []


def _lines_at(box: Box, size: float) -> int:
    """How many lines of this size the height of ``box`` holds."""
    if not box.wraps:
        return 1
    return math.floor((box.h / size - ASCENT - DESCENT) / LEADING) + 1


def _filled(paragraphs: list[list[str]], font: Font, room: float) -> list[str]:
    """Fill lines of ``room`` (in parts of the size) with words, a paragraph at a time."""
    lines = []
    for words in paragraphs:
        line = words[0]
        for word in words[1:]:
            if width(f"{line} {word}", font) > room:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}"
        lines.append(line)
    return lines


def _broken(paragraphs: list[list[str]], font: Font, room: float) -> list[list[str]]:
    """Break words that are longer than a line."""
    return [
        [piece for word in words for piece in _pieces(word, font, room)] for words in paragraphs
    ]


def _pieces(word: str, font: Font, room: float) -> Iterator[str]:
    piece = ""
    for character in word:
        if piece and width(piece + character, font) > room:
            yield piece
            piece = ""
        piece += character
    yield piece
