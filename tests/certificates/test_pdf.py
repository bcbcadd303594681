"""The papers as PDFs: what they say, where it stands, and what is refused rather than spoilt."""

import datetime as dt
import hashlib
import io
import os
import re
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pypdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from certificates.lettering import REPERTOIRE
from certificates.pdf.certificate import calibration_sheet, full, overprint
from certificates.pdf.face import Face, Marking
from certificates.pdf.layout import BAR_CODE, BOXES, CELLS, PAGE, VARIABLE, fits
from certificates.pdf.receipt import ReceiptFace, receipt
from licensees.pdf import fonts
from licensees.pdf.boxes import CAP_HEIGHT, Box, DoesNotFit, settle
from licensees.pdf.fonts import ASCENT, DESCENT, MissingGlyph, compose

GOLDEN = Path(__file__).parent / "pdf"
UNMOVED = {"right_mm": Decimal(0), "down_mm": Decimal(0)}
POINTS_PER_MM = 72 / 25.4

FACE = Face(
    number=12345,
    country_of_origin="Botswana",
    itn="X20251124000123",
    date_of_issue=dt.date(2025, 11, 24),
    date_of_expiry=dt.date(2026, 1, 23),
    value_usd=Decimal("1234567.89"),
    exporter_name="Hudson Rough Diamonds, Inc.",
    exporter_address="580 Fifth Avenue, Suite 1200\nNew York, NY 10036",
    number_of_parcels=3,
    consignee_name="Diamantslijperij De Schelde N.V.",
    consignee_address="Hoveniersstraat 22\n2018 Antwerpen\nBelgium",
    carat_weight=Decimal("1234.50"),
    hs_code="7102.31",
)
BLANK = Face(12345, "", "", None, None, None, "", "", None, "", "", None, "")
RECEIPT = ReceiptFace(
    number=17,
    sold_on=dt.date(2025, 11, 24),
    licensee_name="Hudson Rough Diamonds, Inc.",
    licensee_address="580 Fifth Avenue, Suite 1200\nNew York, NY 10036",
    contact_name="Łucja Ångström",
    method="Check",
    unit_price_usd=Decimal("20.00"),
    quantity=4,
    total_usd=Decimal("80.00"),
    numbers=(10001, 10002, 10003, 10007),
)
TYPED = (
    "country_of_origin",
    "exporter_name",
    "exporter_address",
    "consignee_name",
    "consignee_address",
)


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf), strict=True).pages
    lines = "\n".join(page.extract_text() for page in pages).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


def picture_of(pdf: bytes, dpi: float = 144) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[0].render(scale=dpi / 72).to_pil().convert("RGB")


def glyphs_of(pdf: bytes) -> list[tuple[str, float, float, float, float]]:
    """Each visible character of the first page with the left, top, right and bottom of its ink."""
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    glyphs = []
    for index in range(page.count_chars()):
        character = chr(pypdfium2.raw.FPDFText_GetUnicode(page, index))
        if pypdfium2.raw.FPDFText_IsGenerated(page, index) or character.isspace():
            continue
        left, bottom, right, top = page.get_charbox(index)
        glyphs.append((character, left, PAGE[1] - top, right, PAGE[1] - bottom))
    return glyphs


def bar_codes(picture: Image.Image) -> list[tuple[str, str]]:
    return [(code.format.name, code.text) for code in zxingcpp.read_barcodes(picture)]


# ---- what the certificate says ------------------------------------------------------------------


def test_the_complete_certificate_reads_in_the_order_of_the_paper() -> None:
    golden = (GOLDEN / "full.txt").read_text(encoding="utf-8").rstrip("\n")
    assert text_of(full(FACE, Marking.ORIGINAL)) == golden


def test_the_overprint_has_only_the_variable_text() -> None:
    golden = (GOLDEN / "overprint.txt").read_text(encoding="utf-8").rstrip("\n")
    pdf = overprint(FACE, **UNMOVED)
    assert text_of(pdf) == golden
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    drawn = re.findall(rb"(?m)\s(?:re|m|l|c|S|s|f|B|b|Do|sh)\s", page.get_contents().get_data())
    assert drawn == [], "an overprint draws no line, area or picture"


def test_mixed_origin_is_exactly_four_asterisks() -> None:
    mixed = replace(FACE, country_of_origin="****")
    assert text_of(full(mixed, Marking.ORIGINAL)).splitlines()[1:3] == ["Country of Origin", "****"]
    assert text_of(overprint(mixed, **UNMOVED)).splitlines()[0] == "****"


