"""Make past sales of the book's exports, ready to be taken over into the register."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from certificates.itn import ITN
from certificates.models import Price
from certificates.operations.history import Past, PastSale, PastVoid
from certificates.particulars import ALL, Particulars
from kpportal.demo.book import Export
from kpportal.demo.licensing import Actors

NEW_YORK: Final = ZoneInfo("America/New_York")

# Of so many exports one had its form spoiled in the printer first, one a customer who withdrew.
_SPOILED_IN: Final = 97
_WITHDRAWN_IN: Final = 131

Run = tuple[str, list[Past]]  # a firm's key, and what became of the blanks it bought at once


def workday(day: dt.date) -> dt.date:
    """The day itself, or the Friday before a weekend."""
    return day - dt.timedelta(days=max(0, day.weekday() - 4))


def particulars(export: Export) -> Particulars:
    """What the licensee stated on the certificate of an export."""
    return Particulars(
        exporter_name=export.exporter_name,
        exporter_address=export.exporter_address,
        consignee_name=export.consignee_name,
        consignee_address=export.consignee_address,
        consignee_country=export.consignee_country,
        country_of_origin=export.country_of_origin or "",
        mixed_origin=export.mixed_origin,
        itn=export.itn,
        date_of_issue=export.date_of_issue,
        date_of_expiry=export.date_of_expiry,
        value_usd=export.value_usd,
        number_of_parcels=export.number_of_parcels,
        carat_weight=export.carat_weight,
        hs_code=export.hs_code,
        port_of_export=export.port_of_export,
    )


def delivered(exports: Iterable[Export]) -> Iterator[tuple[str, Past]]:
    """The life of each export's certificate, without a number yet."""
    for place, export in enumerate(exports):
        yield export.firm_key, _delivered(export, place)


def with_voids(exports: list[Export]) -> Iterator[tuple[str, Past]]:
    """The same, and now and then before it a certificate that was voided."""
    taken = {export.itn for export in exports}
    for place, export in enumerate(exports):
        if place % _SPOILED_IN == _SPOILED_IN // 2:
            yield export.firm_key, _spoiled(export)
        if place % _WITHDRAWN_IN == _WITHDRAWN_IN // 2:
            yield export.firm_key, _withdrawn(export, place, taken)
        yield export.firm_key, _delivered(export, place)


def sales(
    lives: Iterable[tuple[str, Past]], *, first_number: int, actors: Actors
) -> list[PastSale]:
    """One sale for each firm and quarter of a year, numbered upwards in the order of sale.

    Blanks are sold a week before the first of them is used, at the price of that day.
    """
    runs: dict[tuple[str, int, int], list[Past]] = defaultdict(list)
    for firm_key, past in lives:
        used_on = _used_on(past)
        runs[firm_key, used_on.year, (used_on.month - 1) // 3].append(past)
    dated = sorted(
        (workday(min(map(_used_on, run)) - dt.timedelta(days=7)), firm_key, run)
        for (firm_key, _, _), run in runs.items()
    )
    number = first_number
    found = []
    for sold_on, firm_key, run in dated:
        price = Price.objects.on(sold_on)
        if price is None:
            raise LookupError(f"No price is set for {sold_on}.")
        found.append(
            PastSale(
                contact=actors.issuers[firm_key],
                method="cash" if number % 10 == 0 else "check",
                sold_on=sold_on,
                unit_price_usd=price.unit_usd,
                certificates=[
                    replace(past, number=number + place)
                    for place, past in enumerate(sorted(run, key=_used_on))
                ],
            )
        )
        number += len(run)
    return found


def _used_on(past: Past) -> dt.date:
    if past.void and not past.facts:
        return past.void.voided_on
    issued_on: dt.date = past.facts["date_of_issue"]
    return issued_on


def _delivered(export: Export, place: int) -> Past:
    return Past(
        number=0,
        facts=_facts(export),
        issued_at=dt.datetime.combine(
            export.date_of_issue, dt.time(9 + place % 8, place * 7 % 60), NEW_YORK
        ),
        shipped_on=export.shipped_on,
        seal_number=export.seal_number,
        delivered_on=export.delivered_on,
    )


def _facts(export: Export) -> dict[str, Any]:
    stated = particulars(export)
    facts = {name: getattr(stated, name) for name in ALL}
    return {**facts, "country_of_origin": export.country_of_origin}


def _spoiled(export: Export) -> Past:
    return Past(
        number=0,
        facts={},
        issued_at=None,
        void=PastVoid(
            voided_on=export.date_of_issue,
            void_reason="printer_error",
            form_disposition="held_defaced",
        ),
    )


def _withdrawn(export: Export, place: int, taken: set[str]) -> Past:
    """Issued with a filing of its own, and voided when the goods should have left."""
    filing = ITN.parse(export.itn)
    itn = export.itn
    while itn in taken:
        filing = replace(filing, serial=f"{int(filing.serial) % 999_999 + 1:06d}")
        itn = str(filing)
    taken.add(itn)
    kept = _delivered(replace(export, itn=itn), place)
    return replace(
        kept,
        shipped_on=None,
        seal_number="",
        delivered_on=None,
        void=PastVoid(
            voided_on=export.shipped_on,
            void_reason="customer_canceled",
            form_disposition="returned",
        ),
    )
