"""The certificate on paper: complete, or as an overprint for the pre-printed forms."""

import datetime as dt
import math
from decimal import Decimal
from typing import Any, Final

from reportlab.graphics.barcode.code128 import Code128

from certificates import numbers
from certificates.pdf.background import draw_background
from certificates.pdf.calibration import calibration_sheet
from certificates.pdf.face import Face, Marking
from certificates.pdf.layout import BAR_CODE, BOXES, CELLS, LEFT, PAGE, VARIABLE, Cell
from licensees.pdf.boxes import CAP_HEIGHT, PADDING
from licensees.pdf.document import (
    AUTHORITY,
    BLACK,
    QUIET,
    SERIAL,
    Style,
    document,
    fill,
    from_upper_left,
    write,
)
from licensees.pdf.fonts import Font, width

__all__ = ["calibration_sheet", "full", "overprint"]

_SUBJECT: Final = "Export of rough diamonds, 31 CFR 592.307"
_MIDDLE: Final = PAGE[0] / 2
_HEAD: Final = 3  # so many cells stand beside the title; the others follow below it
_SERIAL: Final = frozenset({"number", "number_again"})

_STATEMENT: Final = (
    "The rough diamonds in this shipment have been handled in accordance with the provisions of",
    "the Kimberley Process Certification Scheme for rough diamonds",
)
_NOTES: Final = (
    f"The {AUTHORITY} takes no responsibility for the data on this certificate.",
    "Keep this certificate for at least five years from its issuance or receipt (31 CFR 592.301).",
    "On receipt, give a copy to the Kimberley Process office of the importing jurisdiction.",
)

_INDENT: Final = 4 + PADDING  # from a frame to the letters in it
_ITN: Final = BOXES["itn"]
_LABEL: Final = Style(Font.REGULAR, 7, QUIET)
_NOTE: Final = Style(Font.REGULAR, 7.5, QUIET)
_TITLE: Final = Style(Font.BOLD, 24, align="centre", tracking=1.6)
_SUBTITLE: Final = Style(Font.BOLD, 11, align="centre", tracking=3.2)
_ITALIC: Final = Style(Font.ITALIC, 9.5, align="centre")

_MARK_LENGTH: Final = 600.0
_MARK_HEIGHT: Final = 200.0
_BAR_WIDTH: Final = 1.2
_QUIET_BARS: Final = 10  # a scanner wants ten bar widths of white on either side


def full(face: Face, marking: Marking) -> bytes:
    """Return the complete certificate, with everything that 31 CFR 592.307 asks for.

    Anything but the original of an issued certificate carries its marking across the sheet, under
    the text. Raises MissingGlyph for a character that cannot be printed and DoesNotFit for a text
    too long for its box.
    """
    facts = _facts(face)

    def draw(canvas: Any) -> None:
        draw_background(canvas)
        from_upper_left(canvas, PAGE)
        if marking is not Marking.ORIGINAL:
            _mark(canvas, marking.value)
        for position, cell in enumerate(CELLS):
            if position == _HEAD:
                _heading(canvas)
            _label(canvas, cell)
            for box in cell.boxes:
                fill(canvas, box, facts[box.name], SERIAL if box.name in _SERIAL else BLACK)
        _bar_code(canvas, numbers.display(face.number))
        _notes(canvas)

    return document(_title(face), _SUBJECT, PAGE, draw)


def overprint(face: Face, *, right_mm: Decimal, down_mm: Decimal) -> bytes:
    """Return only the variable text, for a pre-printed and numbered form.

    Everything is moved by the calibration of the printer, in millimetres rightward and downward;
    negative numbers move it the other way. Raises as ``full`` does.
    """
    facts = _facts(face)

    def draw(canvas: Any) -> None:
        from_upper_left(canvas, PAGE, right_mm, down_mm)
        for box in VARIABLE:
            fill(canvas, box, facts[box.name])

    return document(_title(face), _SUBJECT, PAGE, draw)


def _title(face: Face) -> str:
    return f"Kimberley Process Certificate {numbers.display(face.number)}"


def _facts(face: Face) -> dict[str, str]:
    """The text of each box of the table."""
    number = numbers.display(face.number)
    return {
        "number": number,
        "country_of_origin": face.country_of_origin,
        "itn": face.itn,
        "date_of_issue": _day(face.date_of_issue),
        "date_of_expiry": _day(face.date_of_expiry),
        "value_usd": _amount(face.value_usd),
        "exporter_name": face.exporter_name,
        "exporter_address": face.exporter_address,
        "number_of_parcels": ""
        if face.number_of_parcels is None
        else f"{face.number_of_parcels:,}",
        "consignee_name": face.consignee_name,
        "consignee_address": face.consignee_address,
        "carat_weight": _amount(face.carat_weight),
        "hs_code": face.hs_code,
        "issuing_authority": AUTHORITY,
        "number_again": number,
    }


def _day(day: dt.date | None) -> str:
    return "" if day is None else f"{day:%m/%d/%Y}"


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:,.2f}"


def _label(canvas: Any, cell: Cell) -> None:
    if cell.label:
        write(canvas, cell.x + _INDENT, cell.y + 10.5, cell.label, _LABEL)


def _heading(canvas: Any) -> None:
    """Write the note under the ITN, the title and the statement of 31 CFR 592.307(a)."""
    write(canvas, _ITN.x + PADDING, _ITN.y + 42, "Required by 31 CFR Part 592", _LABEL)
    write(canvas, _MIDDLE, 147, "KIMBERLEY PROCESS CERTIFICATE", _TITLE)
    write(canvas, _MIDDLE, 164, "UNITED STATES OF AMERICA", _SUBTITLE)
    for position, line in enumerate(_STATEMENT):
        write(canvas, _MIDDLE, 180 + 12.5 * position, line, _ITALIC)


def _notes(canvas: Any) -> None:
    for position, note in enumerate(_NOTES):
        write(canvas, LEFT, 518 + 12 * position, note, _NOTE)


def _mark(canvas: Any, words: str) -> None:
    """Write large pale words from the lower left to the upper right."""
    length = width(words, Font.BOLD)
    size = min(_MARK_LENGTH / length, _MARK_HEIGHT)
    canvas.saveState()
    canvas.translate(_MIDDLE, -PAGE[1] / 2)
    canvas.rotate(math.degrees(math.atan2(PAGE[1], PAGE[0])))
    canvas.setFillAlpha(0.2)
    write(canvas, 0, CAP_HEIGHT * size / 2, words, Style(Font.BOLD, size, SERIAL, "centre"))
    canvas.restoreState()


def _bar_code(canvas: Any, text: str) -> None:
    """Draw ``text`` as Code 128 in the middle of its white ground."""
    bars = Code128(text, barWidth=1, barHeight=BAR_CODE.h - 8, quiet=False)
    bars.barWidth = min(_BAR_WIDTH, BAR_CODE.w / (bars.width + 2 * _QUIET_BARS))
    canvas.setFillColorRGB(*BLACK)
    bars.drawOn(canvas, BAR_CODE.x + (BAR_CODE.w - bars.width) / 2, -(BAR_CODE.y + BAR_CODE.h - 4))
