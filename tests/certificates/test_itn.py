"""An ITN is read strictly, tidied openly, mended only by asking, and refused with a reason."""

import datetime as dt
import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.itn import (
    ITN,
    PATTERN,
    SCHEME_BEGAN_ON,
    Result,
    check,
    normalise,
    relation_warnings,
)

TODAY = dt.date(2025, 11, 24)

SERIALS = st.text(alphabet="0123456789", min_size=6, max_size=6)
ITNS = st.builds(ITN, st.dates(), SERIALS)
PAST_ITNS = st.builds(ITN, st.dates(SCHEME_BEGAN_ON, TODAY), SERIALS)
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()))
# Text that comes close to an ITN, its labels and its decorations.
CLOSE_TEXT = st.text(
    alphabet=st.sampled_from("XXx\u0425\u03a7\u00d70123456789OoIilL\u041e\u0406 .-/:#AESITNS\u0308"
                             "\u0301\u200b\u00a0\n\uff11\u2013"),
    max_size=30,
)  # fmt: skip


@st.composite
def mistyped(draw):
    """A past ITN with slips of the kinds that are offered back, alone or together."""
    text = str(draw(PAST_ITNS))[1:]
    for digit, letters in (("0", "Oo\u041e\u039f"), ("1", "IilL\u0406\u0399")):
        if draw(st.booleans()):
            text = text.replace(digit, draw(st.sampled_from(letters)), draw(st.integers(0, 3)))
    return draw(st.sampled_from(["", "X", "XX", "xX", "AES ", "AES XX"])) + text


@st.composite
def decorated(draw):
    """A past ITN, and the same with decorations that are stripped."""
    itn = str(draw(PAST_ITNS))
    letter = draw(st.sampled_from(["X", "x", "\u0425", "\u0445", "\u03a7", "\u03c7", "\u00d7",
                                   "\uff38", "\uff58"]))  # fmt: skip
    digits = itn[1:]
    if draw(st.booleans()):
        digits = digits.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    between = st.sampled_from(["", "", "", "", " ", "-", ".", "/", "\u00a0", "\u2013", "\u200b",
                               " - ", "\ufeff", "\u2011"])  # fmt: skip
    number = letter + "".join(draw(between) + digit for digit in digits)
    label = draw(st.sampled_from(["", "AES", "ITN", "AES ITN", "aes itn", "Itn"]))
    after = draw(st.sampled_from(["", " ", ":", "#", "-", ": ", " # ", " - "])) if label else ""
    around = st.sampled_from(["", " ", "\t", "\n", "\u00a0", "\u200b", "\u3000"])
    return itn, draw(around) + label + after + number + draw(around)


# The value and its grammar


@given(ITNS)
def test_an_itn_survives_being_written_and_read(itn):
    assert ITN.parse(str(itn)) == itn


def test_the_published_sample_was_accepted_on_8_march_2019():
    assert ITN.parse("X20190308366903") == ITN(dt.date(2019, 3, 8), "366903")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("x20190308366903", id="small x"),
        pytest.param(" X20190308366903", id="blank before"),
        pytest.param("X20190308366903\n", id="line feed after"),
        pytest.param("X20190308366903 SS", id="text after"),
        pytest.param("ZX20190308366903", id="text before"),
        pytest.param("X2019030836690", id="13 digits"),
        pytest.param("X201903083669031", id="15 digits"),
        pytest.param("X20191308366903", id="month 13"),
        pytest.param("X20190230366903", id="30 February"),
        pytest.param("X00000308366903", id="year 0"),
        pytest.param("X2019030836690\u0663", id="Arabic-Indic digit"),
        pytest.param("X2019030836690\uff13", id="full-width digit"),
    ],
)
def test_reading_is_strict(text):
    with pytest.raises(ValueError, match=r"ITN|month|day|year|date|isoformat"):
        ITN.parse(text)


@pytest.mark.parametrize("serial", ["", "12345", "1234567", "12345a", "12345\u0663", "123456\n"])
def test_a_serial_is_six_digits(serial):
    with pytest.raises(ValueError, match="six digits"):
        ITN(dt.date(2019, 3, 8), serial)


