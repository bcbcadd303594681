"""From the question to the certificate in the browser: a release, and a shipment let go."""

import io

import pypdf
from playwright.sync_api import expect

from certificates.models import Certificate, Release
from licensees.operations.licensing import suspend
from tests.browser.conftest import DESKTOP, TELEPHONE
from tests.browser.issuing import fill_in, on_detail, on_read_back
from tests.cast import fresh_itn, last_weekday, today


def sheet() -> dict[str, object]:
    """A paper to send, as a person chooses it from the disk."""
    content, writer = io.BytesIO(), pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(content)
    return {"name": "park.pdf", "mimeType": "application/pdf", "buffer": content.getvalue()}


def test_a_find_is_asked_for_released_and_issued(transactional_cast, open_page, no_barriers):
    cast = transactional_cast
    blank = cast.available(cast.carrier)
    page = open_page(cast.carrier_issuer)
    page.goto(f"/certificates/{blank.display}/issue/")
    assert "US" not in page.locator("[name=country_of_origin]").inner_html()
    page.get_by_role("link", name="Ask for a release of this certificate").click()
    page.wait_for_url("**/release/")
    no_barriers(page)
    page.select_option("[name=route]", "crater:US")
    page.fill("[name=registration]", "CODSP 2026-0117")
    page.fill("[name=found_on]", today().isoformat())
    page.fill("[name=evidence]", "The sheet of the park, and the finder's letter.")
    page.set_input_files("[name=paper]", sheet())
    page.get_by_role("button", name="Ask for the release").click()
    expect(page.get_by_role("alert")).to_contain_text("Give the weight as registered.")
    no_barriers(page)
    page.fill("[name=carat_weight]", "98.76")
    page.set_input_files("[name=paper]", sheet())
    page.get_by_role("button", name="Ask for the release").click()
    page.wait_for_url("**/certificates/releases/*/")
    no_barriers(page)

    row = Release.objects.get(certificate=blank)
    staff = open_page(cast.staff)
    staff.goto("/")
    staff.get_by_role("link", name="1 releases asked for").click()
    no_barriers(staff)
    staff.get_by_role("link", name=str(blank)).first.click()
    staff.get_by_role("link", name="Decide").click()
    no_barriers(staff)
    staff.get_by_text("Release it").click()
    staff.get_by_role("button", name="Record the decision").click()
    expect(staff.locator("h1")).to_contain_text("Released")
    row.refresh_from_db()
    assert (row.state, row.papers.get().name) == ("released", "park.pdf")

    page.goto(f"/certificates/{blank.display}/issue/")
    day = last_weekday()
    fill_in(page, itn=fresh_itn(day), date_of_issue=day)
    page.select_option("[name=country_of_origin]", "US")
    page.fill("[name=exporter_name]", cast.carrier.legal_name)
    page.fill("[name=exporter_address]", cast.carrier.address)
    page.get_by_role("button", name="Continue to read-back").last.click()
    on_read_back(page, blank)
    page.get_by_text("I attest this").click()
    page.get_by_role("button", name=f"Issue {blank.display}").click()
    on_detail(page, blank)
    no_barriers(page)
    assert Certificate.objects.get(pk=blank.pk).country_of_origin == "US"


def test_one_shipment_of_a_suspended_firm_leaves(transactional_cast, open_page, no_barriers):
    cast = transactional_cast
    row = cast.issued()
    suspend(cast.firm_a, reason="Fees", today=today(), actor=cast.staff)
    staff = open_page(cast.staff)
    staff.goto(f"/certificates/{row.display}/")
    no_barriers(staff)
    staff.get_by_role("link", name="Release this shipment").click()
    no_barriers(staff)
    staff.fill("[name=reason]", "Sold before the suspension")
    staff.get_by_role("button", name="Release this shipment").click()
    expect(staff.locator("main")).to_contain_text("Shipment released")

    page = open_page(cast.issuer)
    page.goto(f"/certificates/{row.display}/ship/")
    page.fill("[name=seal_number]", "SEAL-7")
    page.get_by_role("button", name="Mark as shipped").click()
    on_detail(page, row)

    assert Certificate.objects.get(pk=row.pk).status == "shipped"


def test_the_pages_have_no_barriers_on_a_desk_or_a_telephone(
    transactional_cast, open_page, no_barriers
):
    cast = transactional_cast
    cast.shipped()
    cast.voided()
    for viewport in (DESKTOP, TELEPHONE):
        page = open_page(cast.issuer, viewport=viewport)
        blank = cast.available()
        for path in (
            "/certificates/releases/",
            f"/certificates/{blank.display}/release/",
            f"/licensees/{cast.firm_a.pk}/certificates/",
            f"/licensees/{cast.firm_a.pk}/duties/",
        ):
            page.goto(path)
            no_barriers(page)
