"""That a page asks the database the same few questions, however many rows there are."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates.models import Certificate, Draft, Duty, Receipt
from certificates.operations.drafting import save_draft
from certificates.operations.printing import calibrate
from journal.models import Entry
from licensees.models import Contact
from tests.cast import Cast
from tests.oversight.places import MODELS, list_of, row_of

LIST_AT_MOST = 12
ROW_AT_MOST = 16


def count(client, address: str) -> int:
    """How many questions a page asks when the user's session has been seen before."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def more(cast: Cast) -> None:
    """One more row of everything that grows with trade, each of another firm or person."""
    firm = (cast.firm_a, cast.firm_b, cast.carrier)[Certificate.objects.count() % 3]
    user = cast.contact_of(firm).user
    cast.shipped(firm)
    save_draft(cast.available(firm), fields={"itn": "x"}, version=None, actor=user)
    calibrate(right_mm=1, down_mm=1, actor=user)


def test_a_list_asks_the_same_with_one_row_and_with_six(desk, cast, rows):
    one = {model: count(desk, list_of(model)) for model in MODELS}
    for _ in range(5):
        more(cast)

    six = {model: count(desk, list_of(model)) for model in MODELS}

    assert six == one
    assert max(six.values()) <= LIST_AT_MOST


def test_a_rows_page_asks_few_questions(desk, rows):
    asked = {model: count(desk, row_of(row)) for model, row in rows.items()}

    assert max(asked.values()) <= ROW_AT_MOST, asked


GROWING: list[tuple[str, Callable[[Cast], Any]]] = [
    ("a firm", lambda cast: cast.firm_a),
    ("a person", lambda cast: cast.issuer),
    ("staff", lambda cast: cast.staff),
]


@pytest.mark.parametrize(("of", "row"), GROWING, ids=[name for name, _ in GROWING])
def test_a_longer_history_asks_no_more(of, row, desk, cast):
    cast.voided()
    save_draft(cast.available(), fields={"itn": "x"}, version=None, actor=cast.issuer)
    subject = row(cast)
    short = count(desk, row_of(subject))
    entries = Entry.objects.count()
    for _ in range(3):
        cast.voided()

    assert Entry.objects.count() > entries
    assert count(desk, row_of(subject)) == short


def test_a_search_and_a_filter_ask_no_more_than_the_list(desk, cast):
    row = cast.shipped()
    plain = count(desk, list_of(Certificate))

    assert count(desk, list_of(Certificate, f"?q={row.display}")) == plain
    assert count(desk, list_of(Certificate, f"?status=shipped&licensee={row.licensee_id}")) == plain


def test_no_row_of_a_list_asks_for_itself(desk, cast, monkeypatch):
    """The models whose lines name other rows."""
    for _ in range(3):
        more(cast)
    for model in (Certificate, Draft, Duty, Receipt, Contact, Entry):
        desk.get(list_of(model))
        with CaptureQueriesContext(connection) as asked:
            desk.get(list_of(model))
        texts = [query["sql"] for query in asked.captured_queries]
        assert len(texts) == len(set(texts)), model


def test_counting_stops_where_paging_stops(desk, cast):
    cast.in_stock()

    with CaptureQueriesContext(connection) as asked:
        desk.get(list_of(Certificate))

    counting = [query["sql"] for query in asked.captured_queries if "COUNT(" in query["sql"]]
    assert len(counting) == 1
    assert "LIMIT 10001" in counting[0]
