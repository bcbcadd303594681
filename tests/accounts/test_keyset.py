"""Pages of a list by key: every row once, stable while rows come, whatever the address says."""

from typing import Any
from urllib.parse import parse_qs

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.keyset import PAGE_SIZE, Page, page
from certificates.models import Certificate

pytestmark = pytest.mark.django_db


def numbers(found: Page) -> list[int]:
    return [row.number for row in found.rows]


def at(query: str = "", size: int = 3) -> Page:
    """The page of certificates at a query string."""
    return page(Certificate.objects.all(), QueryDict(query.lstrip("?")), key="number", size=size)


@pytest.fixture
def seven() -> list[int]:
    """Seven certificates with gaps between their numbers, highest first."""
    Certificate.objects.bulk_create([Certificate(number=n * 10) for n in range(1, 8)])
    return [70, 60, 50, 40, 30, 20, 10]


def test_an_empty_list_has_one_empty_page() -> None:
    assert at() == Page([], "", "")


def test_the_first_page_has_the_newest_and_leads_to_older(seven: list[int]) -> None:
    found = at()

    assert numbers(found) == [70, 60, 50]
    assert found.newer == ""
    assert found.older == "?before=50"


def test_older_and_newer_walk_the_same_pages(seven: list[int]) -> None:
    first = at()
    second = at(first.older)
    third = at(second.older)
    back = at(third.newer)

    assert [numbers(p) for p in (first, second, third)] == [[70, 60, 50], [40, 30, 20], [10]]
    assert third.older == ""
    assert numbers(back) == numbers(second)
    assert numbers(at(back.newer)) == numbers(first)
    assert at(back.newer).newer == ""


@pytest.mark.parametrize("size", [7, 8, 100])
def test_a_list_that_fits_one_page_leads_nowhere(seven: list[int], size: int) -> None:
    assert at(size=size) == Page(at(size=size).rows, "", "")
    assert numbers(at(size=size)) == seven


def test_rows_that_come_meanwhile_shift_nothing(seven: list[int]) -> None:
    older = at().older
    Certificate.objects.bulk_create([Certificate(number=n) for n in (80, 90)])

    assert numbers(at(older)) == [40, 30, 20]


def test_a_page_whose_first_key_is_gone_still_stands(seven: list[int]) -> None:
    assert numbers(at("before=45")) == [40, 30, 20]
    assert numbers(at("after=45")) == [70, 60, 50]


def test_other_parameters_are_kept_in_the_links(seven: list[int]) -> None:
    found = at("status=in_stock&status=void&q=a%26b&before=50")

    for link in (found.newer, found.older):
        kept = parse_qs(link.lstrip("?"))
        assert kept["status"] == ["in_stock", "void"]
        assert kept["q"] == ["a&b"]
    assert parse_qs(found.older.lstrip("?"))["before"] == ["20"]
    assert "before" not in parse_qs(found.newer.lstrip("?"))


@pytest.mark.parametrize(
    "nonsense",
    ["", "abc", "-1", "1.5", "9" * 19, "٣", "0x10", "1 OR 1=1", "\x00"],
)
@pytest.mark.parametrize("name", ["before", "after"])
def test_what_is_no_key_is_as_good_as_none(seven: list[int], name: str, nonsense: str) -> None:
    query = QueryDict(mutable=True)
    query[name] = nonsense

    assert numbers(page(Certificate.objects.all(), query, key="number", size=3)) == seven[:3]


def test_a_key_beyond_every_number_is_no_error(seven: list[int]) -> None:
    assert numbers(at(f"before={'9' * 18}")) == [70, 60, 50]
    assert at(f"after={'9' * 18}").rows == []


def test_a_page_beyond_the_end_leads_back_to_the_first(seven: list[int]) -> None:
    found = at("q=x&before=10")

    assert found == Page([], "?q=x", "")


def test_a_page_costs_one_query(seven: list[int], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        at("before=50")
    with django_assert_num_queries(1):
        at("after=30")


def test_a_page_has_twenty_five_rows_unless_told() -> None:
    Certificate.objects.bulk_create([Certificate(number=n) for n in range(1, 30)])

    found = page(Certificate.objects.all(), QueryDict(), key="number")

    assert len(found.rows) == PAGE_SIZE == 25


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.sets(st.integers(1, 200), max_size=20), st.integers(1, 7))
def test_walking_to_the_end_and_back_shows_every_row_once(keys: set[int], size: int) -> None:
    present = {1000 + key for key in keys}
    rows = Certificate.objects.filter(number__in=present)
    missing = present - set(rows.values_list("number", flat=True))
    Certificate.objects.bulk_create([Certificate(number=n) for n in missing])

    def walk(start: str, way: str) -> list[list[int]]:
        shown, query = [], start
        for _ in range(len(present) + 1):
            found = page(rows.all(), QueryDict(query.lstrip("?")), key="number", size=size)
            shown.append(numbers(found))
            query = getattr(found, way)
            if not query:
                break
        return shown

    down = walk("", "older")
    up = walk("after=0", "newer")

    assert [number for part in down for number in part] == sorted(present, reverse=True)
    assert sorted(number for part in up for number in part) == sorted(present)