def test_a_fact_not_yet_known_leaves_its_box_blank() -> None:
    assert glyphs_of(overprint(BLANK, **UNMOVED)) == []
    assert "NOT ISSUED" in text_of(full(BLANK, Marking.DRAFT))


@pytest.mark.parametrize(
    ("carats", "dollars", "printed"),
    [
        pytest.param("0.01", "0.10", ["0.01", "0.10"], id="least"),
        pytest.param("999.90", "1000", ["999.90", "1,000.00"], id="thousand"),
        pytest.param(
            "12345678.90",
            "123456789012.34",
            ["12,345,678.90", "123,456,789,012.34"],
            id="more than was ever exported",
        ),
    ],
)
def test_amounts_have_two_places_and_commas(carats: str, dollars: str, printed: list[str]) -> None:
    face = replace(BLANK, carat_weight=Decimal(carats), value_usd=Decimal(dollars))
    assert sorted(text_of(overprint(face, **UNMOVED)).splitlines()) == sorted(printed)


@pytest.mark.parametrize("number", [7, 12345, 123456789])
@pytest.mark.parametrize("marking", Marking)
def test_the_bar_code_scans_as_the_number(number: int, marking: Marking) -> None:
    picture = picture_of(full(replace(FACE, number=number), marking))
    assert bar_codes(picture) == [("Code128", f"US{number}")]


@pytest.mark.parametrize("marking", [Marking.COPY, Marking.VOID, Marking.DRAFT])
def test_a_marking_is_large_and_leaves_everything_readable(marking: Marking) -> None:
    plain, marked = (full(FACE, kind) for kind in (Marking.ORIGINAL, marking))
    assert text_of(marked).splitlines() == [marking.value, *text_of(plain).splitlines()]
    before, after = picture_of(plain).convert("L"), picture_of(marked).convert("L")
    changed = ImageChops.difference(before, after)
    left, top, right, bottom = changed.getbbox()
    assert right - left > before.width / 2
    assert bottom - top > before.height / 2
    assert changed.getextrema()[1] < 60, "paper under the words stays light"


def test_the_original_has_no_marking() -> None:
    text = text_of(full(FACE, Marking.ORIGINAL))
    assert not any(marking.value in text for marking in Marking if marking.value)


# ---- the file -----------------------------------------------------------------------------------

PAPERS = {
    "Kimberley Process Certificate US12345": lambda: full(FACE, Marking.COPY),
    "Kimberley Process Certificate US54321": lambda: overprint(
        replace(FACE, number=54321), **UNMOVED
    ),
    "Printer test sheet": lambda: calibration_sheet(Decimal(0), Decimal(0)),
    "Receipt 17 for Kimberley Process Certificates": lambda: receipt(RECEIPT),
}


@pytest.mark.parametrize("title", PAPERS)
def test_a_paper_names_its_title_author_and_language(title: str) -> None:
    reader = pypdf.PdfReader(io.BytesIO(PAPERS[title]()), strict=True)
    assert reader.metadata.title == title
    assert reader.metadata.author == "United States Kimberley Process Authority"
    assert reader.root_object["/Lang"] == "en-US"
    assert reader.root_object["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/Metadata" not in reader.root_object, "no claim to PDF/UA or PDF/A"


@pytest.mark.parametrize("title", PAPERS)
def test_every_font_is_embedded_and_cut_to_what_is_used(title: str) -> None:
    pdf = PAPERS[title]()
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].values():
            assert re.match(r"/[A-Z]{6}\+NotoSans-", font["/BaseFont"])
            assert "/FontFile2" in font["/FontDescriptor"]
    assert len(pdf) < 60_000


def test_the_same_face_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import hashlib; from decimal import Decimal; from datetime import date;"
        "from certificates.pdf.face import Face, Marking;"
        "from certificates.pdf.certificate import full;"
        f"face = {FACE!r};"
        "print(hashlib.sha256(full(face, Marking.COPY)).hexdigest())"
    ).replace("datetime.date", "date")
    other = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    overprint(replace(FACE, consignee_name="Ωμέγα Ж"), **UNMOVED)
    here = hashlib.sha256(full(FACE, Marking.COPY)).hexdigest()
    assert other.stdout.strip() == here


def test_papers_made_at_the_same_time_do_not_mix() -> None:
    # Each needs a set of characters of its own, so that each has to be cut out of the font file.
    letters = [chr(code) for code in range(0x1E00, 0x1EF9)]
    faces = [
        replace(BLANK, consignee_address=" ".join("".join(letters[start : start + 90])))
        for start in range(0, 150, 3)
    ]
    alone = [overprint(face, **UNMOVED) for face in faces]
    for font in fonts.Font:
        fonts._loaded(font)._cut.cache_clear()
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(lambda face: overprint(face, **UNMOVED), faces))
    finally:
        sys.setswitchinterval(interval)
    assert together == alone


