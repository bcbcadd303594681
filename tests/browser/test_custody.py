"""A firm counts, staff settle; a mistaken sale is taken back. In the browser, at both sizes."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from certificates.models import Certificate, Receipt, ledgers
from tests.browser.conftest import DESKTOP, TELEPHONE


def test_a_firm_counts_and_staff_settle_what_is_missing(transactional_cast, open_page):
    cast = transactional_cast
    found, missed = cast.available(), cast.available()
    firm = open_page(cast.issuer)
    firm.goto(reverse("firm:stock", args=[cast.firm_a.pk]))
    firm.get_by_role("link", name="Enter a count").click()
    firm.get_by_role("button", name="Enter the count").click()
    expect(firm.locator("#id_numbers_error")).to_contain_text("Type the numbers, or tick")
    firm.fill("[name=numbers]", found.display)
    firm.get_by_role("button", name="Enter the count").click()
    expect(firm.locator("main")).to_contain_text("Not found, though the portal says it is there")

    staff = open_page(cast.staff)
    staff.goto("/")
    staff.get_by_role("link", name=f"{missed.display}: not found").click()
    staff.get_by_role("link", name="void as lost").click()
    staff.select_option("[name=reason]", "blank_lost")
    staff.fill("[name=notes]", "Not in the safe, and nobody remembers it")
    staff.get_by_role("button", name="Void it for ever").click()
    expect(staff.locator("main")).to_contain_text("Lost or stolen: Not in the safe")

    assert Certificate.objects.get(pk=missed.pk).void_reason == "blank_lost"
    firm.goto(reverse("firm:stock", args=[cast.firm_a.pk]))
    expect(firm.locator("main")).to_contain_text("2 = 1 + 0 + 0 + 0 + 1")


def test_staff_take_a_sale_back_and_write_stock_off(transactional_cast, open_page):
    cast = transactional_cast
    row = cast.available()
    page = open_page(cast.staff)
    page.goto(reverse("certificates:sales") + f"?search={row.display}")
    page.get_by_role("link", name=str(row.receipt), exact=True).click()
    page.get_by_role("link", name="Take blanks back into stock").click()
    page.fill("[name=numbers]", row.display)
    page.fill("[name=reason]", "Sold to the wrong firm")
    page.get_by_role("button", name="Take them back into stock").click()
    expect(page.locator("main")).to_contain_text("This is a counter-entry")

    page.goto(reverse("certificates:sales"))
    page.get_by_role("link", name="Write off blanks").click()
    page.fill("[name=numbers]", row.display)
    page.select_option("[name=reason]", "damaged")
    page.select_option("[name=form_disposition]", "destroyed")
    page.get_by_role("button", name="Write them off").click()
    expect(page.locator("main")).to_contain_text("1 blank is written off.")

    row.refresh_from_db()
    assert (row.status, row.licensee) == ("void", None)
    assert Receipt.objects.get(reverses__isnull=False).quantity == -1
    assert all(ledger.agrees for ledger in ledgers().values())


@pytest.mark.parametrize("viewport", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
def test_no_page_of_custody_has_a_barrier(transactional_cast, open_page, no_barriers, viewport):
    cast = transactional_cast
    row, stock = cast.available(), cast.in_stock()
    assert row.receipt
    assert stock
    firm = open_page(cast.issuer, viewport)
    firm.goto(reverse("firm:count", args=[cast.firm_a.pk]))
    no_barriers(firm)
    firm.locator("label", has_text="There was not one blank").click()
    firm.get_by_role("button", name="Enter the count").click()
    no_barriers(firm)
    difference = cast.firm_a.stock_counts.get().differences.get()

    page = open_page(cast.staff, viewport)
    for path in (
        reverse("home"),
        reverse("firm:stock", args=[cast.firm_a.pk]),
        reverse("firm:take_back", args=[cast.firm_a.pk]),
        reverse("certificates:sales"),
        reverse("certificates:sales") + "?method=check",
        reverse("certificates:receipt", args=[row.receipt.number]),
        reverse("certificates:reverse", args=[row.receipt.number]),
        reverse("certificates:write_off"),
        reverse("certificates:count", args=[difference.count_id]),
        reverse("certificates:explain", args=[difference.pk]),
        reverse("certificates:report_lost", args=[difference.pk]),
    ):
        page.goto(path)
        no_barriers(page)
