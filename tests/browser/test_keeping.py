"""Nothing typed is lost: no connection, another editor, the end of a session, no JavaScript."""

import time

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from accounts.middleware import SEEN
from certificates.models import Certificate, Draft
from tests.browser.issuing import fill_in, on_detail, on_read_back, wait_until_saved
from tests.cast import PASSWORD, fresh_itn, last_weekday


def test_what_is_typed_without_a_connection_is_sent_later(transactional_cast, open_page):
    blank = transactional_cast.available()
    page = open_page(transactional_cast.issuer)
    page.goto(f"/certificates/{blank.display}/issue/")

    page.context.set_offline(True)
    page.fill("[name=consignee_name]", "Typed in a tunnel")
    expect(page.locator("[data-draft-status]")).to_contain_text("kept on this device")
    page.context.set_offline(False)
    wait_until_saved(page)

    assert Draft.objects.get(certificate=blank).fields["consignee_name"] == "Typed in a tunnel"
    assert page.evaluate("localStorage.length") == 0


def test_what_was_left_on_the_device_comes_back(transactional_cast, open_page):
    blank = transactional_cast.available()
    page = open_page(transactional_cast.issuer)
    page.goto(f"/certificates/{blank.display}/issue/")
    page.context.set_offline(True)
    page.fill("[name=consignee_name]", "Left behind")
    expect(page.locator("[data-draft-status]")).to_contain_text("kept on this device")
    page.close()

    page.context.set_offline(False)
    page = page.context.new_page()
    page.goto(f"/certificates/{blank.display}/issue/")
    wait_until_saved(page)

    expect(page.locator("[name=consignee_name]")).to_have_value("Left behind")
    assert Draft.objects.get(certificate=blank).fields["consignee_name"] == "Left behind"


def test_two_editors_do_not_overwrite_each_other_unseen(transactional_cast, open_page):
    blank = transactional_cast.available()
    first = open_page(transactional_cast.issuer)
    second = open_page(transactional_cast.colleague)
    for page in (first, second):
        page.goto(f"/certificates/{blank.display}/issue/")
    first.fill("[name=consignee_name]", "First")
    wait_until_saved(first)

    second.fill("[name=consignee_name]", "Second")
    alert = second.locator("[data-draft-conflict]")
    expect(alert).to_contain_text(f"{transactional_cast.issuer} changed this draft")
    expect(alert).to_contain_text("theirs “First”, yours “Second”")
    second.get_by_role("button", name="Keep what I typed").click()
    wait_until_saved(second)

    draft = Draft.objects.get(certificate=blank)
    assert (draft.fields["consignee_name"], draft.edited_by) == (
        "Second",
        transactional_cast.colleague,
    )


def test_the_portal_says_what_it_makes_of_an_itn_and_mends_it(transactional_cast, open_page):
    blank = transactional_cast.available()
    page = open_page(transactional_cast.issuer)
    page.goto(f"/certificates/{blank.display}/issue/")
    beside = page.locator("[data-live=itn]")

    page.fill("[name=itn]", "AESDOWN 123456789 01/01/2026")
    expect(beside).to_contain_text("592.301(a)(5)")
    page.fill("[name=itn]", "20260601987651")
    page.get_by_role("button", name="Use X20260601987651").click()
    expect(page.locator("[name=itn]")).to_have_value("X20260601987651")
    expect(beside).to_contain_text("Only AES can say")


def test_a_session_that_ends_keeps_the_page_and_what_was_typed(transactional_cast, open_page):
    blank = transactional_cast.available()
    page = open_page(transactional_cast.issuer)
    page.clock.install()
    page.goto(f"/certificates/{blank.display}/void/")
    page.select_option("[name=reason]", "other")
    page.fill("[name=notes]", "A long explanation")
    page.select_option("[name=form_disposition]", "held_defaced")
    dialog = page.get_by_role("dialog")

    _last_seen(minutes_ago=28.5)
    page.clock.fast_forward("28:30")
    expect(dialog).to_contain_text("Are you still there?")
    _last_seen(minutes_ago=31)
    page.clock.fast_forward("02:00")
    expect(dialog).to_contain_text("Everything you typed is still on this page")
    with page.expect_popup() as tab:
        dialog.get_by_role("link", name="Sign in again").click()
    tab.value.fill("[name=login]", transactional_cast.issuer.email)
    tab.value.fill("[name=password]", PASSWORD)
    tab.value.keyboard.press("Enter")
    tab.value.get_by_role("button", name="Sign out").wait_for()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(dialog).to_be_hidden()
    page.locator("main form button[type=submit]").last.click()
    on_detail(page, blank)

    assert Certificate.objects.get(pk=blank.pk).void_notes == "A long explanation"


def _last_seen(*, minutes_ago: float) -> None:
    """Let the only session be as old as if nothing had been asked for so long."""
    session = SessionStore(Session.objects.get().session_key)
    session[SEEN] = int(time.time() - minutes_ago * 60)
    session.save()


def test_a_certificate_is_issued_without_javascript(transactional_cast, open_page):
    blank = transactional_cast.available()
    page = open_page(transactional_cast.issuer, java_script_enabled=False)

    page.goto(f"/certificates/{blank.display}/issue/")
    fill_in(page, itn=fresh_itn(last_weekday()), date_of_issue=last_weekday())
    page.click("text=Continue to read-back")
    on_read_back(page, blank)
    page.click("label[for=id_attested]")
    page.get_by_role("button", name=f"Issue {blank.display}").click()
    on_detail(page, blank)

    assert Certificate.objects.get(pk=blank.pk).status == "issued"


def test_the_loser_of_two_presses_is_told_who_was_first(transactional_cast, open_page):
    blank = transactional_cast.available()
    pages = [open_page(transactional_cast.issuer), open_page(transactional_cast.colleague)]
    pages[0].goto(f"/certificates/{blank.display}/issue/")
    fill_in(pages[0], itn=fresh_itn(last_weekday()), date_of_issue=last_weekday())
    wait_until_saved(pages[0])
    for page in pages:
        page.goto(f"/certificates/{blank.display}/issue/read-back/")
        page.click("label[for=id_attested]")

    for page in pages:
        page.get_by_role("button", name=f"Issue {blank.display}").click()

    on_detail(pages[0], blank)
    expect(pages[1].locator("main")).to_contain_text(f"was issued by {transactional_cast.issuer}")