# ---- the table of boxes -------------------------------------------------------------------------


def test_no_box_touches_another_or_leaves_its_frame() -> None:
    areas = [*BOXES.values(), BAR_CODE]
    for one, other in combinations(areas, 2):
        apart = (
            one.x + one.w <= other.x
            or other.x + other.w <= one.x
            or one.y + one.h <= other.y
            or other.y + other.h <= one.y
        )
        assert apart, (one, other)
    for cell in CELLS:
        for box in cell.boxes if cell.label else ():
            assert cell.x < box.x
            assert box.x + box.w < cell.x + cell.w
            assert cell.y < box.y
            assert box.y + box.h < cell.y + cell.h


@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)
def test_a_box_is_high_enough_for_its_largest_print(box: Box) -> None:
    half = max(ASCENT - CAP_HEIGHT / 2, DESCENT + CAP_HEIGHT / 2)
    needed = ASCENT + DESCENT if box.wraps else 2 * half
    assert box.h >= needed * box.size
    assert box.size >= box.floor >= 6.5


ADDRESS = "\n".join(["W" * 45] * 4)


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        pytest.param("exporter_address", ADDRESS, True, id="four lines of 45 capitals W"),
        pytest.param(
            "consignee_address",
            ADDRESS + "\nCentral African Republic",
            True,
            id="four such lines and the country",
        ),
        pytest.param("exporter_address", "\n".join("abcdefgh"), False, id="eight lines"),
        pytest.param("exporter_name", "Antwerp Rough " * 18, True, id="a name of 252 characters"),
        pytest.param("exporter_name", "W" * 145, True, id="145 capitals W without a blank"),
        pytest.param("exporter_name", "W" * 256, False, id="256 capitals W"),
        pytest.param("consignee_name", "one\ntwo\nthree", False, id="a name of three lines"),
        pytest.param("country_of_origin", "Democratic Republic of the Congo", True, id="DRC"),
        pytest.param("country_of_origin", "****", True, id="mixed origin"),
        pytest.param("itn", "X20251124000123", True, id="an ITN"),
        pytest.param("itn", "X" * 60, False, id="an ITN as long as a novel"),
        pytest.param("exporter_address", "x" * 200_000, False, id="a novel in one word"),
        pytest.param("exporter_address", "novel " * 200_000, False, id="a novel"),
        pytest.param("exporter_address", "", True, id="nothing"),
        pytest.param("exporter_address", " \n\r\n\t\n", True, id="nothing but blanks"),
        pytest.param("exporter_address", "東京", True, id="room, whatever the script"),
    ],
)
def test_a_text_fits_or_not(field: str, text: str, expected: bool) -> None:
    assert fits(field, text) is expected


def test_every_country_of_the_scheme_prints_without_a_break() -> None:
    for name in ("Lao People\u2019s Democratic Republic", "Central African Republic"):
        assert len(settle(BOXES["country_of_origin"], name).lines) == 1


def test_a_long_text_shrinks_before_it_is_broken() -> None:
    box = BOXES["exporter_name"]
    short, long = settle(box, "De Beers"), settle(box, "Ww" * 30)
    assert short.size == box.size
    assert len(long.lines) == 1
    assert box.floor <= long.size < box.size


def test_words_stay_whole_while_a_line_can_hold_them() -> None:
    words = ["Diamantslijperij" * 2] * 5
    assert " ".join(settle(BOXES["exporter_name"], " ".join(words)).lines).split() == words


ALPHABET = [chr(code) for first, last in REPERTOIRE for code in range(first, last + 1)]
TEXTS = st.one_of(
    st.text(alphabet=[*ALPHABET, "\n", " "], max_size=400),
    st.text(alphabet="W Щ\n", max_size=600),
    st.lists(st.text(alphabet="gjŖẾ/\u2044ďΏ", max_size=60), max_size=7).map("\n".join),
)


