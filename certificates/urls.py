"""Addresses below /certificates/, and /duties/."""

from django.urls import path, register_converter

from certificates import numbers
from certificates.views import (
    certificates,
    duties,
    filling,
    issue,
    printing,
    read_back,
    steps,
    stock,
)


class KPCNumber:
    """A certificate's number in an address: ``US12345``."""

    regex = "US[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> int:
        """The number alone."""
        return numbers.parse(value)

    def to_url(self, value: int | str) -> str:
        """The number as printed; a text is taken to be printed already."""
        return value if isinstance(value, str) else numbers.display(value)


register_converter(KPCNumber, "kpc")

app_name = "certificates"

urlpatterns = [
    path("", certificates.CertificateList.as_view(), name="list"),
    path("sales/", stock.SaleList.as_view(), name="sales"),
    path("sales/new/", stock.Sell.as_view(), name="sell"),
    path("sales/register/", stock.Register.as_view(), name="register"),
    path("sales/<int:number>/", stock.ReceiptPage.as_view(), name="receipt"),
    path("sales/<int:number>/receipt.pdf", stock.ReceiptPdf.as_view(), name="receipt_pdf"),
    path("printer/", printing.Calibrate.as_view(), name="calibrate"),
    path("printer/test-sheet.pdf", printing.CalibrationSheet.as_view(), name="test_sheet"),
    path("<kpc:number>/", certificates.CertificateDetail.as_view(), name="detail"),
    path("<kpc:number>/draft/", issue.DraftSave.as_view(), name="draft"),
    path("<kpc:number>/draft.pdf", filling.DraftPdf.as_view(), name="draft_pdf"),
    path("<kpc:number>/issue/", issue.IssuePage.as_view(), name="issue"),
    path("<kpc:number>/issue/read-back/", read_back.ReadBack.as_view(), name="read_back"),
    path("<kpc:number>/ship/", steps.Ship.as_view(), name="ship"),
    path("<kpc:number>/deliver/", steps.Deliver.as_view(), name="deliver"),
    path("<kpc:number>/void/", steps.Void.as_view(), name="void"),
    path("<kpc:number>/certificate.pdf", certificates.CertificatePdf.as_view(), name="pdf"),
]

duty_patterns = [
    path("", duties.DutyList.as_view(), name="list"),
    path("<int:pk>/discharge/", duties.DutyDischarge.as_view(), name="discharge"),
]
