"""Comparing every certificate's facts with the journal names what was changed behind its back."""

import pytest
from django.db import connection

from certificates.facts import FACTS
from certificates.models import Certificate
from certificates.verification import differences
from journal.models import Entry
from tests.cast import Cast


def behind_its_back(row: Certificate, column: str, value: object) -> None:
    """Change one column as somebody with the database's password could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE certificates_certificate DISABLE TRIGGER USER")
        cursor.execute(
            f'UPDATE certificates_certificate SET "{column}" = %s WHERE id = %s', [value, row.pk]
        )
        cursor.execute("ALTER TABLE certificates_certificate ENABLE TRIGGER USER")


def test_a_register_changed_by_the_operations_alone_has_no_difference(cast: Cast) -> None:
    cast.in_stock()
    for firm in (cast.firm_a, cast.carrier):
        cast.available(firm)
        cast.issued(firm, mixed_origin=True, country_of_origin="")
        cast.delivered(firm)
        cast.voided(firm)

    assert list(differences()) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("carat_weight", "98.77"),
        ("value_usd", "1.00"),
        ("consignee_country", "IN"),
        ("itn", "X20200101123456"),
        ("seal_number", "OTHER"),
        ("acknowledged_warnings", '{"a": "b"}'),
    ],
)
def test_a_fact_changed_behind_its_back_is_named(cast: Cast, column: str, value: str) -> None:
    cast.issued()
    row = cast.shipped()

    behind_its_back(row, column, value)

    (line,) = differences()
    assert line.startswith(f"US{row.number}: {column} is ")
    assert value.strip('{}"a: b') in line


def test_a_blank_made_usable_behind_the_journals_back_is_named(cast: Cast) -> None:
    cast.in_stock()
    row = Certificate.objects.create(number=30001)

    assert list(differences()) == [f"US{row.number}: the journal knows nothing of it"]


def test_a_certificate_taken_out_of_the_register_is_named(cast: Cast) -> None:
    cast.available()
    row = cast.in_stock()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE certificates_certificate DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM certificates_certificate WHERE id = %s", [row.pk])

    (line,) = differences()
    assert line.startswith(f"US{row.number}: ")
    assert "no such certificate" in line


def test_every_column_is_compared() -> None:
    columns = {field.attname for field in Certificate._meta.concrete_fields}

    assert set(FACTS) == columns - {"id", "number"}


def test_the_comparison_reads_the_register_in_few_queries(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    for _ in range(3):
        cast.issued()
    assert Entry.objects.exists()

    with django_assert_max_num_queries(30):  # type: ignore[operator]
        assert list(differences()) == []
