"""Take a mistaken sale back: the blanks return to stock, and a counter-entry says so (R3.3)."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from certificates import rules
from certificates.facts import changed, facts_of
from certificates.lettering import tidy, unprintable
from certificates.models import Certificate, CountDifference, Draft, Receipt, Release
from certificates.operations.stock import checked, hold, named
from certificates.states import Status
from journal.errors import OperationRefused
from journal.record import Event, record, record_each
from licensees.models import Licensee

LONGEST_REASON = 300  # characters; it is printed


@transaction.atomic
def reverse(
    receipt: Receipt, *, numbers: Sequence[int], reason: str, today: dt.date, actor: User
) -> Receipt:
    """Take numbers of a sale back into stock and return the counter-entry, a receipt of its own.

    Its number is the next of the same row of numbers, its quantity and amount are negative. What
    the firm typed on the blanks is deleted: the next owner must not see it. Raises
    PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``reversal_of_reversal``,
    ``licence_ended``, ``reason_missing``, ``reason_too_long`` (over 300 characters), ``not_latin``,
    ``numbers_missing``, ``number_not_positive``, ``not_on_this_receipt``,
    ``not_available_any_more``, ``count_difference_open`` for a form that a count did not find,
    ``replaces_a_void_one``, ``release_open``; each names the numbers.
    """
    firm = Licensee.objects.select_for_update(no_key=True).get(pk=receipt.licensee_id)
    actor = User.objects.get(pk=actor.pk)
    if not actor.has_perm(rules.REVERSE, receipt):
        raise PermissionDenied
    sale = Receipt.objects.get(pk=receipt.pk)
    text = tidy(reason, multiline=False)
    wanted = checked(numbers)
    _check_terms(sale, firm, wanted, text)
    blanks = _held(sale, wanted)
    _check_blanks(firm, wanted)
    counter = Receipt.objects.create(
        licensee=firm,
        contact=sale.contact,
        method=sale.method,
        sold_on=today,
        unit_price_usd=sale.unit_price_usd,
        quantity=-len(wanted),
        numbers=wanted,
        paid_usd=-len(wanted) * sale.unit_price_usd,
        sold_by=actor,
        reverses=sale,
        reason=text,
    )
    counter.refresh_from_db(fields=["number"])  # the database numbers receipts
    Draft.objects.filter(certificate__in=blanks).delete()
    _put_back(blanks, actor)
    record(
        "receipt:countered",
        "receipt",
        counter.number,
        actor=actor,
        licensee_id=firm.pk,
        changes={
            "reverses": (None, sale.number),
            "numbers": (None, wanted),
            "sold_on": (None, today),
            "unit_price_usd": (None, counter.unit_price_usd),
            "paid_usd": (None, counter.paid_usd),
            "method": (None, counter.method),
            "contact": (None, counter.contact.user.email),
            "reason": (None, text),
        },
    )
    return counter


def _check_terms(sale: Receipt, firm: Licensee, wanted: list[int], reason: str) -> None:
    if sale.reverses_id is not None:
        raise OperationRefused(
            "reversal_of_reversal",
            f"{sale} is a counter-entry itself. To undo it, sell the blanks again.",
        )
    if firm.has_ended:
        raise OperationRefused(
            "licence_ended",
            f"The licence of {firm} has ended, and it holds no blanks.",
        )
    if not reason:
        raise OperationRefused("reason_missing", "Say why the sale was a mistake.", field="reason")
    if len(reason) > LONGEST_REASON:
        raise OperationRefused(
            "reason_too_long",
            f"At most {LONGEST_REASON} characters can be kept.",
            field="reason",
        )
    if bad := unprintable(reason):
        raise OperationRefused(
            "not_latin",
            f"This cannot be printed: {' '.join(bad[:10])}. Please write it in Latin letters.",
            field="reason",
        )
    if others := sorted(set(wanted) - set(sale.numbers)):
        raise OperationRefused(
            "not_on_this_receipt", f"{sale} does not name {named(others)}.", field="numbers"
        )


def _held(sale: Receipt, wanted: list[int]) -> list[Certificate]:
    """The blanks, locked. One taken back and sold again belongs to another receipt by now."""
    moved = Certificate.objects.filter(number__in=wanted).exclude(receipt=sale)
    if gone := sorted(moved.values_list("number", flat=True)):
        raise OperationRefused(
            "not_available_any_more",
            f"{named(gone)} were taken back before; leave them out.",
            field="numbers",
        )
    return hold(wanted, Status.AVAILABLE)


def _check_blanks(firm: Licensee, wanted: list[int]) -> None:
    """Refuse to take back a form that is missed, promised, or asked about."""
    missed = CountDifference.objects.open().filter(
        count__licensee=firm, kind=CountDifference.Kind.MISSING, number__in=wanted
    )
    if numbers := sorted(set(missed.values_list("number", flat=True))):
        raise OperationRefused(
            "count_difference_open",
            f"A count did not find {named(numbers)}. Settle that first: stock must be in hand.",
            field="numbers",
        )
    promised = Certificate.objects.filter(replacement__number__in=wanted)
    if numbers := sorted(set(promised.values_list("replacement__number", flat=True))):
        raise OperationRefused(
            "replaces_a_void_one",
            f"{named(numbers)} stand in the register as replacements of void certificates and"
            " stay with the firm.",
            field="numbers",
        )
    asked = Release.objects.filter(
        certificate__number__in=wanted, state__in=[Release.State.WAITING, Release.State.RELEASED]
    )
    if numbers := sorted(set(asked.values_list("certificate__number", flat=True))):
        raise OperationRefused(
            "release_open",
            f"A release was asked for or given for {named(numbers)}; it must be withdrawn first.",
            field="numbers",
        )


def _put_back(blanks: Sequence[Certificate], actor: User) -> None:
    facts = {
        "status": Status.IN_STOCK,
        "licensee": None,
        "receipt": None,
        "date_of_sale": None,
    }
    events = []
    for blank in blanks:
        before, firm = facts_of(blank), blank.licensee_id
        for fact, value in facts.items():
            setattr(blank, fact, value)
        events.append(Event("certificate", blank.number, firm, changed(before, blank)))
    # One statement for the run: each row was locked and read.
    Certificate.objects.filter(pk__in=[blank.pk for blank in blanks]).update(**facts)
    record_each("certificate:put_back", events, actor=actor)
