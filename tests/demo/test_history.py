"""Certificates used before this register existed are taken over in bulk, and lawfully."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DataError, IntegrityError, connection

from certificates.models import Certificate, Receipt
from certificates.operations.history import Past, PastSale, PastVoid, take_over
from certificates.particulars import ALL
from journal.models import Entry
from tests.cast import Cast
from tests.unchanged import everything, forbidden

ISSUED_ON = dt.date(2024, 3, 4)
SHIPPED_ON = dt.date(2024, 3, 6)
DELIVERED_ON = dt.date(2024, 3, 11)


def facts(cast: Cast, **changes: Any) -> dict[str, Any]:
    stated = cast.particulars(date_of_issue=ISSUED_ON, itn=changes.pop("itn", "X20240301000001"))
    return {name: getattr(stated, name) for name in ALL} | changes


def past(cast: Cast, number: int = 1001, **changes: Any) -> Past:
    """A certificate that was delivered."""
    return Past(
        number=number,
        facts=facts(cast, **changes),
        issued_at=dt.datetime(2024, 3, 4, 15, 30, tzinfo=dt.UTC),
        shipped_on=SHIPPED_ON,
        seal_number="SEAL-1",
        delivered_on=DELIVERED_ON,
    )


def sale(cast: Cast, *lives: Past, **changes: Any) -> PastSale:
    terms = {
        "contact": cast.contact_a,
        "method": "check",
        "sold_on": dt.date(2024, 2, 26),
        "unit_price_usd": Decimal("20.00"),
        "certificates": lives,
    }
    return PastSale(**{**terms, **changes})


def test_lives_of_every_length_are_written_with_all_their_facts(cast: Cast) -> None:
    delivered = past(cast)
    shipped = replace(past(cast, 1002, itn="X20240301000002"), delivered_on=None)
    issued = replace(
        past(cast, 1003, itn="X20240301000003"),
        shipped_on=None,
        seal_number="",
        delivered_on=None,
    )
    withdrawn = replace(
        issued,
        number=1004,
        facts=facts(cast, itn="X20240301000004"),
        void=PastVoid(
            voided_on=SHIPPED_ON,
            void_reason="customer_canceled",
            form_disposition="returned",
        ),
    )
    spoiled = Past(
        number=1005,
        facts={},
        issued_at=None,
        void=PastVoid(
            voided_on=ISSUED_ON, void_reason="printer_error", form_disposition="destroyed"
        ),
    )

    count = take_over(
        [sale(cast, delivered, shipped), sale(cast, issued, withdrawn, spoiled)],
        actor=cast.staff,
    )

    rows = {row.number: row for row in Certificate.objects.all()}
    assert count == len(rows) == 5
    assert [rows[number].status for number in range(1001, 1006)] == [
        "delivered",
        "shipped",
        "issued",
        "void",
        "void",
    ]
    assert {name: getattr(rows[1001], name) for name in ALL} == delivered.facts
    assert rows[1001].issued_by == cast.contact_a.user
    assert rows[1001].issued_at == delivered.issued_at
    assert (rows[1001].shipped_on, rows[1001].seal_number) == (SHIPPED_ON, "SEAL-1")
    assert rows[1001].delivered_on == DELIVERED_ON
    assert rows[1004].itn == "X20240301000004"
    assert (rows[1004].voided_on, rows[1004].void_reason) == (SHIPPED_ON, "customer_canceled")
    assert (rows[1005].itn, rows[1005].form_disposition) == ("", "destroyed")
    assert rows[1005].voided_by == cast.contact_a.user


def test_receipts_are_numbered_in_the_order_given_and_whole(cast: Cast) -> None:
    take_over(
        [
            sale(cast, past(cast), method="cash", unit_price_usd=Decimal("17.50")),
            sale(
                cast,
                past(cast, 1002, itn="X20240301000002"),
                past(cast, 1003, itn="X20240301000003"),
            ),
        ],
        actor=cast.staff,
    )

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    first, second = Receipt.objects.order_by("number")
    assert (first.number, second.number) == (1, 2)
    assert (first.quantity, first.paid_usd, first.method) == (1, Decimal("17.50"), "cash")
    assert (second.quantity, second.paid_usd) == (2, Decimal("40.00"))
    assert [row.number for row in second.certificates.order_by("number")] == [1002, 1003]


def test_each_certificate_and_each_receipt_gets_one_entry_that_agrees(cast: Cast) -> None:
    take_over([sale(cast, past(cast))], actor=cast.staff)

    entry = Entry.objects.about("certificate", 1001).get()
    assert (entry.verb, entry.actor) == ("certificate:taken_over", cast.staff.email)
    assert entry.licensee_id == cast.firm_a.pk
    assert entry.changes["value_usd"] == [None, "12345.67"]
    assert entry.changes["status"] == ["in_stock", "delivered"]
    assert "void_reason" not in entry.changes, "what never happened is not told"
    receipt = Entry.objects.about("receipt", 1).get()
    assert receipt.verb == "receipt:taken_over"
    assert receipt.changes["numbers"] == [None, [1001]]
    call_command("verify_journal", verbosity=0)


@pytest.mark.parametrize("who", ["issuer", "overseer", "administrator", "reviewer"])
def test_only_staff_take_over(cast: Cast, who: str) -> None:
    actor, one = getattr(cast, who), sale(cast, past(cast))

    with forbidden():
        take_over([one], actor=actor)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        pytest.param({"itn": "x20240301000001"}, "certificate_itn_well_formed", id="a small x"),
        pytest.param({"itn": "X20240307000001"}, "filed_before_export", id="filed too late"),
        pytest.param(
            {"date_of_expiry": dt.date(2024, 5, 4)}, "expires_within_60_days", id="61 days"
        ),
        pytest.param({"exporter_name": "Somebody"}, "its own exporter", id="another exporter"),
        pytest.param({"consignee_country": "CR"}, "no open Participant", id="no Participant"),
        pytest.param({"hs_code": "7102.39"}, "one_hs_subheading", id="not rough"),
        pytest.param({"value_usd": Decimal(0)}, "amounts_positive", id="worth nothing"),
        pytest.param({"mixed_origin": True}, "one_origin_or_mixed", id="origin and mixed"),
        pytest.param({"itn": "X20240230000001"}, "date/time field", id="30 February"),
    ],
)
def test_a_life_that_breaks_a_rule_is_refused_by_the_database_and_nothing_is_written(
    cast: Cast, changes: dict[str, Any], rule: str
) -> None:
    lives = [past(cast, 1002, itn="X20240301000002"), past(cast, **changes)]
    one, staff = sale(cast, *lives), cast.staff
    before = everything()

    with pytest.raises((IntegrityError, DataError), match=rule):
        take_over([one], actor=staff)

    assert everything() == before


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        pytest.param({"shipped_on": dt.date(2024, 3, 1)}, "shipped_while_valid", id="before issue"),
        pytest.param({"seal_number": ""}, "has_date_and_seal", id="no seal"),
        pytest.param(
            {"delivered_on": dt.date(2024, 3, 5)}, "delivered_after_shipment", id="arrived early"
        ),
        pytest.param({"number": 0}, "number_positive", id="number 0"),
    ],
)
def test_a_past_out_of_order_is_refused_too(cast: Cast, changes: dict[str, Any], rule: str) -> None:
    one, staff = sale(cast, replace(past(cast), **changes)), cast.staff
    before = everything()

    with pytest.raises(IntegrityError, match=rule):
        take_over([one], actor=staff)

    assert everything() == before


def test_a_number_that_exists_is_not_taken_over(cast: Cast) -> None:
    row = cast.in_stock()
    one = sale(cast, past(cast, row.number))
    before = everything()

    with pytest.raises(IntegrityError, match="number"):
        take_over([one], actor=cast.staff)

    assert everything() == before
