"""A synthetic book of exports for demonstration data, tied to the published yearly totals.

2015 to 2018 match the counts, carats and dollars of the U.S. 2019 Annual Report to the Kimberley
Process (part E) to the cent; 2018 also matches its tables by HS subheading and by partner. What
the report does not print (the smaller partners, the single exports, 2019 and later) is invented.
Each year comes from a random generator seeded with the year, so it is the same on every run.
"""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Final

from kpportal.demo.cells import Sums, factor, parcels
from kpportal.demo.figures import (
    COUNTRIES,
    FIRST_RECENT_YEAR,
    FIRST_YEAR,
    GEM,
    HS_CODES,
    INDUSTRIAL,
    LAST_PLAN,
    MIXED_IN_100,
    ORIGINS,
    PLANS,
    PORT_WEIGHTS,
    STOCKED_AFTER,
    Plan,
)
from kpportal.demo.firms import CONSIGNEES, DESKS, FIRMS, Firm, Party

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


@cache
def _year(year: int) -> tuple[Export, ...]:
    """All exports shipped in ``year``, in order of shipment, sealed with numbers in that order."""
    rng = Random(year)  # noqa: S311 - the same book on every run, no secret
    taken = set(SAMPLE_ITNS)
    shipped: list[Export] = []
    for plan in PLANS[min(year, LAST_PLAN)]:
        shipped += _stretch(year, plan, rng, taken)
    shipped.sort(key=lambda export: (export.shipped_on, export.itn, export.hs_code))
    return tuple(
        replace(export, seal_number=f"DEMO{year}{place:05d}")
        for place, export in enumerate(shipped, start=1)
    )


def _stretch(year: int, plan: Plan, rng: Random, taken: set[str]) -> list[Export]:
    drawn_parcels = parcels(year, plan, rng)
    rng.shuffle(drawn_parcels)
    first, last = date(year, *plan.first), date(year, *plan.last)
    days = [day for day in _business_days(year) if first <= day <= last]
    drawn = [
        _export(
            partner,
            hs_code,
            parcel,
            days[int((place + rng.random()) * len(days) / len(drawn_parcels))],
            rng,
            taken,
        )
        for place, (partner, hs_code, parcel) in enumerate(drawn_parcels)
    ]
    return _with_shared_filings(drawn, len(drawn) // 200, rng)


def _export(
    partner: str, hs_code: str, parcel: Sums, shipped_on: date, rng: Random, taken: set[str]
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
    countries, shares = COUNTRIES.get(partner, ((partner,), (1,)))
    consignee = rng.choice(CONSIGNEES[rng.choices(countries, shares)[0]])
    ports = DESKS[firm.key].ports
    origins, weights = ORIGINS[hs_code]
    mixed = rng.randrange(100) < MIXED_IN_100[hs_code]
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
        number_of_parcels=min(40, 1 + int(factor(0.3, rng) * (parcel.carats / 1e4) ** 0.5)),
        itn=_itn(issued_on, shipped_on, rng, taken),
        date_of_issue=issued_on,
        date_of_expiry=issued_on + validity,
        shipped_on=shipped_on,
        delivered_on=delivered_on,
        port_of_export=rng.choices(ports, PORT_WEIGHTS[: len(ports)])[0],
        seal_number="",
    )


def _firm(hs_code: str, issued_on: date, rng: Random) -> Firm:
    """A firm that trades this subheading and was licensed and stocked by the day of issue."""
    open_firms = [firm for firm in FIRMS if firm.effective_on + STOCKED_AFTER <= issued_on]
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