@given(ITNS)
def test_the_pattern_takes_every_itn(itn):
    assert re.search(PATTERN, str(itn))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("AES X20170101987654 SS", id="found inside a citation"),
        pytest.param("X20170101987654 SS", id="text after"),
        pytest.param("X20170101987654\n", id="line feed after"),
        pytest.param("\nX20170101987654", id="line feed before"),
        pytest.param("X20171301987654", id="month 13"),
        pytest.param("X20170001987654", id="month 0"),
        pytest.param("X20170132987654", id="day 32"),
        pytest.param("X20170100987654", id="day 0"),
        pytest.param("ZX999999999999999", id="letters and nines"),
        pytest.param("X999999999999999", id="15 nines"),
        pytest.param("X2017010198765\u0664", id="Arabic-Indic digit"),
        pytest.param("x20170101987654", id="small x"),
        pytest.param("", id="empty"),
    ],
)
def test_the_pattern_holds_even_when_it_is_searched_for(text):
    assert re.search(PATTERN, text) is None


def test_the_pattern_is_plain_ascii():
    assert PATTERN.isascii()
    assert r"\d" not in PATTERN


# The published vectors


@pytest.mark.parametrize(
    ("typed", "accepted_on"),
    [
        pytest.param("X20190308366903", dt.date(2019, 3, 8), id="X20190308366903"),
        pytest.param("X20200229123456", dt.date(2020, 2, 29), id="X20200229123456 leap day"),
        pytest.param("X20251124000001", TODAY, id="X20251124000001 today"),
        pytest.param("X20030730123456", SCHEME_BEGAN_ON, id="X20030730123456 first day"),
    ],
)
def test_an_itn_typed_as_stored_is_taken(typed, accepted_on):
    verdict = check(typed, today=TODAY)

    assert (verdict.result, verdict.itn, verdict.accepted_on) == (Result.OK, typed, accepted_on)
    assert (verdict.code, verdict.suggestion) == ("", "")


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("x20170101987654", id="small x"),
        pytest.param(" X20170101987654 ", id="blanks around"),
        pytest.param("AES X20170101987654", id="AES"),
        pytest.param("AES ITN X20170101987654", id="AES ITN"),
        pytest.param("AESX20170101987654", id="AES without a blank"),
        pytest.param("ITN: X20170101987654", id="ITN and colon"),
        pytest.param("ITN#X20170101987654", id="ITN and number sign"),
        pytest.param("itn-X20170101987654", id="itn and dash"),
        pytest.param("ITN. X20170101987654", id="ITN and dot"),
        pytest.param("X 20170101 987654", id="blanks inside"),
        pytest.param("X2017-01-01-987654", id="dashes inside"),
        pytest.param("X2017/01/01.987654", id="slashes and dot inside"),
        pytest.param("X2017\u201301\u201301\u2013987654", id="en dashes inside"),
        pytest.param("X2017\u201101\u201101\u2011987654", id="non-breaking hyphens inside"),
        pytest.param("X20170101\u2212987654", id="minus sign inside"),
        pytest.param("X20170101\n987654", id="broken over two lines"),
        pytest.param("\u042520170101987654", id="Cyrillic X"),
        pytest.param("\u044520170101987654", id="small Cyrillic x"),
        pytest.param("\u03a720170101987654", id="Greek Chi"),
        pytest.param("\u00d720170101987654", id="multiplication sign"),
        pytest.param(
            "\uff38\uff12\uff10\uff11\uff17\uff10\uff11\uff10\uff11\uff19\uff18\uff17\uff16\uff15\uff14",
            id="full-width form",
        ),
        pytest.param("X20170101987654\n", id="trailing newline"),
        pytest.param("X2017\u200b0101\ufeff98\u00ad7654", id="zero-width marks"),
        pytest.param("\u200bX20170101987654", id="zero-width mark in front"),
        pytest.param("\u200b AES X20170101987654", id="zero-width mark and blank in front"),
        pytest.param(" " * 100_000 + "X20170101987654", id="blanks without end"),
    ],
)
def test_decorations_are_stripped_and_the_stored_text_is_shown(typed):
    verdict = check(typed, today=TODAY)

    assert (verdict.result, verdict.itn) == (Result.NORMALISED, "X20170101987654")
    assert verdict.accepted_on == dt.date(2017, 1, 1)
    assert "X20170101987654" in verdict.detail


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        pytest.param("20170101987654", "itn_no_x", id="no X"),
        pytest.param("AES 20170101987654", "itn_no_x", id="AES and no X"),
        pytest.param("2017-01-01-987654", "itn_no_x", id="no X and dashes"),
        pytest.param("201701019-87654", "itn_no_x", id="no X, dash after nine digits"),
        pytest.param("XX20170101987654", "itn_double_x", id="doubled X"),
        pytest.param("X\u042520170101987654", "itn_double_x", id="Latin and Cyrillic X"),
        pytest.param("X2017O101987654", "itn_lookalike", id="letter O"),
        pytest.param("x2017o101987654", "itn_lookalike", id="small letter o"),
        pytest.param("X2017\u041e101987654", "itn_lookalike", id="Cyrillic O"),
        pytest.param("X2017\u039f101987654", "itn_lookalike", id="Greek O"),
        pytest.param("X2017010I987654", "itn_lookalike", id="letter I"),
        pytest.param("X2017010i987654", "itn_lookalike", id="small letter i"),
        pytest.param("X2017010l987654", "itn_lookalike", id="small letter l"),
        pytest.param("X2017010L987654", "itn_lookalike", id="letter L"),
        pytest.param("2017O10l987654", "itn_lookalike", id="no X, letters O and l"),
        pytest.param("XX2017O101987654", "itn_lookalike", id="doubled X and letter O"),
    ],
)
def test_a_slip_is_offered_back_and_never_taken_silently(typed, code):
    verdict = check(typed, today=TODAY)

    assert (verdict.result, verdict.code) == (Result.FIXABLE, code)
    assert verdict.suggestion == "X20170101987654"
    assert verdict.suggestion in verdict.detail
    assert (verdict.itn, verdict.accepted_on) == ("", None)


