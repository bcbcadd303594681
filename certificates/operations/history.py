"""Take over certificates that were used before this register existed.

Where a year of history would take too long through the operations one by one, the same facts go
through the same database in bulk; the guards of the database hold, and every certificate gets
one journal entry with all its facts.
"""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from accounts.models import User
from certificates import rules
from certificates.facts import facts_of
from certificates.models import Certificate, Receipt
from certificates.particulars import ALL
from certificates.states import Status
from journal.record import Event, record_each
from licensees.models import Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One certificate's life as it was. Facts not reached yet are None or empty."""

    number: int
    facts: dict[str, Any]
    issued_at: dt.datetime
    shipped_on: dt.date | None
    seal_number: str
    delivered_on: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastSale:
    """One sale of the past, with what became of each of its numbers."""

    contact: Contact
    method: str
    sold_on: dt.date
    unit_price_usd: Decimal
    certificates: Sequence[Past]


_COLUMNS: Final = (*ALL, "issued_at", "issued_by_id", "attestation")


@transaction.atomic
def take_over(sales: Iterable[PastSale], *, actor: User) -> int:
    """Write past sales with their certificates, and return how many certificates that were.

    Raises PermissionDenied unless ``actor`` is staff. A life that breaks a rule of the database
    raises IntegrityError, and nothing is written.
    """
    if not actor.has_perm(rules.REGISTER):
        raise PermissionDenied
    lives: list[Past] = []
    allotted: list[dict[str, Any]] = []
    for sale in sales:
        receipt = Receipt.objects.create(
            licensee_id=sale.contact.licensee_id,
            contact=sale.contact,
            method=sale.method,
            sold_on=sale.sold_on,
            unit_price_usd=sale.unit_price_usd,
            quantity=len(sale.certificates),
            paid_usd=sale.unit_price_usd * len(sale.certificates),
            sold_by=actor,
        )
        lives.extend(sale.certificates)
        allotted.extend(
            {
                "number": past.number,
                "licensee_id": sale.contact.licensee_id,
                "receipt_id": receipt.pk,
                "date_of_sale": sale.sold_on,
                "issued_by_id": sale.contact.user_id,
            }
            for past in sale.certificates
        )
    Certificate.objects.bulk_create(
        [Certificate(number=past.number) for past in lives], batch_size=2000
    )
    _move(Status.AVAILABLE, ("licensee_id", "receipt_id", "date_of_sale"), allotted)
    issuers = {row["number"]: row["issued_by_id"] for row in allotted}
    _move(
        Status.ISSUED,
        _COLUMNS,
        [
            {
                "number": past.number,
                **past.facts,
                "issued_at": past.issued_at,
                "issued_by_id": issuers[past.number],
                "attestation": "taken over",
            }
            for past in lives
        ],
    )
    _move(
        Status.SHIPPED,
        ("shipped_on", "seal_number"),
        [
            {"number": p.number, "shipped_on": p.shipped_on, "seal_number": p.seal_number}
            for p in lives
            if p.shipped_on
        ],
    )
    _move(
        Status.DELIVERED,
        ("delivered_on",),
        [{"number": p.number, "delivered_on": p.delivered_on} for p in lives if p.delivered_on],
    )
    _record(lives, actor)
    return len(lives)


def _move(status: Status, columns: Sequence[str], rows: list[dict[str, Any]]) -> None:
    """Set ``columns`` and the status of many certificates in one statement.

    The values travel as one JSON document, read by PostgreSQL with the table's own types.
    """
    assignments = ", ".join(f"{column} = v.{column}" for column in columns)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), 2000):
            cursor.execute(
                f"UPDATE certificates_certificate c SET status = %s, {assignments}"  # noqa: S608
                " FROM jsonb_populate_recordset(NULL::certificates_certificate, %s::jsonb) v"
                " WHERE c.number = v.number",
                [
                    str(status),
                    json.dumps(rows[start : start + 2000], cls=DjangoJSONEncoder),
                ],
            )


def _record(lives: list[Past], actor: User) -> None:
    numbers = [past.number for past in lives]
    for start in range(0, len(numbers), 2000):
        rows = Certificate.objects.filter(number__in=numbers[start : start + 2000])
        record_each(
            "certificate:taken_over",
            [
                Event(
                    "certificate",
                    row.number,
                    row.licensee_id,
                    {fact: (None, value) for fact, value in facts_of(row).items()},
                )
                for row in rows.order_by("number")
            ],
            actor=actor,
        )
