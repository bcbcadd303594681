"""The receipt for certificates sold, and the counter-entry that takes a mistaken sale back."""

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from certificates.numbers import display, spans
from licensees.pdf.boxes import FLOOR, PADDING, Box
from licensees.pdf.document import (
    AUTHORITY,
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
from licensees.pdf.fonts import Font, width

PAGE: Final = (612.0, 792.0)
_LEFT: Final = 60.0
_WIDTH: Final = PAGE[0] - 2 * _LEFT
_RIGHT: Final = _LEFT + _WIDTH
_HALF: Final = _LEFT + 300

_FIRST_LIST: Final = 338.0  # where the list of numbers begins on the first page
_LATER_LIST: Final = 112.0  # and on the others
_LIST_END: Final = 728.0
_ROW: Final = 15.0
_GAP: Final = 22.0  # at least, between two columns of numbers
_CLOSING: Final = 152.0  # the height of the certification with its lines

_PLAIN: Final = Style(Font.REGULAR, 9.5, BLACK)
_STRONG: Final = Style(Font.BOLD, 11, BLACK)
_LABEL: Final = Style(Font.REGULAR, 7.5, QUIET)

Area = tuple[float, float, float, float]  # left, top, width, height


@dataclass(frozen=True, slots=True)
class ReceiptFace:
    """What one receipt says; money in U.S. dollars, the date a civil one in America/New_York.

    A counter-entry says which receipt it ``reverses`` and the ``reason``; its quantity and total
    are negative.
    """

    number: int
    sold_on: dt.date
    licensee_name: str
    licensee_address: str
    contact_name: str
    method: str
    unit_price_usd: Decimal
    quantity: int
    total_usd: Decimal
    numbers: tuple[int, ...]
    reverses: int | None = None
    reason: str = ""


def receipt(face: ReceiptFace) -> bytes:
    """Return the receipt, on as many letter pages as its numbers need.

    Consecutive numbers are listed as a run. The contact certifies with a signature to have
    received the listed numbers. Raises MissingGlyph for a character that cannot be printed and
    DoesNotFit for a text too long for its place.
    """
    entries = [_entry(first, last) for first, last in spans(face.numbers)]
    widest = max((width(entry, _PLAIN.font) * _PLAIN.size for entry in entries), default=0)
    columns = max(1, int((_WIDTH + _GAP) / (widest + _GAP)))
    pages = list(_pages(entries, columns))

    def draw(canvas: Any) -> None:
        for position, (listed, closes) in enumerate(pages):
            if position:
                canvas.showPage()
            from_upper_left(canvas, PAGE)
            _head(canvas, face, continued=position > 0)
            top = _LATER_LIST if position else _FIRST_LIST
            if not position:
                _sale(canvas, face)
            end = _list(canvas, listed, columns, top)
            if closes:
                if listed:
                    _rule(canvas, _LEFT, end + 26, _WIDTH, 0.5)
                _certification(canvas, face, end + (38 if listed else 20))
            foot = f"{_called(face)}, page {position + 1} of {len(pages)}"
            write(canvas, _RIGHT, 756, foot, Style(Font.REGULAR, 7.5, QUIET, "right"))

    title = f"Receipt {face.number} for Kimberley Process Certificates"
    subject = f"Sale of {_day(face.sold_on)}"
    if face.reverses is not None:
        title = f"Counter-entry {face.number} to receipt {face.reverses}"
        subject = f"Sale taken back on {_day(face.sold_on)}"
    return document(title, subject, PAGE, draw)


def _entry(first: int, last: int) -> str:
    if first == last:
        return display(first)
    return f"{display(first)} \u2013 {display(last)} ({last - first + 1})"


def _pages(entries: list[str], columns: int) -> Iterator[tuple[list[str], bool]]:
    """Deal the entries out to pages; the last page, perhaps without any, has the certification."""
    top = _FIRST_LIST
    while True:
        rows = int((_LIST_END - top) / _ROW)
        listed, entries = entries[: rows * columns], entries[rows * columns :]
        used = math.ceil(len(listed) / columns) * _ROW
        closes = not entries and top + used + _CLOSING <= _LIST_END
        yield listed, closes
        if closes:
            return
        top = _LATER_LIST


def _list(canvas: Any, entries: list[str], columns: int, top: float) -> float:
    """Write the entries down one column after the other; return where they end."""
    rows = math.ceil(len(entries) / columns)
    for position, entry in enumerate(entries):
        column, row = divmod(position, rows)
        x = _LEFT + column * (_WIDTH + _GAP) / columns
        write(canvas, x, top + row * _ROW, entry, _PLAIN)
    return top + (rows - 1) * _ROW


def _head(canvas: Any, face: ReceiptFace, *, continued: bool) -> None:
    authority = AUTHORITY.upper()
    write(canvas, _LEFT, 62, authority, Style(Font.BOLD, 8.5, QUIET, tracking=1.4))
    number = f"No. {face.number}"
    if continued:
        continued_title = "Receipt, continued" if face.reverses is None else _title(face)
        write(canvas, _LEFT, 80, continued_title, Style(Font.BOLD, 11))
        write(canvas, _RIGHT, 80, number, Style(Font.BOLD, 11, SERIAL, "right"))
    else:
        write(canvas, _LEFT, 88, _title(face), Style(Font.BOLD, 18))
        write(canvas, _RIGHT, 88, number, Style(Font.BOLD, 18, SERIAL, "right"))
    _rule(canvas, _LEFT, 88 if continued else 102, _WIDTH, 1.2)


def _called(face: ReceiptFace) -> str:
    return f"{'Receipt' if face.reverses is None else 'Counter-entry'} {face.number}"


def _title(face: ReceiptFace) -> str:
    if face.reverses is None:
        return "Receipt for Kimberley Process Certificates"
    return f"COUNTER-ENTRY to receipt {face.reverses}"


def _sale(canvas: Any, face: ReceiptFace) -> None:
    """Who bought, who received, and what was paid; or the same, taken back."""
    is_sale = face.reverses is None
    end = _labelled(canvas, "Sold to", (_LEFT, 120, 280, 34), face.licensee_name)
    address = (_LEFT, end + 2, 280, 70)
    _text(canvas, "licensee address", address, _PLAIN, face.licensee_address)
    _labelled(canvas, "Received by", (_HALF, 120, 192, 34), face.contact_name)
    dated = "Date of sale" if is_sale else "Taken back on"
    _labelled(canvas, dated, (_HALF, 172, 90, 18), _day(face.sold_on))
    paid = "Paid by" if is_sale else "Had been paid by"
    _labelled(canvas, paid, (_HALF + 96, 172, 96, 26), face.method)
    _labelled(canvas, "Certificates", (_LEFT, 250, 120, 18), _signed(face.quantity, ""))
    _labelled(canvas, "Price of each", (_LEFT + 150, 250, 120, 18), _money(face.unit_price_usd))
    total = "Total paid" if is_sale else "Total taken back"
    _labelled(canvas, total, (_HALF, 250, 192, 18), _money(face.total_usd))
    _rule(canvas, _LEFT, 236, _WIDTH, 0.5)
    _rule(canvas, _LEFT, 280, _WIDTH, 0.5)
    write(canvas, _LEFT, 316, "Numbers of the certificates", Style(Font.BOLD, 11))


def _certification(canvas: Any, face: ReceiptFace, top: float) -> None:
    """Write what the contact certifies, with lines for signature and date."""
    if face.reverses is not None:
        _counter_certification(canvas, face, top)
        return
    if face.quantity == 1:
        received = "the certificate with the number listed on this receipt"
    else:
        received = f"the {face.quantity:,} certificates with the numbers listed on this receipt"
    text = f"I certify that I have received, for {face.licensee_name}, {received}."
    _text(canvas, "certification", (_LEFT, top, _WIDTH, 46), _PLAIN, text)
    _signature(canvas, face.contact_name, top)


def _counter_certification(canvas: Any, face: ReceiptFace, top: float) -> None:
    """Write why the sale was taken back, and lines for whoever gives the forms back."""
    one = len(face.numbers) == 1
    what = "certificate with the number" if one else "certificates with the numbers"
    text = (
        f"I certify that I have given back, for {face.licensee_name}, the {what} listed here."
        f" Why the sale was taken back: {face.reason}"
    )
    _text(canvas, "certification", (_LEFT, top, _WIDTH, 72), _PLAIN, text)
    _signature(canvas, face.contact_name, top)


def _signature(canvas: Any, contact_name: str, top: float) -> None:
    for x, length, label in ((_LEFT, 280, "Signature"), (_HALF, 192, "Date")):
        _rule(canvas, x, top + 84, length, 0.8)
        write(canvas, x, top + 95, label, _LABEL)
        if label == "Signature":
            _text(canvas, "contact", (x, top + 97, length, 17), _PLAIN, contact_name)


def _labelled(canvas: Any, label: str, area: Area, text: str) -> float:
    """Write a small label and under it the fact; return how far down the page it reaches."""
    x, y, w, h = area
    write(canvas, x, y, label, _LABEL)
    return _text(canvas, label, (x, y + 3, w, h), _STRONG, text)


def _text(canvas: Any, name: str, area: Area, style: Style, text: str) -> float:
    """Write ``text`` into an area whose left edge is where the letters start."""
    x, y, w, h = area
    left, room = x - PADDING, w + 2 * PADDING
    box = Box(name, left, y, room, h, style.font, style.size, FLOOR, wraps=True)
    return fill(canvas, box, text)


def _rule(canvas: Any, x: float, y: float, length: float, weight: float) -> None:
    canvas.setStrokeColorRGB(*INK)
    canvas.setLineWidth(weight)
    canvas.line(x, -y, x + length, -y)


def _day(day: dt.date) -> str:
    return f"{day:%m/%d/%Y}"


def _money(amount: Decimal) -> str:
    return _signed(amount, "$", ".2f")


def _signed(amount: Decimal | int, mark: str, places: str = "") -> str:
    """As bookkeepers write it: what is taken off stands in parentheses."""
    text = f"{mark}{format(abs(amount), f',{places}')}"
    return f"({text})" if amount < 0 else text
