"""How PostgreSQL finds the rows of a list: by an index, or by reading the register through."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, Final

from django.http import QueryDict

from accounts.keyset import PAGE_SIZE
from accounts.models import User
from bench.pages import LICENSEE, STAFF
from bench.report import Line
from certificates.filters import CertificateFilter
from certificates.models import Certificate

READERS: Final = (LICENSEE, "issuer@firm-d.example", STAFF)  # of one firm, of two, of all
# Of a small register PostgreSQL rightly reads all.
WORTHWHILE: Final = 20_000


def plans(filters: Sequence[str], *, rows: int) -> Iterator[Line]:
    """How many lists under one or two filters are found without an index."""
    asked = [*filters, *(f"{one}&{other[1:]}" for one, other in combinations(filters, 2))]
    without = [
        query
        for email in READERS
        for query in asked
        if reads_through(plan(User.objects.get(email=email), query))
    ]
    yield Line(
        f"Lists found without an index, of {len(asked) * len(READERS)} under one or two filters",
        len(without),
        "lists",
        0 if rows >= WORTHWHILE else None,
        exactly=True,
        beside=f"`{without[0]}`" if without else "",
    )


def plan(user: User, query: str) -> Mapping[str, Any]:
    """How PostgreSQL would find a page of the list."""
    rows = Certificate.objects.with_parties().visible_to(user)
    found = CertificateFilter(QueryDict(query[1:]), rows)
    if not found.is_valid():
        raise ValueError(f"{query} is not understood: {found.form.errors.as_text()}")
    page = found.filter_queryset(rows).order_by("-number")[: PAGE_SIZE + 1]
    told: Mapping[str, Any] = json.loads(page.explain(format="json"))[0]["Plan"]
    return told


def reads_through(node: Mapping[str, Any]) -> bool:
    """Whether a plan reads all of the register."""
    if node["Node Type"] == "Seq Scan" and node["Relation Name"] == Certificate._meta.db_table:
        return True
    return any(map(reads_through, node.get("Plans", ())))
