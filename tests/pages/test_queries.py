"""A page asks the database as often with six rows as with one, and twelve times at most."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates.models import Certificate
from certificates.operations.printing import calibrate
from certificates.operations.stock import register, sell
from licensees.models import Contact, Licensee
from licensees.operations.addresses import keep_party
from licensees.operations.licensing import license
from licensees.operations.money import charge_fee
from licensees.operations.people import appoint
from licensees.operations.people_requests import request_person
from reviews.operations import schedule
from tests.cast import Cast, today
from tests.pages.filling import address, drafted

AT_MOST = 12


class Growing:
    """A register in which every list of every page can get longer."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.count = cast, 0
        self.issued, self.draft = cast.issued(), drafted(cast)
        self.shipped = cast.shipped()
        self.more()

    def more(self) -> None:
        """One more of everything: for firm A, and a firm more."""
        cast, self.count = self.cast, self.count + 1
        for make in (cast.issued, cast.shipped, cast.voided, cast.delivered):
            make()
        drafted(cast)
        cast.available()
        cast.in_stock()
        firm = license(
            legal_name=f"Firm {self.count} (test)", kind="ordinary", address="1 Road",
            ein=f"11-{self.count:07}", state_of_incorporation="NY", effective_on=today(),
            actor=cast.staff,
        )  # fmt: skip
        appoint(
            cast.firm_a, email=f"more{self.count}@tests.example", name="More", role="issuer",
            actor=cast.staff,
        )  # fmt: skip
        for owner in (cast.firm_a, firm):
            charge_fee(
                owner, year=2030 + self.count, amount_usd=Decimal(1), due_on=today(),
                actor=cast.staff,
            )  # fmt: skip
            schedule(owner, body="uskpa", planned_on=today(), actor=cast.staff)
        keep_party(
            cast.firm_a, part="consignee", name=f"Kept {self.count}", address="1 Road",
            country="IL", actor=cast.issuer,
        )  # fmt: skip
        request_person(
            cast.firm_a, email=f"asked{self.count}@tests.example", name="Asked", role="issuer",
            actor=cast.manager,
        )  # fmt: skip
        calibrate(right_mm=Decimal(self.count), down_mm=Decimal(0), actor=cast.issuer)

    def long_receipt(self) -> int:
        """The number of a receipt for as many blanks as there were rounds."""
        first = 2_000_000 + 100 * self.count
        numbers = list(range(first, first + self.count))
        register(numbers=numbers, actor=self.cast.staff)
        return sell(
            licensee=self.cast.firm_a, numbers=numbers, paid_usd=Decimal(20 * len(numbers)),
            method="cash", sold_on=today(), contact=self.cast.contact_a, today=today(),
            actor=self.cast.staff,
        ).number  # fmt: skip


PAGES: list[tuple[str, list[str], Callable[[Growing], str]]] = [
    ("front page", ["anonymous", "issuer", "staff", "overseer"], lambda g: "/"),
    ("certificates", ["issuer", "staff"], lambda g: "/certificates/"),
    ("search", ["issuer", "staff"], lambda g: "/certificates/?search=Example&status=issued"),
    ("by destination", ["staff"], lambda g: "/certificates/?destination=IL"),
    ("certificate", ["issuer", "staff", "overseer"], lambda g: address("detail", g.shipped)),
    ("issue", ["issuer"], lambda g: address("issue", g.draft)),
    ("read-back", ["issuer"], lambda g: address("read_back", g.draft)),
    ("ship", ["issuer"], lambda g: address("ship", g.issued)),
    ("void", ["issuer", "staff"], lambda g: address("void", g.issued)),
    ("pdf", ["issuer", "overseer"], lambda g: address("pdf", g.issued)),
    ("sales", ["issuer", "staff"], lambda g: "/certificates/sales/"),
    ("sell", ["staff"], lambda g: "/certificates/sales/new/"),
    ("receipt", ["issuer", "staff"], lambda g: f"/certificates/sales/{g.long_receipt()}/"),
    ("duties", ["issuer", "staff", "overseer"], lambda g: "/duties/"),
    ("discharge", ["issuer"], lambda g: f"/duties/{g.issued.duties.get().pk}/discharge/"),
    ("licensees", ["issuer", "staff"], lambda g: "/licensees/"),
    ("licensee", ["issuer", "staff"], lambda g: f"/licensees/{g.cast.firm_a.pk}/"),
    ("money", ["issuer", "staff"], lambda g: f"/licensees/{g.cast.firm_a.pk}/money/"),
    ("history", ["issuer", "staff"], lambda g: f"/licensees/{g.cast.firm_a.pk}/history/"),
    ("fees", ["staff", "overseer"], lambda g: "/licensees/fees/"),
    ("closing", ["staff"], lambda g: f"/licensees/{g.cast.firm_a.pk}/close/"),
    ("people", ["manager", "staff"], lambda g: f"/licensees/{g.cast.firm_a.pk}/people/"),
    ("addresses", ["issuer"], lambda g: f"/licensees/{g.cast.firm_a.pk}/addresses/"),
    ("requests", ["staff", "overseer"], lambda g: "/licensees/people-requests/"),
    ("confirmations", ["staff"], lambda g: "/licensees/people-confirmations/"),
    ("users", ["administrator"], lambda g: "/account/users/"),
    ("account", ["issuer", "staff"], lambda g: "/account/"),
    ("reviews", ["issuer", "staff"], lambda g: "/reviews/"),
]


def queries(client: Any, path: str) -> list[str]:
    """What the page asks; the first request wrote the session's clock, as once a minute."""
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200, path
    return [query["sql"] for query in asked.captured_queries]


def test_more_rows_cost_no_more_queries(cast, client):
    growing = Growing(cast)

    def costs() -> dict[tuple[str, str], list[str]]:
        found = {}
        for name, people, path_of in PAGES:
            path = path_of(growing)
            for person in people:
                client.logout() if person == "anonymous" else client.force_login(
                    getattr(cast, person)
                )
                found[name, person] = queries(client, path)
        return found

    few = costs()
    for _ in range(5):
        growing.more()
    many = costs()

    assert Certificate.objects.count() > 40
    assert Licensee.objects.count() > 6
    assert Contact.objects.filter(licensee=cast.firm_a).count() > 6
    grown = {page: (len(few[page]), len(many[page])) for page in few}
    assert {page: cost for page, cost in grown.items() if cost[0] != cost[1]} == {}
    assert {page: cost for page, cost in grown.items() if cost[1] > AT_MOST} == {}


@pytest.mark.parametrize("path", ["/certificates/?before=1000000", "/certificates/?after=1"])
def test_no_page_of_a_list_counts_the_rows(cast, client, path):
    cast.available()
    client.force_login(cast.staff)

    asked = queries(client, path)

    assert not [sql for sql in asked if "COUNT(" in sql or "OFFSET" in sql]
