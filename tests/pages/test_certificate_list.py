"""Certificates found by filter and search, a page at a time."""

import datetime as dt
from decimal import Decimal

import pytest

from certificates.models import Certificate
from certificates.operations.shipping import ship
from certificates.operations.stock import register, sell
from licensees.operations.addresses import keep_party
from tests.cast import fresh_itn, today
from tests.pages.filling import issued
from tests.pages.reading import main

LIST = "/certificates/"


def numbers(answer) -> list[int]:
    """The numbers in the table, from top to bottom."""
    return [int(cell.text[2:]) for cell in main(answer).all("th", scope="row")]


def buy(cast, firm, count) -> list[int]:
    """Sell so many blanks to a firm in one sale."""
    wanted = [1_000_000 + Certificate.objects.count() + place for place in range(count)]
    register(numbers=wanted, actor=cast.staff)
    sell(
        licensee=firm,
        numbers=wanted,
        paid_usd=Decimal(20 * count),
        method="check",
        sold_on=today() - dt.timedelta(days=30),
        contact=cast.contact_of(firm),
        today=today(),
        actor=cast.staff,
    )
    return wanted


@pytest.fixture
def shelf(cast, client) -> dict[str, Certificate]:
    """One certificate of firm A for each thing a filter can tell apart."""
    client.force_login(cast.issuer)
    old = today() - dt.timedelta(days=20)
    shelf = {
        "blank": cast.available(),
        "israel": issued(cast, consignee_name="Ramat Gan Diamonds"),
        "china": issued(cast, consignee_name="100% Gems_Ltd", consignee_country="CN"),
        "old": issued(
            cast,
            consignee_name="ÅNGSTRÖM & Söhne",
            consignee_country="CH",
            date_of_issue=old,
            date_of_expiry=old + dt.timedelta(days=60),
            itn=fresh_itn(old),
        ),
        "void": cast.voided(),
        "shipped": cast.shipped(consignee_name="Ramat Gan Polishing"),
    }
    ship(
        shelf["old"],
        shipped_on=today() - dt.timedelta(days=5),
        seal_number="S",
        today=today(),
        actor=cast.issuer,
    )
    return {name: Certificate.objects.get(pk=row.pk) for name, row in shelf.items()}


@pytest.fixture
def found(client, shelf):
    """The names of the certificates that a query finds."""

    def names(query):
        answer = client.get(LIST, query)
        assert answer.status_code == 200, main(answer).text
        by_number = {row.number: name for name, row in shelf.items()}
        return {by_number[number] for number in numbers(answer)}

    return names


# ---- filters ------------------------------------------------------------------------------------

ALL = {"blank", "israel", "china", "old", "void", "shipped"}


def test_each_filter_alone(shelf, found):
    """One shelf, every filter."""
    number, code = shelf["israel"].number, shelf["israel"].itn
    soon, days_ago = today().isoformat(), (today() - dt.timedelta(days=6)).isoformat()
    recent = {"israel", "china", "void", "shipped"}
    table = [
        ({}, ALL),
        ({"status": "available"}, {"blank"}),
        ({"status": ["issued", "void"]}, {"israel", "china", "void"}),
        ({"status": "delivered"}, set()),
        ({"number": f"US{number}"}, {"israel"}),
        ({"number": f" us-{number} "}, {"israel"}),
        ({"number": f"000{number}"}, {"israel"}),
        ({"number": "999999999"}, set()),
        ({"number": "no number"}, set()),
        ({"number": "-1"}, set()),
        ({"itn": code}, {"israel"}),
        ({"itn": f"aes {code[:1].lower()} {code[1:9]}-{code[9:]}"}, {"israel"}),
        ({"itn": code[:10]}, set()),
        ({"consignee": "ramat gan"}, {"israel", "shipped"}),
        ({"consignee": "ångström"}, {"old"}),
        ({"consignee": "100%"}, {"china"}),
        ({"consignee": "s_l"}, {"china"}),
        ({"consignee": "_"}, {"china"}),
        ({"consignee": "%"}, {"china"}),
        ({"consignee": "\\"}, set()),
        ({"destination": "IL"}, {"israel", "void", "shipped"}),
        ({"destination": "CN"}, {"china"}),
        ({"destination": "EU"}, set()),
        ({"issued_after": days_ago}, recent),
        ({"issued_before": days_ago}, {"old"}),
        ({"issued_after": "1900-01-01", "issued_before": "9999-12-31"}, ALL - {"blank"}),
        ({"shipped_after": soon}, {"shipped"}),
        ({"shipped_before": days_ago}, set()),
        ({"shipped_before": soon}, {"shipped", "old"}),
        ({"search": ""}, ALL),
        ({"search": f"us {number}"}, {"israel"}),
        ({"search": f"US-00{number}"}, {"israel"}),
        ({"search": str(number)}, {"israel"}),
        ({"search": f"ITN: {code}"}, {"israel"}),
        ({"search": code.lower()}, {"israel"}),
        ({"search": "Gems_"}, {"china"}),
        ({"search": "söhne"}, {"old"}),
        ({"search": "nobody"}, set()),
    ]
    wrong = [(query, got, names) for query, names in table if (got := found(query)) != names]
    assert not wrong, "\n".join(map(str, wrong))


