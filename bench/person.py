"""Somebody in front of a browser: cookies, a connection kept open, forms sent with their token."""

import http.client
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from time import monotonic
from typing import Final, Self
from urllib.parse import urlencode

PATIENCE: Final = 120  # seconds for an answer
# gunicorn closes a connection that was idle for two seconds; we open another before that.
FRESH: Final = 1.0


class Unexpected(Exception):
    """The portal answered something else than what is to be measured."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; ``location`` is where a redirect leads to, or empty."""

    status: int
    text: str
    location: str

    def hidden(self, name: str) -> str:
        """The value of a hidden field of the page."""
        found = re.search(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', self.text)
        if found is None:
            raise Unexpected(f"There is no field {name} on the page.")
        return found[1]


class Person:
    """One session. Not for several threads: each takes a ``double``."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None
        self._used_at = 0.0

    @classmethod
    def signed_in(cls, port: int, email: str, password: str) -> Self:
        """Somebody who has just signed in."""
        person = cls(port)
        person.get("/account/login/")
        person.post("/account/login/", {"login": email, "password": password}, expect=(302,))
        return person

    def double(self) -> "Person":
        """The same person in another window: the same session, another connection."""
        other = Person(self._port)
        other._cookies = dict(self._cookies)
        return other

    def close(self) -> None:
        """Close the connection; the session goes on."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def get(self, path: str, expect: Collection[int] = (200,)) -> Reply:
        """Ask for a page."""
        return self._ask("GET", path, None, {}, expect)

    def post(
        self,
        path: str,
        fields: Mapping[str, str],
        expect: Collection[int],
        accept: str = "text/html",
    ) -> Reply:
        """Send a form."""
        body = urlencode({"csrfmiddlewaretoken": self._cookies["csrftoken"], **fields})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept}
        return self._ask("POST", path, body, headers, expect)

    def _ask(
        self,
        method: str,
        path: str,
        body: str | None,
        headers: Mapping[str, str],
        expect: Collection[int],
    ) -> Reply:
        if monotonic() - self._used_at > FRESH:
            self.close()
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        self._connection.request(
            method, path, body, {"Accept": "text/html", **headers, "Cookie": cookies}
        )
        answer = self._connection.getresponse()
        text = answer.read().decode()
        self._used_at = monotonic()
        for line in answer.headers.get_all("Set-Cookie", []):
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        if answer.status not in expect:
            raise Unexpected(f"{method} {path} answered {answer.status}: {words(text)[:500]}")
        return Reply(answer.status, text, answer.headers.get("Location", ""))


def words(page: str) -> str:
    """What stands on a page, without its markup."""
    main = page[page.find("<main") :] if "<main" in page else page
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main)).strip()
