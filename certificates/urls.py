"""Addresses below /certificates/, and /duties/."""

from django.urls import URLPattern, path, register_converter

from certificates import numbers
from certificates.views import (
    certificates,
    counting,
    custody,
    duties,
    filling,
    firm_tabs,
    issue,
    printing,
    read_back,
    releases,
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
    path("sales/write-off/", stock.WriteOff.as_view(), name="write_off"),
    path("sales/<int:number>/", stock.ReceiptPage.as_view(), name="receipt"),
    path("sales/<int:number>/receipt.pdf", stock.ReceiptPdf.as_view(), name="receipt_pdf"),
    path("sales/<int:number>/reverse/", stock.Reverse.as_view(), name="reverse"),
    path("counts/<int:pk>/", counting.CountResult.as_view(), name="count"),
    path("differences/<int:pk>/explain/", counting.Explain.as_view(), name="explain"),
    path("differences/<int:pk>/lost/", counting.ReportLost.as_view(), name="report_lost"),
    path("printer/", printing.Calibrate.as_view(), name="calibrate"),
    path("printer/test-sheet.pdf", printing.CalibrationSheet.as_view(), name="test_sheet"),
    path("releases/", releases.ReleaseList.as_view(), name="releases"),
    path("releases/<int:pk>/", releases.ReleasePage.as_view(), name="release"),
    path("releases/<int:pk>/decide/", releases.DecideRelease.as_view(), name="decide_release"),
    path("releases/<int:pk>/revoke/", releases.RevokeRelease.as_view(), name="revoke_release"),
    path(
        "releases/<int:pk>/withdraw/",
        releases.WithdrawRelease.as_view(),
        name="withdraw_release",
    ),
    path("<kpc:number>/", certificates.CertificateDetail.as_view(), name="detail"),
    path("<kpc:number>/draft/", issue.DraftSave.as_view(), name="draft"),
    path("<kpc:number>/draft.pdf", filling.DraftPdf.as_view(), name="draft_pdf"),
    path("<kpc:number>/issue/", issue.IssuePage.as_view(), name="issue"),
    path("<kpc:number>/issue/read-back/", read_back.ReadBack.as_view(), name="read_back"),
    path("<kpc:number>/ship/", steps.Ship.as_view(), name="ship"),
    path("<kpc:number>/deliver/", steps.Deliver.as_view(), name="deliver"),
    path("<kpc:number>/void/", steps.Void.as_view(), name="void"),
    path("<kpc:number>/release/", releases.RequestRelease.as_view(), name="request_release"),
    path(
        "<kpc:number>/release-shipment/",
        releases.ReleaseShipment.as_view(),
        name="release_shipment",
    ),
    path("<kpc:number>/certificate.pdf", certificates.CertificatePdf.as_view(), name="pdf"),
]

duty_patterns = [
    path("", duties.DutyList.as_view(), name="list"),
    path("<int:pk>/discharge/", duties.DutyDischarge.as_view(), name="discharge"),
]

# Pages about one firm, below /licensees/<pk>/: each is a tab of the firm's story.
firm_patterns: list[URLPattern] = [
    path("stock/", custody.StockTab.as_view(), name="stock"),
    path("stock/count/", counting.CountPage.as_view(), name="count"),
    path("stock/return/", custody.TakeBack.as_view(), name="take_back"),
    path("certificates/", firm_tabs.FirmCertificates.as_view(), name="certificates"),
    path("duties/", firm_tabs.FirmDuties.as_view(), name="duties"),
]
