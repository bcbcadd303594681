"""Compare every certificate, receipt and duty with what the journal says of it."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from certificates.facts import facts_of
from certificates.models import Certificate, Duty, Receipt
from certificates.states import Status
from journal import replay
from journal.models import Entry
from journal.record import plain

CLOSED_BY_VOIDING = {"sent_at": None, **Duty.CLOSED_BY_VOIDING}


def differences() -> Iterator[str]:
    """One line for each row that is not what the journal's entries about it add up to."""
    yield from replay.compare(
        "certificate",
        Certificate.objects.all(),
        facts_of,
        key="number",
        unsaid=facts_of(Certificate()),
        called="US",
    )
    yield from _receipts()
    yield from _duties()


# Receipts


def _receipts() -> Iterator[str]:
    allotted = Certificate.objects.only("number", "receipt_id").order_by("number")
    receipts = Receipt.objects.select_related("contact__user").prefetch_related(
        Prefetch("certificates", allotted)
    )
    yield from replay.compare(
        "receipt", receipts, _sale, key="number", read=_told_of_sale, called="Receipt "
    )
    yield from _gaps(Receipt.objects.order_by("number").values_list("number", flat=True).iterator())


def _sale(receipt: Receipt) -> replay.Facts:
    numbers = [row.number for row in receipt.certificates.all()]
    return {
        "licensee_id": receipt.licensee_id,
        "contact": receipt.contact.user.email,
        "sold_by_id": receipt.sold_by_id,
        "sold_on": plain(receipt.sold_on),
        "method": receipt.method,
        "quantity": receipt.quantity,
        "unit_price_usd": receipt.unit_price_usd,
        "paid_usd": receipt.paid_usd,
        "numbers": numbers,
    }


def _told_of_sale(entry: Entry) -> replay.Facts:
    facts = replay.after(entry)
    return {
        **facts,
        "licensee_id": entry.licensee_id,
        "sold_by_id": entry.actor_id,
        # The same amount may be written with more or fewer zeros.
        "unit_price_usd": Decimal(facts["unit_price_usd"]),
        "paid_usd": Decimal(facts["paid_usd"]),
        "quantity": len(facts["numbers"]),
        "numbers": sorted(facts["numbers"]),
    }


def _gaps(numbers: Iterable[int]) -> Iterator[str]:
    last = 0
    for number in numbers:
        if number != last + 1:
            yield f"Receipt {number}: it follows receipt {last}, receipts are numbered without gaps"
        last = number


# Duties


def _duties() -> Iterator[str]:
    certificates = Certificate.objects.only("number", "status", "voided_by_id")
    for some in replay.chunks(certificates, "number"):
        said = replay.told(
            "certificate",
            [row.number for row in some],
            read=_told_of_duty,
            verb="duty:discharged",
        )
        duties: dict[int, dict[str, Duty]] = {row.pk: {} for row in some}
        for duty in Duty.objects.filter(certificate__in=some):
            duties[duty.certificate_id][duty.code] = duty
        for row in some:
            for line in _owed(row, duties[row.pk], said.get(str(row.number), {})):
                yield f"{row}: {line}"


def _owed(
    row: Certificate, duties: Mapping[str, Duty], said: Mapping[str, replay.Facts]
) -> Iterator[str]:
    """What is amiss with the duties of one certificate; ``said`` is told of each, by its code."""
    for code in said.keys() - duties.keys():
        yield f"the journal says that {code} was done, and there is no such duty"
    for code, duty in duties.items():
        expected = said.get(code)
        if expected is None and row.status == Status.VOID and code == Duty.Code.ADVANCE_NOTICE:
            expected = {**CLOSED_BY_VOIDING, "discharged_by_id": row.voided_by_id}
        if expected is None and duty.discharged_at is not None:
            yield f"{code} is done, the journal knows nothing of it"
        elif expected is not None and duty.discharged_at is None:
            yield f"{code} is owed, the journal says that it was done"
        elif expected is not None:
            line = replay.first_difference(_done(duty), expected)
            if line:
                yield f"{code}: {line}"


def _done(duty: Duty) -> dict[str, Any]:
    return {
        "method": duty.method,
        "sent_at": duty.sent_at,
        "reference": duty.reference,
        "discharged_by_id": duty.discharged_by_id,
    }


def _told_of_duty(entry: Entry) -> replay.Facts:
    facts = replay.after(entry)
    return {
        facts["duty"]: {
            **facts,
            # The same moment may be written in another time zone.
            "sent_at": dt.datetime.fromisoformat(facts["sent_at"]),
            "discharged_by_id": entry.actor_id,
        }
    }
