"""One certificate's page: its facts, what can be done next, what is owed, its history."""

import datetime as dt

import pytest

from certificates.models import Duty
from certificates.operations.duties import discharge
from certificates.operations.voiding import void
from journal.models import Entry
from tests.cast import today
from tests.pages.filling import address, drafted, issued
from tests.pages.reading import main


@pytest.fixture
def show(client):
    """The page of a certificate to somebody."""

    def page(row, user):
        client.force_login(user)
        answer = client.get(address("detail", row))
        assert answer.status_code == 200
        return main(answer)

    return page


def links(shown) -> set[str]:
    """Where "What can be done now" leads."""
    return {link["href"] for link in shown.one("section", aria_labelledby="next").all("a")}


def facts(shown) -> dict[str, str]:
    """Label and text of every fact."""
    return {
        fact.one("dt").text: fact.one("dd").text
        for fact in shown.all("div", class_="portal-facts__fact")
    }


# ---- what can be done next ----------------------------------------------------------------------

NEXT = [
    # status, of a contact of the firm, of staff, of everybody else in an office
    ("in_stock", None, set(), set()),
    ("available", {"issue", "void"}, {"void"}, set()),
    ("issued", {"ship", "void"}, {"void"}, set()),
    ("shipped", {"deliver"}, {"deliver"}, set()),
    ("delivered", set(), set(), set()),
    ("voided", set(), set(), set()),
]


@pytest.mark.parametrize(
    ("status", "contact", "staff", "others"), NEXT, ids=[row[0] for row in NEXT]
)
def test_only_what_may_and_can_be_done_is_offered(cast, show, status, contact, staff, others):
    row = getattr(cast, status)()
    expected = {
        cast.issuer: contact,
        cast.colleague: contact,
        cast.manager: contact,
        cast.staff: staff,
        cast.overseer: others,
        cast.reviewer: others,
        cast.administrator: others,
    }
    for user, steps in expected.items():
        if steps is None:
            continue
        offered = {link.rstrip("/") for link in links(show(row, user)) if link.endswith("/")}
        assert offered == steps, user


def test_every_step_offered_can_be_opened(cast, client, show):
    for status in ("available", "issued", "shipped"):
        row = getattr(cast, status)()
        for link in links(show(row, cast.issuer)):
            target = link if link.startswith("/") else address("detail", row) + link
            assert client.get(target).status_code == 200, target


def test_the_original_is_the_issuers_to_print_until_it_ships(cast, show):
    row = cast.issued()

    assert "Print the original" in show(row, cast.issuer).text
    assert "Print on the form" in show(row, cast.issuer).text
    for other in (cast.staff, cast.overseer):
        assert "Print the original" not in show(row, other).text
        assert "Print on the form" not in show(row, other).text
        assert "See the PDF" in show(row, other).text
    assert "Print the original" not in show(cast.shipped(), cast.issuer).text


def test_a_begun_draft_is_said_and_can_be_continued(cast, show):
    row = drafted(cast)

    shown = show(row, cast.colleague)

    assert "A draft was last changed by Issuer-A" in shown.text
    assert "Continue the draft" in shown.text


def test_an_expired_certificate_says_what_to_do_but_not_on_its_last_day(cast, show):
    last_day = issued(cast, on=today() - dt.timedelta(days=60))
    past = issued(cast, on=today() - dt.timedelta(days=61))

    assert last_day.date_of_expiry == today()
    assert "Expired" not in show(last_day, cast.issuer).text
    shown = show(past, cast.issuer)
    assert "Expired" in shown.text
    assert "void it and issue another one" in shown.text


# ---- facts --------------------------------------------------------------------------------------


def test_the_facts_of_the_paper_stand_there_as_printed(cast, show):
    row = cast.issued(provenance="GB 17", waybill="020-12345675", ftz_number="1A")

    shown = facts(show(row, cast.issuer))

    assert shown["ITN"] == row.itn
    assert shown["Country of origin"] == "Botswana"
    assert shown["Value"] == "$12,345.67"
    assert shown["Carat weight"] == "98.76 ct"
    assert shown["HS subheading"] == "7102.31"
    assert shown["Exporter"] == "Firm A (test) 65 Example Street New York, NY 10036"
    assert shown["Ultimate consignee"] == (
        "Example Diamonds Ltd. 1 Example Road Ramat Gan 52521 Israel"
    )
    assert shown["Issued by"].startswith("Issuer-A, ")
    assert shown["Port of export"].endswith("(4701)")
    assert (shown["Provenance"], shown["Air waybill"], shown["Foreign-trade zone"]) == (
        "GB 17", "020-12345675", "1A",
    )  # fmt: skip
    assert f"receipt {row.receipt.number}" in shown["Sold"]


