"""A synthetic book of exports for demonstration data, tied to the published yearly totals.

2015 to 2018 match the counts, carats and dollars of the U.S. 2019 Annual Report to the Kimberley
Process (part E) to the cent; 2018 also matches its tables by HS subheading and by partner. What
the report does not print (the smaller partners, the single exports, 2019 and later) is invented.
Each year comes from a random generator seeded with the year, so it is the same on every run.

Inside this module weights are hundredths of a carat and money is cents, both whole numbers.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Final, NamedTuple

from kpportal.demo.firms import CONSIGNEES, DESKS, FIRMS, Firm, Party

UNSORTED: Final = "7102.10"
INDUSTRIAL: Final = "7102.21"
GEM: Final = "7102.31"
HS_CODES: Final = (UNSORTED, INDUSTRIAL, GEM)

VALIDITY: Final = timedelta(days=60)  # the longest a certificate may be good for
SAMPLE_ITNS: Final = ("X20170101987654", "X20060101987654", "X20190308366903")


@dataclass(frozen=True, slots=True)
class Export:
    """One certificate that went out. ``country_of_origin`` is None when the origin is mixed."""

    firm_key: str
    exporter_name: str
    exporter_address: str
    consignee_name: str
    consignee_address: str
    consignee_country: str
    country_of_origin: str | None
    mixed_origin: bool
    hs_code: str
    carat_weight: Decimal
    value_usd: Decimal
    number_of_parcels: int
    itn: str
    date_of_issue: date
    date_of_expiry: date
    shipped_on: date
    delivered_on: date | None
    port_of_export: str
    seal_number: str


def exports(year: int) -> list[Export]:
    """Every export shipped in ``year``, 2015 to 2018, in order of shipment; all delivered.

    Raises ValueError for a year whose totals were not published.
    """
    if not FIRST_YEAR <= year < FIRST_RECENT_YEAR:
        raise ValueError(f"No yearly totals were published for {year}.")
    return list(_year(year))


def recent(first_year: int, today: date) -> list[Export]:
    """Exports shipped from ``first_year`` (2019 or later) to the day before ``today``, in order.

    The latest dozen, and whatever else would arrive after ``today``, are not delivered yet.
    A later ``today`` adds exports and deliveries and changes nothing else.
    Raises ValueError for a year before 2019.
    """
    if first_year < FIRST_RECENT_YEAR:
        raise ValueError(f"The recent book begins in {FIRST_RECENT_YEAR}, not {first_year}.")
    shipped = [
        export
        for year in range(first_year, today.year + 1)
        for export in _year(year)
        if export.shipped_on < today
    ]
    arrived = len(shipped) - 12
    return [
        export
        if place < arrived and _delivered_by(export, today)
        else replace(export, delivered_on=None)
        for place, export in enumerate(shipped)
    ]


def _delivered_by(export: Export, today: date) -> bool:
    return export.delivered_on is not None and export.delivered_on <= today


# --- The totals -------------------------------------------------------------------------------


class _Plan(NamedTuple):
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
) -> tuple[_Plan]:
    return (_Plan((1, 1), (12, 31), certificates, carats, cents, carat_shares, cent_shares),)


FIRST_YEAR: Final = 2015
FIRST_RECENT_YEAR: Final = 2019
_PUBLISHED_BY_PARTNER: Final = 2018

# 2015-2018: counts and totals as published; of the splits by HS subheading only that of 2018.
# 2019: three quarters with the published count, average price and HS shares.
# Everything else is invented; a year after the last has the plan of the last.
_PLANS: Final[dict[int, tuple[_Plan, ...]]] = {
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
        _Plan((1, 1), (9, 30), 668, 118190028, 23230250003, (16, 4290, 5694), (43, 355, 9602)),
        _Plan((10, 1), (12, 31), 222, 37120455, 7161844287, (16, 4290, 5694), (43, 355, 9602)),
    ),
    2020: _whole_year(702, 91241873, 16803915540, (30, 4500, 5470), (15, 360, 9625)),
    2021: _whole_year(688, 110517364, 26214480715, (30, 4700, 5270), (12, 240, 9748)),
    2022: _whole_year(671, 102106948, 28819023366, (30, 4600, 5370), (12, 210, 9778)),
    2023: _whole_year(640, 93044117, 21407751892, (30, 4800, 5170), (12, 270, 9718)),
    2024: _whole_year(622, 86129530, 17620338419, (30, 4900, 5070), (15, 320, 9665)),
    2025: _whole_year(608, 80451906, 15811907254, (30, 4900, 5070), (15, 330, 9655)),
    2026: _whole_year(600, 79013368, 15106229937, (30, 5000, 4970), (15, 350, 9635)),
}
_LAST_PLAN: Final = max(_PLANS)


class _Partner(NamedTuple):
    """A partner of 2018: carats and dollars in all, then carats and US$ per carat of two codes."""

    code: str
    carats: int
    dollars: int
    industrial: int
    industrial_price: int
    unsorted: int
    unsorted_price: int


# Only Israel, the European Union, Canada and India were published; here their figures are rounded.
_PARTNERS: Final = (
    _Partner("IL", 498892, 106160303, 395000, 10, 1100, 120),
    _Partner("EU", 457041, 222808783, 262000, 19, 2600, 150),
    _Partner("CA", 323779, 9700000, 308000, 12, 0, 0),
    _Partner("IN", 92000, 30918670, 12000, 11, 300, 95),
    _Partner("AE", 61000, 28400000, 4000, 14, 900, 130),
    _Partner("CN", 58000, 25100000, 18000, 13, 0, 0),
    _Partner("JP", 36000, 6400000, 28000, 31, 0, 0),
    _Partner("KR", 24000, 1300000, 21000, 15, 0, 0),
    _Partner("ZA", 17000, 16900000, 2000, 12, 540, 170),
    _Partner("BW", 14000, 21600000, 0, 0, 0, 0),
    _Partner("MX", 9000, 450000, 8300, 14, 0, 0),
    _Partner("CH", 8000, 13800000, 0, 0, 0, 0),
    _Partner("TH", 7500, 5200000, 0, 0, 0, 0),
    _Partner("VN", 3200, 2200000, 0, 0, 0, 0),
    _Partner("NA", 3100, 4300000, 0, 0, 0, 0),
    _Partner("SG", 2700, 4900000, 0, 0, 0, 0),
    _Partner("AM", 2400, 2900000, 0, 0, 0, 0),
    _Partner("LK", 1300, 1500000, 0, 0, 0, 0),
    _Partner("TR", 1200, 1300000, 0, 0, 0, 0),
    _Partner("MU", 900, 1900000, 0, 0, 0, 0),
    _Partner("AU", 800, 900000, 0, 0, 0, 0),
    _Partner("MY", 500, 300000, 0, 0, 0, 0),
    _Partner("LS", 180, 350000, 0, 0, 0, 0),
)
_PUBLISHED_CARATS: Final = {"IL": 49889232, "EU": 45704068, "CA": 32377912}
_PUBLISHED_CENTS: Final = {"EU": 22280878323, "IL": 10616030299, "IN": 3091867029}

# Partners that joined later take a part of the trade of another from their first whole year on.
_NEWCOMERS: Final = ((2022, "GB", "EU", 20), (2023, "QA", "AE", 40))

_COUNTRIES: Final[dict[str, tuple[tuple[str, ...], tuple[int, ...]]]] = {
    "EU": (("BE", "DE", "NL", "IT"), (80, 8, 7, 5)),
    "CN": (("HK", "CN"), (80, 20)),
}

# --- Who trades what, and how -----------------------------------------------------------------

_PORT_WEIGHTS: Final = (12, 4, 2, 1)
_STOCKED_AFTER: Final = timedelta(days=30)  # from the licence to the first certificate

_ORIGINS: Final[dict[str, tuple[tuple[str, ...], tuple[int, ...]]]] = {
    UNSORTED: (("GY", "BR", "SL", "LR", "GH", "GN", "TZ", "NA"), (4, 3, 4, 2, 2, 2, 2, 3)),
    INDUSTRIAL: (("CD", "ZA", "BW", "AU", "NA", "AO", "ZW"), (8, 6, 6, 5, 4, 3, 2)),
    GEM: (
        ("BW", "NA", "CA", "ZA", "AO", "AU", "LS", "SL", "BR", "CD", "ZW", "TZ", "GN"),
        (22, 16, 15, 14, 12, 4, 4, 4, 2, 2, 2, 2, 1),
    ),
}
_MIXED_IN_100: Final = {UNSORTED: 10, INDUSTRIAL: 45, GEM: 32}
_COUNT_SHARES: Final = (3, 17, 80)  # of certificates, by HS_CODES
_SIZE_SPREAD: Final = {UNSORTED: 1.0, INDUSTRIAL: 1.0, GEM: 1.5}  # sigma of the log of carats
_PRICE_SPREAD: Final = {UNSORTED: 0.4, INDUSTRIAL: 0.5, GEM: 0.8}  # sigma of the log of US$/ct

# --- Carats and dollars: a year, its cells, its parcels ---------------------------------------


class _Sums(NamedTuple):
    carats: int
    cents: int


_Cells = dict[tuple[str, str], _Sums]  # by partner and HS subheading


def _share_out(total: int, weights: Sequence[int], least: int = 0) -> list[int]:
    """Split ``total`` by ``weights`` so that the parts add up exactly, none below ``least``.

    Largest remainders. Weights that add up to ``total`` come back unchanged.
    """
    spare, whole = total - least * len(weights), sum(weights)
    if spare < 0:
        raise ValueError(f"{total} is too little for {len(weights)} parts of {least}.")
    parts = [spare * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: -(spare * weights[at] % whole))
    for at in by_remainder[: spare - sum(parts)]:
        parts[at] += 1
    return [part + least for part in parts]


@cache
def _cells_of_2018() -> _Cells:
    """The published tables of 2018, joined: what is neither unsorted nor industrial is gem."""
    (plan,) = _PLANS[_PUBLISHED_BY_PARTNER]
    carats = _by_partner(plan.carats, _PUBLISHED_CARATS, [p.carats for p in _PARTNERS])
    cents = _by_partner(plan.cents, _PUBLISHED_CENTS, [p.dollars for p in _PARTNERS])
    unsorted = _column(
        plan, UNSORTED, [(p.unsorted, p.unsorted * p.unsorted_price) for p in _PARTNERS]
    )
    industrial = _column(
        plan, INDUSTRIAL, [(p.industrial, p.industrial * p.industrial_price) for p in _PARTNERS]
    )
    cells: _Cells = {}
    for at, partner in enumerate(_PARTNERS):
        columns = {
            UNSORTED: unsorted[at],
            INDUSTRIAL: industrial[at],
            GEM: _Sums(
                carats[at] - unsorted[at].carats - industrial[at].carats,
                cents[at] - unsorted[at].cents - industrial[at].cents,
            ),
        }
        cells |= {(partner.code, hs): sums for hs, sums in columns.items() if sums.carats}
    return cells


def _by_partner(total: int, published: dict[str, int], rough: list[int]) -> list[int]:
    """One total for each partner: the published ones as they are, the others by ``rough``."""
    others = [0 if p.code in published else w for p, w in zip(_PARTNERS, rough, strict=True)]
    shared = _share_out(total - sum(published.values()), others)
    return [published.get(p.code, part) for p, part in zip(_PARTNERS, shared, strict=True)]


def _column(plan: _Plan, hs_code: str, weights: Sequence[tuple[int, int]]) -> list[_Sums]:
    """The plan's carats and cents of one HS subheading, shared out by two weights each."""
    place = HS_CODES.index(hs_code)
    carats = _share_out(plan.carats, plan.carat_shares)[place]
    cents = _share_out(plan.cents, plan.cent_shares)[place]
    by_carats = _share_out(carats, [weight for weight, _ in weights])
    by_cents = _share_out(cents, [weight for _, weight in weights])
    return [_Sums(*sums) for sums in zip(by_carats, by_cents, strict=True)]


