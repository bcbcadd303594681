"""What may be printed on the paper: its characters, its tidying, its small boxes."""

import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase.ttfonts import TTFont

from certificates.lettering import REPERTOIRE, BoxProblem, box_problems, tidy, unprintable

FONTS = Path(__file__).resolve().parents[2] / "static" / "vendor" / "fonts"
PRINTABLE = [chr(point) for first, last in REPERTOIRE for point in range(first, last + 1)]
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()))
# Dense in what tidying is about: blanks, line ends, invisible marks, accents apart from letters.
MESSY_TEXT = st.text(
    alphabet=st.sampled_from(
        "aeAX \t\n\r\v\f\x00\x1c\x1f\x7f\x85\xa0\xad\u0301\u0323\u200b"
        "\u200d\u2028\u2029\u202e\u2060\u3000\ufe0f\ufeff\u1100\u1161"
    )
)
EACH_WAY = pytest.mark.parametrize("multiline", [True, False])


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_font_has_a_glyph_for_every_printable_character(weight):
    faces = [path for path in FONTS.rglob(f"NotoSans*{weight}*.ttf") if "Italic" not in path.name]
    assert len(faces) == 1, f"Noto Sans {weight} is not among the installed fonts."

    glyphs = TTFont(f"Noto Sans {weight}", faces[0]).face.charToGlyph

    assert [hex(ord(letter)) for letter in PRINTABLE if not glyphs.get(ord(letter))] == []


def test_the_repertoire_is_in_order_without_overlaps():
    bounds = [bound for stretch in REPERTOIRE for bound in stretch]

    assert bounds == sorted(bounds)
    assert len(PRINTABLE) == len(set(PRINTABLE))


@pytest.mark.parametrize("script", ["LATIN", "GREEK", "CYRILLIC"])
def test_every_composed_letter_of_the_three_scripts_is_printable(script):
    letters = [
        letter
        for letter in map(chr, [*range(0x0530), *range(0x1E00, 0x2000)])
        if unicodedata.category(letter) in {"Lu", "Ll", "Lt", "Lo"}
        and unicodedata.name(letter, "").startswith(script)
    ]

    assert len(letters) > 100
    assert unprintable("".join(letters)) == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Société Générale d'Éxport, Çağrı Ünal Söhne & Cie.", id="Western"),
        pytest.param("Łódź Šiauliai Győr Ðà Nẵng Ŵyn Þór", id="Eastern, Vietnamese, Welsh"),
        pytest.param("Ɛnyɔnam Ɔfori", id="Ghanaian"),
        pytest.param("Διαμάντια Αθηνών ΑΕ", id="Greek"),
        pytest.param("Алмазы Якутии; ТОО «Қазақ», Ђорђе Љубић", id="Cyrillic"),
        pytest.param(
            "12/3 No. 7 (2nd floor) #4-05, “A” – ‘B’ … 50% @ €1 £2 ₹3 ₪4 §5 №6", id="signs"
        ),
    ],
)
def test_names_and_addresses_in_the_three_scripts_are_printable(text):
    assert unprintable(tidy(text, multiline=False)) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Diamond 钻石 Co", ("钻", "石"), id="Chinese"),
        pytest.param("יהלום", ("י", "ה", "ל", "ו", "ם"), id="Hebrew"),
        pytest.param("aاbاc", ("ا",), id="Arabic, once"),
        pytest.param("हीरा", ("ह", "ी", "र", "ा"), id="Devanagari with its marks"),
        pytest.param("Gem 💎", ("💎",), id="emoji"),
        pytest.param("a\tb\x00", ("\t", "\x00"), id="control characters"),
        pytest.param("a\u00a0b", ("\u00a0",), id="non-breaking blank"),
        pytest.param("a\u200bb", ("\u200b",), id="zero-width blank"),
        pytest.param("x\u0301", ("\u0301",), id="accent that composes with no letter"),
        pytest.param("\ud800", ("\ud800",), id="lone surrogate"),
        pytest.param("\ue000\uffff", ("\ue000", "\uffff"), id="private use, no character"),
        pytest.param("one\ntwo", (), id="line ends are no characters"),
        pytest.param("", (), id="nothing"),
    ],
)
def test_characters_outside_the_repertoire_are_named_once_in_order(text, found):
    assert unprintable(text) == found


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        pytest.param("  12  Diamond   Way ", "12 Diamond Way", id="blanks"),
        pytest.param("12\tDiamond\u00a0\u3000Way", "12 Diamond Way", id="blanks of other kinds"),
        pytest.param("Acme\x00 \x07Gems\x7f\x9f", "Acme Gems", id="control characters"),
        pytest.param("Ac\u200bme\ufeff G\u00adems\u202e", "Acme Gems", id="zero-width characters"),
        pytest.param("Cafe\u0301", "Caf\u00e9", id="accent joins its letter"),
        pytest.param("e\u200b\u0301", "\u00e9", id="accent parted by a zero-width character"),
        pytest.param("Gem \u2764\ufe0f", "Gem \u2764", id="variation selector"),
        pytest.param("12 Diamond Way\nAntwerp", "12 Diamond Way Antwerp", id="line end"),
        pytest.param("\n\n", "", id="nothing left"),
    ],
)
def test_one_line_is_tidied(typed, tidied):
    assert tidy(typed, multiline=False) == tidied


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        pytest.param("one \n  two", "one\ntwo", id="lines are trimmed"),
        pytest.param("one\r\ntwo\rthree", "one\ntwo\nthree", id="line ends of other systems"),
        pytest.param("one\u2028two\x0bthree\x85four", "one\ntwo\nthree\nfour", id="rare line ends"),
        pytest.param("\n\none\n\n \u200b \n\ntwo\n", "one\ntwo", id="empty lines are left out"),
        pytest.param("=cmd()\n<b>x</b>", "=cmd()\n<b>x</b>", id="markup is text like any other"),
    ],
)
def test_an_address_is_tidied_line_by_line(typed, tidied):
    assert tidy(typed, multiline=True) == tidied


