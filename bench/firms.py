"""The list of firms with their standing, and one firm's pages: what they cost for many firms."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Final

from django.db import connection, transaction
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bench.cpu import Cost, beside, cost, typical
from bench.pages import STAFF, WARMING, Site
from bench.report import Line
from licensees.models import Licensee
from licensees.operations.licensing import license

BUDGET_MS: Final = 40.0
TABS: Final = (
    "", "people/", "stock/", "certificates/", "duties/", "money/", "acknowledgments/",
    "addresses/", "training/", "history/",
)  # fmt: skip


def license_many(wanted: int, *, today: date) -> None:
    """See that there are ``wanted`` firms; the additional ones hold nothing."""
    staff = User.objects.get(email=STAFF)
    with transaction.atomic():
        for place in range(Licensee.objects.count(), wanted):
            license(
                legal_name=f"Bench Diamonds {place:03d} (demo)",
                kind="ordinary",
                address=f"{place} Example Street\nNew York, NY 10036",
                ein=f"98-{place:07d}",
                state_of_incorporation="NY",
                effective_on=today.replace(year=today.year - 1 - place % 9, day=1),
                actor=staff,
            )


def pages(site: Site, *, rounds: int, requests: int) -> Iterator[Line]:
    """The list, and every tab of the firm with the most certificates, as staff see them."""
    staff = site.person(STAFF)
    firm = Licensee.objects.annotate(of=Count("certificates")).order_by("-of", "pk")[0]
    count = Licensee.objects.count()
    visits: dict[str, Callable[[], object]] = {
        f"List of firms with their standing, {count} firms": partial(staff.get, "/licensees/")
    }
    for tab in TABS:
        path = f"/licensees/{firm.pk}/{tab}"
        what = f"A firm's page, tab {tab.rstrip('/') or 'licence'}"
        visits[what] = partial(staff.get, path)
    costs: dict[str, list[Cost]] = {what: [] for what in visits}
    for ask in visits.values():
        for _ in range(min(WARMING, requests)):
            ask()
    for _ in range(rounds):
        for what, ask in visits.items():
            costs[what].append(cost(ask, requests, site.workers))
    for what, found in costs.items():
        yield Line(what, typical(found).cpu_ms, "ms CPU", BUDGET_MS, beside=beside(found))


def standing(today: date) -> Line:
    """How many queries the standing of every firm takes."""
    with CaptureQueriesContext(connection) as asked:
        firms = list(Licensee.objects.with_standing(today))
        reasons = [firm.standing_reasons(today) for firm in firms]
    held = sum(all(reason.holds for reason in of) for of in reasons)
    return Line(
        f"Standing of {len(firms)} firms",
        len(asked),
        "queries",
        1,
        exactly=True,
        beside=f"{held} in good standing",
    )
