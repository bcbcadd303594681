"""The certificate's PDF as it comes out of the portal: to whom, with what across it, moved how."""

import datetime as dt
import hashlib
from decimal import Decimal

import pypdfium2
import pytest

from certificates.models import Certificate
from certificates.operations.printing import calibrate
from certificates.pdf.face import Marking
from certificates.pdf.record import marking_of
from tests.pages.filling import address, drafted, redraft
from tests.pages.reading import pdf_text

MARKS = ("NOT ISSUED", "COPY", "VOID")
POINTS_PER_MM = 72 / 25.4


@pytest.fixture
def get(client):
    """The answer to somebody's request for a PDF."""

    def pdf(row, user, layer=None, route="pdf"):
        client.force_login(user)
        return client.get(address(route, row), {} if layer is None else {"layer": layer})

    return pdf


def marked(answer) -> str:
    """What is written across the sheet."""
    assert answer.status_code == 200
    text = pdf_text(answer.content)
    return " ".join(mark for mark in MARKS if mark in text)


@pytest.mark.parametrize(
    ("status", "issuer", "others"),
    [
        pytest.param("in_stock", None, "NOT ISSUED", id="in stock"),
        pytest.param("available", "NOT ISSUED", "NOT ISSUED", id="a blank"),
        pytest.param("issued", "", "COPY", id="issued: the firm's original"),
        pytest.param("shipped", "COPY", "COPY", id="shipped: the original is on its way"),
        pytest.param("delivered", "COPY", "COPY", id="delivered"),
        pytest.param("voided", "VOID", "VOID", id="void"),
    ],
)
def test_only_the_firms_own_issued_certificate_is_an_original(cast, get, status, issuer, others):
    row = getattr(cast, status)()

    for user in (cast.staff, cast.overseer, cast.reviewer, cast.administrator):
        assert marked(get(row, user)) == others
    if issuer is not None:
        for user in (cast.issuer, cast.colleague, cast.manager):
            assert marked(get(row, user)) == issuer


def test_a_stranger_gets_no_pdf(cast, get):
    row = cast.issued()

    for layer in ("full", "overprint", "other"):
        assert get(row, cast.stranger, layer).status_code == 404
    assert get(row, cast.loner).status_code == 404


def test_it_is_shown_in_the_browser_and_kept_by_nobody_on_the_way(cast, get):
    row = cast.issued()

    answer = get(row, cast.issuer)

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="US{row.number}.pdf"'
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content.startswith(b"%PDF-")


def test_the_same_certificate_gives_the_same_bytes(cast, get):
    row = cast.issued()

    for layer in ("full", "overprint"):
        digests = {
            hashlib.sha256(get(row, user, layer).content).hexdigest()
            for user in (cast.issuer, cast.colleague, cast.issuer)
        }
        assert len(digests) == 1


def test_the_pdf_says_what_the_register_holds(cast, get):
    row = cast.issued(consignee_name="Ångström & Söhne <Wien>", mixed_origin=True,
                      country_of_origin="")  # fmt: skip

    text = pdf_text(get(row, cast.issuer).content)

    for particular in (
        row.display, row.itn, "12,345.67", "98.76", "7102.31", "Ångström & Söhne <Wien>",
        "Ramat Gan 52521", "Israel", "****", "Firm A (test)", f"{row.date_of_issue:%m/%d/%Y}",
        f"{row.date_of_expiry:%m/%d/%Y}",
    ):  # fmt: skip
        assert particular in text, particular


@pytest.mark.parametrize("layer", ["", "FULL", "both", "overprint ", "full\x00", "x" * 5000, "<b>"])
def test_an_unknown_layer_is_refused_in_words(cast, get, layer):
    answer = get(cast.issued(), cast.issuer, layer)

    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("text/plain")
    assert "The layer is full or overprint" in answer.content.decode()


@pytest.mark.parametrize("status", ["available", "shipped", "delivered", "voided"])
def test_only_an_issued_certificate_is_printed_on_a_form(cast, get, status):
    answer = get(getattr(cast, status)(), cast.issuer, "overprint")

    assert answer.status_code == 409
    assert "Only its issuer prints a certificate on a form" in answer.content.decode()


@pytest.mark.parametrize("person", ["staff", "reviewer", "overseer", "administrator"])
def test_only_the_firm_prints_on_a_form(cast, get, person):
    answer = get(cast.issued(), getattr(cast, person), "overprint")

    assert answer.status_code == 409


def test_an_expired_certificate_is_no_original_any_more(cast):
    row = cast.issued()
    day_after = row.date_of_expiry + dt.timedelta(days=1)

    assert marking_of(row, for_issuer=True, today=row.date_of_expiry) == Marking.ORIGINAL
    assert marking_of(row, for_issuer=True, today=day_after) == Marking.COPY


