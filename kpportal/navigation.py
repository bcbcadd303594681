"""The frame around every page: what each role finds in the header."""

from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.rules import ENTER_OVERSIGHT, MANAGE_USERS, VIEW_MAIL
from certificates import rules as certificate_rules
from licensees import rules as licensee_rules
from reviews import rules as review_rules


class Link(NamedTuple):
    """One entry of the header."""

    label: str
    url: str
    current: bool


class Identity(NamedTuple):
    """Who is signed in, in which role, and for which firms."""

    name: str
    role: str
    firms: list[str]


# Label, route, and the permission without which the entry is not shown.
ENTRIES = (
    ("Home", "home", ""),
    ("Certificates", "certificates:list", certificate_rules.VIEW),
    ("Sales", "certificates:sales", certificate_rules.VIEW_RECEIPTS),
    ("Duties", "duties:list", certificate_rules.VIEW_DUTIES),
    ("Licensees", "licensees:list", licensee_rules.VIEW),
    ("Applications", "licensees:applications", licensee_rules.VIEW_APPLICATIONS),
    ("Reviews", "reviews:list", review_rules.VIEW),
    ("Mail", "accounts:mail", VIEW_MAIL),
    ("Users", "accounts:users", MANAGE_USERS),
    ("Audit desk", "admin:index", ENTER_OVERSIGHT),
)


def frame(request: HttpRequest) -> dict[str, object]:
    """The context every template gets: navigation, identity, and whether this is a demonstration.

    An error page may be shown before anybody was recognised; it gets an empty header.
    """
    shown: dict[str, object] = {
        "demonstration": settings.DEMONSTRATION,
        "idle_seconds": settings.IDLE_SECONDS,
        "session_url": _address("accounts:session"),
        "support_email": settings.STAFF_EMAIL,
        "help_links": [Link("How to export rough diamonds", _address("how_to_export"), False)],
    }
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return shown
    links = [
        Link(label, url := _address(route), _within(request.path, url))
        for label, route, permission in ENTRIES
        if not permission or user.has_perm(permission)
    ]
    # A deeper address belongs to the longest entry only: /certificates/sales/ is under Sales.
    current = max((link for link in links if link.current), key=lambda x: len(x.url), default=None)
    return {
        **shown,
        "navigation": [link._replace(current=link is current) for link in links],
        "identity": _identity(user),
    }


@cache
def _address(route: str) -> str:
    """Where a page is; asked for every entry of every page, and always the same."""
    return reverse(route)


def _within(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)


def _identity(user: User) -> Identity:
    if user.office:
        return Identity(str(user), user.role_label, [])
    firms = [held.firm for held in licensee_rules.appointments(user)]
    return Identity(str(user), user.role_label, firms)
