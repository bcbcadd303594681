"""The overseers' desk in a real browser: every kind of its pages, and the way to a history."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from journal.models import Entry
from tests.browser.conftest import DESKTOP, TELEPHONE

SIZES = pytest.mark.parametrize(
    "viewport", [pytest.param(DESKTOP, id="desktop"), pytest.param(TELEPHONE, id="320px")]
)
CERTIFICATES = "admin:certificates_certificate"


@SIZES
def test_no_page_of_the_desk_has_a_barrier(transactional_cast, open_page, no_barriers, viewport):
    cast = transactional_cast
    void, _ = cast.voided(), cast.issued(cast.carrier)
    entry = Entry.objects.latest("id")
    page = open_page(cast.overseer, viewport)

    for path in (
        reverse("admin:index"),
        reverse("admin:app_list", args=["licensees"]),
        reverse(f"{CERTIFICATES}_changelist"),
        reverse(f"{CERTIFICATES}_changelist") + f"?q=us&status=void&licensee={cast.firm_a.pk}",
        reverse(f"{CERTIFICATES}_changelist") + f"?receipt={void.receipt_id}",
        reverse(f"{CERTIFICATES}_change", args=[void.pk]),
        reverse("admin:licensees_licensee_change", args=[cast.firm_a.pk]),
        reverse("admin:accounts_user_changelist"),
        reverse("admin:accounts_user_change", args=[cast.issuer.pk]),
        reverse("admin:certificates_participant_changelist"),
        reverse("admin:journal_entry_changelist"),
        reverse("admin:journal_entry_change", args=[entry.pk]),
    ):
        answer = page.goto(path)
        assert answer.status == 200, path
        page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true })")
        no_barriers(page)


def test_an_overseer_finds_a_certificates_history_with_the_keyboard(transactional_cast, open_page):
    row = transactional_cast.voided()
    page = open_page(transactional_cast.overseer)

    page.goto("/")
    page.get_by_role("link", name="Audit desk", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("searchbox", name="Find a certificate").focus()
    page.keyboard.type(f"us {row.number}")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=row.display).focus()
    page.keyboard.press("Enter")

    expect(page).to_have_title(f"{row} · Audit desk · USKPA portal")
    issued = page.get_by_role("listitem").filter(has_text="Certificate issued")
    expect(issued.get_by_role("row", name="Status")).to_have_text("StatusAvailableIssued")
    expect(page.get_by_role("row", name="Void reason")).to_contain_text("Printer error")
