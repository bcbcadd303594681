"""Where everything stands on the certificate, and whether a text fits its place.

Letter paper lying on its long side. Lengths are points (1/72 inch), counted from the upper left
corner of the sheet, rightward and downward. One table of boxes serves the complete certificate, the
overprint for pre-printed forms, the check at entry and the tests.
"""

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from certificates.pdf.fonts import ASCENT, DESCENT, Font, width

PAGE: Final = (792.0, 612.0)
FLOOR: Final = 6.5  # the smallest print that is still read without effort

# A few glyphs lean out of their own width (a fraction bar, a d with caron), by a quarter of their
# size at most. The padding keeps even those inside the box.
PADDING: Final = 3.5
LEADING: Final = 1.22  # from base line to base line, in parts of the size
CAP_HEIGHT: Final = 0.714
_STEP: Final = 0.25

LEFT: Final = 58.0
RIGHT: Final = 734.0


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


@dataclass(frozen=True, slots=True)
class Cell:
    """A ruled frame of the form, with its label and the boxes that stand in it.

    Without a label there is no frame either.
    """

    label: str
    x: float
    y: float
    w: float
    h: float
    boxes: tuple[Box, ...]


class Area(NamedTuple):
    """A rectangle that holds no text."""

    x: float
    y: float
    w: float
    h: float


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


def _value(name: str, x: float, y: float, w: float) -> Box:
    return Box(name, x, y, w, 23, Font.BOLD, 13, floor=8)


def _party(role: str, y: float) -> tuple[Box, Box]:
    """Name and address of a firm: 4 lines of 45 capitals W and the country fit at the floor."""
    return (
        Box(f"{role}_name", 62, y + 14, 484, 18, Font.BOLD, 11.5, FLOOR, wraps=True),
        Box(f"{role}_address", 62, y + 33, 484, 61, Font.REGULAR, 9.5, FLOOR, wraps=True),
    )


# In reading order.
CELLS: Final = (
    Cell("", LEFT, 54, 180, 31, (Box("number", 62, 53, 172, 32, Font.BOLD, 21, floor=12),)),
    Cell(
        "Country of Origin",
        LEFT,
        87,
        180,
        33,
        (Box("country_of_origin", 62, 99, 172, 20, Font.BOLD, 12, FLOOR, wraps=True),),
    ),
    Cell(
        "AES Confirmation Number (ITN)",
        554,
        54,
        180,
        66,
        (Box("itn", 558, 70, 172, 27, Font.BOLD, 16, floor=8),),
    ),
    Cell("Date of Issue", LEFT, 202, 242, 38, (_value("date_of_issue", 62, 214, 234),)),
    Cell("Date of Expiry", 308, 202, 242, 38, (_value("date_of_expiry", 312, 214, 234),)),
    Cell("Value in U.S. $", 558, 202, 176, 38, (_value("value_usd", 562, 214, 168),)),
    Cell("Exporter (Name, Address)", LEFT, 248, 492, 98, _party("exporter", 248)),
    Cell(
        "Number of Parcels",
        558,
        248,
        176,
        98,
        (Box("number_of_parcels", 562, 282, 168, 36, Font.BOLD, 19, floor=8),),
    ),
    Cell("Ultimate Consignee (Name, Address)", LEFT, 354, 492, 98, _party("consignee", 354)),
    Cell(
        "Carat Weight/Mass",
        558,
        354,
        176,
        98,
        (Box("carat_weight", 562, 388, 168, 36, Font.BOLD, 19, floor=8),),
    ),
    Cell("Harmonized Commodity Code", LEFT, 460, 242, 38, (_value("hs_code", 62, 472, 234),)),
    Cell(
        "Issuing Authority",
        308,
        460,
        242,
        38,
        (Box("issuing_authority", 312, 472, 234, 23, Font.BOLD, 11.5, FLOOR),),
    ),
    Cell(
        "Certificate Number",
        558,
        460,
        176,
        96,
        (Box("number_again", 562, 527, 168, 27, Font.BOLD, 17, floor=12, align="centre"),),
    ),
)
BAR_CODE: Final = Area(562, 474, 168, 52)
BOXES: Final = {box.name: box for cell in CELLS for box in cell.boxes}
# The rest is printed on the numbered forms beforehand, so an overprint leaves it out.
VARIABLE: Final = tuple(
    box
    for name, box in BOXES.items()
    if name not in {"number", "issuing_authority", "number_again"}
)


def fits(field: str, text: str) -> bool:
    """Whether ``text`` fits its box on the certificate in readable print.

    ``field`` is a name of the table, such as ``exporter_address``. Characters that cannot be
    printed are the affair of ``certificates.lettering``; here they only take room.
    """
    try:
        settle(BOXES[field], text)
    except DoesNotFit:
        return False
    return True


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
