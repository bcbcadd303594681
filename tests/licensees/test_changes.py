"""The directors' yearly list of changes of licensees, told by the journal (domain R2.7)."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.db import connection, transaction

from journal.models import Entry
from journal.record import record
from licensees import changes
from licensees.changes import Change
from licensees.exports.changes import as_csv, plain
from licensees.models import Licensee
from licensees.operations.licensing import close, license, reinstate, suspend
from licensees.pdf.changes import directors_list
from tests.cast import Cast
from tests.pages.reading import pdf_text

Told = list[tuple[str, str, str, str, str]]


def told(cast: Cast, year: int, person: str = "staff") -> Told:
    rows = changes.of_year(year, getattr(cast, person))
    return [
        (f"{row.day:%m/%d}", row.licensee.legal_name[5], row.what, row.before, row.after)
        for row in rows
    ]


def changed(cast: Cast, firm: Licensee, **facts: tuple[Any, Any]) -> None:
    """What the operation that changes a firm's details writes into the journal."""
    with transaction.atomic():
        record(
            "licensee:changed", "licensee", firm.pk, actor=cast.staff, licensee_id=firm.pk,
            changes=facts,
        )  # fmt: skip


def recorded_at(moment: str) -> None:
    """Let the newest entry have been recorded at another moment."""
    last = Entry.objects.latest("id")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE journal_entry SET at = %s WHERE id = %s", [moment, last.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_a_firms_story_stands_in_the_years_it_happened(cast: Cast) -> None:
    firm = cast.firm_a
    day = dt.date(2025, 3, 4)
    suspend(firm, reason="Fees", today=day, actor=cast.staff)
    reinstate(firm, reason="Paid", today=day, actor=cast.staff)
    recorded_at("2025-03-10 12:00+00")
    close(
        firm, outcome="surrendered", reason="Retired", ended_on=dt.date(2026, 2, 1),
        take_over_shipments=False, today=dt.date(2026, 2, 3), actor=cast.staff,
    )  # fmt: skip

    assert told(cast, 2020) == [("01/01", "A", "Licensed", "", "Licensee")]
    assert told(cast, 2025) == [
        ("03/04", "A", "Licence", "Active", "Suspended"),
        ("03/10", "A", "Licence", "Suspended", "Active"),
    ]
    assert told(cast, 2026) == [("02/01", "A", "Licence", "Active", "Surrendered")]
    assert told(cast, 2024) == []


def test_each_detail_that_changed_is_a_line_of_its_own(cast: Cast) -> None:
    changed(
        cast,
        cast.firm_a,
        address=("1 Old Road", "2 New Road"),
        telephone=("", "212 555 0100"),
        fax=("1", "1"),
        reason=(None, "They moved"),
    )
    recorded_at("2025-06-01 12:00+00")

    assert told(cast, 2025) == [
        ("06/01", "A", "Address", "1 Old Road", "2 New Road"),
        ("06/01", "A", "Telephone", "", "212 555 0100"),
    ]


@pytest.mark.parametrize(
    ("moment", "year"),
    [
        pytest.param("2026-01-01 04:59:59+00", 2025, id="the last second in New York"),
        pytest.param("2026-01-01 05:00:00+00", 2026, id="the first second of the next year"),
    ],
)
def test_the_year_is_new_yorks(cast: Cast, moment: str, year: int) -> None:
    changed(cast, cast.firm_a, legal_name=("Old", "New"))
    recorded_at(moment)

    assert [row[2] for row in told(cast, year)] == ["Name"]


def test_people_fees_and_certificates_are_not_in_the_list(cast: Cast) -> None:
    cast.issued()

    assert {row[2] for year in range(2020, 2027) for row in told(cast, year)} == {"Licensed"}


def test_whoever_acts_for_a_firm_gets_no_other_firms_changes(cast: Cast) -> None:
    cast.firm_b, cast.issuer  # noqa: B018

    assert [row[1] for row in told(cast, 2020, "issuer")] == ["A"]
    assert len(told(cast, 2020, "overseer")) == 2


def test_the_list_costs_two_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    cast.firm_a, cast.firm_b, cast.carrier  # noqa: B018
    with django_assert_num_queries(2):
        changes.of_year(2020, cast.staff)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", "  =1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert plain(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Firm", "1 = 2", "a@b", " Road"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert plain(cell) == cell


def odd(cast: Cast) -> list[Change]:
    """A change of a firm with a name that a spreadsheet would run."""
    firm = license(
        legal_name="=HYPERLINK(“x”), Łódź", kind="carrier", address="1 Road\nCity",
        ein="00-0000777", state_of_incorporation="NY", effective_on=dt.date(2025, 1, 2),
        actor=cast.staff,
    )  # fmt: skip
    changed(cast, firm, address=("1 Road\nCity", "2, Road\nTown 鑽石"))
    recorded_at("2025-05-05 12:00+00")
    return changes.of_year(2025, cast.staff)


def test_the_file_for_spreadsheets(cast: Cast) -> None:
    content = as_csv(odd(cast))

    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert content.startswith(b"\xef\xbb\xbf")
    assert rows[0] == list(changes.HEADINGS)
    assert rows[1][:4] == ["01/02/2025", "1", "'=HYPERLINK(“x”), Łódź", "Licensed"]
    assert rows[2][3:] == ["Address", "1 Road\nCity", "2, Road\nTown 鑽石"]
    assert len(rows) == 3


def test_the_list_on_paper(cast: Cast) -> None:
    as_of = dt.date(2026, 1, 5)
    content = directors_list(2025, odd(cast), as_of=as_of)

    assert content == directors_list(2025, changes.of_year(2025, cast.staff), as_of=as_of)
    text = pdf_text(content)
    for words in ("Changes of licensees", "01/05/2026", "Łódź", "Common carrier", "Town ??"):
        assert words in text, words
    assert "Nothing changed." in pdf_text(directors_list(2024, [], as_of=as_of))


def test_a_long_list_repeats_its_headings_on_every_page(cast: Cast) -> None:
    text = pdf_text(directors_list(2025, odd(cast) * 60, as_of=dt.date(2026, 1, 5)))

    pages = int(text.rpartition(" of ")[2].split()[0])
    assert pages > 3
    assert text.count("What changed") == pages
