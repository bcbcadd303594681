"""Register printed stock and sell it (domain 3.1, T1)."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from certificates import numbers as numbering
from certificates import rules
from certificates.facts import changed, facts_of
from certificates.models import Certificate, Price, Receipt
from certificates.states import Status
from journal.errors import OperationRefused
from journal.record import Event, record, record_each
from licensees.models import Contact, Licensee

LIST_AT_MOST = 10  # numbers named in a refusal


@transaction.atomic
def register(*, numbers: Sequence[int], actor: User) -> int:
    """Take printed blanks into stock and return how many; all of them or none.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused
    ``numbers_missing``, ``number_not_positive`` (R3.1), or ``number_taken`` for a number that
    ever existed (31 CFR 592.307(c): unique numbering, also after voiding).
    """
    if not actor.has_perm(rules.REGISTER):
        raise PermissionDenied
    wanted = checked(numbers)
    try:
        # The unique number decides, also between two who register at once.
        with transaction.atomic():
            Certificate.objects.bulk_create([Certificate(number=number) for number in wanted])
    except IntegrityError as error:
        taken = Certificate.objects.filter(number__in=wanted).values_list("number", flat=True)
        raise OperationRefused(
            "number_taken",
            f"{named(sorted(taken))} exist already; a number is never used twice.",
            field="numbers",
            source="31 CFR 592.307(c)",
        ) from error
    events = [
        Event("certificate", number, None, {"status": (None, str(Status.IN_STOCK))})
        for number in wanted
    ]
    record_each("certificate:registered", events, actor=actor)
    return len(wanted)


@transaction.atomic
def sell(
    *,
    licensee: Licensee,
    numbers: Sequence[int],
    paid_usd: Decimal,
    method: str,
    sold_on: dt.date,
    contact: Contact,
    today: dt.date,
    actor: User,
) -> Receipt:
    """Sell blanks to a firm and return the receipt; every number or none.

    ``sold_on`` is the day of sale, whose price counts. Raises PermissionDenied unless ``actor``
    is staff. Raises OperationRefused ``numbers_missing``, ``number_not_positive``,
    ``number_unknown`` (not registered), ``number_taken``, ``method_unknown``,
    ``contact_of_another_firm``, ``not_in_good_standing`` (R2.5), ``sold_in_future``,
    ``sold_before_licence``, ``no_price``, or ``payment_not_exact`` (R3.3).
    """
    if not actor.has_perm(rules.SELL):
        raise PermissionDenied
    firm = Licensee.objects.select_for_update(no_key=True).get(pk=licensee.pk)
    wanted = checked(numbers)
    _check_terms(firm, contact, method, sold_on, today)
    price = _check_payment(len(wanted), paid_usd, sold_on)
    blanks = hold(wanted, Status.IN_STOCK)
    receipt = Receipt.objects.create(
        licensee=firm,
        contact=contact,
        method=method,
        sold_on=sold_on,
        unit_price_usd=price.unit_usd,
        quantity=len(wanted),
        numbers=wanted,
        paid_usd=paid_usd,
        sold_by=actor,
    )
    receipt.refresh_from_db(fields=["number"])  # the database numbers receipts
    events = []
    for blank in blanks:
        before = facts_of(blank)
        blank.status, blank.date_of_sale = Status.AVAILABLE, sold_on
        blank.licensee, blank.receipt = firm, receipt
        events.append(Event("certificate", blank.number, firm.pk, changed(before, blank)))
    # One statement for the run: each row was locked and read above.
    Certificate.objects.filter(pk__in=[blank.pk for blank in blanks]).update(
        status=Status.AVAILABLE, licensee=firm, receipt=receipt, date_of_sale=sold_on
    )
    record_each("certificate:sold", events, actor=actor)
    record(
        "receipt:given",
        "receipt",
        receipt.number,
        actor=actor,
        licensee_id=firm.pk,
        changes={
            "numbers": (None, wanted),
            "sold_on": (None, sold_on),
            "unit_price_usd": (None, price.unit_usd),
            "paid_usd": (None, paid_usd),
            "method": (None, method),
            "contact": (None, contact.user.email),
        },
    )
    return receipt


def checked(numbers: Sequence[int]) -> list[int]:
    """The numbers somebody named, each once and ascending.

    Raises OperationRefused ``numbers_missing`` or ``number_not_positive`` (R3.1).
    """
    if not numbers:
        raise OperationRefused(
            "numbers_missing", "Say which numbers, such as US10001-US10050.", field="numbers"
        )
    if min(numbers) < 1:
        raise OperationRefused(
            "number_not_positive", "Certificate numbers begin at 1.", field="numbers"
        )
    return sorted(set(numbers))


def named(numbers: Sequence[int]) -> str:
    """The first ten of some numbers, and how many more there are, for a sentence."""
    shown = ", ".join(numbering.display(number) for number in numbers[:LIST_AT_MOST])
    rest = len(numbers) - LIST_AT_MOST
    return f"{shown} and {rest} more" if rest > 0 else shown


def hold(wanted: list[int], status: Status) -> list[Certificate]:
    """The certificates of some numbers, locked in their order until the transaction ends.

    Whoever needs the firm's row holds it before. Raises OperationRefused ``number_unknown`` for
    numbers that were never registered, ``number_taken`` for blanks that are not in stock, or, if
    another ``status`` is wanted, ``not_available_any_more``; each names the numbers.
    """
    blanks = list(
        Certificate.objects.select_for_update(of=("self",))
        .filter(number__in=wanted)
        .order_by("number")
    )
    if missing := sorted(set(wanted) - {blank.number for blank in blanks}):
        raise OperationRefused(
            "number_unknown",
            f"{named(missing)} are not in stock; register the printed blanks first.",
            field="numbers",
        )
    gone = [blank.number for blank in blanks if blank.status != status]
    if gone and status != Status.IN_STOCK:
        raise OperationRefused(
            "not_available_any_more",
            f"{named(gone)} are not available any more; leave them out.",
            field="numbers",
        )
    if gone:
        raise OperationRefused(
            "number_taken",
            f"{named(gone)} were sold or written off before; choose other numbers.",
            field="numbers",
        )
    return blanks


def _check_terms(
    firm: Licensee, contact: Contact, method: str, sold_on: dt.date, today: dt.date
) -> None:
    if method not in Receipt.Method.values:
        raise OperationRefused("method_unknown", "Choose how it was paid.", field="method")
    if contact.licensee_id != firm.pk or contact.ended_at is not None:
        raise OperationRefused(
            "contact_of_another_firm",
            f"{contact.user} does not act for {firm}.",
            field="contact",
        )
    missing = [reason.text for reason in firm.standing_reasons(today) if not reason.holds]
    if missing:
        raise OperationRefused(
            "not_in_good_standing",
            f"{firm} is not in good standing: {' '.join(missing)}",
            field="licensee",
            source="USKPA licence agreement",
        )
    if sold_on > today:
        raise OperationRefused("sold_in_future", "That day is still to come.", field="sold_on")
    if sold_on < firm.effective_on:
        raise OperationRefused(
            "sold_before_licence",
            f"The licence is effective from {firm.effective_on:%m/%d/%Y}.",
            field="sold_on",
        )


def _check_payment(quantity: int, paid_usd: Decimal, sold_on: dt.date) -> Price:
    price = Price.objects.on(sold_on)
    if price is None:
        raise OperationRefused(
            "no_price", f"No price is set for {sold_on:%m/%d/%Y}.", field="sold_on"
        )
    due = quantity * price.unit_usd
    if paid_usd != due:
        raise OperationRefused(
            "payment_not_exact",
            f"{quantity} at ${price.unit_usd} are ${due:,}; ${paid_usd:,} does not match.",
            field="paid_usd",
        )
    return price
