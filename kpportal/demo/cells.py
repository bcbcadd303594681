"""Share a year's carats and dollars out: over partners and HS subheadings, then over exports.

Weights are hundredths of a carat and money is cents, both whole numbers, so that the parts add up
to the published totals exactly.
"""

import math
from collections.abc import Sequence
from functools import cache
from random import Random
from typing import NamedTuple

from kpportal.demo.figures import (
    COUNT_SHARES,
    GEM,
    HS_CODES,
    INDUSTRIAL,
    NEWCOMERS,
    PARTNERS,
    PLANS,
    PRICE_SPREAD,
    PUBLISHED_BY_PARTNER,
    PUBLISHED_CARATS,
    PUBLISHED_CENTS,
    SIZE_SPREAD,
    UNSORTED,
    Plan,
)


class Sums(NamedTuple):
    """Carats and dollars that belong together, in hundredths and cents."""

    carats: int
    cents: int


_Cells = dict[tuple[str, str], Sums]  # by partner and HS subheading


def parcels(year: int, plan: Plan, rng: Random) -> list[tuple[str, str, Sums]]:
    """Partner, HS subheading and sums of every export of a plan; together its totals exactly."""
    cells = _cells(year, plan, rng)
    counts = _counts(plan, cells)
    return [
        (partner, hs_code, parcel)
        for (partner, hs_code), sums in cells.items()
        for parcel in _parcels(hs_code, sums, counts[partner, hs_code], rng)
    ]


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
    (plan,) = PLANS[PUBLISHED_BY_PARTNER]
    carats = _by_partner(plan.carats, PUBLISHED_CARATS, [p.carats for p in PARTNERS])
    cents = _by_partner(plan.cents, PUBLISHED_CENTS, [p.dollars for p in PARTNERS])
    unsorted = _column(
        plan, UNSORTED, [(p.unsorted, p.unsorted * p.unsorted_price) for p in PARTNERS]
    )
    industrial = _column(
        plan, INDUSTRIAL, [(p.industrial, p.industrial * p.industrial_price) for p in PARTNERS]
    )
    cells: _Cells = {}
    for at, partner in enumerate(PARTNERS):
        columns = {
            UNSORTED: unsorted[at],
            INDUSTRIAL: industrial[at],
            GEM: Sums(
                carats[at] - unsorted[at].carats - industrial[at].carats,
                cents[at] - unsorted[at].cents - industrial[at].cents,
            ),
        }
        cells |= {(partner.code, hs): sums for hs, sums in columns.items() if sums.carats}
    return cells


def _by_partner(total: int, published: dict[str, int], rough: list[int]) -> list[int]:
    """One total for each partner: the published ones as they are, the others by ``rough``."""
    others = [0 if p.code in published else w for p, w in zip(PARTNERS, rough, strict=True)]
    shared = _share_out(total - sum(published.values()), others)
    return [published.get(p.code, part) for p, part in zip(PARTNERS, shared, strict=True)]


def _column(plan: Plan, hs_code: str, weights: Sequence[tuple[int, int]]) -> list[Sums]:
    """The plan's carats and cents of one HS subheading, shared out by two weights each."""
    place = HS_CODES.index(hs_code)
    carats = _share_out(plan.carats, plan.carat_shares)[place]
    cents = _share_out(plan.cents, plan.cent_shares)[place]
    by_carats = _share_out(carats, [weight for weight, _ in weights])
    by_cents = _share_out(cents, [weight for _, weight in weights])
    return [Sums(*sums) for sums in zip(by_carats, by_cents, strict=True)]


def _cells(year: int, plan: Plan, rng: Random) -> _Cells:
    """The carats and cents of every partner and HS subheading; together exactly the plan's.

    2018 is as published. Another year follows the pattern of 2018, give or take.
    """
    pattern = dict(_cells_of_2018())
    if year == PUBLISHED_BY_PARTNER:
        return pattern
    for first_year, newcomer, neighbour, divisor in NEWCOMERS:
        if year >= first_year:
            whole = pattern[neighbour, GEM]
            part = Sums(whole.carats // divisor, whole.cents // divisor)
            pattern[newcomer, GEM] = part
            pattern[neighbour, GEM] = Sums(whole.carats - part.carats, whole.cents - part.cents)
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


def _counts(plan: Plan, cells: _Cells) -> dict[tuple[str, str], int]:
    """How many certificates each cell holds: at least one, more where more is traded."""
    counts: dict[tuple[str, str], int] = {}
    by_hs = _share_out(plan.certificates, COUNT_SHARES)
    for hs_code, count in zip(HS_CODES, by_hs, strict=True):
        keys = [key for key in cells if key[1] == hs_code]
        traded = [cells[key].cents if hs_code == GEM else cells[key].carats for key in keys]
        weights = [int(amount**0.6) for amount in traded]
        counts |= dict(zip(keys, _share_out(count, weights, least=1), strict=True))
    return counts


def _parcels(hs_code: str, sums: Sums, count: int, rng: Random) -> list[Sums]:
    """Split a cell into ``count`` exports: many small, a few large, the large a little cheaper."""
    sizes = [int(1e6 * factor(SIZE_SPREAD[hs_code], rng)) for _ in range(count)]
    carats = _share_out(sums.carats, sizes, least=20)
    worth = [int(1e3 * size**0.9 * factor(PRICE_SPREAD[hs_code], rng)) for size in carats]
    cents = _share_out(sums.cents, worth, least=1)
    return [Sums(*pair) for pair in zip(carats, cents, strict=True)]


def factor(sigma: float, rng: Random) -> float:
    """A log-normal factor around 1, kept within two ``sigma`` so that no export is absurd."""
    return math.exp(min(2 * sigma, max(-2 * sigma, rng.gauss(0, sigma))))
