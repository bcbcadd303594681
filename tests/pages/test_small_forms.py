"""Every small form does its one operation, or says why not and keeps what was typed."""

from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from certificates.models import Certificate, Duty, Receipt
from certificates.operations.duties import discharge
from certificates.operations.shipping import deliver, ship
from tests.cast import today
from tests.pages.filling import FORMULA, MARKUP
from tests.pages.reading import errors, main, values
from tests.pages.small_forms import PAGES, Page
from tests.unchanged import everything

# One of each kind of text that breaks careless programs.
NASTY = {
    "markup": MARKUP,
    "formula": FORMULA,
    "control characters": "a\x01\x07\x1b[2J\u202e\ufeffz",
    "NUL": "a\x00b",
    "gigantic": "9" * 20_000,
    "binary": b"\xff\xfe\x80\x1a\x00PNG",
    "line ends": "one\r\n\r\ntwo",
    "quotes": "'\"'; DROP TABLE accounts_user; --",
    "nothing": "",
}


# Page, what is typed instead, the field that is to blame ("" for the form), part of the reason.
REFUSED = {
    "no seal": ("ship", {"seal_number": "\u200b"}, "seal_number", "31 CFR 592.301(a)(2), 592.314"),
    "shipped to-morrow": ("ship", {"shipped_on": "2099-01-01"}, "shipped_on", "still to come"),
    "shipped before issue": ("ship", {"shipped_on": "2020-01-01"}, "shipped_on", "is good from"),
    "delivered too early": ("deliver", {"delivered_on": "2020-01-01"}, "delivered_on", "left on"),
    "void without number": ("void", {"replacement": ""}, "replacement", "Give the number"),
    "void without notes": ("void", {"reason": "other", "notes": " "}, "notes", "Say what"),
    "lost, but in hand": ("void", {"reason": "blank_lost"}, "form_disposition", "not recovered"),
    "not registered": (
        "sell",
        {"numbers": "70001-70009", "paid_usd": "180"},
        "numbers",
        "US70003, US70004",
    ),
    "not exactly paid": ("sell", {"paid_usd": "39.99"}, "paid_usd", "$40.00; $39.99"),
    "sold to-morrow": ("sell", {"sold_on": "2099-01-01"}, "sold_on", "still to come"),
    "done to-morrow": ("discharge", {"sent_at": "2099-01-01T10:00"}, "sent_at", "still to come"),
    "done long before": ("discharge", {"sent_at": "0001-01-01T00:00"}, "sent_at", "owed since"),
    "address in use": ("appoint", {"email": "STAFF@tests.example"}, "email", "USKPA staff"),
    "ended to-morrow": ("close", {"ended_on": "2099-01-01"}, "ended_on", "still to come"),
    "ended before it began": ("close", {"ended_on": "2019-01-01"}, "ended_on", "effective from"),
    "no EIN": ("details", {"ein": "123456789"}, "ein", "NN-NNNNNNN"),
    "a P.O. box": ("details", {"address": "PO Box 1\nNew York"}, "address", "P.O. box"),
    "signed to-morrow": ("agreement", {"signed_on": "2099-01-01"}, "signed_on", "still to come"),
    "a fee of nothing": ("charge", {"amount_usd": "0"}, "amount_usd", "more than zero"),
    "a fee nobody set": ("charge", {"amount_usd": ""}, "due_on", "No fee is set for 01/31/2026"),
    "paid too much": ("receive", {"amount_usd": "500.01"}, "amount_usd", "Only $500.00 is owed"),
    "paid to-morrow": ("receive", {"received_on": "2099-01-01"}, "received_on", "still to come"),
    "no agency": ("invite", {"agency": ""}, "agency", "belongs to an agency"),
    "invited before": ("invite", {"email": "ADMINISTRATOR@tests.example"}, "email", "already has"),
}
UNREADABLE = {
    "no date": ("ship", {"shipped_on": "soon"}, "shipped_on"),
    "31 February": ("deliver", {"delivered_on": "2026-02-31"}, "delivered_on"),
    "another firm's number": ("void", {"replacement": "US99"}, "replacement"),
    "not a number": ("void", {"replacement": "GB1"}, "replacement"),
    "no such reason": ("void", {"reason": "bored"}, "reason"),
    "number 0": ("register", {"numbers": "0"}, "numbers"),
    "backwards": ("register", {"numbers": "9-7"}, "numbers"),
    "too many": ("register", {"numbers": "1-999999999"}, "numbers"),
    "an exponent": ("sell", {"paid_usd": "4e1"}, "paid_usd"),
    "no such firm": ("sell", {"licensee": "9" * 30}, "licensee"),
    "no such contact": ("sell", {"contact": "me"}, "contact"),
    "an hour that is none": ("discharge", {"sent_at": "2026-11-24T25:00"}, "sent_at"),
    "another printer": ("calibrate", {"right_mm": "20.1"}, "right_mm"),
    "not a millimetre": ("calibrate", {"down_mm": "NaN"}, "down_mm"),
    "no address": ("appoint", {"email": "me"}, "email"),
    "no role": ("appoint", {"role": "king"}, "role"),
    "no reason": ("suspend", {"reason": "  "}, "reason"),
    "no office": ("invite", {"office": "king"}, "office"),
}


