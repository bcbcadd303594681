"""Charge firms their annual fee, receive it, and take a payment back (domain R2.5)."""

import datetime as dt
from decimal import Decimal
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, Sum

from accounts.models import User
from journal.errors import OperationRefused
from journal.record import Event, record, record_each
from licensees import rules
from licensees.models import ENDED, AnnualFee, FeeAmount, FeePayment, Licensee

CENT: Final = Decimal("0.01")


@transaction.atomic
def charge_fee(
    licensee: Licensee,
    *,
    year: int,
    due_on: dt.date,
    amount_usd: Decimal | None = None,
    actor: User,
) -> AnnualFee:
    """Write down the fee a firm owes for ``year``.

    Without ``amount_usd`` it is the fee in force on ``due_on``. Raises PermissionDenied unless
    ``actor`` is staff. Raises OperationRefused ``fee_charged`` when the year has a fee,
    ``fee_outside_licence`` for a year before the licence began or after it ended,
    ``due_before_licence``, ``no_fee_amount``, ``fee_not_positive``, ``cents_only``.
    """
    firm = Licensee.objects.select_for_update(no_key=True).get(pk=licensee.pk)
    if not actor.has_perm(rules.CHARGE, firm):
        raise PermissionDenied
    if year < firm.effective_on.year or (firm.ended_on and year > firm.ended_on.year):
        raise OperationRefused(
            "fee_outside_licence", f"{firm} has no licence in {year}.", field="year"
        )
    if due_on < firm.effective_on:
        raise OperationRefused(
            "due_before_licence",
            f"{firm} is a licensee from {firm.effective_on:%m/%d/%Y}; it owes nothing before.",
            field="due_on",
        )
    amount = _amount(amount_usd, due_on)
    if firm.fees.filter(year=year).exists():
        raise OperationRefused("fee_charged", f"{firm} has a fee for {year}.", field="year")
    fee = AnnualFee.objects.create(licensee=firm, year=year, amount_usd=amount, due_on=due_on)
    record_each("fee:charged", [_charged(fee)], actor=actor)
    return fee


@transaction.atomic
def charge_year(
    *, year: int, due_on: dt.date, amount_usd: Decimal | None = None, actor: User
) -> list[AnnualFee]:
    """Charge every firm whose licence is not over, and that has no fee for ``year``.

    A firm licensed after ``due_on`` owes it on its first day. Raises PermissionDenied unless
    ``actor`` is staff. Raises OperationRefused ``no_fee_amount``, ``fee_not_positive``,
    ``cents_only``, ``nobody_to_charge``.
    """
    if not actor.has_perm(rules.CHARGE):
        raise PermissionDenied
    amount = _amount(amount_usd, due_on)
    # Held before asking who was charged: two who charge the same year charge it once.
    firms = list(
        Licensee.objects.select_for_update(no_key=True)
        .filter(effective_on__year__lte=year)
        .exclude(status__in=ENDED)
        .order_by("pk")
    )
    charged = set(AnnualFee.objects.filter(year=year).values_list("licensee_id", flat=True))
    fees = AnnualFee.objects.bulk_create(
        [
            AnnualFee(
                licensee=firm,
                year=year,
                amount_usd=amount,
                due_on=max(due_on, firm.effective_on),
            )
            for firm in firms
            if firm.pk not in charged
        ]
    )
    if not fees:
        raise OperationRefused(
            "nobody_to_charge", f"Every firm has its fee for {year}.", field="year"
        )
    record_each("fee:charged", [_charged(fee) for fee in fees], actor=actor)
    return fees


@transaction.atomic
def receive_payment(
    fee: AnnualFee,
    *,
    amount_usd: Decimal,
    method: str,
    reference: str,
    received_on: dt.date,
    today: dt.date,
    actor: User,
) -> FeePayment:
    """Record money that came in for a fee, all of it or a part.

    The fee is paid on the day of the payment that covers it. Raises PermissionDenied unless
    ``actor`` is staff. Raises OperationRefused ``fee_paid`` when nothing is owed any more,
    ``payment_not_positive``, ``cents_only``, ``payment_too_high`` for more than is owed,
    ``method_unknown``, ``received_in_future``.
    """
    row = _held(fee, actor)
    owed = row.amount_usd - _received(row)
    if owed <= 0:
        raise OperationRefused("fee_paid", f"The fee for {row.year} is paid.")
    if amount_usd <= 0:
        raise OperationRefused(
            "payment_not_positive", "A payment is more than zero.", field="amount_usd"
        )
    amount = _to_the_cent(amount_usd)
    if amount > owed:
        raise OperationRefused(
            "payment_too_high", f"Only ${owed:,} is owed for {row.year}.", field="amount_usd"
        )
    if method not in FeePayment.Method.values:
        raise OperationRefused("method_unknown", "Choose how it was paid.", field="method")
    if received_on > today:
        raise OperationRefused(
            "received_in_future", "That day is still to come.", field="received_on"
        )
    payment = FeePayment.objects.create(
        fee=row,
        amount_usd=amount,
        method=method,
        reference=reference.strip(),
        received_on=received_on,
        entered_by=actor,
    )
    _journal(payment, "payment:received", actor)
    _settle(row, actor)
    return payment