def test_every_slip_in_one_text_is_told():
    detail = check("2017O101987654", today=TODAY).detail

    assert "letters stand where digits belong" in detail
    assert "the X in front is missing" in detail


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        pytest.param("", "itn_missing", id="empty"),
        pytest.param(" \n\u200b", "itn_missing", id="nothing visible"),
        pytest.param("AES ITN:", "itn_missing", id="label alone"),
        pytest.param("X2017010198765", "itn_length", id="13 digits"),
        pytest.param("X201701019876543", "itn_length", id="15 digits"),
        pytest.param("2017010198765", "itn_length", id="13 digits and no X"),
        pytest.param("XX2017010198765", "itn_length", id="13 digits and a doubled X"),
        pytest.param("X20170101 9876543", "itn_length", id="15 digits with a blank"),
        pytest.param("0", "itn_length", id="one digit"),
        pytest.param("1" * 1_000_000, "itn_length", id="megabyte of digits"),
        pytest.param("\ufdfa" * 1_000_000, "itn_length", id="megabyte that unfolds to more"),
        pytest.param("X20171301987654", "itn_calendar", id="month 13"),
        pytest.param("X20170229987654", "itn_calendar", id="29 February of a common year"),
        pytest.param("X00000000000000", "itn_calendar", id="all zeros"),
        pytest.param("20171301987654", "itn_calendar", id="month 13 and no X"),
        pytest.param("XX20170229987654", "itn_calendar", id="29 February and doubled X"),
        pytest.param("X20030729123456", "itn_before_scheme", id="day before the scheme"),
        pytest.param("X20300101123456", "itn_future", id="years ahead"),
        pytest.param("X20251125000001", "itn_future", id="tomorrow"),
        pytest.param("20251125000001", "itn_future", id="tomorrow and no X"),
        pytest.param("X2O251125OOOOO1", "itn_future", id="tomorrow and letters"),
        pytest.param("AES X20170101987654 SS", "itn_split_shipment", id="split shipment"),
        pytest.param("X20170101987654SS", "itn_split_shipment", id="split, no blank"),
        pytest.param("aes x20170101987654-ss", "itn_split_shipment", id="split, dash"),
        pytest.param("AESPOST 12345678912 01/01/2017", "itn_post_departure", id="AESPOST"),
        pytest.param(
            "AESPOST 12345678912-987654321 01/01/2017", "itn_post_departure", id="AESPOST, filer"
        ),
        pytest.param("aes post 12345678912", "itn_post_departure", id="AES POST"),
        pytest.param("AESDOWN 123456789 01/01/2017", "itn_downtime", id="AESDOWN"),
        pytest.param("AES-DOWN 123456789", "itn_downtime", id="AES-DOWN"),
        pytest.param("NOEEI \u00a7 30.37(a)", "itn_exemption", id="NOEEI with section sign"),
        pytest.param("NO EEI 30.36", "itn_exemption", id="NO EEI"),
        pytest.param("NOEEI 30.36", "itn_exemption", id="NOEEI"),
        pytest.param("NOEEI\u00a730.37(a)", "itn_exemption", id="NOEEI without blanks"),
        pytest.param("noeei30.37(a)", "itn_exemption", id="noeei without blanks"),
        pytest.param("FTR \u00a7 30.37(a)", "itn_exemption", id="section of the trade rules"),
        pytest.param("30.36", "itn_exemption", id="section alone"),
        pytest.param("AES NOEEI 30.37(a)", "itn_exemption", id="AES and NOEEI"),
        pytest.param("AESNOEEI30.37(a)", "itn_exemption", id="AES and NOEEI without blanks"),
        pytest.param("AES ITN: no eei 30.36", "itn_exemption", id="AES ITN and no eei"),
        pytest.param("ITN# NOEEI \u00a7 30.37(a)", "itn_exemption", id="ITN and NOEEI"),
        pytest.param("AES 30.37(a)", "itn_exemption", id="AES and section"),
        pytest.param("ITN: \u00a7 30.36", "itn_exemption", id="ITN and section sign"),
        pytest.param("ITN: AESPOST 12345678912 01/01/2017", "itn_post_departure", id="ITN, POST"),
        pytest.param("ITN AESDOWN 123456789 01/01/2017", "itn_downtime", id="ITN and AESDOWN"),
        pytest.param("AES " * 20_000, "itn_length", id="labels without end"),
        pytest.param("123456789-INV0042", "itn_transaction_number", id="EIN and reference"),
        pytest.param("12-3456789 INV0042", "itn_transaction_number", id="EIN with its hyphen"),
        pytest.param("12345678900-2017-55", "itn_transaction_number", id="EIN, suffix, reference"),
        pytest.param("XTN: 123456789-INV0042", "itn_transaction_number", id="XTN"),
        pytest.param("123456789-INV/42", "itn_transaction_number", id="reference with a slash"),
        pytest.param("123456789-00042", "itn_transaction_number", id="reference of digits"),
        pytest.param("TBD", "itn_placeholder", id="TBD"),
        pytest.param("tba", "itn_placeholder", id="tba"),
        pytest.param("PENDING", "itn_placeholder", id="PENDING"),
        pytest.param("ITN pending...", "itn_placeholder", id="ITN pending..."),
        pytest.param("N/A", "itn_placeholder", id="N/A"),
        pytest.param("n.a.", "itn_placeholder", id="n.a."),
        pytest.param("none", "itn_placeholder", id="none"),
        pytest.param("to be determined", "itn_placeholder", id="to be determined"),
        pytest.param("to follow", "itn_placeholder", id="to follow"),
        pytest.param("---", "itn_placeholder", id="dashes"),
        pytest.param("?", "itn_placeholder", id="question mark"),
        pytest.param("XXXXXXXXXXXXXXX", "itn_placeholder", id="row of X"),
        pytest.param("ZX999999999999999", "itn_not_an_itn", id="letters and nines"),
        pytest.param("X20170101987654.", "itn_not_an_itn", id="full stop after"),
        pytest.param("X20170101987654 sent", "itn_not_an_itn", id="word after"),
        pytest.param("X20170101987654\x00", "itn_not_an_itn", id="NUL after"),
        pytest.param("X2017010198765\u0664", "itn_not_an_itn", id="Arabic-Indic digit"),
        pytest.param("US12345", "itn_not_an_itn", id="certificate number"),
        pytest.param("=cmd()", "itn_not_an_itn", id="formula"),
        pytest.param("X20170101987654 SSN", "itn_not_an_itn", id="more than SS after"),
        pytest.param("30.2.2017", "itn_length", id="date that begins like a section"),
    ],
)
def test_what_is_no_itn_is_refused_by_its_own_code(typed, code):
    verdict = check(typed, today=TODAY)

    assert (verdict.result, verdict.code) == (Result.REFUSED, code)
    assert (verdict.itn, verdict.accepted_on, verdict.suggestion) == ("", None, "")