def test_mixed_origin_is_shown_as_on_the_paper(cast, show):
    row = cast.issued(mixed_origin=True, country_of_origin="")

    assert facts(show(row, cast.issuer))["Country of origin"] == "**** (mixed)"


def test_a_void_certificate_says_why_and_what_replaces_it(cast, show):
    row, new = cast.issued(), cast.available()
    void(
        row,
        reason="replaced",
        notes="Typed\ntwice",
        form_disposition="destroyed",
        replacement=new,
        today=today(),
        actor=cast.issuer,
    )

    shown, other = facts(show(row, cast.overseer)), facts(show(new, cast.overseer))

    assert "by Issuer-A: Replaced by another certificate Typed twice" in shown["Voided"]
    assert shown["Paper"] == "Destroyed"
    assert shown["Replaced by"] == f"US{new.number}"
    assert other["Replaces"] == f"US{row.number}"


# ---- duties -------------------------------------------------------------------------------------


def test_what_is_owed_is_said_with_its_rule_and_who_did_it(cast, show):
    row = cast.shipped()
    copy = row.duties.get(code=Duty.Code.CENSUS_COPY)

    owed = show(row, cast.issuer).one("section", aria_labelledby="duties")
    assert "31 CFR 592.301(a)(1)(iv)" in owed.text
    assert f"/duties/{copy.pk}/discharge/" in {link["href"] for link in owed.all("a")}
    assert not show(row, cast.overseer).one("section", aria_labelledby="duties").all("a")

    discharge(copy, method="fax", sent_at=copy_moment(copy), reference="F-17", actor=cast.colleague)

    done = show(row, cast.issuer).one("section", aria_labelledby="duties").text
    assert "Secure fax, F-17" in done
    assert "by Colleague-A" in done


def copy_moment(duty: Duty) -> dt.datetime:
    """Now: a duty is not done before it arose."""
    return Entry.objects.latest("id").at


# ---- history ------------------------------------------------------------------------------------


def test_the_history_is_told_in_plain_words_from_the_first_day(cast, show):
    row = cast.delivered()

    history = show(row, cast.issuer).one("section", aria_labelledby="history")

    told = history.text
    places = [
        told.index(words)
        for words in (
            "Registered in stock", "Sold to the licensee", "Issued", "Marked as shipped",
            "Marked as delivered",
        )
    ]  # fmt: skip
    assert places == sorted(places)
    assert "staff@tests.example" in told
    assert "issuer-a@tests.example" in told
    for word in ("certificate:", "licensee_id", "_on", "in_stock"):
        assert word not in told


def test_an_entry_written_behind_the_portals_back_does_not_break_the_page(cast, show):
    """Whatever stands in the journal must be readable: it is what the overseers look for."""
    row = cast.available()
    for changes in (
        {"date_of_issue": [None, "not a day"]},
        {"status": ["available", "eaten"]},
        {"void_reason": [None, "whim"]},
        {"form_disposition": [None, "lost at sea"]},
        {"shipped_on": 17},
        {"<b>": [["<script>alert(1)</script>"], {"x": [1]}]},
        {},
    ):
        Entry.objects.create(
            actor="mallory@tests.example",
            verb="certificate:forged",
            subject="certificate",
            subject_id=str(row.number),
            changes=changes,
        )

    told = show(row, cast.overseer).one("section", aria_labelledby="history").text

    assert told.count("mallory@tests.example") == 7


# ---- what does not exist ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "US999999999", "US0", "US00001", "US1234567890", "us50001", "50001", "US", "US-1", "US１",
        "US1%00", "US1%0A", "US%20" + "1", "US1;", "USx",
    ],
)  # fmt: skip
def test_a_number_that_does_not_exist_is_not_found(cast, client, path):
    client.force_login(cast.overseer)

    for page in ("", "issue/", "draft/", "issue/read-back/", "ship/", "void/", "certificate.pdf"):
        assert client.get(f"/certificates/{path}/{page}").status_code == 404
        assert client.post(f"/certificates/{path}/{page}").status_code == 404
