"""Physical counts of a firm's blanks, and the settling of what they did not agree with (R3.4)."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from certificates import rules
from certificates.lettering import tidy
from certificates.models import Certificate, CountDifference, StockCount
from certificates.operations.stock import hold
from certificates.operations.voiding import write_void
from certificates.states import LOST, Status
from journal.errors import OperationRefused
from journal.record import Event, record, record_each
from licensees.models import Licensee

ENTERED_WITHIN = dt.timedelta(days=7)
HIGHEST = 999_999_999  # nine digits, as every number of ours (certificates.numbers)


@transaction.atomic
def count(
    licensee: Licensee,
    *,
    counted_on: dt.date,
    occasion: str,
    numbers: Sequence[int],
    today: dt.date,
    actor: User,
) -> StockCount:
    """Write down which blanks somebody found at a firm, and open a difference for each that is
    missing or unexpected. ``numbers`` is empty where none was found.

    What the portal expects is what it says at this moment, so a count is entered within seven
    days (ADR 19). Raises PermissionDenied unless ``actor`` acts for the firm, or is staff or a
    reviewer. Raises OperationRefused ``licence_ended``, ``occasion_unknown``,
    ``occasion_of_others`` (the firm counts yearly, USKPA at a review), ``counted_in_future``,
    ``counted_before_licence``, ``counted_too_long_ago``, ``number_malformed``.
    """
    # Whoever sells to the firm, issues or voids meanwhile waits here.
    firm = Licensee.objects.select_for_update(no_key=True).get(pk=licensee.pk)
    actor = User.objects.get(pk=actor.pk)
    if not actor.has_perm(rules.COUNT, firm):
        raise PermissionDenied
    _check_terms(firm, counted_on, occasion, today, actor)
    found = sorted(set(numbers))
    if found and not 1 <= found[0] <= found[-1] <= HIGHEST:
        raise OperationRefused(
            "number_malformed",
            "Certificate numbers begin at 1 and have at most nine digits.",
            field="numbers",
        )
    held = Certificate.objects.filter(licensee=firm, status=Status.AVAILABLE)
    expected = sorted(held.values_list("number", flat=True))
    row = StockCount.objects.create(
        licensee=firm,
        counted_on=counted_on,
        occasion=occasion,
        numbers=found,
        expected=expected,
        counted_by=actor,
        entered_at=timezone.now(),
    )
    record(
        "stock:counted",
        "count",
        row.pk,
        actor=actor,
        licensee_id=firm.pk,
        changes={
            "counted_on": (None, counted_on),
            "occasion": (None, occasion),
            "numbers": (None, found),
            "expected": (None, expected),
        },
    )
    _open_differences(row, actor)
    return row


@transaction.atomic
def explain(
    difference: CountDifference, *, explanation: str, today: dt.date, actor: User
) -> CountDifference:
    """Settle a difference that has an explanation, such as a form found in another safe.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused
    ``already_settled``, ``explanation_missing``.
    """
    row, actor = _open(difference, actor)
    text = tidy(explanation, multiline=True)
    if not text:
        raise OperationRefused("explanation_missing", "Say how it came.", field="explanation")
    _settle([row], CountDifference.State.EXPLAINED, text, today, actor)
    return row


@transaction.atomic
def report_lost(
    difference: CountDifference, *, reason: str, notes: str, today: dt.date, actor: User
) -> CountDifference:
    """Turn a blank that a count did not find into an incident: it is void as lost or stolen.

    Every open difference of the firm that misses the same number is settled with it, and staff
    are told at once (R3.14). No copy is owed to Census: there is nothing to copy. Raises
    PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``already_settled``,
    ``not_missing`` for a number that was found, ``reason_unknown`` (lost or stolen),
    ``notes_missing`` (R3.12), ``not_available_any_more`` for a form used or void by now, which is
    explained instead.
    """
    row, actor = _open(difference, actor)
    firm_id = row.count.licensee_id
    text = tidy(notes, multiline=True)
    if row.kind != CountDifference.Kind.MISSING:
        raise OperationRefused("not_missing", "This number was found, so it is not lost.")
    if reason not in LOST:
        raise OperationRefused("reason_unknown", "Choose lost or stolen.", field="reason")
    if not text:
        raise OperationRefused("notes_missing", "Say what happened.", field="notes")
    # A blank taken back and sold to another firm meanwhile is not this firm's to lose.
    if not Certificate.objects.filter(number=row.number, licensee=firm_id).exists():
        raise OperationRefused(
            "not_available_any_more", "The firm does not have it any more: explain it instead."
        )
    write_void(
        hold([row.number], Status.AVAILABLE),
        reason=reason,
        notes=text,
        form_disposition="not_recovered",
        today=today,
        actor=actor,
    )
    missed = CountDifference.objects.open().filter(
        count__licensee=firm_id, number=row.number, kind=CountDifference.Kind.MISSING
    )
    others = (
        missed.exclude(pk=row.pk)
        .select_related("count")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    _settle([row, *others], CountDifference.State.INCIDENT, text, today, actor)
    return row


def _check_terms(
    firm: Licensee, counted_on: dt.date, occasion: str, today: dt.date, actor: User
) -> None:
    if firm.has_ended:
        raise OperationRefused(
            "licence_ended", f"The licence of {firm} has ended, and it holds no blanks."
        )
    if occasion not in StockCount.Occasion.values:
        raise OperationRefused("occasion_unknown", "Choose why it was counted.", field="occasion")
    if (occasion == StockCount.Occasion.REVIEW) != bool(actor.office):
        raise OperationRefused(
            "occasion_of_others",
            "The firm’s own people count once a year, USKPA counts at a review.",
            field="occasion",
        )
    if counted_on > today:
        raise OperationRefused(
            "counted_in_future", "That day is still to come.", field="counted_on"
        )
    if counted_on < firm.effective_on:
        raise OperationRefused(
            "counted_before_licence",
            f"The licence is effective from {firm.effective_on:%m/%d/%Y}.",
            field="counted_on",
        )
    if counted_on < today - ENTERED_WITHIN:
        raise OperationRefused(
            "counted_too_long_ago",
            f"Blanks were used since. Count again: a count is entered within"
            f" {ENTERED_WITHIN.days} days.",
            field="counted_on",
        )


def _open_differences(row: StockCount, actor: User) -> None:
    found, expected = set(row.numbers), set(row.expected)
    rows = CountDifference.objects.bulk_create(
        [
            CountDifference(
                count=row,
                number=number,
                kind=CountDifference.Kind.MISSING
                if number in expected
                else CountDifference.Kind.UNEXPECTED,
            )
            for number in sorted(found ^ expected)
        ]
    )
    record_each(
        "difference:opened",
        [
            Event(
                "difference",
                difference.pk,
                row.licensee_id,
                {
                    "count": (None, row.pk),
                    "number": (None, difference.number),
                    "kind": (None, str(difference.kind)),
                    "state": (None, str(difference.state)),
                },
            )
            for difference in rows
        ],
        actor=actor,
    )


def _open(difference: CountDifference, actor: User) -> tuple[CountDifference, User]:
    """The difference and its actor as they are now, the firm and the row held."""
    licensee_id = StockCount.objects.values_list("licensee_id", flat=True).get(
        pk=difference.count_id
    )
    Licensee.objects.select_for_update(no_key=True).get(pk=licensee_id)
    row = (
        CountDifference.objects.select_for_update(of=("self",))
        .select_related("count", "settled_by")
        .get(pk=difference.pk)
    )
    actor = User.objects.get(pk=actor.pk)
    if not actor.has_perm(rules.SETTLE, row):
        raise PermissionDenied
    if row.state != CountDifference.State.OPEN and row.settled_at is not None:
        raise OperationRefused(
            "already_settled",
            f"{row.settled_by} settled this on {timezone.localtime(row.settled_at):%m/%d/%Y}.",
        )
    return row, actor


def _settle(
    rows: Sequence[CountDifference],
    state: CountDifference.State,
    explanation: str,
    today: dt.date,
    actor: User,
) -> None:
    facts = {
        "state": state,
        "explanation": explanation,
        "settled_by": actor,
        "settled_at": timezone.now(),
    }
    for row in rows:
        for fact, value in facts.items():
            setattr(row, fact, value)
    CountDifference.objects.filter(pk__in=[row.pk for row in rows]).update(**facts)
    record_each(
        "difference:settled",
        [
            Event(
                "difference",
                row.pk,
                row.count.licensee_id,
                {
                    "state": (str(CountDifference.State.OPEN), str(state)),
                    "explanation": ("", explanation),
                    "settled_on": (None, today),
                },
            )
            for row in rows
        ],
        actor=actor,
    )
