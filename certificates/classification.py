"""The three Harmonized System subheadings of rough diamonds, and the same facts as AES takes them.

Only these subheadings are rough diamonds (31 CFR 592.310; 19 U.S.C. 3902(9)), and a certificate
carries exactly one of them. Weights are in carats, values in U.S. dollars, both Decimal.
"""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from typing import Final, NamedTuple

_CENT: Final = Decimal("0.01")
_WHOLE: Final = Decimal(1)

# Enough digits for the quotient of any two certificate figures to round as if it were exact.
_PRECISION: Final = 60


class HSCode(StrEnum):
    """An HS subheading as the certificate prints it: six digits with a dot."""

    UNSORTED = "7102.10"
    INDUSTRIAL = "7102.21"
    NON_INDUSTRIAL = "7102.31"

    @property
    def meaning(self) -> str:
        """The subheading in the trade's words."""
        return _MEANINGS[self]

    @property
    def band(self) -> "Band":
        """The U.S. dollars per carat outside of which a certificate earns a warning."""
        return _BANDS[self]


class Band(NamedTuple):
    """Plausible U.S. dollars per carat, both ends included."""

    low: Decimal
    high: Decimal


_MEANINGS: Final = {
    HSCode.UNSORTED: "Unsorted diamonds",
    HSCode.INDUSTRIAL: "Industrial diamonds, unworked or simply sawn, cleaved or bruted",
    HSCode.NON_INDUSTRIAL: "Non-industrial diamonds, unworked or simply sawn, cleaved or bruted",
}

# Wide margins around the averages of the U.S. 2018 trade tables (USD/ct exported: 139.14, 14.52
# and 882.95). They catch a slipped decimal or a wrong subheading; they judge no price.
_BANDS: Final = {
    HSCode.UNSORTED: Band(Decimal(1), Decimal(5_000)),
    HSCode.INDUSTRIAL: Band(Decimal("0.10"), Decimal(300)),
    HSCode.NON_INDUSTRIAL: Band(Decimal(5), Decimal(100_000)),
}


def value_per_carat(value_usd: Decimal, carat_weight: Decimal) -> Decimal | None:
    """Return U.S. dollars per carat, half up to cents; None where the weight is not above zero."""
    if carat_weight <= 0:
        return None
    with localcontext(prec=_PRECISION):
        return (value_usd / carat_weight).quantize(_CENT, ROUND_HALF_UP)


def outside_band(hs_code: HSCode, value_usd: Decimal, carat_weight: Decimal) -> bool:
    """Whether the unrounded value per carat lies outside the band of its subheading.

    Both ends are inside. A weight that is not above zero has no value per carat and is not judged.
    """
    if carat_weight <= 0:
        return False
    # Multiplied, not divided, so that no rounding can move a value across an end.
    with localcontext(prec=_PRECISION):
        low, high = hs_code.band
        return not low * carat_weight <= value_usd <= high * carat_weight


def aes_quantity(carats: Decimal) -> int:
    """Return the carats as AES takes them: whole, half up, at least 1 (15 CFR 30.6(a)(15))."""
    return max(1, _half_up(carats))


def aes_value(value_usd: Decimal) -> int:
    """Return the U.S. dollars as AES takes them: whole, 50 cents up (15 CFR 30.6(a)(17))."""
    return _half_up(value_usd)


def aes_licence_number(number: int) -> str:
    """Return the certificate number as AES takes it beside licence type T12.

    Digits only, without ``US`` (15 CFR 30.6(b)(17)).
    """
    return str(number)


def _half_up(amount: Decimal) -> int:
    with localcontext(prec=_PRECISION):
        return int(amount.quantize(_WHOLE, ROUND_HALF_UP))
