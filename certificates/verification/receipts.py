"""Compare receipts and counter-entries with the journal, and every firm's ledger with itself."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.db.models import Prefetch

from certificates.models import Certificate, Receipt, ledgers
from journal import replay
from journal.models import Entry
from journal.record import plain
from licensees.models import Licensee


def differences() -> Iterator[str]:
    """One line for each receipt, gap or ledger that does not add up."""
    allotted = Certificate.objects.only("number", "receipt_id").order_by("number")
    receipts = Receipt.objects.select_related("contact__user", "reverses").prefetch_related(
        Prefetch("certificates", allotted), "reversals"
    )
    yield from replay.compare(
        "receipt", receipts, _sale, key="number", read=_told_of_sale, called="Receipt "
    )
    yield from _gaps(Receipt.objects.order_by("number").values_list("number", flat=True).iterator())
    yield from _ledgers()


def _sale(receipt: Receipt) -> replay.Facts:
    return {
        "licensee_id": receipt.licensee_id,
        "contact": receipt.contact.user.email,
        "sold_by_id": receipt.sold_by_id,
        "sold_on": plain(receipt.sold_on),
        "method": receipt.method,
        "quantity": receipt.quantity,
        "unit_price_usd": receipt.unit_price_usd,
        "paid_usd": receipt.paid_usd,
        "numbers": receipt.numbers,
        "certificates": _accounted(receipt),
        "reverses": receipt.reverses.number if receipt.reverses else None,
        "reason": receipt.reason,
    }


def _accounted(receipt: Receipt) -> list[int]:
    """The numbers a sale still holds, and those that counter-entries took off it."""
    if receipt.reverses_id is not None:
        return receipt.numbers
    taken = [number for counter in receipt.reversals.all() for number in counter.numbers]
    return sorted([*(row.number for row in receipt.certificates.all()), *taken])


def _told_of_sale(entry: Entry) -> replay.Facts:
    facts = replay.after(entry)
    numbers = sorted(facts["numbers"])
    reverses = facts.get("reverses")
    return {
        **facts,
        "licensee_id": entry.licensee_id,
        "sold_by_id": entry.actor_id,
        # The same amount may be written with more or fewer zeros.
        "unit_price_usd": Decimal(facts["unit_price_usd"]),
        "paid_usd": Decimal(facts["paid_usd"]),
        "quantity": len(numbers) if reverses is None else -len(numbers),
        "numbers": numbers,
        "certificates": numbers,
        "reverses": reverses,
        "reason": facts.get("reason", ""),
    }


def _gaps(numbers: Iterable[int]) -> Iterator[str]:
    last = 0
    for number in numbers:
        if number != last + 1:
            yield f"Receipt {number}: it follows receipt {last}, receipts are numbered without gaps"
        last = number


def _ledgers() -> Iterator[str]:
    """Every blank a firm bought is somewhere: the receipts and the register say the same (R3.4)."""
    wrong = {key: ledger for key, ledger in ledgers().items() if not ledger.agrees}
    names = dict(Licensee.objects.filter(pk__in=wrong).values_list("pk", "legal_name"))
    for key, ledger in sorted(wrong.items()):
        yield f"licensee {key} ({names.get(key, 'unknown')}): {ledger}"