def _cells(year: int, plan: _Plan, rng: Random) -> _Cells:
    """The carats and cents of every partner and HS subheading; together exactly the plan's.

    2018 is as published. Another year follows the pattern of 2018, give or take.
    """
    pattern = dict(_cells_of_2018())
    if year == _PUBLISHED_BY_PARTNER:
        return pattern
    for first_year, newcomer, neighbour, divisor in _NEWCOMERS:
        if year >= first_year:
            whole = pattern[neighbour, GEM]
            part = _Sums(whole.carats // divisor, whole.cents // divisor)
            pattern[newcomer, GEM] = part
            pattern[neighbour, GEM] = _Sums(whole.carats - part.carats, whole.cents - part.cents)
    cells: _Cells = {}
    for hs_code in HS_CODES:
        keys = [key for key in pattern if key[1] == hs_code]
        weights = []
        for key in keys:
            volume, price = rng.lognormvariate(0, 0.25), rng.lognormvariate(0, 0.2)
            sums = pattern[key]
            weights.append((int(sums.carats * volume), int(sums.cents * volume * price)))
        cells |= dict(zip(keys, _column(plan, hs_code, weights), strict=True))
    return cells


def _counts(plan: _Plan, cells: _Cells) -> dict[tuple[str, str], int]:
    """How many certificates each cell holds: at least one, more where more is traded."""
    counts: dict[tuple[str, str], int] = {}
    by_hs = _share_out(plan.certificates, _COUNT_SHARES)
    for hs_code, count in zip(HS_CODES, by_hs, strict=True):
        keys = [key for key in cells if key[1] == hs_code]
        traded = [cells[key].cents if hs_code == GEM else cells[key].carats for key in keys]
        weights = [int(amount**0.6) for amount in traded]
        counts |= dict(zip(keys, _share_out(count, weights, least=1), strict=True))
    return counts


def _parcels(hs_code: str, sums: _Sums, count: int, rng: Random) -> list[_Sums]:
    """Split a cell into ``count`` exports: many small, a few large, the large a little cheaper."""
    sizes = [int(1e6 * _factor(_SIZE_SPREAD[hs_code], rng)) for _ in range(count)]
    carats = _share_out(sums.carats, sizes, least=20)
    worth = [int(1e3 * size**0.9 * _factor(_PRICE_SPREAD[hs_code], rng)) for size in carats]
    cents = _share_out(sums.cents, worth, least=1)
    return [_Sums(*pair) for pair in zip(carats, cents, strict=True)]


def _factor(sigma: float, rng: Random) -> float:
    """A log-normal factor around 1, kept within two ``sigma`` so that no export is absurd."""
    return math.exp(min(2 * sigma, max(-2 * sigma, rng.gauss(0, sigma))))


# --- Days, people and papers ------------------------------------------------------------------


@cache
def _year(year: int) -> tuple[Export, ...]:
    """All exports shipped in ``year``, in order of shipment, sealed with numbers in that order."""
    rng = Random(year)
    taken = set(SAMPLE_ITNS)
    shipped: list[Export] = []
    for plan in _PLANS[min(year, _LAST_PLAN)]:
        shipped += _stretch(year, plan, rng, taken)
    shipped.sort(key=lambda export: (export.shipped_on, export.itn, export.hs_code))
    return tuple(
        replace(export, seal_number=f"DEMO{year}{place:05d}")
        for place, export in enumerate(shipped, start=1)
    )


def _stretch(year: int, plan: _Plan, rng: Random, taken: set[str]) -> list[Export]:
    cells = _cells(year, plan, rng)
    counts = _counts(plan, cells)
    parcels = [
        (partner, hs_code, parcel)
        for (partner, hs_code), sums in cells.items()
        for parcel in _parcels(hs_code, sums, counts[partner, hs_code], rng)
    ]
    rng.shuffle(parcels)
    first, last = date(year, *plan.first), date(year, *plan.last)
    days = [day for day in _business_days(year) if first <= day <= last]
    drawn = [
        _export(
            partner,
            hs_code,
            parcel,
            days[int((place + rng.random()) * len(days) / len(parcels))],
            rng,
            taken,
        )
        for place, (partner, hs_code, parcel) in enumerate(parcels)
    ]
    return _with_shared_filings(drawn, len(drawn) // 200, rng)


def _export(
    partner: str, hs_code: str, parcel: _Sums, shipped_on: date, rng: Random, taken: set[str]
) -> Export:
    days = _business_days(shipped_on.year)
    shipped_at = bisect_left(days, shipped_on)
    issued_on = days[shipped_at - rng.choices(range(5), (27, 33, 21, 12, 7))[0]]
    delivered_on = days[shipped_at + rng.choices(range(1, 7), (6, 22, 28, 22, 14, 8))[0]]
    validity = VALIDITY if rng.random() < 0.92 else timedelta(days=rng.choice((30, 45)))

    firm = _firm(hs_code, issued_on, rng)
    exporter = Party(firm.legal_name, firm.address, "US")
    if firm.principals and rng.random() < 0.85:
        exporter = rng.choice(firm.principals)
    countries, shares = _COUNTRIES.get(partner, ((partner,), (1,)))
    consignee = rng.choice(CONSIGNEES[rng.choices(countries, shares)[0]])
    ports = DESKS[firm.key].ports
    origins, weights = _ORIGINS[hs_code]
    mixed = rng.randrange(100) < _MIXED_IN_100[hs_code]
    origin = None if mixed else rng.choices(origins, weights)[0]
    return Export(
        firm_key=firm.key,
        exporter_name=exporter.name,
        exporter_address=exporter.address,
        consignee_name=consignee.name,
        consignee_address=consignee.address,
        consignee_country=consignee.country,
        country_of_origin=origin,
        mixed_origin=mixed,
        hs_code=hs_code,
        carat_weight=Decimal(parcel.carats).scaleb(-2),
        value_usd=Decimal(parcel.cents).scaleb(-2),
        number_of_parcels=min(40, 1 + int(_factor(0.3, rng) * (parcel.carats / 1e4) ** 0.5)),
        itn=_itn(issued_on, shipped_on, rng, taken),
        date_of_issue=issued_on,
        date_of_expiry=issued_on + validity,
        shipped_on=shipped_on,
        delivered_on=delivered_on,
        port_of_export=rng.choices(ports, _PORT_WEIGHTS[: len(ports)])[0],
        seal_number="",
    )


def _firm(hs_code: str, issued_on: date, rng: Random) -> Firm:
    """A firm that trades this subheading and was licensed and stocked by the day of issue."""
    open_firms = [firm for firm in FIRMS if firm.effective_on + _STOCKED_AFTER <= issued_on]
    place = HS_CODES.index(hs_code)
    return rng.choices(open_firms, [DESKS[firm.key].activity[place] for firm in open_firms])[0]


def _itn(issued_on: date, shipped_on: date, rng: Random, taken: set[str]) -> str:
    """An ITN accepted from five days before issue to the shipment, in the year of the shipment.

    Keeping to that year keeps the numbers of two years apart without comparing them.
    """
    earliest = max(issued_on - timedelta(days=5), date(shipped_on.year, 1, 1))
    while True:
        accepted_on = earliest + timedelta(days=rng.randint(0, (shipped_on - earliest).days))
        itn = f"X{accepted_on:%Y%m%d}{rng.randrange(1, 1_000_000):06d}"
        if itn not in taken:
            taken.add(itn)
            return itn


@cache
def _business_days(year: int) -> list[date]:
    """Monday to Friday without three holidays, with some weeks of the years before and after."""
    first = date(year, 1, 1) - timedelta(days=30)
    days = [first + timedelta(days=n) for n in range(430)]
    holidays = {(1, 1), (7, 4), (12, 25)}
    return [day for day in days if day.weekday() < 5 and (day.month, day.day) not in holidays]


def _with_shared_filings(drawn: list[Export], pairs: int, rng: Random) -> list[Export]:
    """Let ``pairs`` industrial exports travel with a gem export to the same country on one ITN.

    One filing may list several certificates when the firm, exporter, consignee, country, port
    and day are the same and each certificate has its own HS subheading (15 CFR 30.1(c)).
    """
    industrial: dict[str, list[int]] = defaultdict(list)
    for place, export in enumerate(drawn):
        if export.hs_code == INDUSTRIAL:
            industrial[export.consignee_country].append(place)
    gems = [e for e in drawn if e.hs_code == GEM and e.consignee_country in industrial]
    joined = list(drawn)
    for gem in rng.sample(gems, pairs):
        candidates = industrial[gem.consignee_country]
        if not candidates:
            continue
        place = min(candidates, key=lambda at: abs(drawn[at].shipped_on - gem.shipped_on))
        candidates.remove(place)
        own = drawn[place]
        joined[place] = replace(
            gem,
            country_of_origin=own.country_of_origin,
            mixed_origin=own.mixed_origin,
            hs_code=own.hs_code,
            carat_weight=own.carat_weight,
            value_usd=own.value_usd,
            number_of_parcels=own.number_of_parcels,
        )
    return joined
