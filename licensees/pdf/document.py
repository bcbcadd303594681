"""What all our papers have in common: how a PDF is opened and described, and written on."""

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any, Final, NamedTuple

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from licensees.pdf.boxes import Box, place, settle
from licensees.pdf.fonts import DESCENT, Font, compose, register, width

Colour = tuple[float, float, float]

AUTHORITY: Final = "United States Kimberley Process Authority"

INK: Final[Colour] = (0.07, 0.19, 0.28)  # headings and rules
QUIET: Final[Colour] = (0.20, 0.33, 0.41)  # labels and notes
BLACK: Final[Colour] = (0.0, 0.0, 0.0)  # facts
SERIAL: Final[Colour] = (0.62, 0.07, 0.15)  # numbers of papers


class Style(NamedTuple):
    """How a line is written; ``tracking`` is the extra space after each letter, in points."""

    font: Font
    size: float
    colour: Colour = INK
    align: str = "left"
    tracking: float = 0


def document(
    title: str, subject: str, size: tuple[float, float], draw: Callable[[Any], None]
) -> bytes:
    """Return the PDF that ``draw`` draws on a canvas with pages of ``size`` points.

    The bytes depend on nothing but what is drawn: no clock, no random identifier.
    """
    register()
    file = BytesIO()
    canvas = Canvas(
        file,
        pagesize=size,
        pageCompression=1,
        invariant=1,
        lang="en-US",
        initialFontName=Font.REGULAR.value,
    )
    canvas.setTitle(title)
    canvas.setAuthor(AUTHORITY)
    canvas.setSubject(subject)
    canvas.setCreator(AUTHORITY)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    draw(canvas)
    canvas.save()
    return file.getvalue()


def from_upper_left(
    canvas: Any,
    size: tuple[float, float],
    right_mm: Decimal = Decimal(0),
    down_mm: Decimal = Decimal(0),
) -> None:
    """Move the origin of a fresh page to its upper left corner, as ``write`` and ``fill`` want it.

    The calibration of a printer moves it further, by millimetres rightward and downward.
    """
    canvas.translate(float(right_mm) * mm, size[1] - float(down_mm) * mm)


def write(canvas: Any, x: float, y: float, text: str, style: Style) -> None:
    """Write one line with its base line ``y`` points below the origin of ``canvas``.

    ``x`` is where the line starts, or its middle or its end, as the style has it.
    """
    if style.align != "left":
        length = width(text, style.font) * style.size + style.tracking * (len(text) - 1)
        x -= length / 2 if style.align == "centre" else length
    canvas.setFont(style.font.value, style.size)
    canvas.setFillColorRGB(*style.colour)
    canvas.drawString(x, -y, text, charSpace=style.tracking)


def fill(canvas: Any, box: Box, text: str, colour: Colour = BLACK) -> float:
    """Write ``text`` into ``box`` and return how far down the page it reaches.

    Raises MissingGlyph or DoesNotFit rather than spoil the paper.
    """
    end = box.y
    for line in place(box, settle(box, compose(text))):
        write(canvas, line.x, line.y, line.text, Style(box.font, line.size, colour))
        end = line.y + DESCENT * line.size
    return end
