"""Judges an uploaded file: whether it is the PDF, PNG or JPEG that it says it is.

The name's ending, the first bytes and the whole content must agree. What browser and sender claim
the type to be is never looked at.
"""

import struct
import unicodedata
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import BinaryIO, Final, NamedTuple

from PIL import Image
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from journal.errors import OperationRefused

MEGABYTE: Final = 1024 * 1024
LARGEST: Final = 10 * MEGABYTE  # bytes of one paper
MOST_PIXELS: Final = 40_000_000  # a letter page scanned at 600 dots an inch has 34 million
NAME_LENGTH: Final = 120  # characters of a paper's name
ENDINGS: Final = (".pdf", ".png", ".jpg", ".jpeg")

# What the two readers raise on bytes that are not what they expect.
_UNREADABLE: Final = (
    PyPdfError, OSError, EOFError, SyntaxError, ValueError, TypeError, AttributeError, LookupError,
    ArithmeticError, AssertionError, NotImplementedError, RecursionError, MemoryError,
    struct.error, zlib.error, Image.DecompressionBombError,
)  # fmt: skip


class Judged(NamedTuple):
    """What a file turned out to be: a name that is safe to show, and its content type."""

    name: str
    content_type: str


def judge(name: str, size: int, content: BinaryIO) -> Judged:
    """Say what a file is; ``content`` is left at its beginning.

    Raises OperationRefused ``paper_empty``, ``paper_too_large`` (over ``LARGEST`` bytes),
    ``paper_type_unknown`` for anything but PDF, PNG and JPEG, by the name's ending or the first
    bytes, and ``paper_not_what_it_says``: a name of another kind than the content, a PDF that
    cannot be opened without a password or has no page, a picture that cannot be drawn or has
    more than ``MOST_PIXELS``.
    """
    if size == 0:
        raise OperationRefused("paper_empty", "The file is empty.", field="paper")
    if size > LARGEST:
        raise OperationRefused(
            "paper_too_large",
            f"The file has {size / MEGABYTE:.1f} MB; {LARGEST // MEGABYTE} MB are the most.",
            field="paper",
        )
    cleaned = clean_name(name)
    content.seek(0)
    first = content.read(8)
    kind = next((kind for kind in _KINDS if first.startswith(kind.begins)), None)
    ending = PurePosixPath(cleaned).suffix.lower()
    if kind is None or ending not in ENDINGS:
        raise OperationRefused(
            "paper_type_unknown",
            "Send a PDF, PNG or JPEG file, under a name that ends so.",
            field="paper",
        )
    if ending not in kind.endings:
        raise _not_what_it_says(f"Its name ends in {ending}, but it is a {kind.label} file.")
    try:
        complaint = kind.complaint(content)
    except _UNREADABLE:
        complaint = f"It cannot be opened as a {kind.label} file."
    finally:
        content.seek(0)
    if complaint:
        raise _not_what_it_says(complaint)
    return Judged(cleaned, kind.content_type)


def clean_name(name: str) -> str:
    """A file's name without folders, quotes and characters that are not seen, ending kept."""
    seen = "".join(
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", name)
        if char.isspace() or unicodedata.category(char)[0] != "C"
    )
    last = seen.replace("\\", "/").rsplit("/", 1)[-1]
    plain = " ".join("".join(char for char in last if char not in '"<>:|?*%;').split())
    path = PurePosixPath(plain.strip(". ") or "paper")
    return f"{path.stem[: NAME_LENGTH - len(path.suffix[:10])]}{path.suffix[:10]}"


def _pdf_complaint(content: BinaryIO) -> str:
    content.seek(0)
    reader = PdfReader(content)
    if reader.is_encrypted:
        return "It is encrypted; send it without a password."
    if not len(reader.pages):
        return "It has no page."
    reader.pages[0].mediabox  # noqa: B018 - the first page must be readable
    return ""


def _png_complaint(content: BinaryIO) -> str:
    return _picture_complaint(content, "PNG")


def _jpeg_complaint(content: BinaryIO) -> str:
    return _picture_complaint(content, "JPEG")


def _picture_complaint(content: BinaryIO, kind: str) -> str:
    content.seek(0)
    with Image.open(content, formats=[kind]) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS:
            return f"It has {width} by {height} pixels; {MOST_PIXELS // 1_000_000} million fit."
        picture.verify()
    # After ``verify`` a picture must be opened anew; only drawing it reads all of it.
    content.seek(0)
    with Image.open(content, formats=[kind]) as picture:
        picture.load()
    return ""


def _not_what_it_says(detail: str) -> OperationRefused:
    return OperationRefused("paper_not_what_it_says", detail, field="paper")


class _Kind(NamedTuple):
    label: str
    begins: bytes
    endings: tuple[str, ...]
    content_type: str
    complaint: Callable[[BinaryIO], str]


_KINDS: Final = (
    _Kind("PDF", b"%PDF-", (".pdf",), "application/pdf", _pdf_complaint),
    _Kind("PNG", b"\x89PNG\r\n\x1a\n", (".png",), "image/png", _png_complaint),
    _Kind("JPEG", b"\xff\xd8\xff", (".jpg", ".jpeg"), "image/jpeg", _jpeg_complaint),
)
