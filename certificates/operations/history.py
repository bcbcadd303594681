"""Take over certificates that were used before this register existed.

Where a year of history would take too long through the operations one by one, the same facts go
through the same database in bulk; the guards of the database hold, and every certificate and
every receipt gets one journal entry with all its facts.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from accounts.models import User
from certificates import rules
from certificates.facts import changed, facts_of
from certificates.models import Certificate, Receipt
from certificates.particulars import ALL
from certificates.states import Status
from journal.record import Event, record_each
from licensees.models import Contact

CHUNK: Final = 2000  # rows in one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVoid:
    """How a certificate was voided; the codes are those of ``states``."""

    voided_on: dt.date
    void_reason: str
    form_disposition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One certificate's life as it was.

    ``facts`` has every name of ``particulars.ALL``, or nothing for a blank that was voided
    unused, and then ``issued_at`` is None too. Facts not reached are None or empty.
    """

    number: int
    facts: Mapping[str, Any]
    issued_at: dt.datetime | None
    shipped_on: dt.date | None = None
    seal_number: str = ""
    delivered_on: dt.date | None = None
    void: PastVoid | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastSale:
    """One sale of the past, with what became of each of its numbers.

    The contact is also written down as the one who issued and voided them.
    """

    contact: Contact
    method: str
    sold_on: dt.date
    unit_price_usd: Decimal
    certificates: Sequence[Past]


@transaction.atomic
def take_over(sales: Iterable[PastSale], *, actor: User) -> int:
    """Write past sales with their certificates, and return how many certificates that were.

    Receipts are numbered in the order given. Raises PermissionDenied unless ``actor`` is staff.
    A life that breaks a rule of the database raises IntegrityError, and nothing is written.
    """
    if not actor.has_perm(rules.REGISTER):
        raise PermissionDenied
    sold = list(sales)
    receipts = Receipt.objects.bulk_create([_receipt(sale, actor) for sale in sold])
    allotted = [
        (receipt, sale, past)
        for receipt, sale in zip(receipts, sold, strict=True)
        for past in sale.certificates
    ]
    numbers = [past.number for _, _, past in allotted]
    _register(numbers)
    for status, columns in _STEPS:
        rows = [
            {"number": past.number, **facts}
            for receipt, sale, past in allotted
            if (facts := _facts(status, receipt, sale, past))
        ]
        _move(status, columns, rows)
    _record_receipts(receipts, sold, actor)
    _record_certificates(numbers, actor)
    return len(numbers)


def _receipt(sale: PastSale, actor: User) -> Receipt:
    return Receipt(
        licensee_id=sale.contact.licensee_id,
        contact=sale.contact,
        method=sale.method,
        sold_on=sale.sold_on,
        unit_price_usd=sale.unit_price_usd,
        quantity=len(sale.certificates),
        numbers=sorted(past.number for past in sale.certificates),
        paid_usd=sale.unit_price_usd * len(sale.certificates),
        sold_by=actor,
    )


# The steps in an order that every life keeps, each with the columns it fills. Voids come before
# shipments, so that a filing of a voided certificate is free again as soon as it was in life.
_STEPS: Final = (
    (Status.AVAILABLE, ("licensee_id", "receipt_id", "date_of_sale")),
    (Status.ISSUED, (*ALL, "issued_at", "issued_by_id", "attestation")),
    (Status.VOID, ("voided_on", "voided_by_id", "void_reason", "form_disposition")),
    (Status.SHIPPED, ("shipped_on", "seal_number")),
    (Status.DELIVERED, ("delivered_on",)),
)


def _register(numbers: list[int]) -> None:
    """Insert blanks in one statement: ``bulk_create`` would spell out each of forty columns."""
    table = Certificate._meta
    blank = Certificate()
    fixed = [field for field in table.concrete_fields if field.name not in ("id", "number")]
    columns = ", ".join(str(field.column) for field in fixed)
    values = ", ".join(f"%s::{field.db_type(connection)}" for field in fixed)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table.db_table} (number, {columns})"  # noqa: S608 - our own names
            f" SELECT n, {values} FROM unnest(%s::integer[]) n",
            [
                *(f.get_db_prep_save(getattr(blank, f.attname), connection) for f in fixed),
                numbers,
            ],
        )


def _facts(status: Status, receipt: Receipt, sale: PastSale, past: Past) -> dict[str, Any]:
    """What a life brings to one of the steps; nothing, if it never came there."""
    if status == Status.AVAILABLE:
        return {
            "licensee_id": sale.contact.licensee_id,
            "receipt_id": receipt.pk,
            "date_of_sale": sale.sold_on,
        }
    if status == Status.ISSUED and past.issued_at:
        return {
            **past.facts,
            "issued_at": past.issued_at,
            "issued_by_id": sale.contact.user_id,
            "attestation": "taken over",
        }
    if status == Status.VOID and past.void:
        return {
            "voided_on": past.void.voided_on,
            "voided_by_id": sale.contact.user_id,
            "void_reason": past.void.void_reason,
            "form_disposition": past.void.form_disposition,
        }
    if status == Status.SHIPPED and past.shipped_on:
        return {"shipped_on": past.shipped_on, "seal_number": past.seal_number}
    if status == Status.DELIVERED and past.delivered_on:
        return {"delivered_on": past.delivered_on}
    return {}


def _move(status: Status, columns: Sequence[str], rows: list[dict[str, Any]]) -> None:
    """Set ``columns`` and the status of many certificates in one statement.

    The values travel as one JSON document, read by PostgreSQL with the table's own types.
    """
    assignments = ", ".join(f"{column} = v.{column}" for column in columns)
    with connection.cursor() as cursor:
        for some in _chunks(rows):
            cursor.execute(
                f"UPDATE certificates_certificate c SET status = %s, {assignments}"  # noqa: S608
                " FROM jsonb_populate_recordset(NULL::certificates_certificate, %s::jsonb) v"
                " WHERE c.number = v.number",
                [str(status), json.dumps(some, cls=DjangoJSONEncoder)],
            )


def _record_receipts(receipts: list[Receipt], sold: list[PastSale], actor: User) -> None:
    # The database numbered them.
    numbers = Receipt.objects.in_bulk([receipt.pk for receipt in receipts])
    record_each(
        "receipt:taken_over",
        [
            Event(
                "receipt",
                numbers[receipt.pk].number,
                receipt.licensee_id,
                {
                    "numbers": (None, [past.number for past in sale.certificates]),
                    "sold_on": (None, sale.sold_on),
                    "unit_price_usd": (None, sale.unit_price_usd),
                    "paid_usd": (None, receipt.paid_usd),
                    "method": (None, sale.method),
                    "contact": (None, sale.contact.user.email),
                },
            )
            for receipt, sale in zip(receipts, sold, strict=True)
        ],
        actor=actor,
    )


def _record_certificates(numbers: list[int], actor: User) -> None:
    blank = facts_of(Certificate())
    for some in _chunks(numbers):
        rows = Certificate.objects.filter(number__in=some).order_by("number")
        record_each(
            "certificate:taken_over",
            [
                Event("certificate", row.number, row.licensee_id, changed(blank, row))
                for row in rows
            ],
            actor=actor,
        )


def _chunks(rows: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
