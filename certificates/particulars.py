"""The particulars of a certificate as values: what the paper says, and what goes with it."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

# In the order of the paper. Once issued these change only through an approved correction.
FACE: Final = (
    "country_of_origin",
    "mixed_origin",
    "itn",
    "date_of_issue",
    "date_of_expiry",
    "value_usd",
    "exporter_name",
    "exporter_address",
    "number_of_parcels",
    "consignee_name",
    "consignee_address",
    "consignee_country",
    "carat_weight",
    "hs_code",
)
# Not on the paper, but fixed with it.
BESIDE: Final = ("port_of_export", "planned_ship_on", "provenance", "ftz_number", "waybill")
ALL: Final = FACE + BESIDE


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """Everything a licensee states when issuing (31 CFR 592.307; domain 4).

    ``value_usd`` is U.S. dollars and ``carat_weight`` carats, both to two places; a country is
    its ISO 3166-1 alpha-2 code; ``country_of_origin`` is empty when ``mixed_origin`` is true;
    ``itn`` is the ITN as typed; ``port_of_export`` a Schedule D code.
    """

    exporter_name: str
    exporter_address: str
    consignee_name: str
    consignee_address: str
    consignee_country: str
    country_of_origin: str
    mixed_origin: bool
    itn: str
    date_of_issue: dt.date | None
    date_of_expiry: dt.date | None
    value_usd: Decimal | None
    number_of_parcels: int | None
    carat_weight: Decimal | None
    hs_code: str
    port_of_export: str
    planned_ship_on: dt.date | None = None
    provenance: str = ""
    ftz_number: str = ""
    waybill: str = ""
