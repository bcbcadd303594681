"""A manager signs the yearly acknowledgment in Chromium; none of these pages has a barrier."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Mail
from accounts.outbox import queue
from licensees.models import Acknowledgment
from licensees.operations.acknowledging import acknowledge
from licensees.operations.training import add_material, hold_training, record_attendance
from tests.browser.conftest import DESKTOP, TELEPHONE
from tests.cast import today
from tests.licensees.exporting import exported
from tests.licensees.uploads import upload

YEAR = today().year - 1
SIZES = pytest.mark.parametrize(
    "viewport", [pytest.param(DESKTOP, id="desktop"), pytest.param(TELEPHONE, id="320px")]
)


def test_a_manager_reads_signs_and_gets_the_receipt(transactional_cast, open_page):
    cast = transactional_cast
    number = exported(cast, year=YEAR)
    page = open_page(cast.manager)

    page.goto(reverse("licensees:acknowledgments", args=[cast.firm_a.pk]))
    page.get_by_role("link", name=f"Read and sign it for {YEAR}").click()
    expect(page.get_by_text(f"US{number}")).to_be_visible()
    page.get_by_role("button", name="Sign for the firm").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("Your title in the firm").fill("Export manager")
    page.locator("label[for=id_agreed]").click()
    page.get_by_role("button", name="Sign for the firm").click()

    row = Acknowledgment.objects.get()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Receipt {row.reference}")
    expect(page.get_by_text(f"Signed for {YEAR}.")).to_be_visible()
    link = page.get_by_role("link", name="Open the receipt as PDF").get_attribute("href")
    assert page.request.get(link).body().startswith(b"%PDF")
    page.goto(reverse("licensees:acknowledgments", args=[cast.firm_a.pk]))
    expect(page.get_by_role("row", name=str(YEAR)).first).to_contain_text("Signed")


@SIZES
def test_no_page_about_words_training_and_mail_has_a_barrier(
    transactional_cast, open_page, no_barriers, viewport
):
    cast = transactional_cast
    exported(cast, year=YEAR - 1)
    exported(cast, year=YEAR)
    row = acknowledge(
        cast.firm_a, year=YEAR - 1, signer_title="Export manager", agreed=True, today=today(),
        actor=cast.manager,
    )  # fmt: skip
    session = hold_training(
        held_on=today(), title="Export rules", place="New York", agencies="State, Census Bureau",
        topics="ITN", today=today(), actor=cast.staff,
    )  # fmt: skip
    people = [(cast.firm_a, "Ann Example"), (cast.firm_b, "Bob Example")]
    record_attendance(session, people=people, actor=cast.staff)
    add_material(session, paper=upload("slides.pdf"), actor=cast.staff)
    queue("somebody@tests.example", "A message that waits", ["Words"])
    troubled = Mail.objects.filter(subject__startswith="A message")
    troubled.update(attempts=3, last_error="ConnectionRefusedError: [Errno 111] refused")

    firm = [cast.firm_a.pk]
    asked = {
        cast.manager: [
            reverse("licensees:acknowledgments", args=firm),
            reverse("licensees:acknowledge", args=[*firm, YEAR]),
            reverse("licensees:acknowledgment", args=[row.pk]),
            reverse("licensees:firm_training", args=firm),
            reverse("licensees:training_session", args=[session.pk]),
        ],
        cast.staff: [
            reverse("licensees:acknowledgment_overview"),
            reverse("licensees:set_wording"),
            reverse("licensees:changes") + "?year=2020",
            reverse("licensees:training"),
            reverse("licensees:hold_training"),
            reverse("licensees:training_session", args=[session.pk]),
            reverse("licensees:record_attendance", args=[session.pk]),
            reverse("licensees:add_material", args=[session.pk]),
            reverse("accounts:mail"),
        ],
        None: [reverse("how_to_export")],
    }
    for person, paths in asked.items():
        page = open_page(person, viewport)
        for path in paths:
            answer = page.goto(path)
            assert answer.status == 200, path
            page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
            no_barriers(page)
