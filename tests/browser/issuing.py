"""The steps of the main job, as a person does them in the browser."""

import datetime as dt
import re

from playwright.sync_api import Page, expect

from certificates.models import Certificate


def fill_in(page: Page, *, itn: str, date_of_issue: dt.date | None = None) -> None:
    """Fill the page for an ordinary shipment that earns no warning."""
    page.fill("[name=itn]", itn)
    page.select_option("[name=country_of_origin]", "NA")
    if date_of_issue is not None:
        page.fill("[name=date_of_issue]", date_of_issue.isoformat())
    page.fill("[name=value_usd]", "$12,345.67")
    page.fill("[name=number_of_parcels]", "2")
    page.fill("[name=consignee_name]", "Example Diamonds Ltd.")
    page.fill("[name=consignee_address]", "1 Example Road\nRamat Gan 52521")
    page.select_option("[name=consignee_country]", "IL")
    page.fill("[name=carat_weight]", "98.76")
    page.select_option("[name=hs_code]", "7102.31")
    page.select_option("[name=port_of_export]", "4701")


def wait_until_saved(page: Page) -> None:
    """Until the portal has what was typed."""
    expect(page.locator("[data-draft-status]")).to_have_text(re.compile("^Saved at"))


def on_read_back(page: Page, certificate: Certificate) -> None:
    """Until the read-back of a certificate is shown."""
    page.wait_for_url(f"**/certificates/{certificate.display}/issue/read-back/")


def on_detail(page: Page, certificate: Certificate) -> None:
    """Until the page of a certificate is shown."""
    page.wait_for_url(f"**/certificates/{certificate.display}/")
