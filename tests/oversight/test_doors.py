"""Who may read at the audit desk, and that nobody can write there."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import NoReverseMatch, reverse

from certificates.models import Certificate
from tests.oversight.places import MODELS, NAMES, adding, list_of, row_of
from tests.pages.reading import main
from tests.unchanged import everything

# fmt: off
PEOPLE = ("anonymous", "inactive", "loner", "issuer", "manager", "stranger", "carrier_issuer",
          "staff", "reviewer", "overseer", "census", "administrator")
DOORS = {
    #                  anon inac lone issu mana stra carr staf revi over cens admi
    ("get", "list"):   (302, 302, 403, 403, 403, 403, 403, 403, 403, 200, 200, 200),
    ("get", "row"):    (302, 302, 403, 403, 403, 403, 403, 403, 403, 200, 200, 200),
    ("get", "add"):    (302, 302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("get", "delete"): (302, 302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("post", "list"):  (302, 302, 403, 403, 403, 403, 403, 403, 403, 405, 405, 405),
    ("post", "row"):   (302, 302, 403, 403, 403, 403, 403, 403, 403, 405, 405, 405),
    ("post", "add"):   (302, 302, 403, 403, 403, 403, 403, 403, 403, 405, 405, 405),
    ("post", "delete"):(302, 302, 403, 403, 403, 403, 403, 403, 403, 405, 405, 405),
}
SITE = {
    #                          anon inac lone issu mana stra carr staf revi over cens admi
    "/admin/":                (302, 302, 403, 403, 403, 403, 403, 403, 403, 200, 200, 200),
    "/admin/certificates/":   (302, 302, 403, 403, 403, 403, 403, 403, 403, 200, 200, 200),
    "/admin/login/":          (302, 302, 403, 403, 403, 403, 403, 403, 403, 302, 302, 302),
    "/admin/logout/":         (302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
}
# fmt: on
# Whatever a form of Django's admin would send to change, add, delete or act on rows.
SENT = {
    "action": "delete_selected",
    "_selected_action": "1",
    "post": "yes",
    "_save": "Save",
    "status": "void",
    "email": "new@tests.example",
    "legal_name": "Renamed",
    "name": "Renamed",
}


def sign_in(client, cast, person: str) -> None:
    client.logout()
    if person != "anonymous":
        client.force_login(getattr(cast, person))


def all_but_signing_in(cast) -> dict[str, Any]:
    """Every row, everyone having been introduced; that somebody signed in is no change."""
    for person in PEOPLE[1:]:
        getattr(cast, person)
    rows = everything()
    for user in rows["accounts.User"]:
        del user["last_login"]
    return rows


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_overseers_read_and_nobody_writes(model, cast, rows, client):
    row = rows[model]
    place = {
        "list": list_of(model),
        "row": row_of(row),
        "add": adding(model),
        "delete": row_of(row, "delete"),
    }
    answers: dict[tuple[str, str], list[int]] = {door: [] for door in DOORS}

    before = all_but_signing_in(cast)

    for person in PEOPLE:
        sign_in(client, cast, person)
        for method, page in DOORS:
            answer = getattr(client, method)(place[page], SENT if method == "post" else {})
            answers[method, page].append(answer.status_code)

    assert all_but_signing_in(cast) == before
    assert {door: tuple(codes) for door, codes in answers.items()} == DOORS
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("address", SITE)
def test_the_pages_that_are_of_no_model(address, cast, client):
    answers = []
    for person in PEOPLE:
        sign_in(client, cast, person)
        answers.append(client.get(address).status_code)

    assert tuple(answers) == SITE[address]


@pytest.mark.parametrize("address", ["/admin/", "/admin/login/", list_of(Certificate, "?q=US1")])
def test_whoever_is_not_signed_in_is_sent_to_the_portals_sign_in(address, db, client):
    answer = client.get(address)

    assert answer.url.startswith(reverse("account_login") + "?next=/admin/"), answer.url


def test_djangos_own_sign_in_leads_to_the_desk(desk):
    assert desk.get("/admin/login/").url == "/admin/"


def test_djangos_own_sign_out_is_the_portals(desk):
    assert desk.get("/admin/logout/").url == reverse("account_logout")
    assert desk.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    "name",
    ["password_change", "password_change_done", "autocomplete", "jsi18n", "view_on_site"],
)
def test_djangos_own_pages_are_not_there(name):
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:{name}")


@pytest.mark.parametrize(
    "address",
    [
        "/admin/password_change/",
        "/admin/jsi18n/",
        "/admin/autocomplete/?app_label=certificates&model_name=duty&field_name=certificate",
        "/admin/r/1/1/",
        "/admin/auth/group/",
        "/admin/account/emailaddress/",
        "/admin/accounts/user/1/password/",
        "/admin/certificates/",
    ],
)
def test_no_address_writes(address, desk):
    assert desk.post(address, SENT).status_code in (404, 405)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_only_reading_is_a_method_of_the_desk(method, desk, rows):
    row = rows[Certificate]
    for address in ("/admin/", list_of(Certificate), row_of(row), row_of(row, "delete")):
        assert getattr(desk, method)(address).status_code == 405
        assert desk.head("/admin/").status_code == 200


def test_no_list_offers_actions_or_buttons_that_write(desk, rows):
    for model, row in rows.items():
        for address in (list_of(model), row_of(row)):
            shown = main(desk.get(address))
            assert {form["method"] for form in shown.all("form")} <= {"get"}, address
            assert not shown.all("input", type="checkbox")
            targets = [link["href"] for link in shown.all("a")]
            assert not [link for link in targets if "/add/" in link or "/delete/" in link]


def test_pages_are_kept_by_no_cache(desk):
    answer = desk.get("/admin/")

    assert "no-store" in answer["Cache-Control"]


def test_a_row_that_does_not_exist_is_not_found(desk, rows):
    for row in rows.values():
        for key in ("999999", "nonsense", "9" * 40, "%00"):
            assert desk.get(row_of(row).replace(f"/{row.pk}/", f"/{key}/")).status_code == 404
