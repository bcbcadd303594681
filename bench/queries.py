"""How many queries a page asks: every page that people of each kind can reach by its links."""

import html
import re
from collections import Counter, deque
from collections.abc import Iterator
from typing import Final
from urllib.parse import urljoin

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve

from accounts.models import User
from bench.report import Line
from certificates.models import Certificate, Draft
from certificates.states import Status

BUDGET: Final = 12
EACH: Final = 4  # pages of one kind, since they differ by what is on them
LINK: Final = re.compile(r'<a\b[^>]*\bhref="([^"#]+)')
READERS: Final = (
    "issuer@firm-a.example",
    "issuer@firm-d.example",  # acts for two firms
    "issuer@carrier-c.example",
    "staff@uskpa.example",
    "overseer@state.example",
    "admin@uskpa.example",
)


def queries() -> Iterator[Line]:
    """The pages with the most queries, those of the audit desk apart."""
    found: dict[str, tuple[int, str]] = {}
    for email in READERS:
        for view, count in counted(User.objects.get(email=email)):
            found[view] = max(found.get(view, (0, "")), (count, email))
    desk = {view for view in found if view.startswith("admin:")}
    for what, views in (
        ("Queries of a page", found.keys() - desk),
        ("Queries of a page of the audit desk", desk),
    ):
        if not views:
            continue
        most = max(views, key=lambda view: found[view])
        yield Line(
            f"{what}, the most of {len(views)} kinds",
            found[most][0],
            "queries",
            BUDGET,
            beside=f"`{most}` as {found[most][1]}",
        )


def counted(user: User) -> Iterator[tuple[str, int]]:
    """The name of each page that ``user`` reaches from the front page, and its queries."""
    client = Client()
    client.force_login(user, backend="accounts.backends.EmailBackend")
    client.get("/")  # the first request of a session writes it
    waiting = deque(["/", *_of_each_status(user), *_read_back(user)])
    seen = set(waiting)
    times: Counter[str] = Counter()
    while waiting:
        path = waiting.popleft()
        with CaptureQueriesContext(connection) as asked:
            response = client.get(path)
        if response.status_code != 200:
            if response.status_code >= 500:
                raise RuntimeError(f"{path} answered {response.status_code}.")
            continue
        yield resolve(path.partition("?")[0]).view_name, len(asked)
        if not response.headers["Content-Type"].startswith("text/html"):
            continue
        for link in LINK.findall(response.content.decode()):
            target = urljoin(path, html.unescape(link))
            if target in seen or not (view := _view(target)) or times[view] >= EACH:
                continue
            seen.add(target)
            times[view] += 1
            waiting.append(target)


def _of_each_status(user: User) -> Iterator[str]:
    """A certificate in each status: they have different things to say."""
    rows = Certificate.objects.visible_to(user)
    for status in Status:
        row = rows.filter(status=status).order_by("-number").first()
        if row is not None:
            yield f"/certificates/{row}/"


def _read_back(user: User) -> Iterator[str]:
    """The newest drafts, read back by those who may; no link leads there."""
    if user.office:
        return
    drafts = Draft.objects.visible_to(user).filter(certificate__status=Status.AVAILABLE)
    for draft in drafts.select_related("certificate").order_by("-edited_at")[:EACH]:
        yield f"/certificates/{draft.certificate}/issue/read-back/"


def _view(target: str) -> str:
    """The name of the page at an address of ours, or nothing."""
    if not target.startswith("/"):
        return ""
    try:
        return resolve(target.partition("?")[0]).view_name
    except Resolver404:
        return ""
