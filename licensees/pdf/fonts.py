"""The typefaces of our papers: which characters they can print, how wide, and their embedding."""

import unicodedata
import zlib
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple

from reportlab.pdfbase import pdfdoc, pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont, makeToUnicodeCMap

FOLDER: Final = Path(__file__).resolve().parents[2] / "static/vendor/fonts"

# How far any glyph of the three faces reaches above and below its base line, in parts of its size.
ASCENT: Final = 1.09
DESCENT: Final = 0.39


class Font(StrEnum):
    """Noto Sans, which has Latin with all its accents, Greek and Cyrillic."""

    REGULAR = "NotoSans-Regular"
    BOLD = "NotoSans-Bold"
    ITALIC = "NotoSans-Italic"


class MissingGlyph(ValueError):
    """A character that the typefaces cannot print; ``character`` says which."""

    def __init__(self, character: str) -> None:
        self.character = character
        name = unicodedata.name(character, "unnamed")
        super().__init__(
            f"The character {character!r} (U+{ord(character):04X}, {name}) cannot be printed."
        )


def register() -> None:
    """Make the typefaces known to the PDF writer; FileNotFoundError where they are not installed.

    Whoever draws calls this first. The files are read once per process.
    """
    for font in Font:
        _loaded(font)


def compose(text: str) -> str:
    """Return ``text`` with letters and accents composed (NFC), which is how it is printed.

    Raises MissingGlyph for the first character without a glyph. That includes what a paper cannot
    show: control characters, invisible ones such as direction marks, and accents that no composed
    letter of Unicode takes in, because the PDF writer would set them beside their letter. Blanks
    of any width and line ends are not characters to print.
    """
    composed = unicodedata.normalize("NFC", text)
    printable = _printable()
    for character in composed:
        blank = character in "\t\r\n" or unicodedata.category(character) == "Zs"
        if not blank and character not in printable:
            raise MissingGlyph(character)
    return composed


def legible(text: str) -> str:
    """``text`` as ``compose`` gives it, with a question mark for what cannot be printed.

    For papers that tell of rows which must be told of whatever is in them.
    """
    printable = _printable()
    return "".join(
        character
        if character in "\n\r\t" or character == " " or character in printable
        else " "
        if unicodedata.category(character) == "Zs"
        else "?"
        for character in unicodedata.normalize("NFC", text)
    )


def width(text: str, font: Font) -> float:
    """The width of ``text`` in points at a size of one point."""
    return float(_loaded(font).stringWidth(text, 1))


@cache
def _printable() -> frozenset[str]:
    # Facts are printed in these two; italics are for our own words.
    regular, bold = (
        {chr(code) for code in _loaded(font).face.charToGlyph} for font in (Font.REGULAR, Font.BOLD)
    )
    return frozenset(char for char in regular & bold if unicodedata.category(char)[0] in "LNPS")


@cache
def _loaded(font: Font) -> Any:
    path = FOLDER / f"{font}.ttf"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: `make run` installs the fonts.")
    pdfmetrics.registerFont(_CachingFont(font.value, str(path)))
    # The writer keeps the first of a name: where two threads come at once, both get that one.
    return pdfmetrics.getFont(font.value)


class _Cut(NamedTuple):
    """One set of characters cut out of a font file, ready to be written into a PDF."""

    name: str
    size: int
    outlines: bytes
    to_unicode: bytes
    widths: str


class _CachingFont(TTFont):
    """A typeface that makes each cut once instead of once for every paper.

    Nearly all papers need the same one (ASCII), and making it took more than half of the time of a
    paper. Threads take turns at making cuts because the font file is read from a moving position.
    """

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name, path)
        self._lock = Lock()
        self._cut = lru_cache(maxsize=256)(self._make_cut)

    def addObjects(self, doc: Any) -> None:
        """Write the cuts that ``doc`` uses into it; the PDF writer calls this when it saves."""
        state = self.state.pop(doc)
        for position, characters in enumerate(state.subsets):
            name = f"{state.internalName}+{position}"
            cut = self._cut(position, tuple(characters))
            outlines = deflated(cut.outlines, Length1=cut.size)
            descriptor = pdfdoc.PDFDictionary(
                {
                    "Type": "/FontDescriptor",
                    "FontName": f"/{cut.name}",
                    "Flags": 4,  # a set of our own choosing, not one of Adobe's standard ones
                    "FontBBox": pdfdoc.PDFArray(self.face.bbox),
                    "ItalicAngle": self.face.italicAngle,
                    "Ascent": self.face.ascent,
                    "Descent": self.face.descent,
                    "CapHeight": self.face.capHeight,
                    "StemV": self.face.stemV,
                    "MissingWidth": self.face.defaultWidth,
                    "FontFile2": doc.Reference(outlines, f"outlines:{name}"),
                }
            )
            font = pdfdoc.PDFTrueTypeFont()
            font.Name = name
            font.BaseFont = cut.name
            font.FirstChar = 0
            font.LastChar = len(characters) - 1
            font.Widths = cut.widths
            font.ToUnicode = doc.Reference(deflated(cut.to_unicode), f"unicode:{name}")
            font.FontDescriptor = doc.Reference(descriptor, f"descriptor:{name}")
            doc.Reference(font, name)
            doc.idToObject[pdfdoc.BasicFonts].dict[name] = font

    def _make_cut(self, position: int, characters: tuple[int, ...]) -> _Cut:
        # Six capitals and a plus sign before the name mark a font as cut.
        prefix = f"AAAA{chr(65 + position // 26)}{chr(65 + position % 26)}"
        name = f"{prefix}+{self.face.name.decode()}"
        with self._lock:
            outlines = self.face.makeSubset(characters)
        return _Cut(
            name=name,
            size=len(outlines),
            outlines=zlib.compress(outlines),
            to_unicode=zlib.compress(makeToUnicodeCMap(name, characters).encode()),
            widths=f"[{' '.join(f'{self.face.getCharWidth(char):g}' for char in characters)}]",
        )


def deflated(content: bytes, **entries: int) -> Any:
    """``content``, deflated before, as a PDF stream that is not deflated again for every paper."""
    dictionary = pdfdoc.PDFDictionary({"Filter": "/FlateDecode", **entries})
    return pdfdoc.PDFStream(dictionary=dictionary, content=content)
