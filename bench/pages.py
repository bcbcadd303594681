"""The list of certificates and the page of one: what they cost, few rows or many."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Final

from bench.cpu import Cost, beside, cost, typical
from bench.person import Person
from bench.report import Line

BUDGET_MS: Final = 25.0
# By how much a page may be dearer with all the rows than with few: what two rounds differ anyway.
TOLERANCE: Final = 1.25
WARMING: Final = 40  # requests at most, so that each of the worker's threads has its connection
FILTERED: Final = 5  # requests under one filter, in each round
NUMBER: Final = re.compile(r'href="/certificates/(US[0-9]+)/"')
LIST: Final = "/certificates/"

LICENSEE: Final = "issuer@firm-a.example"
COLLEAGUE: Final = "manager@firm-a.example"
STAFF: Final = "staff@uskpa.example"
OTHER_STAFF: Final = "staff2@uskpa.example"


@dataclass(frozen=True, slots=True)
class Site:
    """A running portal with so many certificates, and the processes whose children serve it."""

    rows: int
    port: int
    password: str
    workers: tuple[int, int]

    def person(self, email: str) -> Person:
        """Somebody signed in there."""
        return Person.signed_in(self.port, email, self.password)


@dataclass(frozen=True, slots=True)
class Visit:
    """A kind of page as one person sees it, and the addresses that are asked for in turn."""

    what: str
    ask: Callable[[], object]


def lists_and_details(small: Site, large: Site, *, rounds: int, requests: int) -> Iterator[Line]:
    """List and detail page for a licensee and for staff, in both sizes turn by turn, so that
    whatever else the machine is doing meets both."""
    visits = list(zip(_visits(small), _visits(large), strict=True))
    for few, many in visits:
        for visit in (few, many):
            for _ in range(min(WARMING, requests)):
                visit.ask()
    costs: dict[tuple[str, int], list[Cost]] = {}
    for _ in range(rounds):
        for few, many in visits:
            for site, visit in ((small, few), (large, many)):
                found = cost(visit.ask, requests, site.workers)
                costs.setdefault((visit.what, site.rows), []).append(found)
    for few, _ in visits:
        rounds_of = costs[few.what, large.rows]
        base, full = typical(costs[few.what, small.rows]), typical(rounds_of)
        yield Line(
            f"{few.what}, {large.rows:,} rows",
            full.cpu_ms,
            "ms CPU",
            BUDGET_MS,
            beside=beside(rounds_of),
        )
        yield Line(
            f"{few.what}, beside {small.rows:,} rows",
            round(full.cpu_ms / base.cpu_ms, 2),
            "times",
            TOLERANCE,
            beside=f"{base.cpu_ms:.1f} ms CPU with {small.rows:,} rows",
        )


def filtered(large: Site, filters: Sequence[str], *, rounds: int) -> Iterator[Line]:
    """The list under each filter, for a licensee and for staff: the dearest one."""
    for who, email in (("a licensee", LICENSEE), ("staff", STAFF)):
        person = large.person(email)
        costs: dict[str, list[Cost]] = {query: [] for query in filters}
        for _ in range(rounds):
            for query, found in costs.items():
                found.append(cost(_in_turn(person, [LIST + query]), FILTERED, large.workers))
        dearest = max(costs, key=lambda query: typical(costs[query]).cpu_ms)
        yield Line(
            f"List page of {who}, dearest of {len(filters)} filters",
            typical(costs[dearest]).cpu_ms,
            "ms CPU",
            beside=f"{beside(costs[dearest])}: `{dearest}`",
        )


def _visits(site: Site) -> list[Visit]:
    visits = []
    for who, email in (("a licensee", LICENSEE), ("staff", STAFF)):
        person = site.person(email)
        lists = _pages(person)
        details = [f"{LIST}{number}/" for number in NUMBER.findall(person.get(LIST).text)]
        visits.append(Visit(f"List page of {who}", _in_turn(person, lists)))
        visits.append(Visit(f"Detail page of {who}", _in_turn(person, details)))
    return visits


def _pages(person: Person) -> list[str]:
    """The first page of the list and two after it, the last one and the one before it."""
    paths = [LIST, *_linked(person, LIST, "before", 2)]
    last = f"{LIST}?after=0"
    return [*paths, last, *_linked(person, last, "after", 1)]


def _linked(person: Person, path: str, way: str, most: int) -> list[str]:
    """The next pages of the list on the way ``before`` or ``after``, as far as there are any."""
    found: list[str] = []
    while len(found) < most:
        link = re.search(rf'href="(\?{way}=[0-9]+)"', person.get(path).text)
        if link is None:
            break
        path = LIST + link[1]
        found.append(path)
    return found


def _in_turn(person: Person, paths: Sequence[str]) -> Callable[[], object]:
    turn = cycle(paths)
    return lambda: person.get(next(turn))
