"""The pages of custody: a firm's stock, its counts, returns, write-offs; receipts are found."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse as address
from django.utils import timezone

from certificates.models import Certificate, Receipt, StockCount
from certificates.operations.counter_entry import reverse
from certificates.operations.counting import count
from certificates.operations.custody import take_back, write_off
from certificates.operations.stock import register, sell
from licensees.models import Licensee
from tests.cast import Cast, today
from tests.pages.reading import errors, main, pdf_text

DAY = dt.timedelta(days=1)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sold(cast: Cast, first: int, last: int, **terms: Any) -> Receipt:
    """A sale of a run of numbers."""
    numbers = list(range(first, last + 1))
    register(numbers=numbers, actor=cast.staff)
    firm = terms.get("licensee", cast.firm_a)
    return sell(
        **{
            "licensee": firm,
            "numbers": numbers,
            "paid_usd": Decimal(20) * len(numbers),
            "method": "check",
            "sold_on": today(),
            "contact": cast.contact_of(firm),
            "today": today(),
            "actor": cast.staff,
            **terms,
        }
    )


def stock_of(firm: Licensee) -> str:
    return address("firm:stock", args=[firm.pk])


def counted(cast: Cast, *numbers: int) -> StockCount:
    """A yearly count of firm A."""
    return count(
        cast.firm_a, counted_on=today(), occasion="yearly", numbers=numbers, today=today(),
        actor=cast.issuer,
    )  # fmt: skip


# The firm's stock


def test_the_tab_shows_where_every_blank_is(cast: Cast) -> None:
    sale = sold(cast, 60001, 60010)
    cast.issued()
    cast.voided()
    reverse(sale, numbers=[60010], reason="Mistake", today=today(), actor=cast.staff)

    shown = main(signed_in(cast.issuer).get(stock_of(cast.firm_a)))

    assert "11 = 9 + 1 + 0 + 0 + 1" in shown.text
    assert "US60001-US60009" in shown.text
    assert "Counter-entry to receipt" in shown.text
    assert not [link for link in shown.all("a") if "return" in link["href"]]
    current = [link.text for link in shown.all("a", aria_current="page")]
    assert current == ["Stock"]


def test_an_old_blank_below_a_used_number_is_asked_about(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold(cast, 40001, 40002, sold_on=today() - 400 * DAY)
    client, url = signed_in(cast.issuer), stock_of(cast.firm_a)
    asked = "Used, but not reported?"
    assert asked not in main(client.get(url)).text

    cast.issued()  # a higher number

    shown = main(client.get(url)).text
    assert asked in shown
    assert "US40001-US40002" in shown[shown.index(asked) :]
    monkeypatch.setattr(settings, "UNUSED_BLANK_MONTHS", 24)
    assert asked not in main(client.get(url)).text


def test_a_firm_is_told_from_november_on_that_it_owes_a_count(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.available()
    client, url = signed_in(cast.issuer), stock_of(cast.firm_a)
    for month, told in ((10, False), (11, True)):
        day = dt.date(today().year, month, 15)
        monkeypatch.setattr(timezone, "localdate", lambda *_, day=day: day)
        assert ("count is not entered yet" in main(client.get(url)).text) is told


def test_the_tab_costs_the_same_with_many_rows(cast: Cast) -> None:
    sold(cast, 60001, 60003)
    client, url = signed_in(cast.staff), stock_of(cast.firm_a)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    counted(cast, 60001, 60002)
    cost()  # the first visit also writes the session
    few = cost()
    for _ in range(3):
        counted(cast)

    assert cost() == few


# Counting


@pytest.mark.parametrize(("person", "occasion"), [("issuer", "yearly"), ("reviewer", "review")])
def test_a_count_is_entered_and_says_what_differs(cast: Cast, person: str, occasion: str) -> None:
    first, second = (cast.available().number for _ in range(2))
    client = signed_in(getattr(cast, person))
    url = address("firm:count", args=[cast.firm_a.pk])
    assert main(client.get(url)).one("textarea", name="numbers").text == ""

    answer = client.post(
        url, {"counted_on": today().isoformat(), "numbers": f"us {first}, 99"}, follow=True
    )

    row = StockCount.objects.get()
    assert row.occasion == occasion
    assert answer.redirect_chain == [(address("certificates:count", args=[row.pk]), 302)]
    shown = main(answer).text
    assert f"US{second} Not found" in shown
    assert "US99 Found, though" in shown
    assert "void as lost" not in shown


def test_a_count_that_agrees_says_so(cast: Cast) -> None:
    number = cast.available().number
    url = address("firm:count", args=[cast.firm_a.pk])

    answer = signed_in(cast.issuer).post(
        url, {"counted_on": today().isoformat(), "numbers": f"US{number}"}, follow=True
    )

    assert "The count agrees" in main(answer).text


@pytest.mark.parametrize(
    ("typed", "status", "field"),
    [
        pytest.param({"numbers": ""}, 422, "numbers", id="nothing"),
        pytest.param({"numbers": "abc"}, 422, "numbers", id="malformed"),
        pytest.param({"numbers": "1", "found_none": "on"}, 422, "found_none", id="both"),
        pytest.param({"numbers": "1", "counted_on": "2099-01-01"}, 409, "counted_on", id="future"),
    ],
)
def test_a_count_that_cannot_be_read_keeps_what_was_typed(
    cast: Cast, typed: dict[str, str], status: int, field: str
) -> None:
    typed = {"counted_on": today().isoformat(), **typed}

    answer = signed_in(cast.issuer).post(address("firm:count", args=[cast.firm_a.pk]), typed)

    assert answer.status_code == status
    assert list(errors(answer)) == [field]
    assert main(answer).one("textarea", name="numbers").text == typed["numbers"]
    assert not StockCount.objects.exists()


def test_an_empty_safe_is_said_by_a_tick(cast: Cast) -> None:
    url = address("firm:count", args=[cast.firm_a.pk])

    signed_in(cast.issuer).post(
        url, {"counted_on": today().isoformat(), "numbers": "", "found_none": "on"}
    )

    assert StockCount.objects.get().numbers == []


def test_staff_explain_a_difference_or_void_it_as_lost(cast: Cast) -> None:
    sold(cast, 60001, 60002)
    client = signed_in(cast.staff)
    lost, explained = counted(cast).differences.all()

    for difference, page, typed in (
        (lost, "report_lost", {"reason": "blank_stolen", "notes": "Burglary"}),
        (explained, "explain", {"explanation": "In the second safe"}),
    ):
        url = address(f"certificates:{page}", args=[difference.pk])
        assert client.get(url).status_code == 200
        answer = client.post(url, typed)
        assert answer["Location"] == address("certificates:count", args=[difference.count_id])
        assert client.get(url).status_code == 409
        assert client.post(url, typed).status_code == 409

    assert Certificate.objects.get(number=lost.number).void_reason == "blank_stolen"
    assert "Explained: In the second safe" in main(client.get(answer["Location"])).text


# Returned, written off, taken back


def test_staff_record_a_return_and_write_off_stock(cast: Cast) -> None:
    held, stock = cast.available().number, cast.in_stock().number
    client = signed_in(cast.staff)

    answer = client.post(address("firm:take_back", args=[cast.firm_a.pk]), {"numbers": f"US{held}"})
    assert answer["Location"] == stock_of(cast.firm_a)
    answer = client.post(
        address("certificates:write_off"),
        {"numbers": f"{stock}", "reason": "damaged", "form_disposition": "destroyed"},
        follow=True,
    )

    assert set(Certificate.objects.values_list("status", "void_reason")) == {
        ("void", "surrendered"), ("void", "damaged"),
    }  # fmt: skip
    shown = main(answer).text
    assert "1 blank written off, never sold" in shown
    assert f"US{stock}" in shown


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("certificates:write_off", {"reason": "damaged", "form_disposition": "destroyed"}),
        ("firm:take_back", {"note": "Kept text"}),
    ],
)
def test_a_refusal_stands_on_its_field_with_everything_typed(
    cast: Cast, page: str, typed: dict[str, str]
) -> None:
    arguments = [cast.firm_a.pk] if page.startswith("firm") else []
    bad = cast.issued().number

    answer = signed_in(cast.staff).post(
        address(page, args=arguments), {"numbers": f"US{bad}", **typed}
    )

    assert answer.status_code == 409
    assert list(errors(answer)) == ["numbers"]
    assert main(answer).one("textarea", name="numbers").text == f"US{bad}"


def test_a_sale_is_taken_back_on_its_page_and_both_say_so(cast: Cast) -> None:
    sale = sold(cast, 60001, 60003)
    client = signed_in(cast.staff)
    page = address("certificates:receipt", args=[sale.number])
    link = address("certificates:reverse", args=[sale.number])
    before = client.get(page + "receipt.pdf").content
    assert link in [a["href"] for a in main(client.get(page)).all("a")]

    answer = client.post(link, {"numbers": "60001-60002", "reason": "Wrong firm"}, follow=True)

    counter = Receipt.objects.get(reverses=sale)
    shown = main(answer).text
    assert "counter-entry" in shown
    assert "Wrong firm" in shown
    original = main(client.get(page)).text
    assert f"Receipt {counter.number}" in original
    assert "US60001-US60002" in original
    assert "US60001-US60003" in original
    assert client.get(page + "receipt.pdf").content == before
    pdf = client.get(address("certificates:receipt_pdf", args=[counter.number]))
    assert f"COUNTER-ENTRY to receipt {sale.number}" in pdf_text(pdf.content)


def test_a_sale_of_which_nothing_is_left_is_not_taken_back(cast: Cast) -> None:
    sale = sold(cast, 60001, 60001)
    take_back(cast.firm_a, numbers=[60001], note="", today=today(), actor=cast.staff)
    client = signed_in(cast.staff)
    link = address("certificates:reverse", args=[sale.number])

    assert client.get(link).status_code == 409
    page = client.get(address("certificates:receipt", args=[sale.number]))
    assert link not in [a["href"] for a in main(page).all("a")]


# The search for receipts


@pytest.fixture
def three_sales(cast: Cast) -> list[Receipt]:
    first = sold(cast, 60001, 60010, sold_on=today() - 20 * DAY)
    second = sold(cast, 60011, 60012, method="cash", licensee=cast.firm_b)
    counter = reverse(first, numbers=[60010], reason="x", today=today(), actor=cast.staff)
    return [first, second, counter]


@pytest.mark.parametrize(
    ("query", "found", "total"),
    [
        pytest.param("", [2, 1, 0], "3 receipts, 11 blanks, $220.00", id="all"),
        pytest.param("search=US60005", [0], "1 receipt, 10 blanks, $200.00", id="certificate"),
        pytest.param("search=us 60010", [2, 0], "2 receipts, 9 blanks, $180.00", id="taken back"),
        pytest.param("search={1}", [1], "1 receipt, 2 blanks, $40.00", id="receipt"),
        pytest.param("search=US{1}", [], "", id="no certificate"),
        pytest.param("method=cash", [1], "1 receipt, 2 blanks, $40.00", id="method"),
        pytest.param("firm={firm}", [2, 0], "2 receipts, 9 blanks, $180.00", id="firm"),
        pytest.param("sold_until={day}", [0], "1 receipt, 10 blanks, $200.00", id="until"),
        pytest.param("sold_from={day}", [2, 1, 0], "3 receipts", id="from"),
        pytest.param("sold_from={now}&firm={firm}", [2], "1 receipt, -1 blank", id="both"),
    ],
)
def test_receipts_are_found(
    cast: Cast, three_sales: list[Receipt], query: str, found: list[int], total: str
) -> None:
    query = query.format(
        *(sale.number for sale in three_sales),
        firm=cast.firm_a.pk,
        day=today() - 20 * DAY,
        now=today(),
    )

    answer = signed_in(cast.staff).get(f"{address('certificates:sales')}?{query}")

    shown = main(answer)
    heads = [th.all("a")[0].text for th in shown.all("th", scope="row")]
    assert heads == [f"Receipt {three_sales[at].number}" for at in found]
    assert total in shown.text


@pytest.mark.parametrize(
    "query", ["search=abc", "firm=x", "sold_from=31.12.", "method=gold", "search=%00"]
)
def test_a_question_that_cannot_be_read_finds_nothing(cast: Cast, query: str) -> None:
    sold(cast, 60001, 60001)

    answer = signed_in(cast.staff).get(f"{address('certificates:sales')}?{query}")

    assert answer.status_code == 400
    assert not main(answer).all("th", scope="row")


@pytest.mark.usefixtures("three_sales")
def test_a_firm_finds_its_own_receipts_only(cast: Cast) -> None:
    client = signed_in(cast.stranger)
    url = address("certificates:sales")

    assert "1 receipt, 2 blanks" in main(client.get(url)).text
    assert not main(client.get(f"{url}?search=US60005")).all("th", scope="row")
    assert client.get(f"{url}?firm={cast.firm_a.pk}").status_code == 400


def test_written_off_stock_is_shown_to_staff_only(cast: Cast) -> None:
    number = cast.in_stock().number
    write_off(
        numbers=[number], reason="damaged", notes="", form_disposition="destroyed",
        today=today(), actor=cast.staff,
    )  # fmt: skip
    url = address("certificates:sales")
    assert cast.issuer

    assert f"US{number}" in main(signed_in(cast.staff).get(url)).text
    assert f"US{number}" not in main(signed_in(cast.issuer).get(url)).text