@pytest.mark.parametrize("field", TYPED)
@settings(max_examples=60, deadline=None)
@given(text=TEXTS)
def test_a_text_stays_in_its_box_or_is_refused(field: str, text: str) -> None:
    face = replace(BLANK, **{field: text})
    if not fits(field, text):
        with pytest.raises(DoesNotFit, match=field) as refusal:
            overprint(face, **UNMOVED)
        assert refusal.value.field == field
        return
    pdf = overprint(face, **UNMOVED)
    box = BOXES[field]
    for character, left, top, right, bottom in glyphs_of(pdf):
        inside = (
            box.x <= left and box.y <= top and right <= box.x + box.w and bottom <= box.y + box.h
        )
        assert inside, (character, left, top, right, bottom)
    assert "".join(text_of(pdf).split()) == "".join(unicodedata.normalize("NFC", text).split())
    assert settle(box, text).size >= box.floor


def test_the_fullest_certificate_keeps_every_fact_in_its_own_box() -> None:
    face = replace(
        FACE,
        number=999999999,
        country_of_origin="Democratic Republic of the Congo",
        value_usd=Decimal("123456789012.34"),
        exporter_name="W" * 140,
        exporter_address=ADDRESS,
        number_of_parcels=1234567,
        consignee_name="Щ" * 130,
        consignee_address=f"{ADDRESS}\nCentral African Republic",
        carat_weight=Decimal("12345678.90"),
    )
    for character, left, top, right, bottom in glyphs_of(overprint(face, **UNMOVED)):
        homes = [
            box.name
            for box in VARIABLE
            if box.x <= left and right <= box.x + box.w and box.y <= top and bottom <= box.y + box.h
        ]
        assert len(homes) == 1, (character, left, top)
    assert bar_codes(picture_of(full(face, Marking.COPY))) == [("Code128", "US999999999")]


# ---- characters ---------------------------------------------------------------------------------


def test_every_character_accepted_at_entry_can_be_printed() -> None:
    for character in ALPHABET:
        assert compose(character) == unicodedata.normalize("NFC", character)


@pytest.mark.parametrize(
    ("text", "character"),
    [
        pytest.param("Tokyo 東京", "東", id="Chinese"),
        pytest.param("רמת גן", "ר", id="Hebrew"),
        pytest.param("กรุงเทพ", "ก", id="Thai"),
        pytest.param("Gem \U0001f48e", "\U0001f48e", id="emoji"),
        pytest.param("A\x00B", "\x00", id="null"),
        pytest.param("A\x1cB", "\x1c", id="file separator, which Python splits lines at"),
        pytest.param("A\u2028B", "\u2028", id="line separator"),
        pytest.param("A\u202eB", "\u202e", id="direction override"),
        pytest.param("A\u200bB", "\u200b", id="zero-width space"),
        pytest.param("M\u0302", "\u0302", id="accent on a letter that takes none"),
    ],
)
@pytest.mark.parametrize("field", ["exporter_name", "consignee_address"])
def test_a_character_without_a_glyph_is_refused_by_name(
    field: str, text: str, character: str
) -> None:
    face = replace(FACE, **{field: text})
    for draw in (lambda: full(face, Marking.DRAFT), lambda: overprint(face, **UNMOVED)):
        with pytest.raises(MissingGlyph) as refusal:
            draw()
        assert refusal.value.character == character
        assert f"U+{ord(character):04X}" in str(refusal.value)


def test_letters_typed_as_letter_and_accent_print_composed() -> None:
    apart = unicodedata.normalize("NFD", "Ángström Łódź Ệ Ώ Й")
    assert compose(apart) == "Ángström Łódź Ệ Ώ Й"
    pdf = overprint(replace(BLANK, exporter_name=apart), **UNMOVED)
    assert text_of(pdf) == "Ángström Łódź Ệ Ώ Й"


def test_blanks_of_any_width_print_as_one_space() -> None:
    name = "A\u00a0\u2003B\u3000\tC"
    assert text_of(overprint(replace(BLANK, exporter_name=name), **UNMOVED)) == "A B C"


def test_missing_fonts_say_how_to_get_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    fonts._loaded.cache_clear()
    with pytest.raises(FileNotFoundError, match="make run"):
        fonts.register()


# ---- calibration --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "down"), [("0", "0"), ("1.5", "0"), ("0", "-2.25"), ("-3.5", "4")]
)
def test_the_calibration_moves_the_overprint_right_and_down(right: str, down: str) -> None:
    still = glyphs_of(overprint(FACE, **UNMOVED))
    moved = glyphs_of(overprint(FACE, right_mm=Decimal(right), down_mm=Decimal(down)))
    shift = [float(right) * POINTS_PER_MM, float(down) * POINTS_PER_MM] * 2
    for before, after in zip(still, moved, strict=True):
        assert after[0] == before[0]
        assert after[1:] == pytest.approx(
            [a + b for a, b in zip(before[1:], shift, strict=True)], abs=0.01
        )