@transaction.atomic
def take_back_payment(
    payment: FeePayment, *, reason: str, today: dt.date, actor: User
) -> FeePayment:
    """Take a payment back by a counter-entry, such as for a check that bounced; return that entry.

    Both entries stay, and the fee is owed again. Raises PermissionDenied unless ``actor`` is
    staff. Raises OperationRefused ``reason_missing``, ``already_taken_back``, also for a
    counter-entry itself.
    """
    row = _held(payment.fee, actor)
    said = FeePayment.objects.select_related("fee").get(pk=payment.pk)
    if not reason.strip():
        raise OperationRefused("reason_missing", "Say why.", field="reason")
    if said.reverses_id is not None or FeePayment.objects.filter(reverses=said).exists():
        raise OperationRefused("already_taken_back", "This payment was taken back already.")
    back = FeePayment.objects.create(
        fee=row,
        amount_usd=-said.amount_usd,
        method=said.method,
        reference=said.reference,
        received_on=today,
        entered_by=actor,
        reverses=said,
        note=reason.strip(),
    )
    _journal(back, "payment:taken_back", actor)
    _settle(row, actor)
    return back


@transaction.atomic
def set_fee_amount(
    *, valid_from: dt.date, amount_usd: Decimal, today: dt.date, actor: User
) -> FeeAmount:
    """Set the annual fee from a day on; fees charged before keep their amount.

    An amount still to come is replaced. Raises PermissionDenied unless ``actor`` is staff. Raises
    OperationRefused ``fee_not_positive``, ``cents_only``, ``fee_amount_in_past`` where another
    amount was in force on that day.
    """
    if not actor.has_perm(rules.CHARGE):
        raise PermissionDenied
    amount = _amount(amount_usd, valid_from)
    if valid_from < today and FeeAmount.objects.on(valid_from) is not None:
        raise OperationRefused(
            "fee_amount_in_past",
            "The fee of a day that is over does not change.",
            field="valid_from",
        )
    known = FeeAmount.objects.select_for_update().filter(valid_from=valid_from).first()
    before = known.amount_usd if known else None
    row = known or FeeAmount(valid_from=valid_from)
    row.amount_usd = amount
    row.save()
    record(
        "fee_amount:set",
        "fee_amount",
        row.pk,
        actor=actor,
        changes={"valid_from": (None, valid_from), "amount_usd": (before, amount)},
    )
    return row


def _amount(amount_usd: Decimal | None, day: dt.date) -> Decimal:
    """The amount given, or the one in force on ``day``."""
    if amount_usd is None:
        known = FeeAmount.objects.on(day)
        if known is None:
            raise OperationRefused(
                "no_fee_amount", f"No fee is set for {day:%m/%d/%Y}.", field="due_on"
            )
        return known.amount_usd
    if amount_usd <= 0:
        raise OperationRefused("fee_not_positive", "A fee is more than zero.", field="amount_usd")
    return _to_the_cent(amount_usd)


def _to_the_cent(amount_usd: Decimal) -> Decimal:
    amount = amount_usd.quantize(CENT)
    if amount != amount_usd:
        raise OperationRefused("cents_only", "There is nothing below a cent.", field="amount_usd")
    return amount


def _held(fee: AnnualFee, actor: User) -> AnnualFee:
    """The fee as it is now, held: whoever pays the same fee waits."""
    row = (
        AnnualFee.objects.select_for_update(of=("self",)).select_related("licensee").get(pk=fee.pk)
    )
    if not actor.has_perm(rules.CHARGE, row.licensee):
        raise PermissionDenied
    return row


def _received(fee: AnnualFee) -> Decimal:
    total: Decimal | None = fee.payments.aggregate(total=Sum("amount_usd"))["total"]
    return total or Decimal(0)


def _settle(fee: AnnualFee, actor: User) -> None:
    """Paid on the day of the last payment that stands, once the fee is covered; else owed."""
    paid_on = None
    if _received(fee) == fee.amount_usd:
        standing = fee.payments.filter(reverses=None, reversed_by=None)
        paid_on = standing.aggregate(last=Max("received_on"))["last"]
    if paid_on == fee.paid_on:
        return
    before, fee.paid_on = fee.paid_on, paid_on
    fee.save(update_fields=["paid_on"])
    record(
        "fee:paid" if paid_on else "fee:reopened",
        "fee",
        fee.pk,
        actor=actor,
        licensee_id=fee.licensee_id,
        changes={"paid_on": (before, paid_on)},
    )


def _charged(fee: AnnualFee) -> Event:
    return Event(
        "fee",
        fee.pk,
        fee.licensee_id,
        {
            "year": (None, fee.year),
            "amount_usd": (None, fee.amount_usd),
            "due_on": (None, fee.due_on),
        },
    )


def _journal(payment: FeePayment, verb: str, actor: User) -> None:
    facts = {
        "fee_id": payment.fee_id,
        "year": payment.fee.year,
        "amount_usd": payment.amount_usd,
        "method": payment.method,
        "reference": payment.reference,
        "received_on": payment.received_on,
    }
    if payment.reverses_id is not None:
        facts |= {"reverses_id": payment.reverses_id, "note": payment.note}
    record(
        verb,
        "payment",
        payment.pk,
        actor=actor,
        licensee_id=payment.fee.licensee_id,
        changes={fact: (None, value) for fact, value in facts.items()},
    )
