"""The main job in a real browser: by mouse and by keyboard alone, on a desk and on a telephone."""

import pytest
from playwright.sync_api import expect

from certificates.models import Certificate
from tests.browser.conftest import DESKTOP, TELEPHONE
from tests.browser.issuing import fill_in, on_detail, on_read_back, wait_until_saved
from tests.cast import PASSWORD, fresh_itn, last_weekday

SIZES = pytest.mark.parametrize(
    "viewport", [pytest.param(DESKTOP, id="desktop"), pytest.param(TELEPHONE, id="320px")]
)


@SIZES
def test_a_licensee_issues_and_ships_with_the_mouse(
    transactional_cast, open_page, no_barriers, viewport
):
    blank = transactional_cast.available()
    page = open_page(transactional_cast.issuer, viewport)

    page.goto("/")
    page.locator('main a[href$="/issue/"]').first.click()
    page.wait_for_url(f"**/{blank.display}/issue/")
    fill_in(page, itn=fresh_itn(last_weekday()), date_of_issue=last_weekday())
    wait_until_saved(page)
    no_barriers(page)
    page.click("text=Continue to read-back")
    on_read_back(page, blank)
    paper = page.get_by_label("The certificate as it will print")
    expect(paper).to_contain_text("Namibia")
    expect(paper).to_contain_text("$12,345.67")
    no_barriers(page)
    page.click("label[for=id_attested]")
    page.get_by_role("button", name=f"Issue {blank.display}").click()
    on_detail(page, blank)
    expect(page.get_by_text(f"{blank.display} is issued.")).to_be_visible()
    no_barriers(page)
    page.get_by_role("link", name="Mark as shipped").click()
    page.fill("[name=seal_number]", "SEAL-77")
    no_barriers(page)
    page.locator("main button[type=submit]").click()
    on_detail(page, blank)
    expect(page.get_by_text("Send a copy to the Census Bureau", exact=True)).to_be_visible()

    row = Certificate.objects.get(pk=blank.pk)
    assert (row.status, row.seal_number, row.country_of_origin) == ("shipped", "SEAL-77", "NA")


@SIZES
def test_a_licensee_signs_in_and_issues_with_the_keyboard_alone(
    transactional_cast, open_page, viewport
):
    blank = transactional_cast.available()
    issuer = transactional_cast.issuer
    page = open_page(None, viewport)
    keys = page.keyboard

    page.goto(f"/certificates/{blank.display}/issue/")
    _focus(page, "[name=login]")
    keys.type(issuer.email)
    _focus(page, "[name=password]")
    keys.type(PASSWORD)
    keys.press("Enter")
    page.wait_for_selector("[name=itn]")
    for name, text in {
        "itn": fresh_itn(last_weekday()),
        "country_of_origin": "Botswana",
        "date_of_issue": last_weekday().strftime("%m%d%Y"),
        "value_usd": "1000",
        "number_of_parcels": "1",
        "consignee_name": "Example Ltd.",
        "consignee_address": "1 Example Road",
        "consignee_country": "Israel",
        "carat_weight": "10",
        "hs_code": "7102.31",
        "port_of_export": "John",
    }.items():
        _focus(page, f"[name={name}]")
        keys.type(text)
    wait_until_saved(page)
    _focus(page, "main button:not([tabindex])", "Continue to read-back")
    keys.press("Enter")
    on_read_back(page, blank)
    _focus(page, "[name=attested]")
    keys.press("Space")
    _focus(page, "main button", f"Issue {blank.display}")
    keys.press("Enter")
    on_detail(page, blank)

    assert Certificate.objects.get(pk=blank.pk).status == "issued"


AT = """([selector, text]) =>
    document.activeElement.matches(selector) && document.activeElement.textContent.includes(text)"""


def _focus(page, selector, text=""):
    """Press Tab until the focus is there; fail when it cannot be reached."""
    for _ in range(120):
        if page.evaluate(AT, [selector, text]):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never reaches {selector}")


def test_the_finished_certificate_is_a_pdf_that_opens(transactional_cast, open_page):
    issued = transactional_cast.issued()
    page = open_page(transactional_cast.issuer)

    page.goto(f"/certificates/{issued.display}/")
    link = page.get_by_role("link", name="Print the original")
    answer = page.request.get(link.get_attribute("href"))

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")


def test_staff_register_and_sell_a_run_of_blanks(transactional_cast, open_page, no_barriers):
    contact = transactional_cast.contact_a
    page = open_page(transactional_cast.staff)

    page.goto("/certificates/sales/register/")
    page.fill("[name=numbers]", "US91001-US91010")
    no_barriers(page)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/certificates/sales/")
    page.goto("/certificates/sales/new/")
    page.select_option("[name=licensee]", str(contact.licensee_id))
    page.select_option("[name=contact]", str(contact.pk))
    page.fill("[name=numbers]", "US91001-US91010")
    page.fill("[name=paid_usd]", "199.99")
    page.locator("main button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("does not match")
    expect(page.locator("[name=numbers]")).to_have_value("US91001-US91010")
    page.fill("[name=paid_usd]", "200.00")
    no_barriers(page)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/certificates/sales/*/")
    expect(page.locator("main")).to_contain_text("US91001")

    assert Certificate.objects.filter(licensee=contact.licensee, number__gte=91001).count() == 10


def test_an_overseer_finds_a_certificate_and_its_history(transactional_cast, open_page):
    shipped = transactional_cast.shipped()
    page = open_page(transactional_cast.overseer)

    page.goto("/admin/certificates/certificate/")
    page.fill("[name=q]", shipped.display.lower())
    page.keyboard.press("Enter")
    page.get_by_role("link", name=shipped.display).click()

    history = page.locator("main, #content")
    expect(history.first).to_contain_text("SEAL-1")
    expect(history.first).to_contain_text(transactional_cast.issuer.email)
