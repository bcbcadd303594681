"""A firm's pages about its licence, money and history, and the list of firms."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from certificates.operations.voiding import void
from journal.models import Entry
from licensees.models import AnnualFee, FeeAmount, FeePayment, LicenceStatus, Licensee
from licensees.operations.agreements import record_agreement
from licensees.operations.licensing import close, reinstate, suspend
from licensees.operations.money import charge_fee, receive_payment
from licensees.operations.people import appoint
from tests.cast import Cast, today
from tests.licensees.uploads import upload
from tests.pages.filling import drafted
from tests.pages.reading import Element, errors, main, values

DAY = dt.timedelta(days=1)


def page(client: Client, user: Any, route: str, *args: Any, query: str = "") -> Element:
    """A page as somebody sees it."""
    client.force_login(user)
    answer = client.get(reverse(f"licensees:{route}", args=args) + query)
    assert answer.status_code == 200, answer.status_code
    return main(answer)


def sent(client: Client, user: Any, route: str, *args: Any, **typed: Any) -> Any:
    """The answer to a form as it stands on the page, with some of it typed anew."""
    form = page(client, user, route, *args).one("form", method="post")
    assert all(form.all(name=name) for name in typed), typed
    return client.post(reverse(f"licensees:{route}", args=args), {**values(form), **typed})


def table(shown: Element) -> list[str]:
    return [row.text for row in shown.one("tbody").all("tr")]


def firms(count: int, **facts: Any) -> None:
    Licensee.objects.bulk_create(
        Licensee(
            **{
                "number": 1000 + n,
                "legal_name": f"Firm {n:03} (test)",
                "address": "1 Road",
                "ein": f"22-{n:07}",
                "state_of_incorporation": "NY",
                "effective_on": dt.date(2020, 1, 1),
                **facts,
            }
        )
        for n in range(count)
    )


# The list


def test_the_list_names_standing_and_its_reasons(cast: Cast, client: Client) -> None:
    assert cast.firm_a
    suspend(cast.carrier, reason="Test", today=today(), actor=cast.staff)
    charge_fee(
        cast.carrier, year=2026, amount_usd=Decimal(1), due_on=today() - 31 * DAY, actor=cast.staff
    )

    carrier, firm_a = table(page(client, cast.staff, "list"))

    assert firm_a.startswith("Firm A (test) 1 Licensee Active Good")
    assert carrier.startswith("Firm C (test) 2 Common carrier Suspended Not good")
    assert "The licence is suspended." in carrier
    assert "is not paid." in carrier


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?search=firm+b", "B"),
        ("?search=00-0000066", "B"),
        ("?search=2", "B"),
        ("?search=nobody", ""),
        ("?status=suspended", "B"),
        ("?status=active", "CA"),
        ("?kind=carrier", "C"),
        ("?standing=good", "A"),
        ("?standing=not_good", "CB"),
        ("?standing=not_good&status=active", "C"),
        ("?search=firm&kind=ordinary&standing=good", "A"),
        ("?search=%EF%BC%92", ""),  # a full-width 2 is no number
    ],
)
def test_firms_are_found(cast: Cast, client: Client, query: str, found: str) -> None:
    for firm in (cast.firm_a, cast.firm_b, cast.carrier):
        assert firm
    suspend(cast.firm_b, reason="Test", today=today(), actor=cast.staff)
    charge_fee(
        cast.carrier, year=2026, amount_usd=Decimal(1), due_on=today() - 31 * DAY, actor=cast.staff
    )

    shown = page(client, cast.overseer, "list", query=query)

    rows = table(shown) if found else []
    assert [row[5] for row in rows] == list(found)
    assert ("No firm fits" in shown.text) is not bool(found)


@pytest.mark.parametrize("query", ["?status=gone", "?standing=x", "?kind=x", "?search=%00"])
def test_a_filter_that_is_none_is_said_to_be(cast: Cast, client: Client, query: str) -> None:
    client.force_login(cast.staff)

    answer = client.get(reverse("licensees:list") + query)

    assert answer.status_code == 400
    assert errors(answer) or "No firm fits" in main(answer).text


def test_firms_are_listed_by_licence_number_a_page_at_a_time(cast: Cast, client: Client) -> None:
    firms(60)

    first = page(client, cast.staff, "list")
    second = page(client, cast.staff, "list", query=first.one("a", rel="next")["href"])
    last = page(client, cast.staff, "list", query=second.one("a", rel="next")["href"])

    listed = [row.split(" ")[1] for shown in (first, second, last) for row in table(shown)]
    assert listed == [f"{n:03}" for n in reversed(range(60))]
    assert last.all("a", rel="next") == []


@pytest.mark.parametrize("query", ["", "?standing=good", "?status=active&search=firm"])
def test_the_list_costs_the_same_for_any_number_of_firms(
    cast: Cast, client: Client, query: str, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    firms(500)
    client.force_login(cast.staff)
    client.get(reverse("licensees:list"))

    with django_assert_max_num_queries(6):
        answer = client.get(reverse("licensees:list") + query)

    assert len(table(main(answer))) == 25


def test_somebody_of_two_firms_sees_both_and_no_other(cast: Cast, client: Client) -> None:
    for made in (cast.issuer, cast.carrier):
        assert made
    appoint(cast.firm_b, email=cast.issuer.email, name="", role="issuer", actor=cast.staff)

    rows = table(page(client, cast.issuer, "list"))

    assert [row[:13] for row in rows] == ["Firm B (test)", "Firm A (test)"]


# The licence


def test_the_licence_says_its_facts_its_reasons_and_what_was_signed(
    cast: Cast, client: Client
) -> None:
    firm = cast.firm_a
    agreement = record_agreement(
        firm, version="2026-1", sent_on=None, signed_on=today(), paper=upload("signed.pdf"),
        today=today(), actor=cast.staff,
    )  # fmt: skip

    for person in (cast.issuer, cast.staff, cast.overseer, cast.reviewer):
        shown = page(client, person, "detail", firm.pk)
        assert len(shown.one("ul", class_="portal-reasons").all("li")) == 5
        assert "00-0000065" in shown.text
        assert "2026-1" in table(shown)[0]
        assert agreement.paper
        link = shown.one("a", href=reverse("licensees:paper", args=[agreement.paper.pk]))
        assert link.text == "signed.pdf"
        assert ("End the licence" in shown.text) is (person == cast.staff)


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (lambda firm, actor: suspend(firm, reason="x", today=today(), actor=actor), "Suspended"),
        (
            lambda firm, actor: close(
                firm, outcome="terminated", reason="x", ended_on=today(), today=today(),
                take_over_shipments=False, actor=actor,
            ),
            "The licence ended on",
        ),
    ],
    ids=["suspended", "ended"],
)  # fmt: skip
def test_the_people_of_a_firm_keep_reading_after_its_licence_stopped(
    cast: Cast, client: Client, end: Callable[..., Any], words: str
) -> None:
    assert cast.issuer
    end(cast.firm_a, cast.staff)

    assert words in page(client, cast.issuer, "detail", cast.firm_a.pk).text
    for route in ("money", "history", "people", "addresses", "acknowledgments"):
        page(client, cast.issuer, route, cast.firm_a.pk)
    for address in ("/", "/certificates/", "/certificates/sales/", "/duties/", "/licensees/"):
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("step", ["suspension", "end"])
def test_an_issue_page_opened_before_the_licence_stopped_issues_nothing(
    cast: Cast, client: Client, step: str
) -> None:
    row = drafted(cast)
    client.force_login(cast.issuer)
    address = reverse("certificates:read_back", args=[row.number])
    form = main(client.get(address)).one("form", method="post")
    suspend(cast.firm_a, reason="x", today=today(), actor=cast.staff)
    if step == "end":
        for held in type(row).objects.filter(licensee=cast.firm_a, status="available"):
            void(
                held, reason="surrendered", notes="", form_disposition="returned",
                replacement=None, today=today(), actor=cast.staff,
            )  # fmt: skip
        close(
            cast.firm_a, outcome="surrendered", reason="x", ended_on=today(), today=today(),
            take_over_shipments=False, actor=cast.staff,
        )  # fmt: skip

    answer = client.post(address, {**values(form), "attested": "on"})

    assert answer.status_code == 409
    row.refresh_from_db()
    assert row.status in ("available", "void")


def test_a_sale_page_opened_before_the_suspension_sells_nothing(cast: Cast, client: Client) -> None:
    blank = cast.in_stock()
    client.force_login(cast.staff)
    assert cast.contact_a
    address = reverse("certificates:sell")
    form = main(client.get(address)).one("form", method="post")
    suspend(cast.firm_a, reason="x", today=today(), actor=cast.staff)

    typed = {
        "licensee": str(cast.firm_a.pk), "contact": str(cast.contact_a.pk),
        "numbers": str(blank.number), "paid_usd": "20.00",
    }  # fmt: skip
    answer = client.post(address, {**values(form), **typed})

    assert answer.status_code == 409
    assert "not in good standing" in errors(answer)["licensee"]


# The first page


def test_the_firm_is_told_what_brings_it_back_into_good_standing(
    cast: Cast, client: Client
) -> None:
    firm, _ = cast.firm_a, cast.shipped()
    charge_fee(firm, year=2026, amount_usd=Decimal(1), due_on=today() - 31 * DAY, actor=cast.staff)
    suspend(firm, reason="Test", today=today(), actor=cast.staff)
    client.force_login(cast.issuer)

    for address in ("/", reverse("licensees:detail", args=[firm.pk])):
        told = main(client.get(address)).all("p", class_="portal-standing__do")
        assert [line.one("a")["href"] for line in told] == [
            reverse("licensees:history", args=[firm.pk]) + "?about=firm",
            reverse("licensees:money", args=[firm.pk]),
        ]


def test_staff_see_the_first_firms_not_in_good_standing_and_a_link_to_all(
    cast: Cast, client: Client
) -> None:
    firms(7, status="suspended", suspended_on=today())
    client.force_login(cast.staff)

    shown = main(client.get("/")).one("section", aria_labelledby="standing")

    assert len(shown.all("h3")) == 5
    assert shown.one("a", href="/licensees/?standing=not_good").text.startswith("All 7 firms")


# Steps


def test_details_are_changed_and_come_back_as_typed_when_refused(
    cast: Cast, client: Client
) -> None:
    firm = cast.firm_a

    answer = sent(client, cast.staff, "change_details", firm.pk, telephone="1", ein="1")
    assert answer.status_code == 409
    assert "NN-NNNNNNN" in errors(answer)["ein"]
    assert values(main(answer).one("form", method="post"))["telephone"] == "1"

    answer = sent(client, cast.staff, "change_details", firm.pk, legal_name="Renamed Inc.")
    assert answer.status_code == 302
    assert Licensee.objects.get(pk=firm.pk).legal_name == "Renamed Inc."


def test_an_agreement_is_recorded_with_its_file(cast: Cast, client: Client) -> None:
    firm = cast.firm_a
    typed = {"version": "2026-1", "signed_on": today().isoformat()}

    answer = sent(client, cast.staff, "record_agreement", firm.pk, **typed, paper=upload("a.exe"))
    assert answer.status_code == 409
    assert "PDF" in errors(answer)["paper"]

    answer = sent(client, cast.staff, "record_agreement", firm.pk, **typed, paper=upload("a.pdf"))
    assert answer.status_code == 302
    (agreement,) = firm.agreements.all()
    assert agreement.paper is not None


def test_closing_says_what_must_be_done_first_with_a_link_to_each(
    cast: Cast, client: Client
) -> None:
    firm, _, _ = cast.firm_a, cast.available(), cast.shipped()

    shown = page(client, cast.staff, "close", firm.pk)
    alert = shown.one("div", class_="usa-alert usa-alert--warning")
    assert "1 blank" in alert.text
    assert [link["href"] for link in alert.all("a")] == [reverse("firm:stock", args=[firm.pk])]
    assert "1 shipment" in shown.text

    typed = {"outcome": "surrendered", "reason": "x", "confirmed": "on"}
    answer = sent(client, cast.staff, "close", firm.pk, **typed)
    assert answer.status_code == 409
    assert "1 blank" in main(answer).one("div", role="alert").text
    assert Licensee.objects.get(pk=firm.pk).status == LicenceStatus.ACTIVE


def test_closing_asks_to_confirm_and_to_take_open_shipments_over(
    cast: Cast, client: Client
) -> None:
    firm, _ = cast.firm_a, cast.shipped()
    typed = {"outcome": "terminated", "reason": "x"}

    answer = sent(client, cast.staff, "close", firm.pk, **typed)
    assert answer.status_code == 422
    assert "confirmed" in errors(answer)
    answer = sent(client, cast.staff, "close", firm.pk, **typed, confirmed="on")
    assert answer.status_code == 409

    answer = sent(
        client, cast.staff, "close", firm.pk, **typed, confirmed="on", take_over_shipments="on"
    )
    assert answer.status_code == 302
    assert Licensee.objects.get(pk=firm.pk).status == LicenceStatus.TERMINATED
    for step in ("close", "suspend", "reinstate", "record_agreement"):
        again = client.get(reverse(f"licensees:{step}", args=[firm.pk]))
        assert again.status_code == 409, step


def test_nobody_is_asked_about_shipments_where_there_are_none(cast: Cast, client: Client) -> None:
    form = page(client, cast.staff, "close", cast.firm_a.pk).one("form", method="post")

    assert form.all(name="take_over_shipments") == []


def test_the_page_that_ends_a_suspension_says_which_review_comes_first(
    cast: Cast, client: Client
) -> None:
    firm = cast.firm_a  # licensed in 2020: both reviews fell due in 2025
    Licensee.objects.filter(pk=firm.pk).update(status="suspended", suspended_on=dt.date(2024, 1, 1))

    assert "A review comes first" in page(client, cast.staff, "reinstate", firm.pk).text
    answer = sent(client, cast.staff, "reinstate", firm.pk, reason="Cleared")
    assert answer.status_code == 409


# Money


def test_the_firm_reads_its_fees_and_payments(cast: Cast, client: Client) -> None:
    fee = charge_fee(
        cast.firm_a, year=2026, amount_usd=Decimal(500), due_on=today() - DAY, actor=cast.staff
    )
    receive_payment(
        fee, amount_usd=Decimal(200), method="check", reference="2101", received_on=today(),
        today=today(), actor=cast.staff,
    )  # fmt: skip

    own = page(client, cast.issuer, "money", cast.firm_a.pk)
    (row,) = table(own)
    assert row.startswith("2026 $500.00")
    assert "Late $300.00 $200.00, check 2101" in row
    assert "Record a payment" not in own.text
    assert "Record a payment" in page(client, cast.staff, "money", cast.firm_a.pk).text


def test_staff_charge_receive_and_take_back(cast: Cast, client: Client) -> None:
    firm = cast.firm_a
    FeeAmount.objects.create(valid_from=dt.date(2020, 1, 1), amount_usd=500)

    assert sent(client, cast.staff, "charge_fee", firm.pk, year="2026").status_code == 302
    fee = firm.fees.get()
    assert (fee.amount_usd, fee.due_on) == (500, dt.date(2026, 1, 31))

    form = page(client, cast.staff, "receive_payment", fee.pk).one("form", method="post")
    assert values(form)["amount_usd"] == "500.00"
    assert sent(client, cast.staff, "receive_payment", fee.pk).status_code == 302
    assert AnnualFee.objects.get().paid_on == today()
    again = client.post(reverse("licensees:receive_payment", args=[fee.pk]), values(form))
    assert again.status_code == 409

    payment = FeePayment.objects.get()
    assert sent(client, cast.staff, "take_back_payment", payment.pk).status_code == 422
    answer = sent(client, cast.staff, "take_back_payment", payment.pk, reason="Bounced")
    assert answer["Location"] == reverse("licensees:money", args=[firm.pk])
    assert AnnualFee.objects.get().paid_on is None
    assert "Taken back: Bounced" in page(client, cast.contact_of(firm).user, "money", firm.pk).text


def test_everybody_is_charged_for_a_year_on_one_page(cast: Cast, client: Client) -> None:
    firms(60)
    answer = sent(client, cast.staff, "charge_year", year="2026")
    assert answer.status_code == 409
    assert "No fee is set for 01/31/2026" in errors(answer)["due_on"]

    typed = {"valid_from": "2026-01-01", "amount_usd": "$1,500"}
    assert sent(client, cast.staff, "set_fee_amount", **typed).status_code == 302
    answer = sent(client, cast.staff, "charge_year", year="2026")
    assert answer["Location"] == reverse("licensees:fees") + "?year=2026"

    fee = AnnualFee.objects.get(licensee__number=1059)
    receive_payment(
        fee, amount_usd=fee.amount_usd, method="cash", reference="", received_on=today(),
        today=today(), actor=cast.staff,
    )  # fmt: skip
    shown = page(client, cast.overseer, "fees", query="?year=2026")
    assert len(table(shown)) == 50
    assert "60 firms charged 1 paid" in shown.one("ul", class_="portal-figures").text
    (paid,) = table(page(client, cast.overseer, "fees", query="?year=2026&state=paid"))
    assert paid.startswith("Firm 059 (test) 1059 $1,500.00")
    assert "No fee fits" in page(client, cast.overseer, "fees", query="?year=2020").text


@pytest.mark.parametrize("query", ["?year=1", "?year=x", "?state=x"])
def test_a_year_that_is_none_is_said_to_be(cast: Cast, client: Client, query: str) -> None:
    client.force_login(cast.staff)

    answer = client.get(reverse("licensees:fees") + query)

    assert answer.status_code == 400
    assert errors(answer)


def test_fees_of_many_firms_and_many_years_cost_the_same(
    cast: Cast, client: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    firms(60)
    firm = cast.firm_a
    AnnualFee.objects.bulk_create(
        [
            *(
                AnnualFee(licensee=row, year=2026, amount_usd=1, due_on=today())
                for row in Licensee.objects.all()
            ),
            *(
                AnnualFee(licensee=firm, year=2000 + n, amount_usd=1, due_on=today())
                for n in range(20)
            ),
        ]
    )
    FeePayment.objects.bulk_create(
        FeePayment(fee=fee, amount_usd=1, method="cash", received_on=today(), entered_by=cast.staff)
        for fee in firm.fees.all()
    )
    client.force_login(cast.staff)
    client.get("/")

    for address in (
        reverse("licensees:fees") + "?year=2026",
        reverse("licensees:money", args=[firm.pk]),
    ):
        with django_assert_max_num_queries(9):
            client.get(address)


# History


def test_the_firm_reads_its_own_history_in_words(cast: Cast, client: Client) -> None:
    row = cast.issued()
    suspend(cast.firm_a, reason="Two letters unanswered", today=today(), actor=cast.staff)
    reinstate(cast.firm_a, reason="Answered", today=today(), actor=cast.staff)

    shown = page(client, cast.issuer, "history", cast.firm_a.pk)

    told = [entry.text for entry in shown.all("p", class_="portal-timeline__what")]
    assert told[:3] == ["Licensee reinstated", "Licensee suspended", f"Certificate issued: {row}"]
    assert "Two letters unanswered" in shown.text
    assert cast.staff.email in shown.text
    short = page(client, cast.issuer, "history", cast.firm_a.pk, query="?about=firm")
    assert str(row) not in short.text
    assert "Licensee suspended" in short.text
    only = page(client, cast.issuer, "history", cast.firm_a.pk, query="?about=certificates")
    assert "Licensee suspended" not in only.text


def test_a_history_has_pages_and_costs_the_same(
    cast: Cast, client: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    firm = cast.firm_a
    Entry.objects.bulk_create(
        Entry(
            verb="licensee:changed",
            subject="licensee",
            subject_id=str(firm.pk),
            licensee_id=firm.pk,
            changes={"fax": [None, str(n)]},
        )
        for n in range(60)
    )
    client.force_login(cast.staff)
    client.get("/")

    with django_assert_max_num_queries(5):
        shown = main(client.get(reverse("licensees:history", args=[firm.pk])))
    older = page(client, cast.staff, "history", firm.pk, query=shown.one("a", rel="next")["href"])

    assert len(shown.all("li", class_="portal-timeline__entry")) == 25
    assert len(older.all("li", class_="portal-timeline__entry")) == 25
    assert "59" in shown.text


def test_another_firms_history_is_not_there(cast: Cast, client: Client) -> None:
    client.force_login(cast.stranger)

    for route in ("history", "money", "detail"):
        answer = client.get(reverse(f"licensees:{route}", args=[cast.firm_a.pk]))
        assert answer.status_code == 404
