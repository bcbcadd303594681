"""Letter paper filled from top to bottom, page after page: headings, words, facts and lists.

Lengths are points, counted from the upper left corner of the page.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from licensees.pdf.boxes import LEADING, wrapped
from licensees.pdf.document import (
    AUTHORITY,
    BLACK,
    INK,
    QUIET,
    SERIAL,
    Style,
    document,
    from_upper_left,
    write,
)
from licensees.pdf.fonts import ASCENT, Font, legible, register, width

PORTRAIT: Final = (612.0, 792.0)
LANDSCAPE: Final = (792.0, 612.0)
MARGIN: Final = 60.0
_TOP: Final = 100.0
_FOOT: Final = 36.0  # from the lower edge
_END: Final = 66.0  # from the lower edge; nothing but the foot stands below

WORDS: Final = Style(Font.REGULAR, 10, BLACK)
STRONG: Final = Style(Font.BOLD, 10.5, BLACK)
HEADING: Final = Style(Font.BOLD, 11.5, INK)
LABEL: Final = Style(Font.REGULAR, 7.5, QUIET)
SMALL: Final = Style(Font.REGULAR, 8.5, BLACK)
SMALL_HEAD: Final = Style(Font.BOLD, 8.5, INK)


@dataclass
class _Page:
    lines: list[tuple[float, float, str, Style]] = field(default_factory=list)
    rules: list[float] = field(default_factory=list)


class Sheet:
    """A paper that grows downward. What its typefaces cannot print is shown as a question mark."""

    def __init__(self, title: str, reference: str, *, size: tuple[float, float] = PORTRAIT) -> None:
        register()
        self._title, self._reference, self._size = legible(title), legible(reference), size
        self._pages = [_Page()]
        self._y = _TOP
        self.width = size[0] - 2 * MARGIN

    def words(
        self, text: str, style: Style = WORDS, *, after: float = 8, indent: float = 0
    ) -> None:
        """Paragraphs, a line of ``text`` each."""
        for line in text.splitlines():
            for part in _lines(line, style, self.width) or [""]:
                self._room(style.size * LEADING)
                self._write(MARGIN, part, style)
        self._y += after

    def heading(self, text: str) -> None:
        """A heading, never alone at the end of a page."""
        self._y += 10
        self._room(60)
        self.words(text, HEADING, after=5)

    def facts(self, pairs: Sequence[tuple[str, str]]) -> None:
        """A label above each fact, two side by side."""
        half = self.width / 2
        for first in range(0, len(pairs), 2):
            row = pairs[first : first + 2]
            texts = [_lines(text, STRONG, half - 12) or ["–"] for _, text in row]
            self._room(24 + max(map(len, texts)) * STRONG.size * LEADING)
            top = end = self._y
            for place, ((label, _), lines) in enumerate(zip(row, texts, strict=True)):
                self._y = top
                self._write(MARGIN + place * half, legible(label), LABEL)
                self._y += 2
                for line in lines:
                    self._write(MARGIN + place * half, line, STRONG)
                end = max(end, self._y)
            self._y = end + 8

    def columns(self, entries: Sequence[str]) -> None:
        """Short entries, line by line in as many columns as fit."""
        if not entries:
            return
        widest = max(width(legible(entry), WORDS.font) * WORDS.size for entry in entries)
        count = max(1, int((self.width + 20) / (widest + 20)))
        for row in range(math.ceil(len(entries) / count)):
            self._room(WORDS.size * LEADING)
            top = self._y
            for place, entry in enumerate(entries[row * count : (row + 1) * count]):
                self._y = top
                self._write(MARGIN + place * (self.width + 20) / count, legible(entry), WORDS)
        self._y += 8

    def table(
        self, headings: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[float]
    ) -> None:
        """Rows under headings, which are repeated on every page; ``shares`` of the width."""
        places = [MARGIN + self.width * sum(shares[:n]) for n in range(len(shares))]
        rooms = [self.width * share - 8 for share in shares]

        def put(cells: Sequence[Sequence[str]], style: Style) -> None:
            top = end = self._y
            for place, lines in zip(places, cells, strict=True):
                self._y = top
                for line in lines:
                    self._write(place, line, style)
                end = max(end, self._y)
            self._y = end + 3
            self._pages[-1].rules.append(self._y)
            self._y += 3

        head = [_lines(text, SMALL_HEAD, room) for text, room in zip(headings, rooms, strict=True)]
        self._room(60)
        put(head, SMALL_HEAD)
        for row in rows:
            cells = [
                [part for line in text.splitlines() for part in _lines(line, SMALL, room)]
                for text, room in zip(row, rooms, strict=True)
            ]
            if self._room(6 + max(map(len, cells)) * SMALL.size * LEADING):
                put(head, SMALL_HEAD)
            put(cells, SMALL)

    def rule(self) -> None:
        """A line across the page."""
        self._room(12)
        self._pages[-1].rules.append(self._y)
        self._y += 12

    def pdf(self, subject: str) -> bytes:
        """The bytes, which depend on nothing but what was written."""
        right = self._size[0] - MARGIN

        def draw(canvas: Any) -> None:
            for position, page in enumerate(self._pages):
                if position:
                    canvas.showPage()
                from_upper_left(canvas, self._size)
                self._head(canvas, right, continued=position > 0)
                for x, y, text, style in page.lines:
                    write(canvas, x, y, text, style)
                for y in page.rules:
                    _rule(canvas, y, self.width, 0.5)
                foot = f"{self._reference}, page {position + 1} of {len(self._pages)}"
                style = Style(Font.REGULAR, 7.5, QUIET, "right")
                write(canvas, right, self._size[1] - _FOOT, foot, style)

        return document(f"{self._title} {self._reference}", legible(subject), self._size, draw)

    def _head(self, canvas: Any, right: float, *, continued: bool) -> None:
        """The title once in large, on the pages after it in small."""
        tracked = Style(Font.BOLD, 8.5, QUIET, tracking=1.4)
        write(canvas, MARGIN, 50, AUTHORITY.upper(), tracked)
        size = 11 if continued else 17
        title = f"{self._title}, continued" if continued else self._title
        write(canvas, MARGIN, 74, title, Style(Font.BOLD, size))
        write(canvas, right, 74, self._reference, Style(Font.BOLD, size, SERIAL, "right"))
        _rule(canvas, 84, self.width, 1.2)

    def _room(self, height: float) -> bool:
        """Begin a new page where this one has no room for so much; True if it did."""
        if self._y + height <= self._size[1] - _END or self._y == _TOP:
            return False
        self._pages.append(_Page())
        self._y = _TOP
        return True

    def _write(self, x: float, text: str, style: Style) -> None:
        self._pages[-1].lines.append((x, self._y + ASCENT * style.size, text, style))
        self._y += LEADING * style.size


def _lines(text: str, style: Style, room: float) -> list[str]:
    return wrapped(legible(text), style.font, room / style.size)


def _rule(canvas: Any, y: float, length: float, weight: float) -> None:
    canvas.setStrokeColorRGB(*INK)
    canvas.setLineWidth(weight)
    canvas.line(MARGIN, -y, MARGIN + length, -y)
