"""A firm's whole story in browsers: applied, licensed, first certificate, suspended, back, ended.

Every guard on the way is seen refusing once; what happens on each page has tests of its own.
"""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from accounts.models import Mail
from certificates.models import Certificate
from licensees.models import Application, Licensee
from tests.browser.issuing import fill_in, on_detail, on_read_back, wait_until_saved
from tests.browser.sending import send
from tests.cast import fresh_itn, last_weekday, today
from tests.licensees.applying import key_of
from tests.licensees.uploads import pdf_bytes

DAY = today().isoformat()
PASSWORD = "quartz heron umbrella 17"
RUN = "US70001-US70003"


def test_a_firm_applies_issues_and_gives_its_licence_back(
    transactional_cast: Any, open_page: Any, tmp_path: Path
) -> None:
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(pdf_bytes())
    applicant, staff = open_page(None), open_page(transactional_cast.staff)

    _apply(applicant, str(paper))
    firm = _license(staff, str(paper))
    manager = _come_in(open_page(None))
    _sell(staff, firm)
    first, second = Certificate.objects.filter(licensee=firm).order_by("number")[:2]
    _issue(manager, first)
    _suspend(staff, manager, firm, second)
    _ship(manager, first)
    _end(staff, firm)
    _read(manager, firm, second)


def refused(page: Page, words: str) -> None:
    """The page says so, and why."""
    expect(page.locator("main")).to_contain_text(re.compile(words))


def _apply(page: Page, paper: str) -> None:
    page.goto("/apply/")
    send(page, email="pat@applicant.example")
    page.wait_for_url("**/apply/sent/")
    key = key_of(Application.objects.get())
    page.goto(f"/apply/{key}/send/")
    expect(page.locator("main")).to_contain_text("a reference from the industry")
    page.goto(f"/apply/{key}/firm/")
    send(
        page, legal_name="Whole Story Gems Inc.", ein="12-3456789", kind="ordinary",
        state_of_incorporation="NY", address="5 Applicant Street\nNew York, NY 10036",
        telephone="212 555 0100", fax="none", email="office@applicant.example",
        contact_name="Pat Applicant", ace_account="ACE-1", in_business_since="2015-05-01",
    )  # fmt: skip
    page.goto(f"/apply/{key}/references/")
    send(page, name="Lee Dealer", firm="Dealers Ltd.", reachable_at="212 555 0199")
    for purpose in ("business_proof", "ace_proof"):
        page.goto(f"/apply/{key}/papers/")
        send(page, purpose=purpose, paper=paper)
        page.wait_for_selector(".usa-alert--success")
    page.goto(f"/apply/{key}/send/")
    page.locator("label[for=id_attested]").click()
    send(page)
    expect(page.get_by_text("The application is with USKPA now.")).to_be_visible()


def _license(page: Page, paper: str) -> Licensee:
    row = Application.objects.get()
    start = f"/licensees/applications/{row.pk}/"

    def step(name: str, **typed: str) -> None:
        page.goto(f"{start}{name}/")
        send(page, **typed)
        page.wait_for_url(f"**{start}")

    # Not before its time, and not without what it needs.
    page.goto(f"{start}activate/")
    refused(page, "[Aa]pplied")
    step("take-up")
    page.goto(start)
    page.get_by_role("link", name=re.compile("Lee Dealer")).first.click()
    send(page, checked_on=DAY, outcome="An honest house.")
    page.wait_for_url(f"**{start}")
    page.goto(f"{start}decide/")
    send(page, outcome="approved", decided_on=DAY, minute_reference="")
    expect(page.locator(".usa-error-message").first).to_be_visible()
    step("decide", outcome="approved", decided_on=DAY, minute_reference="2026/4")
    step("send-agreement", version="2026-1", sent_on=DAY)
    page.goto(f"{start}activate/")
    refused(page, "signed agreement")
    step("signed", signed_on=DAY, paper=paper)
    step("first-fee", amount_usd="1,500", paid_on=DAY, method="check")
    step("activate", kind="ordinary", effective_on=DAY)
    return Licensee.objects.get(ein="12-3456789")