@pytest.fixture
def opened(cast, client, request) -> Page:
    """The page named by the test's parameter, its actor being signed in."""
    page = PAGES[request.param](cast)
    client.force_login(page.actor)
    return page


def pages(cases: dict[str, Any]) -> Any:
    """Cases as parameters: the page to open, then the rest."""
    return pytest.mark.parametrize(
        ("opened", "case"),
        [pytest.param(case[0], case[1:], id=name) for name, case in cases.items()],
        indirect=["opened"],
    )


def shown_values(answer) -> dict[str, str]:
    """What stands in the form of an answer."""
    boxes = values(main(answer).one("form", method="post", novalidate=""))
    return {name: text for name, text in boxes.items() if name != "csrfmiddlewaretoken"}


@pytest.mark.parametrize("opened", PAGES, indirect=True)
def test_what_is_lawfully_typed_is_done_and_said(client, opened):
    answer = client.post(opened.url, opened.typed, follow=True)

    assert answer.redirect_chain
    assert answer.status_code == 200
    assert opened.done()
    assert main(answer).all("div", class_="usa-alert usa-alert--success usa-alert--slim")


@pages(REFUSED)
def test_a_refusal_names_field_and_reason_and_keeps_what_was_typed(client, opened, case):
    changes, field, says = case
    typed = opened.typed | changes
    before = everything()

    answer = client.post(opened.url, typed)

    assert answer.status_code == 409
    assert says in errors(answer)[field]
    assert shown_values(answer) == typed
    assert everything() == before


@pages(UNREADABLE)
def test_what_cannot_be_read_is_said_of_its_field_and_kept(client, opened, case):
    changes, field = case
    typed = opened.typed | changes
    before = everything()

    answer = client.post(opened.url, typed)

    assert answer.status_code == 422
    assert list(errors(answer)) == [field]
    kept = shown_values(answer)
    chosen = {"licensee", "contact", "reason", "role", "office"}  # a list shows what it has
    assert {name: kept[name] for name in kept if name not in chosen & {field}} == {
        name: text for name, text in typed.items() if name not in chosen & {field}
    }
    assert everything() == before


@pytest.mark.parametrize("opened", PAGES, indirect=True)
def test_no_text_in_any_field_breaks_the_page(client, opened):
    before = everything()
    for field, (kind, text) in product(opened.typed, NASTY.items()):
        with transaction.atomic():
            answer = client.post(opened.url, opened.typed | {field: text}, follow=True)

            assert b"<script>alert" not in answer.content, (field, kind)
            if answer.redirect_chain:  # done; the page that follows shows it as plain text
                assert answer.status_code == 200, (field, kind)
            else:
                assert answer.status_code in (409, 422), (field, kind, answer.status_code)
                assert everything() == before, (field, kind)
            transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("name", "code"), [("sell", 403), ("ship", 404), ("discharge", 404), ("suspend", 404)]
)
def test_somebody_of_another_firm_gets_nothing_done(cast, client, name, code):
    page = PAGES[name](cast)
    client.force_login(cast.stranger)
    before = everything()

    assert client.post(page.url, page.typed).status_code == code
    assert everything() == before


def test_the_second_of_two_who_ship_is_told_that_it_left(cast, client):
    page = PAGES["ship"](cast)
    row = Certificate.objects.get(status="issued")
    ship(row, shipped_on=today(), seal_number="FIRST", today=today(), actor=cast.issuer)
    client.force_login(cast.issuer)

    answer = client.post(page.url, page.typed)

    assert answer.status_code == 409
    assert f"{row} was shipped on" in main(answer).one("div", role="alert").text


def test_the_second_of_two_who_record_a_duty_is_told_who_did(cast, client):
    page = PAGES["discharge"](cast)
    duty = Duty.objects.get(code=Duty.Code.CENSUS_COPY)
    discharge(duty, method="fax", sent_at=timezone.now(), reference="", actor=cast.colleague)
    client.force_login(cast.issuer)

    answer = client.post(page.url, page.typed)

    assert answer.status_code == 409
    assert "Colleague-A recorded this on" in main(answer).text
    assert shown_values(answer) == page.typed


def test_a_delivered_certificate_cannot_be_voided(cast, client):
    page, row = PAGES["void"](cast), Certificate.objects.get(status="issued")
    ship(row, shipped_on=today(), seal_number="S", today=today(), actor=cast.issuer)
    deliver(row, delivered_on=today(), today=today(), actor=cast.issuer)
    client.force_login(cast.issuer)

    assert client.post(page.url, page.typed).status_code == 409


def test_half_a_dollar_is_not_lost(cast, client):
    page = PAGES["sell"](cast)
    client.force_login(cast.staff)

    client.post(page.url, page.typed | {"paid_usd": " 40.0 "})

    assert Receipt.objects.get(quantity=2).paid_usd == Decimal("40.00")
