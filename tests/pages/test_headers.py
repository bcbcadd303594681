"""What every answer says to the browser about security, and that no page needs an exception."""

import json
import os
import re
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal
from django.test import Client
from django.urls import path

from certificates.filters import PAGING, CertificateFilter
from certificates.forms.custody import ReceiptSearchForm
from kpportal import urls
from licensees.forms.applications import StageFilterForm
from licensees.forms.licence import FindForm
from licensees.forms.money import YearForm
from tests.cast import PASSWORD
from tests.pages.filling import address, drafted, fill_in, typed
from tests.pages.reading import Element, page
from tests.routes import Things, browser_of, routes

ROOT = Path(portal.BASE_DIR)
CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "font-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}


def csp_of(answer: Any) -> dict[str, list[str]]:
    """The policy of an answer, by directive."""
    policy = answer["Content-Security-Policy"]
    parts = (directive.split() for directive in policy.split(";"))
    return {name: values for name, *values in filter(None, parts)}


def assert_guarded(answer: Any) -> None:
    """The headers that every answer of the portal carries."""
    assert csp_of(answer) == CSP
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    for feature in ("camera", "geolocation", "microphone", "payment", "usb"):
        assert f"{feature}=()" in answer["Permissions-Policy"]
    assert "Server" not in answer
    assert "X-Powered-By" not in answer


# ---- headers ------------------------------------------------------------------------------------


@pytest.fixture
def broken(settings) -> Client:
    """A browser in a portal with one more page, which fails."""

    def fail(request: Any) -> None:
        raise RuntimeError("a secret of ours")

    module = types.ModuleType("broken")
    module.urlpatterns = [path("broken/", fail, name="broken"), *urls.urlpatterns]
    settings.ROOT_URLCONF = module
    return Client(raise_request_exception=False)