@pytest.mark.parametrize(
    ("typed", "source"),
    [
        ("", "592.301(a)(5)(ii)"),
        ("AESPOST 12345678912 01/01/2017", "30.4(a)(10)"),
        ("AESDOWN 123456789 01/01/2017", "592.301(a)(5)"),
        ("NOEEI 30.36", "30.2(a)(1)(iv)(G)"),
        ("AES X20170101987654 SS", "30.28"),
        ("123456789-INV0042", "592.301(a)(5)"),
        ("TBD", "592.301(a)(5)(ii)"),
        ("X2017010198765", "Census Bureau"),
        ("X20171301987654", "Census Bureau"),
        ("X20300101123456", "Census Bureau"),
        ("X20030101123456", "592.302"),
        ("nonsense", "Census Bureau"),
    ],
)
def test_a_refusal_gives_its_source(typed, source):
    assert source in check(typed, today=TODAY).detail


def test_a_wrong_length_is_counted_out():
    assert "13 digits" in check("X2017010198765", today=TODAY).detail


def test_an_impossible_date_is_quoted():
    assert "20171301" in check("X20171301987654", today=TODAY).detail


def test_an_itn_dated_after_the_export_is_refused():
    verdict = check("X20250610123456", today=TODAY, shipped_on=dt.date(2025, 6, 9))

    assert (verdict.result, verdict.code) == (Result.REFUSED, "itn_after_export")
    assert "592.301(a)(5)(i)" in verdict.detail


