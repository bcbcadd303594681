"""The three HS subheadings, their plausible prices, and the same facts as AES takes them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.classification import (
    HSCode,
    aes_licence_number,
    aes_quantity,
    aes_value,
    outside_band,
    value_per_carat,
)

CARATS = st.decimals(Decimal("0.01"), Decimal("9999999999.99"), places=2)
DOLLARS = st.decimals(Decimal("0.01"), Decimal("999999999999.99"), places=2)


def test_rough_diamonds_have_three_subheadings_written_with_a_dot():
    assert [str(code) for code in HSCode] == ["7102.10", "7102.21", "7102.31"]


@pytest.mark.parametrize(
    ("code", "word"),
    [("7102.10", "Unsorted"), ("7102.21", "Industrial"), ("7102.31", "Non-industrial")],
)
def test_each_subheading_says_what_it_holds(code, word):
    assert HSCode(code).meaning.startswith(word)


@pytest.mark.parametrize("text", ["7102.39", "710210", "7102.10.00", ""])
def test_no_other_code_is_rough_diamonds(text):
    with pytest.raises(ValueError, match="not a valid HSCode"):
        HSCode(text)


@pytest.mark.parametrize(
    ("value_usd", "carats", "per_carat"),
    [
        pytest.param("756874.46", "5439.83", "139.14", id="exports 2018 7102.10"),
        pytest.param("15367173.09", "1058543.42", "14.52", id="exports 2018 7102.21"),
        pytest.param("492435169.47", "557716.90", "882.95", id="exports 2018 7102.31"),
        pytest.param("576008.85", "4547.04", "126.68", id="imports 2018 7102.10"),
        pytest.param("10867825.88", "1244392.39", "8.73", id="imports 2018 7102.21"),
        pytest.param("632314486.83", "1002605.11", "630.67", id="imports 2018 7102.31"),
        pytest.param("789739812.55", "1192981.39", "661.99", id="exports 2016"),
        pytest.param("0.01", "2.00", "0.01", id="half a cent goes up"),
        pytest.param("0.05", "2.00", "0.03", id="half a cent goes up, not to even"),
        pytest.param("0.01", "2.01", "0.00", id="less than half a cent"),
        pytest.param("100.00", "0.00", None, id="no weight"),
        pytest.param("100.00", "-1.00", None, id="weight below zero"),
    ],
)
def test_value_per_carat_is_rounded_half_up_to_cents(value_usd, carats, per_carat):
    result = value_per_carat(Decimal(value_usd), Decimal(carats))

    assert (None if result is None else str(result)) == per_carat


@given(DOLLARS, CARATS)
def test_value_per_carat_rounds_the_exact_quotient(value_usd, carats):
    exact = Fraction(value_usd) / Fraction(carats)

    difference = Fraction(value_per_carat(value_usd, carats)) - exact

    assert -Fraction(1, 200) < difference <= Fraction(1, 200)


@pytest.mark.parametrize(
    ("code", "value_usd", "carats", "outside"),
    [
        pytest.param("7102.10", "1.00", "1.00", False, id="unsorted at the low end"),
        pytest.param("7102.10", "0.99", "1.00", True, id="unsorted below"),
        pytest.param("7102.10", "5000.00", "1.00", False, id="unsorted at the high end"),
        pytest.param("7102.10", "5000.01", "1.00", True, id="unsorted above"),
        pytest.param("7102.21", "0.10", "1.00", False, id="industrial at the low end"),
        pytest.param("7102.21", "0.09", "1.00", True, id="industrial below"),
        pytest.param("7102.21", "300.00", "1.00", False, id="industrial at the high end"),
        pytest.param("7102.21", "300.01", "1.00", True, id="industrial above"),
        pytest.param("7102.31", "5.00", "1.00", False, id="non-industrial at the low end"),
        pytest.param("7102.31", "4.99", "1.00", True, id="non-industrial below"),
        pytest.param("7102.31", "100000.00", "1.00", False, id="non-industrial at the high end"),
        pytest.param("7102.31", "100000.01", "1.00", True, id="non-industrial above"),
        pytest.param("7102.10", "2.99", "3.00", True, id="0.9967 is below though it shows 1.00"),
        pytest.param("7102.10", "15000.01", "3.00", True, id="above though it shows 5000.00"),
        pytest.param("7102.31", "500.00", "0.00", False, id="no weight is not judged"),
        pytest.param("7102.31", "500.00", "-1.00", False, id="weight below zero is not judged"),
        pytest.param("7102.10", "756874.46", "5439.83", False, id="exports 2018 7102.10"),
        pytest.param("7102.21", "15367173.09", "1058543.42", False, id="exports 2018 7102.21"),
        pytest.param("7102.31", "492435169.47", "557716.90", False, id="exports 2018 7102.31"),
        pytest.param("7102.21", "882.95", "1.00", True, id="gem price under the industrial code"),
    ],
)
def test_a_price_outside_the_band_of_its_subheading_is_noticed(code, value_usd, carats, outside):
    assert outside_band(HSCode(code), Decimal(value_usd), Decimal(carats)) is outside


@given(st.sampled_from(HSCode), DOLLARS, CARATS)
def test_the_band_is_decided_on_the_exact_quotient(code, value_usd, carats):
    low, high = code.band
    exact = Fraction(value_usd) / Fraction(carats)

    assert outside_band(code, value_usd, carats) is not (low <= exact <= high)


@pytest.mark.parametrize(
    ("carats", "quantity"),
    [
        pytest.param("0.37", 1, id="under half a carat is 1"),
        pytest.param("0.01", 1, id="least weight"),
        pytest.param("0.50", 1, id="half a carat"),
        pytest.param("1.49", 1, id="below half"),
        pytest.param("1.50", 2, id="half goes up"),
        pytest.param("2.50", 3, id="half goes up, not to even"),
        pytest.param("5439.83", 5440, id="year's unsorted stones"),
    ],
)
def test_aes_takes_whole_carats_and_at_least_one(carats, quantity):
    assert aes_quantity(Decimal(carats)) == quantity


@pytest.mark.parametrize(
    ("value_usd", "whole"),
    [
        pytest.param("100.49", 100, id="49 cents"),
        pytest.param("100.50", 101, id="50 cents go up"),
        pytest.param("101.50", 102, id="50 cents go up from an odd dollar"),
        pytest.param("756874.46", 756874, id="year's unsorted stones"),
        pytest.param("0.40", 0, id="no least value"),
    ],
)
def test_aes_takes_whole_dollars(value_usd, whole):
    assert aes_value(Decimal(value_usd)) == whole


def test_aes_takes_the_certificate_number_without_its_prefix():
    assert aes_licence_number(12345) == "12345"
