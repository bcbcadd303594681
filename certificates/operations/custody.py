"""Blanks that come back from a firm, and blanks in stock that are spoiled, lost or stolen."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from certificates import rules
from certificates.lettering import tidy
from certificates.models import Certificate, Duty
from certificates.operations.stock import checked, hold, named
from certificates.operations.voiding import check_terms, write_void
from certificates.states import WRITE_OFF_REASONS, Status
from journal.errors import OperationRefused
from licensees.models import Licensee

RETURNED = "surrendered"  # the reason for a blank that comes back (domain 10.20)


@transaction.atomic
def take_back(
    licensee: Licensee,
    *,
    numbers: Sequence[int],
    note: str,
    today: dt.date,
    actor: User,
) -> list[Certificate]:
    """Record blanks that a firm returned, void for ever, and return their rows; all or none.

    There is no refund (domain 10.20), and a copy of each is owed to Census as for every void
    (31 CFR 592.301(a)(1)(v)). Raises PermissionDenied unless ``actor`` is staff. Raises
    OperationRefused ``numbers_missing``, ``number_not_positive``, ``number_unknown``,
    ``not_available_any_more`` for forms that were used or voided, ``not_of_this_firm``.
    """
    firm = Licensee.objects.select_for_update(no_key=True).get(pk=licensee.pk)
    actor = User.objects.get(pk=actor.pk)
    if not actor.has_perm(rules.RETURN, firm):
        raise PermissionDenied
    rows = available_at(firm, checked(numbers))
    write_void(
        rows,
        reason=RETURNED,
        notes=tidy(note, multiline=True),
        form_disposition="returned",
        today=today,
        actor=actor,
    )
    Duty.objects.bulk_create(
        [
            Duty(certificate=row, code=Duty.Code.VOID_COPY, opened_on=today, due_on=today)
            for row in rows
        ]
    )
    return rows


@transaction.atomic
def write_off(
    *,
    numbers: Sequence[int],
    reason: str,
    notes: str,
    form_disposition: str,
    today: dt.date,
    actor: User,
) -> list[Certificate]:
    """Write off blanks in stock that are spoiled, lost or stolen; all or none.

    They are void and nobody's. No copy is owed to Census: a voided certificate is one that was
    meant for an export (31 CFR 592.313), and these never were (ADR 19). Staff are told of lost
    and stolen ones (R3.14). Raises PermissionDenied unless ``actor`` is staff. Raises
    OperationRefused ``numbers_missing``, ``number_not_positive``, ``number_unknown``,
    ``number_taken`` for forms that are not in stock, ``reason_unknown`` for a reason that no
    unsold blank can have, ``notes_missing``, ``disposition_unknown``, ``disposition_contradicts``.
    """
    actor = User.objects.get(pk=actor.pk)
    if not actor.has_perm(rules.WRITE_OFF):
        raise PermissionDenied
    rows = hold(checked(numbers), Status.IN_STOCK)
    text = tidy(notes, multiline=True)
    if reason not in WRITE_OFF_REASONS:
        raise OperationRefused("reason_unknown", "Choose a reason.", field="reason")
    check_terms(reason, text, form_disposition)
    write_void(
        rows,
        reason=reason,
        notes=text,
        form_disposition=form_disposition,
        today=today,
        actor=actor,
    )
    return rows


def available_at(firm: Licensee, wanted: list[int]) -> list[Certificate]:
    """The blanks of these numbers that ``firm`` holds; the caller holds the firm's row.

    Raises OperationRefused ``number_unknown``, ``not_of_this_firm``, ``not_available_any_more``.
    """
    # Asked before anything is locked: another firm's rows are nobody's to hold here.
    others = Certificate.objects.filter(number__in=wanted).exclude(licensee=firm)
    foreign = [row.number for row in others if row.licensee_id or row.status == Status.IN_STOCK]
    if foreign:
        raise OperationRefused(
            "not_of_this_firm",
            f"{named(sorted(foreign))} were not sold to {firm}.",
            field="numbers",
        )
    return hold(wanted, Status.AVAILABLE)
