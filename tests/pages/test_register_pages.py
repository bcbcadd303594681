"""Stock, steps, duties and the printer: each page shows its facts and what can be done next."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from certificates.models import Duty
from certificates.operations.duties import discharge
from certificates.operations.printing import calibrate
from certificates.operations.stock import register, sell
from licensees.operations.licensing import suspend
from tests.cast import today
from tests.pages.opening import forms, get, links, rows
from tests.pages.reading import main, values

DAY = dt.timedelta(days=1)


def test_staff_see_the_stock_as_runs_and_every_receipt(cast, client):
    register(numbers=[60001, 60002, 60003, 60007], actor=cast.staff)
    cast.available(), cast.available(cast.firm_b)

    shown = get(client, cast.staff, "certificates:sales")

    (runs,) = shown.all("ul", class_="portal-runs")
    assert [run.text for run in runs.all("li")] == ["US60001-US60003", "US60007"]
    assert "4 blanks that can be sold" in shown.text
    assert [row.split(" Issuer")[0].split(" ", 2)[2][-13:] for row in rows(shown)] == [
        "Firm B (test)",
        "Firm A (test)",
    ]


def test_a_firm_sees_its_own_receipts_and_no_stock(cast, client):
    cast.in_stock(), cast.available(), cast.available(cast.firm_b)

    shown = get(client, cast.issuer, "certificates:sales")

    assert len(rows(shown)) == 1
    assert "Firm A (test)" in rows(shown)[0]
    assert "In stock" not in shown.text
    assert reverse("certificates:sell") not in links(shown)


def test_the_receipt_lists_runs_and_leads_to_its_pdf(cast, client):
    numbers = [60001, 60002, 60004]
    register(numbers=numbers, actor=cast.staff)
    receipt = sell(
        licensee=cast.firm_a,
        numbers=numbers,
        paid_usd=Decimal(60),
        method="cash",
        sold_on=today(),
        contact=cast.contact_a,
        today=today(),
        actor=cast.staff,
    )

    shown = get(client, cast.issuer, "certificates:receipt", receipt.number)

    assert [run.text for run in shown.one("ul", class_="portal-runs").all("li")] == [
        "US60001-US60002",
        "US60004",
    ]
    assert "3 × $20.00" in shown.text
    assert "$60.00, cash" in shown.text
    assert "Available 3" in shown.text
    assert reverse("certificates:receipt_pdf", args=[receipt.number]) in links(shown)


def test_the_page_to_sell_names_the_price_the_stock_and_the_people_by_firm(cast, client):
    _ = cast.contact_a, cast.contact_b, cast.in_stock()
    suspend(cast.firm_b, reason="Test", today=today(), actor=cast.staff)

    shown = get(client, cast.staff, "certificates:sell")

    people = shown.one("select", name="contact")
    assert [(group["label"], group.text) for group in people.all("optgroup")] == [
        ("Firm A (test)", "Issuer-A, Firm A (test)"),
        ("Firm B (test)", "Issuer-B, Firm B (test)"),
    ]
    firms = shown.one("select", name="licensee").all("option")
    assert [firm.text for firm in firms][1:] == ["Firm A (test)", "Firm B (test) (suspended)"]
    assert "25 blanks $500.00" in shown.text
    assert values(shown.one("form", method="post"))["sold_on"] == today().isoformat()


def test_the_page_to_register_names_the_highest_number(cast, client):
    register(numbers=[77, 812], actor=cast.staff)

    assert "US812" in get(client, cast.staff, "certificates:register").text


def test_the_page_to_ship_explains_the_seal_and_what_becomes_due(cast, client):
    row = cast.issued()

    shown = get(client, cast.issuer, "certificates:ship", row.number)

    for words in (row.itn, "31 CFR 592.301(a)(2), 592.314", "31 CFR 592.301(a)(1)(iv)"):
        assert words in shown.text
    assert values(shown.one("form", method="post"))["shipped_on"] == today().isoformat()


def test_the_page_to_deliver_says_that_it_is_a_claim(cast, client):
    row = cast.shipped()

    shown = get(client, cast.issuer, "certificates:deliver", row.number)

    assert "seal SEAL-1" in shown.text
    assert "confirmation is another fact" in shown.text


@pytest.mark.parametrize(("make", "owes_correction"), [("issued", True), ("available", False)])
def test_the_page_to_void_says_that_it_is_for_ever_and_what_becomes_due(
    cast, client, make, owes_correction
):
    row = getattr(cast, make)()

    shown = get(client, cast.issuer, "certificates:void", row.number)

    assert "Void is for ever" in shown.text
    assert "31 CFR 592.301(a)(1)(v)" in shown.text
    assert ("15 CFR 30.9(a)" in shown.text) == owes_correction


@pytest.mark.parametrize(
    ("make", "step", "says"),
    [
        ("available", "ship", "is available."),
        ("shipped", "ship", "was shipped on"),
        ("issued", "deliver", "was issued by Issuer-A"),
        ("shipped", "void", "was shipped on"),
        ("voided", "void", "was voided by Issuer-A"),
    ],
)
def test_a_step_that_is_not_open_says_where_the_certificate_stands(cast, client, make, step, says):
    row = getattr(cast, make)()
    client.force_login(cast.issuer)

    answer = client.get(reverse(f"certificates:{step}", args=[row.number]))

    assert answer.status_code == 409
    assert f"{row} {says}" in main(answer).text
    assert reverse("certificates:detail", args=[row.number]) in links(main(answer))


def test_duties_are_listed_by_due_date_with_their_source(cast, client):
    row = cast.shipped()
    Duty.objects.filter(code=Duty.Code.IMPORT_CONFIRMATION).update(
        opened_on=today() - 9 * DAY, due_on=today() - 8 * DAY
    )

    shown = get(client, cast.issuer, "duties:list")

    assert [text.split(str(row))[0].strip() for text in rows(shown)] == [
        "Get the import confirmed KPCS section III(b)",
        "Tell the importing authority KPCS Annex II",
        "Send a copy to the Census Bureau 31 CFR 592.301(a)(1)(iv); 15 CFR 30.7(c)",
    ]
    assert ["Late" in text for text in rows(shown)] == [True, False, False]
    assert ["Today" in text for text in rows(shown)] == [False, True, True]
    assert sum("/discharge/" in url for url in links(shown)) == 3
    assert rows(get(client, cast.stranger, "duties:list")) == []
    assert not any("/discharge/" in url for url in links(get(client, cast.census, "duties:list")))


@pytest.mark.parametrize(
    ("code", "says", "method"),
    [
        (Duty.Code.CENSUS_COPY, "(800) 457-7328", "fax"),
        (Duty.Code.ADVANCE_NOTICE, "Botswana", "email"),
        (Duty.Code.IMPORT_CONFIRMATION, "Ask your consignee", "email"),
    ],
)
def test_the_page_of_a_duty_says_how_it_is_done(cast, client, code, says, method):
    duty = cast.shipped().duties.get(code=code)

    shown = get(client, cast.issuer, "duties:discharge", duty.pk)

    assert says in shown.text
    assert values(shown.one("form", method="post"))["method"] == method


@pytest.mark.parametrize(
    ("code", "says"),
    [(Duty.Code.VOID_COPY, "voided certificate"), (Duty.Code.AES_CORRECTION, "cancel it")],
)
def test_the_page_of_a_void_s_duty_says_how_it_is_done(cast, client, code, says):
    duty = cast.voided().duties.get(code=code)

    assert says in get(client, cast.issuer, "duties:discharge", duty.pk).text


def test_the_notice_to_the_importing_authority_does_not_name_the_itn(cast, client):
    row = cast.issued()

    shown = get(client, cast.issuer, "duties:discharge", row.duties.get().pk)

    assert row.itn not in shown.text


def test_a_duty_that_is_done_shows_the_proof_and_no_form(cast, client):
    duty = cast.shipped().duties.get(code=Duty.Code.CENSUS_COPY)
    discharge(
        duty, method="fax", sent_at=duty.certificate.issued_at, reference="F-77", actor=cast.issuer
    )

    shown = get(client, cast.issuer, "duties:discharge", duty.pk)

    assert "Secure fax" in shown.text
    assert "F-77" in shown.text
    assert forms(shown) == []


def test_the_printer_page_shows_the_numbers_kept(cast, client):
    calibrate(right_mm=Decimal("1.5"), down_mm=Decimal("-0.5"), actor=cast.issuer)

    shown = get(client, cast.issuer, "certificates:calibrate")

    assert values(shown.one("form", method="post")) | {"csrfmiddlewaretoken": ""} == {
        "csrfmiddlewaretoken": "",
        "right_mm": "1.5",
        "down_mm": "-0.5",
    }
    assert reverse("certificates:test_sheet") in links(shown)
