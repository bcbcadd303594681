"""The frame around every page: who I am, where I can go, and that every way there is open."""

import re
from collections import deque

import pytest

from accounts.models import User
from certificates.operations.drafting import save_draft
from licensees.operations.people import appoint
from tests.pages.filling import drafted, typed
from tests.pages.reading import Element, main, page
from tests.routes import Things, browser_of, routes

COMMON = ["Home", "Certificates", "Sales", "Duties", "Licensees", "Reviews"]
OFFICES = [*COMMON[:-1], "Applications", "Reviews", "Mail"]
ENTRIES = {
    "anonymous": [],
    "loner": ["Home"],
    "issuer": COMMON,
    "manager": COMMON,
    "carrier_issuer": COMMON,
    "reviewer": OFFICES,
    "staff": OFFICES,
    "overseer": [*OFFICES, "Audit desk"],
    "administrator": [*OFFICES, "Users", "Audit desk"],
}


def entries(shown: Element) -> list[Element]:
    """The links of the header."""
    return [link for nav in shown.all("nav", id="portal-nav") for link in nav.all("a")]


@pytest.mark.parametrize("person", ENTRIES)
def test_everybody_is_offered_what_they_may_open(cast, person):
    client = browser_of(cast, person)

    links = entries(page(client.get("/")))

    assert [link.text for link in links] == ENTRIES[person]
    for link in links:
        assert client.get(link["href"]).status_code == 200, link["href"]


def test_the_page_one_is_on_is_marked_once(cast):
    client = browser_of(cast, "administrator")
    for path, current in {
        "/": "Home",
        "/certificates/": "Certificates",
        "/certificates/sales/": "Sales",
        "/duties/": "Duties",
        f"/licensees/{cast.firm_a.pk}/": "Licensees",
        "/account/users/invite/": "Users",
        "/admin/": "Audit desk",
    }.items():
        marked = [
            link.text for link in entries(page(client.get(path))) if link["aria-current"] == "page"
        ]
        assert marked == [current], path


def test_the_header_says_who_is_signed_in_and_for_which_firms(cast, client):
    def identity(user: User) -> str:
        client.force_login(user)
        return page(client.get("/")).one("div", class_="portal-identity").text

    assert "Issuer-A" in identity(cast.issuer)
    assert "Licensee · Firm A (test)" in identity(cast.issuer)
    assert "Government overseer, Department of State" in identity(cast.overseer)
    assert "Firm" not in identity(cast.overseer)
    appoint(cast.firm_b, email=cast.issuer.email, name="", role="issuer", actor=cast.staff)
    assert "Firm A (test), Firm B (test)" in identity(cast.issuer)


def test_whoever_is_not_signed_in_is_offered_the_sign_in(db, client):
    shown = page(client.get("/"))

    assert shown.one("header").one("a", href="/account/login/").text == "Sign in"
    assert not shown.all("form", action="/account/logout/")


@pytest.mark.parametrize("person", ["anonymous", "loner", "issuer", "staff", "administrator"])
def test_every_page_has_one_heading_a_title_a_language_and_a_way_past_the_header(cast, person):
    things = Things(cast)
    client = browser_of(cast, person)

    for route in routes():
        answer = client.get(things.address(route))
        if not answer.get("Content-Type", "").startswith("text/html") or not answer.content:
            continue
        if answer.status_code == 405:
            continue
        shown = page(answer)
        assert len(shown.all("h1")) == 1, route
        assert shown.one("html")["lang"] == "en", route
        title = shown.one("title").text
        assert re.fullmatch(r"\S.* [·|] USKPA portal|\S.* [·|] Audit desk", title), (route, title)
        assert shown.one("a", class_="usa-skipnav")["href"] == "#main", route
        assert shown.one("main", id="main"), route
        assert shown.all("footer"), route
        ids = [element["id"] for element in shown.everything() if element["id"]]
        assert len(ids) == len(set(ids)), (route, sorted(i for i in ids if ids.count(i) > 1))
        for label in shown.all("label"):
            assert label["for"] in ids, (route, label.text)


@pytest.mark.parametrize("person", ["issuer", "carrier_issuer", "staff", "overseer"])
def test_no_link_leads_to_a_closed_door_or_nowhere(cast, person):
    """Follow every link there is, from the front page on."""
    Things(cast)
    if person == "carrier_issuer":
        drafted(cast, cast.carrier)
        cast.shipped(cast.carrier)
    save_draft(cast.available(), fields=typed(cast, itn=""), version=None, actor=cast.colleague)
    client = browser_of(cast, person)
    waiting, seen = deque([("/", "")]), {"/"}

    while waiting:
        path, linked_from = waiting.popleft()
        answer = client.get(path)
        assert answer.status_code in (200, 302), (path, "linked from", linked_from)
        if not answer.get("Content-Type", "").startswith("text/html"):
            continue
        for link in page(answer).all("a"):
            target = _resolved(path, link["href"])
            kind = _kind(target)
            if target.startswith("/") and kind not in seen and "/logout/" not in target:
                seen.add(kind)
                waiting.append((target, path))

    assert len(seen) > 25


def _kind(target: str) -> str:
    """The rows and filters of one model of the audit desk are the same page over and over."""
    if not target.startswith("/admin/"):
        return target
    path, _, query = target.partition("?")
    return re.sub(r"/[^/]+/change/", "/1/change/", path) + re.sub(r"=[^&]*", "", query)


def _resolved(path: str, href: str) -> str:
    href = href.partition("#")[0]
    if not href or ":" in href.partition("/")[0]:
        return ""
    if href.startswith("?"):
        return path.partition("?")[0] + href
    return href if href.startswith("/") else path.partition("?")[0] + href


@pytest.mark.parametrize("status", [403, 404, 409])
def test_an_error_page_keeps_the_frame_and_says_what_to_do(cast, client, status):
    client.force_login(cast.issuer)
    path = {
        403: "/account/users/",
        404: "/certificates/US999999999/",
        409: f"/certificates/US{cast.issued().number}/issue/",
    }[status]

    answer = client.get(path)

    assert answer.status_code == status
    assert [link.text for link in entries(page(answer))] == COMMON
    assert "Issuer-A" in page(answer).one("header").text
    assert main(answer).all("a"), "a way on"


def test_a_demonstration_says_so_on_every_page_and_a_portal_does_not(cast, client, settings):
    client.force_login(cast.issuer)
    assert "Nothing here is a real certificate" in page(client.get("/certificates/")).text

    settings.DEMONSTRATION = False

    assert "Nothing here is a real certificate" not in page(client.get("/certificates/")).text
