"""A firm's people and address book in Chromium: asked for, approved, confirmed, dismissed, kept."""

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from licensees.models import Contact, Party
from licensees.operations.addresses import keep_party
from licensees.operations.people_requests import request_person
from tests.browser.conftest import DESKTOP, TELEPHONE
from tests.cast import Cast, today
from tests.licensees.uploads import pdf_bytes

SIZES = pytest.mark.parametrize(
    "viewport", [pytest.param(DESKTOP, id="desktop"), pytest.param(TELEPHONE, id="320px")]
)


def principal(cast: Cast, name: str, days: int) -> Party:
    """A principal whose authority ends in so many days."""
    return keep_party(
        cast.carrier,
        part="exporter",
        name=name,
        address="1 Diamond Plaza\nNew York, NY 10036",
        country="US",
        tax_id="12-3456789",
        authority_reference="POA 2026/7",
        authority_from=today() - dt.timedelta(days=60),
        authority_until=today() + dt.timedelta(days=days),
        actor=cast.carrier_issuer,
    )


def test_from_a_managers_wish_to_a_leaver_who_is_signed_out(transactional_cast, open_page):
    cast = transactional_cast
    firm = cast.firm_a
    issuer, manager, staff = (open_page(who) for who in (cast.issuer, cast.manager, cast.staff))
    issuer.goto("/certificates/")

    manager.goto(reverse("licensees:people", args=[firm.pk]))
    manager.get_by_role("link", name="Ask for a person or a role").click()
    manager.get_by_label("E-mail address").fill(cast.issuer.email)
    manager.get_by_label("Full name").fill("Issuer-A")
    manager.get_by_label("Role").select_option("Manager")
    manager.get_by_role("button", name="Ask USKPA").click()
    expect(manager.get_by_role("main")).to_contain_text("Waiting for USKPA")

    staff.goto("/")
    staff.get_by_role("link", name="requests about people").click()
    staff.get_by_role("main").get_by_role("link", name="Decide").click()
    staff.get_by_text("Approve", exact=True).click()
    staff.get_by_role("button", name="Decide").click()
    expect(staff.get_by_role("main")).to_contain_text("Nothing waits")

    manager.goto("/")
    manager.get_by_role("link", name="see the list").click()
    manager.get_by_role("link", name=f"Confirm the list of {today().year}").click()
    manager.get_by_text("Everybody on this list acts for the firm").click()
    manager.get_by_role("button", name="Confirm the list").click()
    expect(manager.get_by_role("main")).to_contain_text("are confirmed for")

    row = manager.get_by_role("row").filter(has_text=cast.issuer.email).first
    row.get_by_text("Dismiss Issuer-A").click()
    row.get_by_role("button", name="Dismiss now").click()
    expect(manager.get_by_role("main")).to_contain_text("Issuer-A no longer acts for")
    assert not Contact.objects.current().filter(user=cast.issuer).exists()
    issuer.goto("/certificates/")
    expect(issuer.get_by_label("Password")).to_be_visible()


def test_a_carrier_keeps_a_principal_and_its_paper_and_the_issue_page_offers_it(
    transactional_cast, open_page
):
    cast = transactional_cast
    blank = cast.available(cast.carrier)
    page = open_page(cast.carrier_issuer)

    page.goto(reverse("licensees:addresses", args=[cast.carrier.pk]))
    page.get_by_role("link", name="Add a principal").click()
    page.get_by_label("Name").fill("Rough Exporters Inc.")
    page.get_by_label("Address").fill("1 Diamond Plaza\nNew York, NY 10036")
    page.get_by_label("Country").select_option("United States")
    page.get_by_label("Tax id").fill("12-3456789")
    page.get_by_label("Written authority: reference").fill("POA 7")
    page.get_by_label("Authority from").fill(today().isoformat())
    page.locator("input[type=file]").set_input_files(
        {"name": "poa.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes()}
    )
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text("In force")
    expect(page.get_by_role("main")).to_contain_text("poa.pdf")

    page.goto(reverse("certificates:issue", args=[blank.number]))
    offered = page.locator("select[name=exporter_entry] option").all_inner_texts()
    assert any("Rough Exporters Inc." in text for text in offered)


@SIZES
def test_no_page_has_a_barrier(transactional_cast, open_page, no_barriers, viewport):
    cast = transactional_cast
    firm, carrier = cast.firm_a.pk, cast.carrier.pk
    asked = request_person(
        cast.firm_a, email="n@tests.example", name="New", role="issuer", actor=cast.manager
    )
    kept = [principal(cast, name, days) for name, days in [("Soon", 9), ("Long", 99), ("Past", -1)]]
    pages = {
        "manager": [
            "/",
            reverse("licensees:people", args=[firm]),
            reverse("licensees:request_person", args=[firm]),
            reverse("licensees:confirm_people", args=[firm]),
            reverse("licensees:addresses", args=[firm]),
        ],
        "staff": [
            "/",
            reverse("licensees:people", args=[firm]),
            reverse("licensees:people_requests"),
            reverse("licensees:decide_request", args=[asked.pk]),
            reverse("licensees:people_confirmations"),
            reverse("licensees:addresses", args=[carrier]),
        ],
        "carrier_issuer": [
            "/",
            reverse("licensees:addresses", args=[carrier]),
            reverse("licensees:add_consignee", args=[carrier]),
            reverse("licensees:add_principal", args=[carrier]),
            reverse("licensees:change_party", args=[kept[0].pk]),
        ],
    }

    for person, paths in pages.items():
        page = open_page(getattr(cast, person), viewport)
        for path in paths:
            page.goto(path)
            for fold in page.locator("details").all():
                fold.evaluate("fold => { fold.open = true; }")
            no_barriers(page)