def test_pages_papers_and_refusals_are_guarded_alike(cast, client):
    things = Things(cast)
    client.force_login(cast.issuer)
    row = things.arguments["certificates:issue"][0]
    base = f"/certificates/US{row}/"
    answers = {
        200: client.get("/certificates/"),
        302: client.get(f"{base}draft/"),
        400: client.get("/certificates/", {"no such filter": "1"}),
        403: client.get("/admin/"),
        404: client.get("/certificates/US999999999/"),
        405: client.post("/certificates/"),
        409: client.get(f"/certificates/US{things.arguments['certificates:deliver'][0]}/issue/"),
        422: client.post(f"{base}issue/read-back/", {"attested": ""}),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert_guarded(answer)
    assert_guarded(client.get(f"{base}draft.pdf"))
    assert_guarded(client.get("/account/session/"))
    assert_guarded(Client().get("/account/login/"))
    assert_guarded(Client(enforce_csrf_checks=True).post("/account/login/"))
    assert_guarded(client.post(f"{base}draft/", {"x": "x" * 1_100_000}))
    assert_guarded(client.get("/", headers={"content-type": "text/plain; charset=hex"}))


def test_nothing_that_a_signed_in_person_was_shown_is_kept(cast, client, broken):
    things = Things(cast)
    broken.force_login(cast.issuer)
    client.force_login(cast.issuer)
    row = things.arguments["certificates:issue"][0]
    delivered = things.arguments["certificates:deliver"][0]
    base = f"/certificates/US{row}/"
    answers = [
        (200, client.get("/")),
        (200, client.get("/certificates/")),
        (200, client.head("/certificates/")),
        (200, client.get("/account/")),
        (200, client.get("/account/session/")),
        (302, client.get(f"{base}draft/")),
        (400, client.get("/certificates/", {"no such filter": "1"})),
        (403, client.get(f"/licensees/{cast.firm_a.pk}/suspend/")),
        (404, client.get("/certificates/US999999999/")),
        (404, client.get("/nothing/")),
        (405, client.post("/certificates/")),
        (409, client.get(f"/certificates/US{delivered}/issue/")),
        (422, client.post(f"{base}issue/read-back/", {"attested": ""})),
        (500, broken.get("/broken/")),
    ]

    for status, answer in answers:
        where = answer.request["PATH_INFO"]
        assert (status, answer["Cache-Control"]) == (answer.status_code, "private, no-store"), where
    for path_of in (f"{base}draft.pdf", "/account/password/change/", "/admin/"):
        assert "no-store" in client.get(path_of)["Cache-Control"], path_of
    out = client.post("/account/logout/")
    assert "no-store" in out["Cache-Control"]
    assert not client.get("/account/session/").json()["signed_in"]
    assert client.get("/account/session/")["Cache-Control"] == "private, no-store"


def test_a_page_that_breaks_is_guarded_too_and_tells_nothing_of_itself(cast, broken, caplog):
    broken.force_login(cast.issuer)

    answer = broken.get("/broken/")

    assert answer.status_code == 500
    assert_guarded(answer)
    assert "Something went wrong on our side" in answer.content.decode()
    assert "secret" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()


def test_a_static_file_is_guarded_as_far_as_it_needs(client, settings, tmp_path):
    (tmp_path / "page.css").write_text("p { margin: 0 }")
    settings.STATIC_ROOT = tmp_path

    answer = client.get("/static/page.css")

    assert b"".join(answer.streaming_content) == b"p { margin: 0 }"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


def test_an_address_of_another_host_is_refused(client):
    answer = client.get("/", headers={"host": "evil.example"})

    assert answer.status_code == 400


# ---- cookies ------------------------------------------------------------------------------------


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(cast, client):
    answer = client.post("/account/login/", {"login": cast.issuer.email, "password": PASSWORD})

    for name in (portal.SESSION_COOKIE_NAME, portal.CSRF_COOKIE_NAME):
        cookie = answer.cookies[name]
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
        assert cookie["path"] == "/", name
        assert cookie["domain"] == "", name
    assert answer.cookies[portal.SESSION_COOKIE_NAME]["max-age"] == "", "ends with the browser"


# ---- no page needs an exception -----------------------------------------------------------------


def faults(shown: Element) -> list[str]:
    """Whatever the policy would stop, or what would tell another site something."""
    found = []
    for element in shown.everything():
        where = f"<{element.tag} {element.attributes}>"
        if element.tag == "style" or "style" in element.attributes:
            found.append(f"style inside the page: {where}")
        if element.tag == "script" and (not element["src"] or element.raw.strip()):
            found.append(f"script inside the page: {where}")
        if any(name.startswith("on") for name in element.attributes):
            found.append(f"script in an attribute: {where}")
        if element.tag in ("iframe", "object", "embed", "base", "meta") and element["http-equiv"]:
            found.append(f"not allowed here: {where}")
        for name in ("href", "src", "action", "formaction", "xlink:href"):
            target = element[name]
            if re.match(r"(?:https?:)?//|javascript:|data:", target, re.IGNORECASE):
                found.append(f"leads out: {where}")
        if element["target"] == "_blank" and "noopener" not in element["rel"]:
            found.append(f"gives its window away: {where}")
    return found


FILTERS = {
    *CertificateFilter.base_filters, *FindForm.base_fields, *ReceiptSearchForm.base_fields,
    *StageFilterForm.base_fields, *YearForm.base_fields, *PAGING,
    "about", "state", "year",
}  # fmt: skip


@pytest.mark.parametrize("person", ["anonymous", "issuer", "carrier_issuer", "staff", "overseer"])
def test_no_page_has_script_or_style_inside_or_tells_other_sites(cast, person):
    things = Things(cast)
    if person == "carrier_issuer":
        row = drafted(cast, cast.carrier)
        for route in ("issue", "read_back"):
            things.arguments[f"certificates:{route}"] = [row.number]
    client, pages = browser_of(cast, person), 0

    for route in routes():
        answer = client.get(things.address(route))
        if not answer.get("Content-Type", "").startswith("text/html") or not answer.content:
            continue
        shown, pages = page(answer), pages + 1
        assert not faults(shown), route
        for form in shown.all("form"):
            names = {box["name"] for box in form.all("input", "select", "textarea")}
            if form["method"].lower() != "post" and not route.startswith("admin:"):
                # What is asked for in an address stands in logs: only what a list is found by.
                assert names - {""} <= FILTERS, route

    assert pages > (5 if person == "anonymous" else 20)


def test_pages_with_mistakes_are_as_clean(cast, client):
    row = drafted(cast, consignee_country="BE")
    client.force_login(cast.issuer)
    answers = [
        fill_in(client, row, typed(cast, value_usd="<b>", itn="x"), version=1),
        fill_in(client, row, typed(cast, value_usd="1"), version=0),
        client.post(address("read_back", row), {"attested": ""}),
        client.post(address("void", row), {"reason": "other"}),
    ]

    for answer in answers:
        assert answer.status_code in (302, 409, 422)
        if answer.status_code != 302:
            assert not faults(page(answer))


def test_no_address_the_portal_leads_to_carries_trade_data(cast, client):
    row = drafted(cast, consignee_name="Carmel Cutters", value_usd="4321.09")
    client.force_login(cast.issuer)
    texts = typed(cast, consignee_name="Carmel Cutters", value_usd="4321.09")
    answers = [
        fill_in(client, row, texts, version=1),
        client.post(address("draft", row), {**texts, "version": 2}),
        client.post(address("read_back", row), {"attested": "on", "draft_version": 2}),
        client.post(address("ship", row), {"shipped_on": "x", "seal_number": "Carmel"}),
    ]
    pages = [client.get(address(route, row)) for route in ("issue", "detail")]

    links = [answer["Location"] for answer in answers if answer.status_code == 302]
    links += [a["href"] for shown in pages for a in page(shown).all("a")]
    assert links
    for link in links:
        assert not re.search(r"Carmel|4321|X20[0-9]{12}", link), link


# ---- as it is deployed --------------------------------------------------------------------------

DEPLOYED = {
    "KPPORTAL_SECRET_KEY": "b7!qk2_r0x-only-for-this-test-94hf82mz6vpl31csyw5nt7ud",
    "KPPORTAL_ALLOWED_HOSTS": "portal.uskpa.example",
    "KPPORTAL_BEHIND_PROXY": "1",
    # Not where a demonstration of this checkout may lie.
    "KPPORTAL_DATA_DIR": str(ROOT / "var" / "deployed"),
}
ASK = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
plain = Client().get("/account/session/", HTTP_HOST="portal.uskpa.example")
safe = Client().get("/account/session/", HTTP_HOST="portal.uskpa.example",
                    HTTP_X_FORWARDED_PROTO="https")
print(json.dumps({
    "plain": [plain.status_code, plain["Location"]],
    "headers": dict(safe.items()),
    "cookies": {name: dict(morsel) for name, morsel in safe.cookies.items()},
    "session": [settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE],
    "demonstration": [settings.DEBUG, settings.DEMONSTRATION],
}))
"""


def deployed(*command: str) -> subprocess.CompletedProcess[str]:
    """Run Python as an installation behind a proxy with TLS would, against the tests' server."""
    ours = ("KPPORTAL_", "DJANGO_")
    kept = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**kept, **DEPLOYED, "DJANGO_SETTINGS_MODULE": "kpportal.settings"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_djangos_deployment_check_has_nothing_to_say():
    done = deployed("manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_deployed_it_speaks_tls_only_and_is_no_demonstration():
    done = deployed("-c", ASK)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)

    assert told["plain"] == [301, "https://portal.uskpa.example/account/session/"]
    hsts = told["headers"]["Strict-Transport-Security"]
    assert hsts == "max-age=31536000; includeSubDomains; preload"
    cookie = told["cookies"]["__Host-csrftoken"]
    assert (cookie["secure"], cookie["httponly"], cookie["path"]) == (True, True, "/")
    assert cookie["samesite"] == "Lax"
    assert told["session"] == ["__Host-sessionid", True]
    assert told["demonstration"] == [False, False]


@pytest.mark.parametrize("forgotten", ["KPPORTAL_SECRET_KEY", "KPPORTAL_ALLOWED_HOSTS"])
def test_an_installation_that_forgot_something_does_not_start(forgotten, monkeypatch):
    monkeypatch.delitem(DEPLOYED, forgotten)

    done = deployed("manage.py", "check")

    assert done.returncode != 0
    assert forgotten in done.stderr


def test_plain_http_is_for_this_machine_only(monkeypatch):
    monkeypatch.setitem(DEPLOYED, "KPPORTAL_HTTP_ONLY", "1")

    done = deployed("manage.py", "check")

    assert done.returncode != 0
    assert "KPPORTAL_HTTP_ONLY serves this machine only" in done.stderr
