"""Certificate numbers are read as people type them and shown as the paper prints them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import numbers

POSSIBLE = st.integers(min_value=1, max_value=999_999_999)


@given(POSSIBLE)
def test_a_number_survives_being_shown_and_read(number):
    assert numbers.parse(numbers.display(number)) == number


def test_a_number_is_shown_with_the_prefix_of_the_united_states():
    assert numbers.display(12345) == "US12345"


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("US12345", id="as printed"),
        pytest.param("us12345", id="small letters"),
        pytest.param("Us12345", id="mixed letters"),
        pytest.param("us 12345", id="blank after the prefix"),
        pytest.param("US-12345", id="hyphen after the prefix"),
        pytest.param("US - 12345", id="hyphen between blanks"),
        pytest.param("US\u00a012345", id="non-breaking blank"),
        pytest.param("0012345", id="padded to seven as CBP does"),
        pytest.param("US0012345", id="padded, with the prefix"),
        pytest.param("12345", id="digits alone"),
        pytest.param("  US12345\n", id="blanks around"),
    ],
)
def test_the_ways_to_type_one_number(typed):
    assert numbers.parse(typed) == 12345


def test_nine_digits_are_the_most_a_number_has():
    assert numbers.parse("US999999999") == 999_999_999


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        pytest.param("", "Type a certificate number", id="nothing"),
        pytest.param(" \n", "Type a certificate number", id="only blanks"),
        pytest.param("0", "begin at 1", id="zero"),
        pytest.param("US0000000", "begin at 1", id="zero, padded"),
        pytest.param("-12345", "not a certificate number", id="minus sign"),
        pytest.param("+12345", "not a certificate number", id="plus sign"),
        pytest.param("MX0012345", "begins with MX", id="Mexican certificate"),
        pytest.param("EU 12345", "begins with EU", id="European certificate"),
        pytest.param("USA12345", "begins with USA", id="country's other code"),
        pytest.param("X20190308366903", "begins with X", id="ITN"),
        pytest.param("U\u017f12345", "not a certificate number", id="long s"),
        pytest.param("US1234567890", "more than 9 digits", id="ten digits"),
        pytest.param("0000012345", "more than 9 digits", id="ten digits with padding"),
        pytest.param("1" * 5000, "more than 9 digits", id="more digits than Python converts"),
        pytest.param("\u0661\u0662\u0663\u0664\u0665", "not a cert", id="Arabic-Indic digits"),
        pytest.param("US\uff11\uff12\uff13", "not a certificate number", id="full-width digits"),
        pytest.param("1234\u00b2", "not a certificate number", id="superscript digit"),
        pytest.param("US12345 US12346", "not a certificate number", id="two numbers"),
        pytest.param("US12345x", "not a certificate number", id="letter after"),
        pytest.param("US12,345", "not a certificate number", id="thousands comma"),
        pytest.param("12345.0", "not a certificate number", id="decimal"),
        pytest.param("US", "not a certificate number", id="prefix alone"),
        pytest.param("12345\x00", "not a certificate number", id="NUL"),
    ],
)
def test_what_is_not_a_number_is_refused_with_the_reason(typed, says):
    with pytest.raises(ValueError, match=says):
        numbers.parse(typed)


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_reading_any_text_gives_a_possible_number_or_a_short_refusal(typed):
    outcome = number_or_refusal(typed)

    assert outcome in range(1, 1_000_000_000) if isinstance(outcome, int) else len(outcome) < 200


def number_or_refusal(typed):
    try:
        return numbers.parse(typed)
    except ValueError as refusal:
        return str(refusal)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("US10001", [10001], id="one"),
        pytest.param("US10001-US10003", [10001, 10002, 10003], id="run with prefixes"),
        pytest.param("10001-10003", [10001, 10002, 10003], id="run of digits"),
        pytest.param("US10001-10003", [10001, 10002, 10003], id="prefix on the first only"),
        pytest.param("US-10001 - US-10003", [10001, 10002, 10003], id="hyphens of both kinds"),
        pytest.param("us 10001 \u2013 us 10003", [10001, 10002, 10003], id="en dash"),
        pytest.param("10001\u201410003", [10001, 10002, 10003], id="em dash"),
        pytest.param("10007-10007", [10007], id="run of one"),
        pytest.param("10003, 10001;10002", [10003, 10001, 10002], id="list keeps its order"),
        pytest.param("10001 10002\n10003\t10004", [10001, 10002, 10003, 10004], id="blanks"),
        pytest.param("US10001-US10002, 10060 10061", [10001, 10002, 10060, 10061], id="both"),
        pytest.param(",; 10001 ,\n", [10001], id="separators around"),
    ],
)
def test_staff_type_runs_and_lists(typed, expected):
    assert numbers.parse_list(typed) == expected


def test_a_thousand_numbers_are_the_most_in_one_list():
    assert numbers.parse_list("1-500, 501-1000") == list(range(1, 1001))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        pytest.param("", "at least one", id="nothing"),
        pytest.param(" ,;\n", "at least one", id="only separators"),
        pytest.param("10001, US10O02", "US10O02", id="letter O in a number"),
        pytest.param("10001, MX10002", "MX10002 begins with MX", id="foreign certificate"),
        pytest.param("10001 0 10002", "0 is not a certificate number", id="zero in a list"),
        pytest.param("0-5", "0 is not a certificate number", id="run from zero"),
        pytest.param("US10050-US10001", "US10050-US10001 goes backwards", id="backwards"),
        pytest.param("10001-10003-10005", "10001-10003-10005 is not", id="run of three ends"),
        pytest.param("10001-", "10001- is not", id="run without its end"),
        pytest.param("-10001", "-10001 is not", id="minus sign"),
        pytest.param("10001-x", "10001-x is not", id="run to no number"),
        pytest.param("10001, 10001", "10001 repeats US10001", id="number twice"),
        pytest.param("10001-10005 10004-10006", "10004-10006 repeats US10004", id="overlap"),
        pytest.param("1-1001", "1-1001 there are more than 1,000", id="run too long"),
        pytest.param("1-1000, 2000", "2000 there are more than 1,000", id="one too many"),
        pytest.param("1-999999999", "more than 1,000", id="enormous run"),
        pytest.param("1-1234567890", "1234567890 has more than 9 digits", id="ten digits"),
        pytest.param("\u0661\u0662", "\u0661\u0662 is not", id="Arabic-Indic digits"),
    ],
)
def test_a_bad_list_is_refused_naming_the_bad_piece(typed, says):
    with pytest.raises(ValueError, match=says):
        numbers.parse_list(typed)


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("US" + " " * 1_000_000 + "x", id="blanks after the prefix"),
        pytest.param("1" * 1_000_000 + "x", id="digits"),
        pytest.param("1" + " " * 1_000_000 + "1-x", id="blanks between"),
        pytest.param("US-" * 300_000, id="prefixes"),
        pytest.param("\x00" * 1_000_000, id="NUL"),
    ],
)
@pytest.mark.parametrize("read", [numbers.parse, numbers.parse_list])
def test_a_megabyte_of_nonsense_is_refused_in_a_short_sentence(read, typed):
    with pytest.raises(ValueError, match="not a certificate number") as refusal:
        read(typed)

    assert len(str(refusal.value)) < 200


@given(st.lists(POSSIBLE, min_size=1, max_size=30, unique=True), st.sampled_from([",", " ", "\n"]))
def test_a_list_of_shown_numbers_is_read_back(listed, separator):
    assert numbers.parse_list(separator.join(map(numbers.display, listed))) == listed


@given(POSSIBLE.filter(lambda number: number < 999_990_000), st.integers(0, 999))
def test_a_run_holds_both_its_ends_and_all_between(first, further):
    last = first + further

    read = numbers.parse_list(f"{numbers.display(first)}-{numbers.display(last)}")

    assert read == list(range(first, last + 1))
