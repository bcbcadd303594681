"""The front page: everyone finds first what they come for."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates.models import Certificate, Duty
from certificates.operations.drafting import save_draft
from certificates.operations.issue import issue
from licensees.operations.licensing import suspend
from licensees.operations.money import charge_fee
from licensees.operations.people import appoint
from reviews.operations import complete, schedule
from tests.cast import Cast, today
from tests.pages.reading import main

DAY = dt.timedelta(days=1)


def front_page(client, user):
    """The front page as ``user`` gets it."""
    client.force_login(user)
    answer = client.get("/")
    assert answer.status_code == 200
    return main(answer)


def links(shown) -> list[str]:
    """Where the links of a page lead, in order."""
    return [link["href"] for link in shown.all("a")]


def figures(shown) -> dict[str, int]:
    """The figures of a page by their words."""
    (box,) = shown.all("ul", class_="portal-figures")
    return {
        words.text: int(number.text)
        for number, words in (item.all("span") for item in box.all("li"))
    }


def section(shown, name: str) -> str:
    """The words of the section whose heading has this id."""
    return shown.one("section", aria_labelledby=name).text


def issued_on(cast: Cast, day: dt.date, last_day: dt.date | None = None) -> Certificate:
    """A certificate of firm A issued on a day of the past, good until ``last_day``."""
    shorter = {} if last_day is None else {"date_of_expiry": last_day}
    reason = "So it was agreed"
    return issue(
        cast.available(sold_on=day - DAY),
        facts=cast.particulars(date_of_issue=day, **shorter),
        attested=True,
        acknowledged=dict.fromkeys(("expiry_shortened", "little_time_left", "weekend"), reason),
        draft_version=None,
        today=day,
        actor=cast.issuer,
    )


def weekday_before(days: int) -> dt.date:
    """A day about ``days`` ago that is no weekend."""
    day = today() - days * DAY
    return day - max(0, day.weekday() - 4) * DAY


def test_whoever_is_not_signed_in_reads_what_the_portal_is_for(client, db):
    shown = main(client.get("/"))

    assert reverse("account_login") in links(shown)
    assert "rough diamonds" in shown.one("h1").text
    assert "This is not a website of the United States government" in shown.text


def test_a_licensee_finds_the_lowest_blank_nobody_has_begun(cast, client):
    begun, first, second = cast.available(), cast.available(), cast.available()
    save_draft(begun, fields={"consignee_name": "Ex Ltd."}, version=0, actor=cast.colleague)

    shown = front_page(client, cast.issuer)

    big = shown.one("section", aria_labelledby="next").one("a", class_="usa-button usa-button--big")
    assert (big["href"], big.text) == (f"/certificates/{first}/issue/", f"Issue {first}")
    drafts = section(shown, "drafts")
    assert f"Continue {begun} to Ex Ltd." in drafts
    assert "Last changed by Colleague-A" in drafts
    assert f"/certificates/{begun}/issue/" in links(shown)
    assert str(second) not in shown.text
    assert figures(shown)["available blanks"] == 3


def test_somebody_of_two_firms_finds_a_blank_of_each(cast, client):
    for firm in (cast.firm_a, cast.carrier):
        cast.available(firm)
    theirs = cast.available(cast.firm_b)
    appoint(cast.carrier, email=cast.issuer.email, name="", role="issuer", actor=cast.staff)

    shown = front_page(client, cast.issuer)

    offers = shown.one("section", aria_labelledby="next").all("li")
    assert [offer.one("span").text for offer in offers] == ["Firm A (test)", "Firm C (test)"]
    assert str(theirs) not in shown.text


def test_a_firm_without_blanks_is_told_how_to_get_them(cast, client):
    shown = front_page(client, cast.issuer)

    assert "You have no blanks" in section(shown, "next")
    assert "mailto:" in " ".join(links(shown))


def test_a_firm_with_a_draft_on_every_blank_is_led_to_the_drafts(cast, client):
    save_draft(cast.available(), fields={}, version=0, actor=cast.issuer)

    shown = front_page(client, cast.issuer)

    assert "A draft is begun on every blank you have" in section(shown, "next")


def test_a_suspended_firm_is_told_so_and_offered_nothing_to_issue(cast, client):
    cast.available()
    suspend(cast.firm_a, reason="Test", today=today(), actor=cast.staff)

    shown = front_page(client, cast.issuer)

    assert "The licence is suspended" in shown.text
    assert not shown.all("section", aria_labelledby="next")
    assert "Not held: The licence is suspended." in section(shown, "standing")


def test_what_waits_to_ship_is_ordered_by_its_last_day(cast, client):
    fresh = cast.issued()
    expired = issued_on(cast, weekday_before(70))
    soon = issued_on(cast, weekday_before(10), today() + 5 * DAY)
    last = issued_on(cast, weekday_before(11), today())

    shown = front_page(client, cast.issuer)

    rows = shown.one("section", aria_labelledby="waiting").all("li")
    assert [row.all("a")[0].text for row in rows] == [str(c) for c in (expired, last, soon, fresh)]
    tags = [[tag.text for tag in row.all("span") if "status" in tag["class"]] for row in rows]
    assert tags == [["Expired"], ["Last day today"], ["5 days left"], []]
    doing = [row.all("a")[1]["href"] for row in rows]
    assert doing == [
        reverse("certificates:void", args=[expired.number]),
        *(reverse("certificates:ship", args=[c.number]) for c in (last, soon, fresh)),
    ]


def test_open_duties_are_listed_and_the_late_ones_counted(cast, client):
    shipped = cast.shipped()
    Duty.objects.filter(certificate=shipped, code=Duty.Code.CENSUS_COPY).update(
        opened_on=today() - 3 * DAY, due_on=today() - 2 * DAY
    )

    shown = front_page(client, cast.issuer)

    assert (figures(shown)["duties open"], figures(shown)["duties late"]) == (3, 1)
    first = shown.one("section", aria_labelledby="duties").all("li")[0]
    assert f"Send a copy to the Census Bureau: {shipped}" in first.text
    assert "Late" in first.text


def test_nothing_of_another_firm_is_shown(cast, client):
    rows = [cast.available(), cast.issued(), cast.shipped(), cast.voided()]
    save_draft(cast.available(), fields={}, version=0, actor=cast.issuer)

    shown = front_page(client, cast.stranger)

    assert not any(str(row) in shown.text for row in rows)
    assert "Firm A" not in shown.text
    assert set(figures(shown).values()) == {0}


def test_somebody_without_a_firm_is_told_what_to_do(cast, client):
    shown = front_page(client, cast.loner)

    assert "You act for no firm at present" in shown.text
    assert links(shown) == []


def test_the_office_sees_what_waits(cast, client):
    shipped, expired = cast.shipped(), issued_on(cast, weekday_before(70))
    Duty.objects.update(opened_on=today() - 3 * DAY, due_on=today() - 2 * DAY)
    cast.in_stock()
    charge_fee(
        cast.firm_b,
        year=today().year,
        amount_usd=Decimal(1000),
        due_on=today() - 31 * DAY,
        actor=cast.staff,
    )
    review = schedule(cast.firm_a, body="uskpa", planned_on=today(), actor=cast.staff)
    complete(review, visited_on=today(), today=today(), actor=cast.staff)

    shown = front_page(client, cast.staff)

    assert figures(shown) == {
        "duties late": 4,
        "duties open": 4,
        "issued and expired": 1,
        "firms not in good standing": 1,
        "reviews overdue": 5,  # three firms licensed in 2020, and only one visit since
        "releases asked for": 0,
        "blanks in stock": 1,
        "requests about people": 0,
        "applications waiting": 0,
    }
    assert str(shipped) in section(shown, "late")
    assert str(expired) in section(shown, "expired")
    assert str(expired) in section(shown, "latest")
    assert "Firm B (test)" in section(shown, "standing")
    assert "is not paid" in section(shown, "standing")
    assert section(shown, "reviews").count("Firm A (test)") == 1


@pytest.mark.parametrize(
    ("actor", "first_steps"),
    [
        ("staff", ["certificates:sell", "certificates:register"]),
        ("reviewer", []),
        ("census", ["admin:index"]),
        ("administrator", ["accounts:invite", "admin:index"]),
    ],
)
def test_each_office_is_offered_its_own_steps(cast, client, actor, first_steps):
    shown = front_page(client, getattr(cast, actor))

    offered = ["certificates:sell", "certificates:register", "accounts:invite", "admin:index"]
    assert [name for name in offered if reverse(name) in links(shown)] == first_steps


@pytest.mark.parametrize("actor", ["issuer", "staff"])
def test_a_full_front_page_costs_no_more_queries_than_an_empty_one(cast, client, actor):
    client.force_login(getattr(cast, actor))
    cast.issued()
    client.get("/")  # writes the session's clock, once a minute

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        return len(queries)

    before = cost()
    for make in (cast.available, cast.issued, cast.shipped, cast.delivered, cast.voided):
        make()
    save_draft(cast.available(), fields={}, version=0, actor=cast.colleague)

    assert cost() == before <= 12
