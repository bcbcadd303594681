"""A firm applies without an account and staff make it a licensee, each in an own browser."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.models import Mail
from licensees.models import Application, Licensee
from tests.browser.conftest import DESKTOP, TELEPHONE
from tests.browser.sending import send
from tests.cast import today
from tests.licensees.applying import key_of
from tests.licensees.uploads import pdf_bytes

SIZES = pytest.mark.parametrize(
    "viewport", [pytest.param(DESKTOP, id="desktop"), pytest.param(TELEPHONE, id="320px")]
)


@SIZES
def test_an_application_becomes_a_licence(
    transactional_cast: Any, open_page: Any, no_barriers: Any, viewport: Any, tmp_path: Path
) -> None:
    paper = tmp_path / "tax return.pdf"
    paper.write_bytes(pdf_bytes())
    day = today().isoformat()

    # The applicant asks for the link and fills in, in any order.
    mine = open_page(None, viewport)
    mine.goto("/")
    mine.get_by_role("link", name="Apply for a licence").click()
    no_barriers(mine)
    send(mine, email="pat@applicant.example")
    mine.wait_for_url("**/apply/sent/")
    no_barriers(mine)
    row = Application.objects.get()
    mine.goto(f"/apply/{key_of(row)}/")
    no_barriers(mine)
    mine.get_by_role("link", name="The firm").click()
    send(mine, legal_name="Applicant Gems Inc.", ein="123456789", telephone="212 555 0100")
    expect(mine.locator(".usa-error-message")).to_contain_text("NN-NNNNNNN")
    expect(mine.locator("[name=telephone]")).to_have_value("212 555 0100")
    no_barriers(mine)
    send(
        mine, ein="12-3456789", kind="ordinary", state_of_incorporation="NY",
        address="5 Applicant Street\nNew York, NY 10036", fax="none",
        email="office@applicant.example", contact_name="Pat Applicant", ace_account="ACE-1",
        in_business_since="2015-05-01",
    )  # fmt: skip
    expect(mine.get_by_text("Missing: a reference from the industry")).to_be_visible()
    mine.get_by_role("link", name="References").click()
    send(mine, name="Lee Dealer", firm="Dealers Ltd.", reachable_at="212 555 0199")
    expect(mine.get_by_text("Lee Dealer, Dealers Ltd.")).to_be_visible()
    no_barriers(mine)
    mine.get_by_role("link", name="The application", exact=True).click()
    mine.get_by_role("link", name="Papers").click()
    for purpose in ("business_proof", "ace_proof"):
        send(mine, purpose=purpose, paper=str(paper))
        mine.wait_for_selector(".usa-alert--success")
    no_barriers(mine)
    mine.get_by_role("link", name="The application", exact=True).click()
    mine.get_by_role("link", name="Read it through and send it").click()
    no_barriers(mine)
    mine.locator("label[for=id_attested]").click()
    send(mine)
    expect(mine.get_by_text("The application is with USKPA now.")).to_be_visible()
    no_barriers(mine)

    # Staff take it from step to step.
    theirs = open_page(transactional_cast.staff, viewport)
    theirs.goto("/licensees/applications/")
    no_barriers(theirs)
    theirs.get_by_role("link", name="Applicant Gems Inc.").click()
    no_barriers(theirs)
    steps: dict[str, dict[str, str]] = {
        "Take up": {},
        "Record what Lee Dealer said": {"checked_on": day, "outcome": "An honest house."},
        "Record the Board’s decision": {
            "outcome": "approved", "decided_on": day, "minute_reference": "2026/4",
        },
        "Send the agreement": {"version": "2026-1", "sent_on": day},
        "Record the signed agreement": {"signed_on": day, "paper": str(paper)},
        "Record the first fee": {"amount_usd": "1,500", "paid_on": day, "method": "check"},
        "Make the firm a licensee": {"kind": "ordinary", "effective_on": day},
    }  # fmt: skip
    for label, typed in steps.items():
        theirs.locator(".portal-actions .usa-button").first.click()
        theirs.wait_for_selector("main form")
        no_barriers(theirs)
        send(theirs, **typed)
        theirs.wait_for_url(f"**/licensees/applications/{row.pk}/")
        expect(theirs.locator(".usa-alert--success"), label).to_be_visible()
    no_barriers(theirs)

    firm = Licensee.objects.get(ein="12-3456789")
    assert firm.contacts.get().user.email == "pat@applicant.example"
    assert Mail.objects.filter(subject="Your account in the USKPA portal").exists()
    mine.reload()
    expect(mine.get_by_text("Your firm is a licensee.")).to_be_visible()
    with mine.expect_download() as saved:
        mine.get_by_role("link", name="tax return.pdf").first.click()
    assert Path(saved.value.path()).read_bytes() == pdf_bytes()
