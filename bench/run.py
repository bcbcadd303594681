"""Everything in order: fill, ask for pages, issue, sell, verify. Each step says what it found."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.utils import timezone

from bench import firms, issuing, pages, papers, plans, queries, selling
from bench.cluster import FEW, MANY, Cluster
from bench.pages import Site
from bench.portal import Portal
from bench.report import Line
from certificates.models import Certificate
from journal.models import Entry
from kpportal.serve import collect_static

# With so many the whole demonstration is loaded, and filled up; with fewer, firms and bulk only.
DEMONSTRATION: Final = 20_000
DEMONSTRATION_BUDGET_S: Final = 60.0

FILTERS: Final = (
    "?status=available",
    "?status=issued&status=shipped",
    "?status=delivered",
    "?status=void",
    "?number=US1000500",
    "?itn=X20220104000003",
    "?licensee=1",
    "?consignee=demo",
    "?consignee=zzz",
    "?exporter=demo",
    "?destination=IL",
    "?destination=LS",
    "?destination=EU",
    "?issued_after=2022-03-01&issued_before=2022-03-31",
    "?issued_after=2021-01-01&issued_before=2021-12-31",
    "?shipped_before=2019-02-01",
    "?shipped_after=2030-01-01",
    "?expired=on",
    "?search=antwerp",
    "?status=delivered&destination=EU&consignee=demo&issued_after=2023-01-01",
)


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is done: rows in the two databases, repetitions, and the two contests."""

    few: int
    many: int
    rounds: int
    requests: int  # of each page, in each round
    issues: int
    contest: int
    sales: int
    firms: int


SCALES: Final = {
    "full": Scale(1000, 100_000, 15, 40, 60, 1000, 120, 500),
    "quick": Scale(200, 2000, 5, 12, 10, 50, 24, 100),
    "smoke": Scale(100, 300, 2, 4, 4, 12, 8, 30),
}

Tell = Callable[[str], None]


def measure(cluster: Cluster, scale: Scale, tell: Tell) -> Iterator[Line]:
    """Every figure, as soon as it is known. The databases are made before this is called."""
    with ExitStack() as running:

        def site(name: str, rows: int) -> Site:
            log = cluster.folder / f"{name}.log"
            portal = running.enter_context(Portal(cluster.environment(name), log))
            return Site(rows, portal.port, cluster.password, (portal.pid, cluster.postmaster))

        yield from _measure(site(FEW, scale.few), site(MANY, scale.many), cluster, scale, tell)


def _measure(
    small: Site, large: Site, cluster: Cluster, scale: Scale, tell: Tell
) -> Iterator[Line]:
    tell("List and detail pages")
    yield from pages.lists_and_details(small, large, rounds=scale.rounds, requests=scale.requests)
    tell("The list under its filters")
    yield from pages.filtered(large, FILTERS, rounds=min(3, scale.rounds))
    yield from plans.plans(FILTERS, rows=scale.many)

    today = timezone.localdate()
    drafted, *blanks = selling.blanks(2 + scale.issues + scale.contest, today=today)
    alone, contested = blanks[: 1 + scale.issues], blanks[1 + scale.issues :]
    issuing.draft([drafted, *contested], today=today)
    cluster.settle(MANY)
    tell("Queries of every page")
    yield from queries.queries()
    tell("PDFs")
    yield from papers.papers(rounds=scale.rounds)
    tell("Issuing")
    yield from issuing.alone(large, alone, rounds=scale.rounds, today=today)
    tell("Two people against each other")
    yield from issuing.against_each_other(large, contested)
    tell("Sales at the same moment")
    yield from selling.at_once(large, scale.sales, after=blanks[-1].number, today=today)
    tell("Firms")
    firms.license_many(scale.firms, today=today)
    cluster.settle(MANY)
    yield from firms.pages(large, rounds=min(5, scale.rounds), requests=scale.requests)
    yield firms.standing(today)
    tell("Verifying the journal")
    yield _verified(cluster)


def prepare(cluster: Cluster, scale: Scale, tell: Tell) -> Iterator[Line]:
    """Make and fill the two databases, and collect the static files."""
    collect_static()
    tell(f"A database with {scale.few:,} certificates")
    cluster.make(FEW)
    cluster.fill(FEW, scale.few)
    cluster.settle(FEW)
    tell(f"A database with {scale.many:,} certificates")
    cluster.make(MANY)
    if scale.many < DEMONSTRATION:
        cluster.fill(MANY, scale.many)
    else:
        seconds = cluster.manage(MANY, "demo", "--verbosity", "0")
        yield Line(
            "Demonstration data loaded",
            seconds,
            "s",
            DEMONSTRATION_BUDGET_S,
            beside=f"{Certificate.objects.count():,} certificates",
        )
        more = scale.many - Certificate.objects.count()
        seconds = cluster.manage(MANY, "demo", "--verbosity", "0", "--certificates", str(more))
        yield Line(f"{more:,} more certificates loaded", seconds, "s")
    connection.close()
    cluster.settle(MANY)


def _verified(cluster: Cluster) -> Line:
    """The journal and the register agree after all of it; RuntimeError says where they do not."""
    seconds = cluster.manage(MANY, "verify_journal")
    beside = (
        f"{Entry.objects.count():,} entries, {Certificate.objects.count():,} certificates: clean"
    )
    return Line("verify_journal", seconds, "s", beside=beside)


def told(lines: Iterable[Line], tell: Tell) -> list[Line]:
    """All lines, each told as soon as it is known."""
    known = []
    for line in lines:
        what, budget, measured, verdict, beside = line.cells()
        tell("    " + " · ".join(filter(None, [what, measured, budget, verdict, beside])))
        known.append(line)
    return known
