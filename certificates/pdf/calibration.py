"""The test sheet with which somebody measures how far off a printer puts the overprint."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from reportlab.lib.units import mm

from certificates.pdf.layout import BOXES, PAGE, VARIABLE
from licensees.pdf.document import (
    BLACK,
    INK,
    QUIET,
    SERIAL,
    Style,
    document,
    fill,
    from_upper_left,
    write,
)
from licensees.pdf.fonts import Font

# Millimetres from the left and the upper edge of the paper, all outside the boxes of the text.
_ACROSS: Final = (10, 70, 50)  # from, to, and how far down
_DOWN: Final = (10, 66, 90)  # from, to, and how far right
_READ_AT: Final = 40
_CROSSES: Final = ((40, 60), (240, 60), (40, 180), (240, 180))
_ARM: Final = 4
_SMALL: Final = Style(Font.REGULAR, 7)

_STEPS: Final = {
    "exporter_name": "How to use this sheet",
    "exporter_address": (
        "1. Print it on plain paper at 100 % (“actual size”), never “fit to page”. The crosses "
        "must be 200 mm apart from left to right and 120 mm from top to bottom; if not, change the "
        "settings of the printer first.\n"
        "2. Lay a ruler on the horizontal scale with its zero at the left edge of the paper. The "
        "red mark 40 should lie at 40 mm. At 38.5 mm the print is 1.5 mm too far left: add 1.5 to "
        "the number “right”. At 41 mm, take 1 off."
    ),
    "consignee_address": (
        "3. Lay the ruler on the vertical scale with its zero at the upper edge. At 38.5 mm the "
        "print is 1.5 mm too high: add 1.5 to the number “down”. At 41 mm, take 1 off.\n"
        "4. Save the new numbers and print this sheet again, until both red marks lie at 40 mm.\n"
        "5. Hold it over a blank form against the light: the frames show where the text will stand."
    ),
}


def calibration_sheet(right_mm: Decimal, down_mm: Decimal) -> bytes:
    """Return scales, crosses and the frames of the variable text, moved as ``overprint`` moves.

    Millimetres rightward and downward. With the right numbers both marks ``40`` lie 40 mm from
    the edge of the paper, and the sheet says how to find those numbers.
    """

    def draw(canvas: Any) -> None:
        from_upper_left(canvas, PAGE, right_mm, down_mm)
        _frames(canvas)
        _heading(canvas, right_mm, down_mm)
        _scales(canvas)
        for across, down in _CROSSES:
            _cross(canvas, across, down)
        for name, text in _STEPS.items():
            fill(canvas, replace(BOXES[name], size=8.5), text, INK)

    return document("Printer test sheet", "Calibration of the overprint", PAGE, draw)


def _frames(canvas: Any) -> None:
    canvas.setLineWidth(0.4)
    canvas.setStrokeColorRGB(*QUIET)
    canvas.setDash(2, 2)
    for box in VARIABLE:
        canvas.rect(box.x, -box.y - box.h, box.w, box.h)
    canvas.setDash()


def _heading(canvas: Any, right_mm: Decimal, down_mm: Decimal) -> None:
    used = f"Printed with right {right_mm:.2f} mm, down {down_mm:.2f} mm"
    write(canvas, 415, 80, "Printer test sheet", Style(Font.BOLD, 15, align="centre"))
    write(canvas, 415, 97, used, Style(Font.REGULAR, 8.5, align="centre"))


def _scales(canvas: Any) -> None:
    """Draw a tick for each millimetre, and every tenth with its distance from the paper's edge."""
    start, stop, level = _ACROSS
    for at in range(start, stop + 1):
        length = _tick(canvas, at)
        canvas.line(at * mm, -level * mm, at * mm, -level * mm + length)
        if at % 10 == 0:
            _number(canvas, at * mm, level * mm + 9, at, "centre")
    canvas.line(start * mm, -level * mm, stop * mm, -level * mm)
    write(canvas, level * mm - 10, level * mm + 24, "mm from the left edge", _SMALL)
    start, stop, level = _DOWN
    for at in range(start, stop + 1):
        length = _tick(canvas, at)
        canvas.line(level * mm, -at * mm, level * mm - length, -at * mm)
        if at % 10 == 0:
            _number(canvas, level * mm + 4, at * mm + 2.5, at, "left")
    canvas.line(level * mm, -start * mm, level * mm, -stop * mm)
    write(canvas, level * mm + 22, start * mm + 2.5, "mm from the upper edge", _SMALL)


def _tick(canvas: Any, at: int) -> float:
    canvas.setStrokeColorRGB(*(SERIAL if at == _READ_AT else BLACK))
    canvas.setLineWidth(0.8 if at == _READ_AT else 0.4)
    if at % 10 == 0:
        return 12
    return 8 if at % 5 == 0 else 5


def _number(canvas: Any, x: float, y: float, at: int, align: str) -> None:
    colour = SERIAL if at == _READ_AT else BLACK
    write(canvas, x, y, str(at), Style(Font.REGULAR, 7, colour, align))


def _cross(canvas: Any, across: int, down: int) -> None:
    x, y, arm = across * mm, -down * mm, _ARM * mm
    canvas.line(x - arm, y, x + arm, y)
    canvas.line(x, y - arm, x, y + arm)