@EACH_WAY
@given(text=ANY_TEXT | MESSY_TEXT)
def test_tidying_twice_changes_nothing_more(multiline, text):
    once = tidy(text, multiline=multiline)

    assert tidy(once, multiline=multiline) == once


@EACH_WAY
def test_tidying_each_unstable_character_twice_changes_nothing_more(multiline):
    unstable = [
        letter
        for letter in map(chr, range(sys.maxunicode + 1))
        if unicodedata.normalize("NFC", letter) != letter
        or unicodedata.category(letter) in {"Cc", "Cf", "Mn", "Zs", "Zl", "Zp"}
    ]
    for letter in unstable:
        once = tidy(f"a{letter}\u0301 b", multiline=multiline)
        assert tidy(once, multiline=multiline) == once, hex(ord(letter))


@EACH_WAY
@given(text=st.text(alphabet=st.sampled_from(PRINTABLE)))
def test_tidying_printable_text_leaves_it_printable(multiline, text):
    assert unprintable(tidy(text, multiline=multiline)) == ()


@given(text=MESSY_TEXT)
def test_tidied_text_holds_no_blank_but_single_spaces_and_line_feeds(text):
    tidied = tidy(text, multiline=True)

    assert "  " not in tidied
    assert "\n\n" not in tidied
    assert not [letter for letter in tidied if letter.isspace() and letter not in " \n"]
    assert tidied == "\n".join(line.strip() for line in tidied.split("\n")).strip()


def test_a_full_box_has_no_problem():
    assert box_problems("\n".join(["x" * 45] * 4)) == ()


def test_an_empty_box_has_no_problem():
    assert box_problems("") == ()


def test_a_fifth_line_does_not_fit():
    (problem,) = box_problems("a\nb\nc\nd\ne")

    assert (problem.code, problem.line) == ("box_too_many_lines", None)
    assert "4 lines" in problem.detail
    assert "has 5" in problem.detail


def test_each_line_that_is_too_long_is_named():
    problems = box_problems("\n".join(["x" * 46, "x" * 45, "x" * 60]))

    assert problems == (
        BoxProblem("box_line_too_long", "Line 1 has 46 characters; the box holds 45.", 1),
        BoxProblem("box_line_too_long", "Line 3 has 60 characters; the box holds 45.", 3),
    )


def test_an_accented_letter_counts_as_one_character():
    assert box_problems(tidy("e\u0301" * 45, multiline=True)) == ()