def test_an_itn_dated_on_the_day_of_export_is_taken():
    verdict = check("X20250610123456", today=TODAY, shipped_on=dt.date(2025, 6, 10))

    assert verdict.result == Result.OK


def test_no_fix_is_offered_that_would_come_after_the_export():
    verdict = check("20250610123456", today=TODAY, shipped_on=dt.date(2025, 6, 9))

    assert (verdict.result, verdict.code) == (Result.REFUSED, "itn_after_export")


# Warnings


@pytest.mark.parametrize("typed", ["X20170101987654", "X20060101987654", "AES X20190308366903"])
def test_a_published_sample_earns_a_warning(typed):
    assert [code for code, _ in check(typed, today=TODAY).warnings] == ["itn_sample"]


def test_a_serial_of_zeros_earns_a_warning():
    warnings = check("X20250610000000", today=TODAY).warnings

    assert [code for code, _ in warnings] == ["itn_serial_zero"]


def test_an_ordinary_itn_earns_no_warning():
    assert check("X20250610123456", today=TODAY).warnings == ()


ISSUED_ON = dt.date(2025, 6, 1)
EXPIRES_ON = dt.date(2025, 7, 31)


@pytest.mark.parametrize(
    ("accepted_on", "codes"),
    [
        pytest.param(dt.date(2025, 6, 1), [], id="same day"),
        pytest.param(dt.date(2025, 5, 2), [], id="30 days before issue"),
        pytest.param(dt.date(2025, 5, 1), ["itn_far_from_issue"], id="31 days before issue"),
        pytest.param(dt.date(2025, 7, 1), [], id="30 days after issue"),
        pytest.param(dt.date(2025, 7, 2), ["itn_far_from_issue"], id="31 days after issue"),
        pytest.param(dt.date(2025, 7, 31), ["itn_far_from_issue"], id="day of expiry"),
        pytest.param(
            dt.date(2025, 8, 1), ["itn_far_from_issue", "itn_after_expiry"], id="after expiry"
        ),
    ],
)
def test_an_itn_far_from_the_certificate_earns_a_warning(accepted_on, codes):
    warnings = relation_warnings(accepted_on, ISSUED_ON, EXPIRES_ON)

    assert [code for code, _ in warnings] == codes


