"""Who may open and press what: every route of the portal, for every kind of person.

A route or a method that is not declared here fails, and so does the declaration of a route that
is gone. Every one is asked for (GET) and sent nothing (POST), by everybody.
"""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from accounts import rules as account_rules
from accounts.models import User
from certificates import rules as certificate_rules
from certificates.models import (
    Certificate,
    Country,
    Draft,
    Duty,
    Participant,
    Port,
    Price,
    PrinterCalibration,
    Receipt,
    ReceiptCounter,
)
from certificates.operations.printing import calibrate
from journal.models import Entry
from licensees import rules as licensee_rules
from licensees.models import AnnualFee, Contact, Licensee, Party
from licensees.operations import charge_fee, keep_party
from reviews import rules as review_rules
from reviews.models import Review
from reviews.operations import schedule
from tests.cast import Cast, today
from tests.pages.filling import drafted
from tests.pages.reading import main
from tests.unchanged import OURS, everything

# ---- the matrix ---------------------------------------------------------------------------------

# Everything asked for belongs to firm A. In the order of the columns below:
PEOPLE = {
    "out": ("anonymous", "inactive"),  # not signed in, or the account was closed
    "lone": ("loner",),  # signed in, acts for no firm
    "strn": ("stranger", "carrier_issuer"),  # act for other firms
    "firm": ("issuer", "colleague", "manager"),  # act for firm A
    "revw": ("reviewer",),
    "staf": ("staff",),
    "over": ("overseer",),
    "admn": ("administrator",),
}
EVERYBODY = [person for people in PEOPLE.values() for person in people]
IN = 1302  # redirected to the sign-in

# fmt: off
MATRIX: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
}
# fmt: on


class Things:
    """Something of firm A for every route, in a status in which its page is shown."""

    def __init__(self, cast: Cast) -> None:
        for person in EVERYBODY[1:]:
            getattr(cast, person)
        available, issued, shipped = drafted(cast), cast.issued(), cast.shipped()
        party = keep_party(
            cast.firm_a, part="consignee", name="Kept", address="1 Road", country="IL",
            actor=cast.issuer,
        )  # fmt: skip
        charge_fee(
            cast.firm_a, year=2026, amount_usd=Decimal(100), due_on=today(), actor=cast.staff
        )
        schedule(cast.firm_a, body="uskpa", planned_on=today(), actor=cast.staff)
        calibrate(right_mm=Decimal(1), down_mm=Decimal(1), actor=cast.issuer)
        cast.in_stock()
        colleague = Contact.objects.get(user=cast.colleague)
        self.arguments: dict[str, list[Any]] = {
            "accounts:user": [cast.issuer.pk],
            "accounts:deactivate": [cast.issuer.pk],
            "accounts:reactivate": [cast.inactive.pk],
            "account_reset_password_from_key": ["1", "set-password"],
            **{
                f"certificates:{page}": [row.number]
                for page, row in {
                    "receipt": issued.receipt, "receipt_pdf": issued.receipt,
                    "detail": issued, "pdf": issued, "ship": issued, "void": issued,
                    "draft": available, "draft_pdf": available, "issue": available,
                    "read_back": available, "deliver": shipped,
                }.items()
            },
            "duties:discharge": [issued.duties.get().pk],
            **{
                f"licensees:{page}": [cast.firm_a.pk]
                for page in ("detail", "appoint", "suspend", "reinstate")
            },
            "licensees:dismiss": [colleague.pk],
            "licensees:retire_party": [party.pk],
            "admin:app_list": ["certificates"],
        }  # fmt: skip

    def address(self, route: str) -> str:
        """The address of a route about firm A, or about nobody in particular."""
        if route.startswith("admin:") and route.endswith(("_change", "_delete")):
            label, model, _ = route.removeprefix("admin:").split("_")
            row = apps.get_model(label, model)._default_manager.order_by("pk").first()
            assert row is not None, route
            return reverse(route, args=[row.pk])
        return reverse(route, args=self.arguments.get(route, []))


def routes() -> list[str]:
    """The full name of every route of the portal."""

    def walk(resolver: URLResolver, spaces: tuple[str, ...]) -> Iterator[str]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from walk(entry, (*spaces, entry.namespace) if entry.namespace else spaces)
            else:
                assert entry.name, f"{entry.pattern} has no name to declare it by"
                yield ":".join((*spaces, entry.name))

    return list(walk(get_resolver(), ()))


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def code_of(answer: Any) -> int:
    """The status, sign-in being told apart from other redirects."""
    if answer.status_code == 302 and answer["Location"].startswith(reverse("account_login")):
        return IN
    return int(answer.status_code)


def signed_in(cast: Cast, person: str) -> Client:
    """A browser of theirs."""
    client = Client()
    if person != "anonymous":
        client.force_login(getattr(cast, person))
    return client

def test_print(cast, caplog):
    import logging
    caplog.set_level(logging.CRITICAL, "django.request")
    things = Things(cast)
    out = {}
    for group, people in PEOPLE.items():
        for person in people:
            client = signed_in(cast, person)
            for route in routes():
                if route.startswith("admin:") and route.count("_") == 2 and "certificates_certificate" not in route: continue
                for m in ("get","post"):
                    cookies = copy.deepcopy(client.cookies)
                    with undone():
                        try: c = code_of(getattr(client, m)(things.address(route)))
                        except Exception as e: c = type(e).__name__
                        out.setdefault((route, m), {}).setdefault(group, set()).add(c)
                    client.cookies = cookies
    for (route, m), row in out.items():
        print("%-45s %-4s %s" % (route, m, " ".join("%4s" % "/".join(map(str, sorted(r))) for r in row.values())))
    assert 0