@pytest.mark.parametrize(("right", "down"), [("0", "0"), ("-3.5", "2")])
def test_the_test_sheet_has_its_marks_at_the_stated_distances(right: str, down: str) -> None:
    pdf = calibration_sheet(Decimal(right), Decimal(down))
    picture = picture_of(pdf, dpi=254)  # ten pixels a millimetre

    def at(across: float, below: float) -> tuple[int, int, int]:
        return picture.getpixel(
            (round((across + float(right)) * 10), round((below + float(down)) * 10))
        )

    for cross in ((40, 60), (240, 60), (40, 180), (240, 180)):
        assert max(at(*cross)) < 160, "a cross is here"
        assert min(at(cross[0] + 1, cross[1] + 1)) > 240, "and only lines"
    for red in (at(40, 47), at(87, 40)):
        assert red[0] > red[1] + 60, "the mark 40 is red"
    assert f"right {Decimal(right):.2f} mm, down {Decimal(down):.2f} mm" in text_of(pdf)


def test_the_test_sheet_frames_every_box_of_the_overprint() -> None:
    picture = picture_of(calibration_sheet(Decimal(0), Decimal(0)), dpi=288).convert("L")
    for box in VARIABLE:
        edge = picture.crop(
            (int(box.x * 4), int(box.y * 4) - 2, int((box.x + box.w) * 4), int(box.y * 4) + 3)
        )
        assert edge.getextrema()[0] < 200, box.name


# ---- receipts -----------------------------------------------------------------------------------


def test_a_receipt_states_the_sale_and_what_the_contact_certifies() -> None:
    golden = (GOLDEN / "receipt.txt").read_text(encoding="utf-8").rstrip("\n")
    assert text_of(receipt(RECEIPT)) == golden


def sold(*numbers: int) -> ReceiptFace:
    return replace(RECEIPT, numbers=numbers, quantity=len(numbers))


@pytest.mark.parametrize(
    ("numbers", "listed"),
    [
        pytest.param([10001], ["US10001"], id="one"),
        pytest.param([10001, 10002], ["US10001 \u2013 US10002 (2)"], id="two in a row"),
        pytest.param([10001, 10003], ["US10001", "US10003"], id="two with a gap"),
        pytest.param(range(10001, 11001), ["US10001 \u2013 US11000 (1000)"], id="a thousand"),
        pytest.param([9, 7, 8, 20, 11], ["US7 \u2013 US9 (3)", "US11", "US20"], id="any order"),
    ],
)
def test_consecutive_numbers_are_listed_as_a_run(numbers: list[int], listed: list[str]) -> None:
    lines = text_of(receipt(sold(*numbers))).splitlines()
    assert [line for line in lines if line.startswith("US")] == listed


@pytest.mark.parametrize("count", [1, 160, 168, 169, 176, 200, 1000])
def test_a_receipt_lists_each_number_once_and_is_signed_once(count: int) -> None:
    numbers = range(10001, 10001 + 2 * count, 2)
    pages = [
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(receipt(sold(*numbers)))).pages
    ]
    assert re.findall(r"US(\d+)", "".join(pages)) == [str(number) for number in numbers]
    signed = ["Signature" in page for page in pages]
    assert signed == [False] * (len(pages) - 1) + [True]
    for position, page in enumerate(pages, start=1):
        assert f"page {position} of {len(pages)}" in page


@pytest.mark.parametrize("count", [1, 100, 168, 184, 500])
def test_nothing_on_a_receipt_leaves_the_page_or_covers_its_foot(count: int) -> None:
    document = pypdfium2.PdfDocument(receipt(sold(*range(10001, 10001 + 2 * count, 2))))
    for page in document:
        text = page.get_textpage()
        for index in range(text.count_chars()):
            left, bottom, right, _ = text.get_charbox(index)
            assert left >= 50
            assert right <= 612 - 50
            assert bottom >= 40 - 6


def test_a_firm_with_the_longest_name_and_address_gets_its_receipt() -> None:
    face = replace(
        RECEIPT,
        licensee_name="Antwerp Rough " * 18,
        licensee_address=ADDRESS,
        contact_name="Wolfeschlegelsteinhausenbergerdorff " * 2,
    )
    text = " ".join(text_of(receipt(face)).split())
    assert text.count("Antwerp Rough") == 36, "in its place and in the certification"
    assert text.count("W" * 45) == 4
    with pytest.raises(DoesNotFit, match="Received by"):
        receipt(replace(RECEIPT, contact_name="W" * 500))
