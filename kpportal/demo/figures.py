"""The figures that the demonstration book is made to meet: yearly totals, partners, trades.

2015 to 2018 are as published in the U.S. 2019 Annual Report to the Kimberley Process (part E);
what the report does not print is invented. Weights are hundredths of a carat and money is cents,
except where a comment says otherwise.
"""

from datetime import timedelta
from typing import Final, NamedTuple

UNSORTED: Final = "7102.10"
INDUSTRIAL: Final = "7102.21"
GEM: Final = "7102.31"
HS_CODES: Final = (UNSORTED, INDUSTRIAL, GEM)

# --- The totals -------------------------------------------------------------------------------


class Plan(NamedTuple):
    """One stretch of a year: how many exports, and carats and cents split by ``HS_CODES``."""

    first: tuple[int, int]  # month and day, both ends included
    last: tuple[int, int]
    certificates: int
    carats: int
    cents: int
    carat_shares: tuple[int, int, int]
    cent_shares: tuple[int, int, int]


def _whole_year(
    certificates: int,
    carats: int,
    cents: int,
    carat_shares: tuple[int, int, int],
    cent_shares: tuple[int, int, int],
) -> tuple[Plan]:
    return (Plan((1, 1), (12, 31), certificates, carats, cents, carat_shares, cent_shares),)


FIRST_YEAR: Final = 2015
FIRST_RECENT_YEAR: Final = 2019
PUBLISHED_BY_PARTNER: Final = 2018

# 2015-2018: counts and totals as published; of the splits by HS subheading only that of 2018.
# 2019: three quarters with the published count, average price and HS shares.
# Everything else is invented; a year after the last has the plan of the last.
PLANS: Final[dict[int, tuple[Plan, ...]]] = {
    2015: _whole_year(1116, 119328170, 23581854665, (30, 7000, 2970), (15, 450, 9535)),
    2016: _whole_year(1081, 119298139, 78973981255, (30, 4700, 5270), (7, 90, 9903)),
    2017: _whole_year(1031, 152369243, 94267019859, (30, 5200, 4770), (7, 110, 9883)),
    2018: _whole_year(
        939,
        162170015,
        50855921702,
        (543983, 105854342, 55771690),
        (75687446, 1536717309, 49243516947),
    ),
    2019: (
        Plan((1, 1), (9, 30), 668, 118190028, 23230250003, (16, 4290, 5694), (43, 355, 9602)),
        Plan((10, 1), (12, 31), 222, 37120455, 7161844287, (16, 4290, 5694), (43, 355, 9602)),
    ),
    2020: _whole_year(702, 91241873, 16803915540, (30, 4500, 5470), (15, 360, 9625)),
    2021: _whole_year(688, 110517364, 26214480715, (30, 4700, 5270), (12, 240, 9748)),
    2022: _whole_year(671, 102106948, 28819023366, (30, 4600, 5370), (12, 210, 9778)),
    2023: _whole_year(640, 93044117, 21407751892, (30, 4800, 5170), (12, 270, 9718)),
    2024: _whole_year(622, 86129530, 17620338419, (30, 4900, 5070), (15, 320, 9665)),
    2025: _whole_year(608, 80451906, 15811907254, (30, 4900, 5070), (15, 330, 9655)),
    2026: _whole_year(600, 79013368, 15106229937, (30, 5000, 4970), (15, 350, 9635)),
}
LAST_PLAN: Final = max(PLANS)


class Partner(NamedTuple):
    """A partner of 2018: carats and dollars in all, then carats and US$ per carat of two codes."""

    code: str
    carats: int
    dollars: int
    industrial: int
    industrial_price: int
    unsorted: int
    unsorted_price: int


# Only Israel, the European Union, Canada and India were published; here their figures are rounded.
PARTNERS: Final = (
    Partner("IL", 498892, 106160303, 395000, 10, 1100, 120),
    Partner("EU", 457041, 222808783, 262000, 19, 2600, 150),
    Partner("CA", 323779, 9700000, 308000, 12, 0, 0),
    Partner("IN", 92000, 30918670, 12000, 11, 300, 95),
    Partner("AE", 61000, 28400000, 4000, 14, 900, 130),
    Partner("CN", 58000, 25100000, 18000, 13, 0, 0),
    Partner("JP", 36000, 6400000, 28000, 31, 0, 0),
    Partner("KR", 24000, 1300000, 21000, 15, 0, 0),
    Partner("ZA", 17000, 16900000, 2000, 12, 540, 170),
    Partner("BW", 14000, 21600000, 0, 0, 0, 0),
    Partner("MX", 9000, 450000, 8300, 14, 0, 0),
    Partner("CH", 8000, 13800000, 0, 0, 0, 0),
    Partner("TH", 7500, 5200000, 0, 0, 0, 0),
    Partner("VN", 3200, 2200000, 0, 0, 0, 0),
    Partner("NA", 3100, 4300000, 0, 0, 0, 0),
    Partner("SG", 2700, 4900000, 0, 0, 0, 0),
    Partner("AM", 2400, 2900000, 0, 0, 0, 0),
    Partner("LK", 1300, 1500000, 0, 0, 0, 0),
    Partner("TR", 1200, 1300000, 0, 0, 0, 0),
    Partner("MU", 900, 1900000, 0, 0, 0, 0),
    Partner("AU", 800, 900000, 0, 0, 0, 0),
    Partner("MY", 500, 300000, 0, 0, 0, 0),
    Partner("LS", 180, 350000, 0, 0, 0, 0),
)
PUBLISHED_CARATS: Final = {"IL": 49889232, "EU": 45704068, "CA": 32377912}
PUBLISHED_CENTS: Final = {"EU": 22280878323, "IL": 10616030299, "IN": 3091867029}

# Partners that joined later take a part of the trade of another from their first whole year on.
NEWCOMERS: Final = ((2022, "GB", "EU", 20), (2023, "QA", "AE", 40))

COUNTRIES: Final[dict[str, tuple[tuple[str, ...], tuple[int, ...]]]] = {
    "EU": (("BE", "DE", "NL", "IT"), (80, 8, 7, 5)),
    "CN": (("HK", "CN"), (80, 20)),
}

# --- Who trades what, and how -----------------------------------------------------------------

PORT_WEIGHTS: Final = (12, 4, 2, 1)
STOCKED_AFTER: Final = timedelta(days=30)  # from the licence to the first certificate

ORIGINS: Final[dict[str, tuple[tuple[str, ...], tuple[int, ...]]]] = {
    UNSORTED: (("GY", "BR", "SL", "LR", "GH", "GN", "TZ", "NA"), (4, 3, 4, 2, 2, 2, 2, 3)),
    INDUSTRIAL: (("CD", "ZA", "BW", "AU", "NA", "AO", "ZW"), (8, 6, 6, 5, 4, 3, 2)),
    GEM: (
        ("BW", "NA", "CA", "ZA", "AO", "AU", "LS", "SL", "BR", "CD", "ZW", "TZ", "GN"),
        (22, 16, 15, 14, 12, 4, 4, 4, 2, 2, 2, 2, 1),
    ),
}
MIXED_IN_100: Final = {UNSORTED: 10, INDUSTRIAL: 45, GEM: 32}
COUNT_SHARES: Final = (3, 17, 80)  # of certificates, by HS_CODES
SIZE_SPREAD: Final = {UNSORTED: 1.0, INDUSTRIAL: 1.0, GEM: 1.5}  # sigma of the log of carats
PRICE_SPREAD: Final = {UNSORTED: 0.4, INDUSTRIAL: 0.5, GEM: 0.8}  # sigma of the log of US$/ct
