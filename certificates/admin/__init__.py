"""The audit desk's pages of the register. Django finds them all here."""

from certificates.admin.custody import CountDifferenceAdmin, StockCountAdmin
from certificates.admin.reference import CountryAdmin, ParticipantAdmin, PortAdmin
from certificates.admin.register import CertificateAdmin, DraftAdmin, DutyAdmin
from certificates.admin.releases import ReleaseAdmin
from certificates.admin.stock import (
    PriceAdmin,
    PrinterCalibrationAdmin,
    ReceiptAdmin,
    ReceiptCounterAdmin,
)

__all__ = [
    "CertificateAdmin",
    "CountDifferenceAdmin",
    "CountryAdmin",
    "DraftAdmin",
    "DutyAdmin",
    "ParticipantAdmin",
    "PortAdmin",
    "PriceAdmin",
    "PrinterCalibrationAdmin",
    "ReceiptAdmin",
    "ReceiptCounterAdmin",
    "ReleaseAdmin",
    "StockCountAdmin",
]
