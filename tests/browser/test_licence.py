"""Staff suspend a licence, reinstate it and end it, in a browser, with every guard seen once."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from licensees.models import LicenceStatus, Licensee
from licensees.operations.money import charge_fee, receive_payment
from tests.browser.conftest import DESKTOP, TELEPHONE
from tests.cast import today


def status(firm):
    return Licensee.objects.get(pk=firm.pk).status


def test_a_licence_is_suspended_reinstated_and_ended(transactional_cast, open_page):
    cast = transactional_cast
    firm, blank = cast.firm_a, cast.available()
    issuer = open_page(cast.issuer)
    issuer.goto(reverse("certificates:issue", args=[blank.number]))
    page = open_page(cast.staff)
    page.goto(reverse("licensees:detail", args=[firm.pk]))

    page.get_by_role("link", name="Suspend the licence").click()
    page.get_by_role("button", name="Suspend the licence").click()
    assert "required" in page.get_by_role("alert").first.inner_text()
    page.get_by_label("Reason").fill("Two letters unanswered")
    page.get_by_role("button", name="Suspend the licence").click()
    page.get_by_role("heading", name="Suspended since").wait_for()
    assert status(firm) == LicenceStatus.SUSPENDED
    issuer.goto("/")
    assert "The licence is suspended" in issuer.locator("main").inner_text()

    # As if both reviews, due in 2025, had fallen due during it.
    Licensee.objects.filter(pk=firm.pk).update(suspended_on=dt.date(2024, 1, 1))
    page.get_by_role("link", name="End the suspension").click()
    assert "A review comes first" in page.locator("main").inner_text()
    page.get_by_label("Reason").fill("Answered")
    page.get_by_role("button", name="End the suspension").click()
    assert "comes first" in page.get_by_role("alert").first.inner_text()
    Licensee.objects.filter(pk=firm.pk).update(suspended_on=today())
    page.get_by_role("button", name="End the suspension").click()
    page.get_by_role("link", name="Suspend the licence").wait_for()
    assert status(firm) == LicenceStatus.ACTIVE

    page.goto(reverse("licensees:close", args=[firm.pk]))
    page.get_by_role("link", name="Open stock").click()
    page.get_by_role("heading", level=1).wait_for()
    assert page.url.endswith(reverse("firm:stock", args=[firm.pk]))
    page.goto(reverse("licensees:close", args=[firm.pk]))
    _end(page)
    assert "1 blank" in page.get_by_role("alert").first.inner_text()

    page.goto(reverse("certificates:void", args=[blank.number]))
    page.get_by_label("Reason").select_option("surrendered")
    page.get_by_label("Where is the paper now").select_option("returned")
    page.get_by_role("button", name="Void").click()
    page.goto(reverse("licensees:close", args=[firm.pk]))
    _end(page)
    page.get_by_role("heading", name="The licence ended on").wait_for()
    assert status(firm) == LicenceStatus.SURRENDERED

    issuer.goto(reverse("licensees:history", args=[firm.pk]))
    assert "Gave it up" in issuer.content()


def _end(page):
    page.locator("label", has_text="Surrendered by the firm").click()
    page.get_by_label("Reason").fill("Gave it up")
    page.locator("label", has_text="End the licence for good").click()
    page.get_by_role("button", name="End the licence").click()


def test_a_fee_is_charged_paid_and_taken_back(transactional_cast, open_page):
    cast = transactional_cast
    page = open_page(cast.staff)
    page.goto(reverse("licensees:money", args=[cast.firm_a.pk]))

    page.get_by_role("link", name="Charge a fee").click()
    page.get_by_label("Amount, in U.S. dollars").fill("500")
    page.get_by_role("button", name="Charge the fee").click()
    page.get_by_role("link", name="Record a payment").click()
    page.get_by_role("button", name="Record the payment").click()
    page.get_by_role("link", name="Take back").click()
    page.get_by_label("Reason").fill("Bounced")
    page.get_by_role("button", name="Take the payment back").click()

    page.get_by_text("Taken back: Bounced").wait_for()
    assert page.get_by_role("link", name="Record a payment").count() == 1


@pytest.mark.parametrize(
    "viewport", [pytest.param(DESKTOP, id="desktop"), pytest.param(TELEPHONE, id="320px")]
)
def test_no_page_of_a_licence_has_a_barrier(transactional_cast, open_page, no_barriers, viewport):
    cast = transactional_cast
    firm, _ = cast.firm_a, cast.shipped()
    fee = charge_fee(
        firm,
        year=2026,
        amount_usd=Decimal(500),
        due_on=today() - dt.timedelta(days=40),
        actor=cast.staff,
    )
    payment = receive_payment(
        fee, amount_usd=Decimal(100), method="check", reference="2101", received_on=today(),
        today=today(), actor=cast.staff,
    )  # fmt: skip
    page = open_page(cast.staff, viewport)

    for route, *key in (
        ("list",),
        ("detail", firm.pk),
        ("change_details", firm.pk),
        ("record_agreement", firm.pk),
        ("suspend", firm.pk),
        ("close", firm.pk),
        ("money", firm.pk),
        ("charge_fee", firm.pk),
        ("receive_payment", fee.pk),
        ("take_back_payment", payment.pk),
        ("fees",),
        ("charge_year",),
        ("set_fee_amount",),
        ("history", firm.pk),
    ):
        page.goto(reverse(f"licensees:{route}", args=key))
        no_barriers(page)
