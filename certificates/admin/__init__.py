"""The audit desk's pages of the register. Django finds them all here."""

from certificates.admin.reference import CountryAdmin, ParticipantAdmin, PortAdmin
from certificates.admin.register import CertificateAdmin, DraftAdmin, DutyAdmin
from certificates.admin.stock import (
    PriceAdmin,
    PrinterCalibrationAdmin,
    ReceiptAdmin,
    ReceiptCounterAdmin,
)

__all__ = [
    "CertificateAdmin",
    "CountryAdmin",
    "DraftAdmin",
    "DutyAdmin",
    "ParticipantAdmin",
    "PortAdmin",
    "PriceAdmin",
    "PrinterCalibrationAdmin",
    "ReceiptAdmin",
    "ReceiptCounterAdmin",
]