def test_a_destination_takes_in_the_countries_that_trade_under_it(cast, client):
    client.force_login(cast.issuer)
    row = issued(cast, consignee_country="HK")
    cast.issued(consignee_country="IL")

    assert numbers(client.get(LIST, {"destination": "CN"})) == [row.number]


def test_the_expired_are_those_past_their_last_day_that_have_not_arrived(cast, client):
    client.force_login(cast.issuer)
    past = issued(cast, on=today() - dt.timedelta(days=61))
    issued(cast, on=today() - dt.timedelta(days=60))
    cast.delivered()

    for ticked in ("on", "true", "1", "True"):
        assert numbers(client.get(LIST, {"expired": ticked})) == [past.number], ticked
    for not_ticked in ("", "false"):
        assert len(numbers(client.get(LIST, {"expired": not_ticked}))) == 3, not_ticked


def test_filters_narrow_together(shelf, found):
    assert found({"status": "shipped", "consignee": "ramat"}) == {"shipped"}
    assert found({"status": ["shipped", "issued"], "destination": "IL", "search": "gan d"}) == {
        "israel"
    }
    assert found({"status": "void", "shipped_after": "2000-01-01"}) == set()


def test_the_filters_in_use_are_shown_in_their_boxes(client, shelf):
    answer = client.get(LIST, {"status": "void", "consignee": "x&y", "search": "'\""})

    shown = main(answer)
    assert "open" in shown.one("details").attributes
    assert [b["value"] for b in shown.all("input", checked="")] == ["void"]
    assert shown.one("input", name="consignee")["value"] == "x&y"
    assert shown.one("input", name="search")["value"] == "'\""
    assert "No certificate fits" in shown.text


# ---- what cannot be understood ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "words"),
    [
        pytest.param({"statsu": "void"}, "There is no filter named statsu.", id="misspelt name"),
        pytest.param({"seller": "2"}, "There is no filter named seller.", id="no such filter"),
        pytest.param({"number__gt": "1"}, "no filter named number__gt.", id="a lookup"),
        pytest.param({"x" * 5000: "1"}, f"named {'x' * 40}.", id="endless name"),
        pytest.param({"<b>": "1"}, "There is no filter named <b>.", id="markup"),
        pytest.param({"status": "lost"}, "lost is not one of the available", id="status"),
        pytest.param({"destination": "XX"}, "XX is not one of the available", id="destination"),
        pytest.param({"issued_after": "yesterday"}, "Enter a valid date", id="no date"),
        pytest.param({"issued_before": "2026-02-30"}, "Enter a valid date", id="no day"),
        pytest.param({"shipped_after": "10000-01-01"}, "Enter a valid date", id="far day"),
        pytest.param({"expired": "zz"}, "Choose expired", id="no tick"),
        pytest.param({"expired": "0"}, "Choose expired", id="zero, which Django takes for yes"),
        pytest.param({"expired": "\x00"}, "cannot be searched", id="NUL as a tick"),
        pytest.param({"search": "a\x00b"}, "cannot be searched", id="NUL in the search"),
        pytest.param({"consignee": "\x00"}, "cannot be searched", id="NUL alone"),
        pytest.param({"itn": "X\x002017"}, "cannot be searched", id="NUL in the ITN"),
    ],
)
def test_a_filter_that_cannot_be_understood_is_said_and_shows_no_rows(cast, client, query, words):
    cast.available()
    client.force_login(cast.issuer)

    answer = client.get(LIST, query)

    assert answer.status_code == 400
    assert words in main(answer).one("div", role="alert").text
    assert not main(answer).all("table")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("9" * 400, id="400 digits"),
        pytest.param("-1", id="negative"),
        pytest.param("9" * 18, id="beyond the column"),
        pytest.param("٣" * 5, id="other digits"),
        pytest.param("\ufffd\u202e\u0007", id="controls"),
        pytest.param("=cmd()", id="formula"),
        pytest.param("'; DROP TABLE certificates_certificate; --", id="SQL"),
        pytest.param("(" * 3000 + "\\", id="a pattern"),
        pytest.param("x" * 100_000, id="100,000 characters"),
    ],
)
def test_nothing_typed_into_a_filter_is_an_error_of_ours(cast, client, text):
    client.force_login(cast.issuer)

    for name in ("search", "number", "itn", "consignee", "before", "after", "status"):
        assert client.get(LIST, {name: text}).status_code in (200, 400), name