def test_a_shortened_certificate_can_expire_before_a_near_itn():
    warnings = relation_warnings(dt.date(2025, 6, 20), ISSUED_ON, dt.date(2025, 6, 19))

    assert [code for code, _ in warnings] == ["itn_after_expiry"]


def test_dates_not_yet_known_are_not_compared():
    assert relation_warnings(dt.date(2020, 1, 1), None, None) == ()


# What holds for any text


@given(PAST_ITNS)
def test_every_well_formed_past_itn_is_taken_as_typed(itn):
    verdict = check(str(itn), today=TODAY)

    assert (verdict.result, verdict.itn) == (Result.OK, str(itn))
    assert verdict.accepted_on == itn.accepted_on


@given(ITNS.filter(lambda itn: itn.accepted_on > TODAY))
def test_every_itn_of_a_day_to_come_is_refused(itn):
    assert check(str(itn), today=TODAY).code == "itn_future"


@given(decorated())
def test_any_decoration_comes_down_to_the_same_itn(pair):
    itn, typed = pair

    verdict = check(typed, today=TODAY)

    assert verdict.itn == itn
    assert verdict.result == (Result.OK if typed == itn else Result.NORMALISED)


@given(
    PAST_ITNS,
    st.sampled_from(["", " ", "\n", "-", "\u200b"]),
    st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1),
)
def test_anything_with_text_after_it_is_refused(itn, between, after):
    assert check(f"{itn}{between}{after}", today=TODAY).result == Result.REFUSED


@given(ANY_TEXT | CLOSE_TEXT | mistyped(), st.none() | st.dates())
def test_every_text_gets_one_whole_verdict(typed, shipped_on):
    verdict = check(typed, today=TODAY, shipped_on=shipped_on)

    taken = verdict.result in {Result.OK, Result.NORMALISED}
    assert (verdict.itn != "") == (verdict.accepted_on is not None) == taken
    assert (verdict.suggestion != "") == (verdict.result == Result.FIXABLE)
    assert (verdict.code == "") == (verdict.result == Result.OK)
    assert taken or verdict.warnings == ()
    assert verdict.detail.endswith((".", "?"))
    assert len(verdict.detail) < 300
    assert "verif" not in verdict.detail.lower()


@given(CLOSE_TEXT | mistyped())
def test_what_is_offered_or_stored_is_itself_taken_as_it_stands(typed):
    verdict = check(typed, today=TODAY)

    for text in filter(None, [verdict.itn, verdict.suggestion]):
        assert check(text, today=TODAY).result == Result.OK
        assert re.search(PATTERN, text)


@given(mistyped())
def test_slips_in_a_past_itn_never_strand_the_typist(typed):
    assert check(typed, today=TODAY).result != Result.REFUSED


@given(ANY_TEXT | CLOSE_TEXT)
def test_normalising_twice_changes_nothing_more(typed):
    once = normalise(typed)

    assert normalise(once) == once


def test_normalising_each_unstable_character_twice_changes_nothing_more():
    unstable = [
        letter
        for letter in map(chr, range(sys.maxunicode + 1))
        if unicodedata.normalize("NFKC", letter.upper()) != letter
    ]
    for letter in unstable:
        once = normalise(f"AES{letter}X{letter}\u0308")
        assert normalise(once) == once, hex(ord(letter))
