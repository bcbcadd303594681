"""The register's tables. Django looks for all of them here."""

from certificates.models.certificate import Certificate
from certificates.models.custody import CountDifference, StockCount, ledgers, owing_count
from certificates.models.draft import Draft
from certificates.models.duty import Duty
from certificates.models.printing import PrinterCalibration
from certificates.models.reference import Country, Participant, Port, ReferenceLists
from certificates.models.release import Release
from certificates.models.stock import Price, Receipt, ReceiptCounter

__all__ = [
    "Certificate",
    "CountDifference",
    "Country",
    "Draft",
    "Duty",
    "Participant",
    "Port",
    "Price",
    "PrinterCalibration",
    "Receipt",
    "ReceiptCounter",
    "ReferenceLists",
    "Release",
    "StockCount",
    "ledgers",
    "owing_count",
]
