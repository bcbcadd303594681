"""What is printed on one certificate, as plain values: the face of the paper."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Marking(StrEnum):
    """The words printed across a certificate that is not the original of an issued one."""

    ORIGINAL = ""
    COPY = "COPY"
    VOID = "VOID"
    DRAFT = "NOT ISSUED"


@dataclass(frozen=True, slots=True)
class Face:
    """The facts of 31 CFR 592.307 as they stand on one certificate.

    Dates are civil dates in America/New_York; the value is in U.S. dollars and the weight in
    carats, both to two places. ``country_of_origin`` is the printed name, or ``****`` for mixed
    origin. An address has its lines parted by line feeds; the last line of the consignee's is the
    country. A fact not yet known is None or empty, and its box stays blank.
    """

    number: int
    country_of_origin: str
    itn: str
    date_of_issue: dt.date | None
    date_of_expiry: dt.date | None
    value_usd: Decimal | None
    exporter_name: str
    exporter_address: str
    number_of_parcels: int | None
    consignee_name: str
    consignee_address: str
    carat_weight: Decimal | None
    hs_code: str