def _come_in(page: Page) -> Page:
    letter = Mail.objects.get(subject="Your account in the USKPA portal")
    (link,) = re.findall(r"https?://[^/\s]+(/\S+)", letter.text)
    page.goto(link)
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.locator("main button[type=submit]").last.click()
    page.goto("/account/login/")
    page.fill("[name=login]", "pat@applicant.example")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()
    return page


def _sell(page: Page, firm: Licensee) -> None:
    page.goto("/certificates/sales/register/")
    send(page, numbers=RUN)
    page.wait_for_selector(".usa-alert--success")
    page.goto("/certificates/sales/new/")
    terms = {
        "licensee": str(firm.pk), "contact": str(firm.contacts.get().pk), "numbers": RUN,
        "sold_on": DAY, "method": "check",
    }  # fmt: skip
    send(page, **terms, paid_usd="59.99")
    refused(page, "60")
    send(page, paid_usd="60.00")
    page.wait_for_url("**/certificates/sales/*/")


def _issue(page: Page, blank: Certificate) -> None:
    page.goto(f"/certificates/{blank.display}/issue/")
    fill_in(page, itn=fresh_itn(today()), date_of_issue=today())
    wait_until_saved(page)
    page.click("text=Continue to read-back")
    _attest(page, blank)
    on_detail(page, blank)


def _attest(page: Page, blank: Certificate) -> None:
    on_read_back(page, blank)
    for reason in page.locator("[name^=reason_]").all():
        reason.fill("It leaves today.")
    page.click("label[for=id_attested]")
    page.get_by_role("button", name=f"Issue {blank.display}").click()


def _suspend(staff: Page, manager: Page, firm: Licensee, blank: Certificate) -> None:
    # Opened before the suspension, sent after it.
    manager.goto(f"/certificates/{blank.display}/issue/")
    fill_in(manager, itn=fresh_itn(last_weekday()), date_of_issue=today())
    wait_until_saved(manager)
    staff.goto(f"/licensees/{firm.pk}/suspend/")
    send(staff, reason="Two letters unanswered")
    staff.wait_for_url(f"**/licensees/{firm.pk}/")
    manager.click("text=Continue to read-back")
    _attest(manager, blank)
    refused(manager, "suspended")
    staff.goto("/certificates/sales/register/")
    send(staff, numbers="US70009")
    staff.wait_for_selector(".usa-alert--success")
    staff.goto("/certificates/sales/new/")
    send(
        staff, licensee=str(firm.pk), contact=str(firm.contacts.get().pk), numbers="US70009",
        sold_on=DAY, method="check", paid_usd="20",
    )  # fmt: skip
    refused(staff, "not in good standing")
    staff.goto(f"/licensees/{firm.pk}/reinstate/")
    send(staff, reason="Answered")
    staff.wait_for_url(f"**/licensees/{firm.pk}/")


def _ship(page: Page, row: Certificate) -> None:
    page.goto(f"/certificates/{row.display}/ship/")
    send(page, shipped_on=DAY, seal_number="SEAL-1")
    on_detail(page, row)


def _end(page: Page, firm: Licensee) -> None:
    close = f"/licensees/{firm.pk}/close/"
    page.goto(close)
    page.locator("label", has_text="Surrendered by the firm").click()
    page.locator("label", has_text="End the licence for good").click()
    send(page, reason="Gave it up")
    refused(page, "2 blank certificates")
    page.goto(f"/licensees/{firm.pk}/stock/return/")
    send(page, numbers="US70002-US70003", note="Handed in")
    page.wait_for_url(f"**/licensees/{firm.pk}/stock/")
    page.goto(close)
    page.locator("label", has_text="Surrendered by the firm").click()
    page.locator("label", has_text="End the licence for good").click()
    send(page, reason="Gave it up")
    refused(page, "under way")
    page.locator("label[for=id_take_over_shipments]").click()
    send(page)
    page.get_by_role("heading", name="The licence ended on").wait_for()


def _read(page: Page, firm: Licensee, blank: Certificate) -> None:
    page.goto(f"/licensees/{firm.pk}/history/")
    expect(page.locator("main")).to_contain_text("Gave it up")
    page.goto(f"/certificates/{blank.display}/")
    expect(page.locator("main")).to_contain_text("Void")
    assert firm.certificates.filter(status="available").count() == 0
    assert Licensee.objects.get(pk=firm.pk).status == "surrendered"