# ---- the overprint and the printer --------------------------------------------------------------


def corner(content: bytes) -> tuple[float, float]:
    """How far right and down the first letter of the sheet stands, in millimetres."""
    sheet = pypdfium2.PdfDocument(content)[0]
    left, _, _, top = sheet.get_textpage().get_charbox(0)
    return left / POINTS_PER_MM, (sheet.get_height() - top) / POINTS_PER_MM


def test_the_overprint_moves_with_the_calibration_of_whoever_prints(cast, get):
    row = cast.issued()
    unmoved = corner(get(row, cast.issuer, "overprint").content)
    calibrate(right_mm=Decimal("2.5"), down_mm=Decimal("-1.0"), actor=cast.issuer)

    moved = corner(get(row, cast.issuer, "overprint").content)
    colleagues = corner(get(row, cast.colleague, "overprint").content)

    assert moved == pytest.approx((unmoved[0] + 2.5, unmoved[1] - 1.0), abs=0.02)
    assert colleagues == unmoved, "everyone has their own printer"


def test_the_complete_certificate_is_never_moved(cast, get):
    row = cast.issued()
    before = get(row, cast.issuer).content
    calibrate(right_mm=Decimal("5"), down_mm=Decimal("5"), actor=cast.issuer)

    assert get(row, cast.issuer).content == before


def test_the_overprint_leaves_out_what_the_form_has_already(cast, get):
    text = pdf_text(get(cast.issued(), cast.issuer, "overprint").content)

    assert "12,345.67" in text
    for printed in ("KIMBERLEY PROCESS", "Date of Issue", "Number of Parcels", *MARKS):
        assert printed.lower() not in text.lower()


def test_the_test_sheet_moves_with_the_calibration(cast, client):
    client.force_login(cast.issuer)
    unmoved = client.get("/certificates/printer/test-sheet.pdf")
    calibrate(right_mm=Decimal("1"), down_mm=Decimal("1"), actor=cast.issuer)
    moved = client.get("/certificates/printer/test-sheet.pdf")

    assert unmoved["Content-Type"] == "application/pdf"
    assert unmoved["Cache-Control"] == "private, no-store"
    assert corner(moved.content) != corner(unmoved.content)


# ---- the draft ----------------------------------------------------------------------------------


def test_a_draft_prints_what_is_known_marked_as_not_issued(cast, get):
    row = drafted(cast, value_usd="a lot", number_of_parcels="", carat_weight="7")

    answer = get(row, cast.issuer, route="draft_pdf")

    assert marked(answer) == "NOT ISSUED"
    text = pdf_text(answer.content)
    assert "7.00" in text
    assert "a lot" not in text
    assert answer["Content-Disposition"] == f'inline; filename="US{row.number}-draft.pdf"'
    assert answer["Cache-Control"] == "private, no-store"


def test_a_blank_without_a_draft_prints_its_form(cast, get):
    row = cast.available()

    assert marked(get(row, cast.issuer, route="draft_pdf")) == "NOT ISSUED"
    assert f"US{row.number}" in pdf_text(get(row, cast.issuer, route="draft_pdf").content)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"consignee_name": "以色列 钻石"}, "以", id="another script"),
        pytest.param({"consignee_address": "💎"}, "💎", id="a picture"),
        pytest.param({"consignee_name": "W" * 2000}, "", id="far too long"),
        pytest.param({"consignee_address": "\n".join("abcdefghijkl")}, "", id="too many lines"),
    ],
)
def test_what_cannot_be_printed_is_said_in_words(cast, get, changes, words):
    row = redraft(cast, cast.available(), **changes)

    answer = get(row, cast.issuer, route="draft_pdf")

    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/plain")
    assert words in answer.content.decode()
    assert len(answer.content.decode()) > 20


def test_only_the_firm_prints_its_drafts(cast, get):
    row = drafted(cast)

    assert get(row, cast.stranger, route="draft_pdf").status_code == 404
    for user in (cast.staff, cast.overseer, cast.administrator):
        assert get(row, user, route="draft_pdf").status_code == 403


def test_every_particular_of_the_register_can_be_printed_by_whoever_may_see_it(cast, get):
    """Each one issued prints on both layers, also with the longest lawful texts."""
    row = cast.issued(
        consignee_name="Ψ" * 40,
        consignee_address="\n".join(["Ж" * 30] * 3),
        value_usd=Decimal("99999999.99"),
        hs_code="7102.10",
        carat_weight=Decimal("99999.99"),
    )
    assert Certificate.objects.get(pk=row.pk).status == "issued"

    for layer in ("full", "overprint"):
        assert get(row, cast.issuer, layer).status_code == 200
