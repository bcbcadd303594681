"""Compare fees and payments with what the journal says of them."""

from collections.abc import Iterator
from typing import Final

from journal import replay
from journal.models import Entry
from journal.record import plain
from licensees.models import AnnualFee, FeeAmount, FeePayment

_FEE: Final = ("licensee_id", "year", "amount_usd", "due_on", "paid_on")
_PAYMENT: Final = (
    "fee_id", "amount_usd", "method", "reference", "received_on", "reverses_id", "note",
)  # fmt: skip
_AMOUNT: Final = ("valid_from", "amount_usd")


def differences() -> Iterator[str]:
    """One line for each fee, payment and amount that is not what the journal's entries say."""
    yield from replay.compare(
        "fee",
        AnnualFee.objects.select_related("licensee"),
        lambda fee: {fact: plain(getattr(fee, fact)) for fact in _FEE},
        read=_of_a_firm,
        unsaid={"paid_on": None},
        named=lambda fee: f"fee {fee.pk} ({fee})",
    )
    yield from replay.compare(
        "payment",
        FeePayment.objects.select_related("fee__licensee", "entered_by"),
        lambda payment: {
            **{fact: plain(getattr(payment, fact)) for fact in _PAYMENT},
            "entered_by": payment.entered_by.email,
        },
        read=_entered,
        unsaid={"reverses_id": None, "note": ""},
        named=lambda payment: f"payment {payment.pk} ({payment})",
    )
    yield from replay.compare(
        "fee_amount",
        FeeAmount.objects.all(),
        lambda amount: {fact: plain(getattr(amount, fact)) for fact in _AMOUNT},
        named=lambda amount: f"annual fee {amount.pk} ({amount})",
    )


def _of_a_firm(entry: Entry) -> replay.Facts:
    return {**replay.after(entry), "licensee_id": entry.licensee_id}


def _entered(entry: Entry) -> replay.Facts:
    return {**replay.after(entry), "entered_by": entry.actor}
