"""What is asked of every request before any page sees it, and said of every answer."""

import pytest
from django.http import HttpResponse, QueryDict
from django.test import Client, RequestFactory

from accounts import keyset
from accounts.middleware import CharsetMiddleware, PrivateMiddleware
from tests.cast import PASSWORD

LOGIN = "/account/login/"
FORM = "application/x-www-form-urlencoded"
CHARSETS = [
    f"{FORM}; charset=latin-1",
    f"{FORM}; charset=utf-7",
    f"{FORM}; charset=UTF-16",
    f"{FORM}; charset=utf-8-sig",
    f"{FORM}; charset=hex",
    f"{FORM}; charset=no-such-charset",
    f"{FORM}; charset=",
    f'{FORM}; charset="rot13"',
    f"{FORM}; CHARSET=rot13",
    f"{FORM}; charset*=utf-8''utf%2D7",
    "text/plain; charset=hex",
    "text/plain; charset=rot13",
    "multipart/form-data; boundary=b; charset=utf-7",
]


# ---- charset ------------------------------------------------------------------------------------


@pytest.mark.parametrize("content_type", CHARSETS)
def test_a_stranger_who_writes_in_another_charset_is_told_that_it_cannot_be_read(content_type):
    """Without the database fixture: the refusal needs no database."""
    client = Client(enforce_csrf_checks=True)

    for answer in (
        client.generic("POST", LOGIN, "login=%2BAGE-&password=x", content_type),
        client.get(LOGIN, headers={"content-type": content_type}),
    ):
        assert answer.status_code == 400
        assert answer["Content-Type"] == "text/html; charset=utf-8"
        assert "We could not read what was sent" in answer.content.decode()


@pytest.mark.parametrize("content_type", CHARSETS)
def test_so_is_somebody_signed_in_and_nothing_is_written(cast, client, content_type):
    client.force_login(cast.issuer)

    for address in ("/", "/certificates/", "/account/logout/"):
        for method in ("GET", "POST"):
            answer = client.generic(method, address, "search=%2B2AA-", content_type)
            assert answer.status_code == 400, (method, address)
    for charset in ("latin-1", "utf-7"):
        answer = client.get(
            "/certificates/",
            {"search": "+2AA-"},
            headers={"content-type": f"text/plain; charset={charset}"},
        )
        assert answer.status_code == 400, charset
    assert client.get("/account/session/").json()["signed_in"]


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"Utf-8"', "us-ascii", "US-ASCII"])
def test_what_is_written_in_utf_8_or_ascii_is_read(cast, client, charset):
    sent = f"login={cast.issuer.email.replace('@', '%40')}&password={PASSWORD.replace(' ', '+')}"

    answer = client.generic("POST", LOGIN, sent, f"{FORM}; charset={charset}")

    assert (answer.status_code, answer["Location"]) == (302, "/")
    found = client.get(
        "/certificates/",
        {"consignee": "Ångström"},
        headers={"content-type": f"text/plain; charset={charset}"},
    )
    assert found.status_code == 200
    assert "Ångström" in found.content.decode()


def test_ascii_is_read_as_utf_8():
    read = []

    def page(request):
        read.append((request.GET["a"], request.POST["b"]))
        return HttpResponse()

    CharsetMiddleware(page)(
        RequestFactory().generic(
            "POST", "/?a=%C3%A9", "b=%C3%A9", content_type=f"{FORM}; charset=us-ascii"
        )
    )

    assert read == [("é", "é")]


def test_half_a_character_does_not_break_the_links_between_pages(cast):
    query = QueryDict("status=void&status=issued", mutable=True)
    query["consignee"] = "a\ud800b é"
    cast.available()
    cast.available()

    page = keyset.page(cast.firm_a.certificates.all(), query, key="number", size=1)

    assert page.older.startswith("?status=void&status=issued&consignee=a%3Fb+%C3%A9&before=")


# ---- what browsers keep -------------------------------------------------------------------------


def answered(user, path="/", **headers):
    """What becomes of an answer with these headers to this user."""
    request = RequestFactory().get(path)
    request.user = user
    return PrivateMiddleware(lambda _: HttpResponse(headers=headers))(request)


def test_an_answer_that_says_itself_how_long_it_may_be_kept_is_left_alone(cast):
    kept = answered(cast.issuer, **{"Cache-Control": "max-age=60"})

    assert kept["Cache-Control"] == "max-age=60"


def test_what_everybody_may_see_may_be_kept(db, client):
    assert "Cache-Control" not in client.get("/certificates/")
    assert client.get("/account/session/")["Cache-Control"] == "private, no-store"


def test_the_answer_that_signs_out_is_not_kept(cast, client, settings):
    client.force_login(cast.issuer)
    assert client.get("/").status_code == 200
    settings.IDLE_SECONDS = 0

    answer = client.get("/certificates/")

    assert answer["Location"].startswith(LOGIN)
    assert answer["Cache-Control"] == "private, no-store"