def test_bytes_that_are_no_text_are_no_error_of_ours(cast, client):
    client.force_login(cast.issuer)

    for query in (b"search=%ff%fe", b"%ff=1", b"status=%00", b"before=%00", b"&&==&;=%"):
        answer = client.get(LIST, QUERY_STRING=query.decode("latin-1"))
        assert answer.status_code in (200, 400), query


# ---- pages by key -------------------------------------------------------------------------------


def link(answer, rel) -> str:
    (found,) = main(answer).all("a", rel=rel) or [None]
    return found["href"] if found else ""


def test_all_rows_come_once_while_new_numbers_are_sold(cast, client):
    bought = buy(cast, cast.firm_a, 60)
    client.force_login(cast.issuer)

    seen, answer = [], client.get(LIST)
    while True:
        seen += numbers(answer)
        buy(cast, cast.firm_a, 2)
        if not (older := link(answer, "next")):
            break
        answer = client.get(LIST + older)

    assert seen == sorted(bought, reverse=True)


def test_going_back_shows_what_came_meanwhile_and_misses_nothing(cast, client):
    bought = buy(cast, cast.firm_a, 55)
    client.force_login(cast.issuer)
    first = client.get(LIST)
    last = client.get(LIST + link(client.get(LIST + link(first, "next")), "next"))
    assert numbers(last) == sorted(bought, reverse=True)[50:]
    assert not link(last, "next")
    new = buy(cast, cast.firm_a, 3)

    seen, answer = [], last
    while newer := link(answer, "prev"):
        answer = client.get(LIST + newer)
        seen = numbers(answer) + seen

    assert seen == sorted([*bought[5:], *new], reverse=True)


def test_paging_keeps_the_filters(cast, client):
    bought = buy(cast, cast.firm_a, 30)
    client.force_login(cast.issuer)
    issued = cast.issued()

    answer = client.get(LIST, {"status": ["available", "void"], "destination": ""})
    older = client.get(LIST + link(answer, "next"))

    assert numbers(answer) + numbers(older) == sorted(bought, reverse=True)
    assert issued.number not in numbers(answer) + numbers(older)
    assert link(older, "prev").count("status=") == 2


def test_a_page_beyond_the_end_says_so_and_leads_back(cast, client):
    buy(cast, cast.firm_a, 2)
    client.force_login(cast.issuer)

    answer = client.get(LIST, {"before": "1"})

    assert answer.status_code == 200
    assert numbers(answer) == []


# ---- whose --------------------------------------------------------------------------------------


def test_a_firms_list_names_no_firm_and_an_offices_list_does(cast, client):
    cast.available()
    client.force_login(cast.issuer)
    own = main(client.get(LIST))
    client.force_login(cast.overseer)
    every = main(client.get(LIST))

    assert "Licensee" not in own.one("thead").text
    assert "Licensee" in every.one("thead").text
    assert "Firm A (test)" in every.one("tbody").text


def test_no_filter_reaches_another_firms_rows(cast, client):
    theirs = cast.issued(cast.firm_b, consignee_name="Hidden Buyer")
    client.force_login(cast.issuer)

    for query in (
        {"search": theirs.display},
        {"number": str(theirs.number)},
        {"itn": theirs.itn},
        {"search": "Hidden"},
        {"status": "issued"},
        {"after": "1"},
    ):
        assert numbers(client.get(LIST, query)) == [], query


def test_a_carriers_certificates_are_listed_and_found_by_their_true_exporter(cast, client):
    for name in ("Rough Exporters Inc.", "Other Customer LLC"):
        keep_party(
            cast.carrier,
            part="exporter",
            name=name,
            address="1 Plaza",
            country="US",
            authority_reference="POA",
            authority_from=today() - dt.timedelta(days=7),
            actor=cast.carrier_issuer,
        )
    theirs = cast.issued(cast.carrier, exporter_name="Rough Exporters Inc.")
    cast.issued(cast.carrier, exporter_name="Other Customer LLC")
    for person in (cast.carrier_issuer, cast.staff, cast.overseer):
        client.force_login(person)

        answer = client.get(LIST, {"exporter": "rough exp"})

        assert numbers(answer) == [theirs.number]
        cell = main(answer).one("td", data_label="Exporter")
        assert cell.text == "Rough Exporters Inc."


def test_an_ordinary_firms_list_has_no_column_for_what_is_always_itself(client, shelf):
    answer = client.get(LIST)

    assert numbers(answer)
    assert not main(answer).all("td", data_label="Exporter")
