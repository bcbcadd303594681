"""Accounts, licensees and review clocks: each page shows its facts to those it is for."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.operations import deactivate
from licensees.operations.licensing import suspend
from licensees.operations.money import charge_fee
from licensees.operations.people import appoint, dismiss
from reviews.operations import complete, schedule
from tests.cast import today
from tests.pages.opening import forms, get, links, rows


def test_the_account_page_says_who_one_is_and_for_whom_one_acts(cast, client):
    appoint(cast.carrier, email=cast.manager.email, name="", role="issuer", actor=cast.staff)

    shown = get(client, cast.manager, "accounts:account")

    assert "manager-a@tests.example" in shown.text
    firms = [item.text for item in shown.one("section", aria_labelledby="firms").all("li")]
    assert [text.partition(" since ")[0] for text in firms] == [
        "Firm A (test) Manager",
        "Firm C (test) Issuer",
    ]
    assert reverse("account_change_password") in links(shown)
    assert reverse("certificates:calibrate") in links(shown)


def test_a_firm_one_no_longer_acts_for_is_not_on_the_account_page(cast, client):
    dismiss(cast.contact_a, actor=cast.staff)
    cast.issuer.refresh_from_db()  # the old sessions ended; this is a new one

    shown = get(client, cast.issuer, "accounts:account")

    assert "Firm A" not in shown.text
    assert reverse("certificates:calibrate") not in links(shown)


def test_an_office_has_no_firms_and_no_printer_on_its_account_page(cast, client):
    shown = get(client, cast.overseer, "accounts:account")

    assert "Government overseer, Department of State" in shown.text
    assert not shown.all("section", aria_labelledby="firms")
    assert reverse("certificates:calibrate") not in links(shown)


@pytest.mark.parametrize(("actor", "invites"), [("administrator", True), ("overseer", False)])
def test_the_list_of_users_shows_role_and_state(cast, client, actor, invites):
    deactivate(cast.loner, actor=cast.administrator)

    shown = get(client, getattr(cast, actor), "accounts:users")

    assert any("Administrator administrator@tests.example" in row for row in rows(shown))
    assert any("loner@tests.example" in row and "Closed" in row for row in rows(shown))
    assert (reverse("accounts:invite") in links(shown)) == invites


def test_an_administrator_can_close_and_open_an_account(cast, client):
    pk = cast.issuer.pk

    shown = get(client, cast.administrator, "accounts:user", pk)
    assert "Firm A (test) (issuer)" in shown.text
    assert forms(shown) == [reverse("accounts:deactivate", args=[pk])]

    deactivate(cast.issuer, actor=cast.administrator)
    shown = get(client, cast.administrator, "accounts:user", pk)
    assert "Closed" in shown.one("h1").text
    assert forms(shown) == [reverse("accounts:reactivate", args=[pk])]


@pytest.mark.parametrize("actor", ["administrator", "overseer", "issuer"])
def test_nobody_closes_their_own_account(cast, client, actor):
    user = getattr(cast, actor)

    shown = get(client, user, "accounts:user", user.pk)

    assert forms(shown) == []


def test_the_list_of_licensees_shows_licence_and_standing(cast, client):
    _ = cast.firm_a, cast.firm_b
    suspend(cast.carrier, reason="Test", today=today(), actor=cast.staff)

    assert [
        row.removesuffix(" Jan 1, 2020") for row in rows(get(client, cast.census, "licensees:list"))
    ] == [
        "Firm C (test) 3 Common carrier Suspended Not good The licence is suspended.",
        "Firm B (test) 2 Licensee Active Good",
        "Firm A (test) 1 Licensee Active Good",
    ]


def test_a_firm_sees_only_itself_in_the_list(cast, client):
    _ = cast.firm_b

    (row,) = rows(get(client, cast.issuer, "licensees:list"))

    assert row.startswith("Firm A (test)")


def test_a_firm_s_page_shows_its_licence_with_tabs_for_the_rest_of_its_story(cast, client):
    charge_fee(
        cast.firm_a,
        year=2026,
        amount_usd=Decimal("1250.00"),
        due_on=dt.date(2026, 1, 31),
        actor=cast.staff,
    )
    pk = cast.firm_a.pk

    own = get(client, cast.issuer, "licensees:detail", pk)

    assert "00-0000065" in own.text
    assert "Not held: The annual fee due on 01/31/2026 is not paid." in own.text
    assert forms(own) == []
    tabs = own.one("nav", aria_label="Firm A (test)").all("a")
    assert [tab["href"] for tab in tabs if tab["aria-current"]] == [f"/licensees/{pk}/"]
    for tab in tabs:
        assert client.get(tab["href"]).status_code == 200, tab["href"]

    staffs = get(client, cast.staff, "licensees:detail", pk)
    steps = {reverse(f"licensees:{step}", args=[pk]) for step in ("suspend", "close")}
    assert steps <= set(links(staffs))
    assert steps & set(links(get(client, cast.overseer, "licensees:detail", pk))) == set()


def test_a_suspended_firm_is_offered_the_end_of_the_suspension(cast, client):
    suspend(cast.firm_a, reason="Test", today=today(), actor=cast.staff)

    shown = get(client, cast.staff, "licensees:detail", cast.firm_a.pk)

    assert reverse("licensees:reinstate", args=[cast.firm_a.pk]) in links(shown)
    assert reverse("licensees:suspend", args=[cast.firm_a.pk]) not in links(shown)


def test_the_clocks_of_each_firm_show_their_state(cast, client):
    review = schedule(cast.firm_a, body="uskpa", planned_on=today(), actor=cast.staff)
    complete(review, visited_on=today(), today=today(), actor=cast.staff)
    _ = cast.firm_b

    every = rows(get(client, cast.staff, "reviews:list"))
    own = rows(get(client, cast.issuer, "reviews:list"))

    assert len(every) == 4
    assert [" ".join(text.split()[:6]) for text in own] == [
        "Firm A (test) U.S. government Overdue",
        "Firm A (test) USKPA In time",
    ]


@pytest.mark.parametrize(
    ("actor", "name"),
    [
        ("issuer", "duties:list"),
        ("staff", "duties:list"),
        ("staff", "certificates:sales"),
        ("administrator", "accounts:users"),
        ("staff", "licensees:list"),
        ("staff", "reviews:list"),
        ("staff", "certificates:sell"),
    ],
)
def test_a_longer_list_costs_no_more_queries(cast, client, actor, name):
    client.force_login(getattr(cast, actor))
    cast.shipped()
    client.get(reverse(name))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(name))
        return len(queries)

    before = cost()
    _ = cast.shipped(), cast.voided(), cast.in_stock(), cast.colleague
    cast.available(cast.carrier)

    assert cost() == before <= 12
