"""License a firm, suspend and reinstate its licence, and end it (domain 2.2)."""

import datetime as dt
import re
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from accounts.models import User
from journal.errors import OperationRefused
from journal.record import record
from licensees import evidence, notices, rules
from licensees.evidence import Act
from licensees.models import ENDED, Kind, LicenceStatus, Licensee

EIN: Final = re.compile(r"[0-9]{2}-[0-9]{7}", re.ASCII)


def _hold_licence_numbers() -> None:
    """Let one transaction at a time give the next licence number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('licence numbers'))")


@transaction.atomic
def license(
    *,
    legal_name: str,
    kind: str,
    address: str,
    ein: str,
    state_of_incorporation: str,
    effective_on: dt.date,
    actor: User,
    telephone: str = "",
    fax: str = "",
    email: str = "",
    ace_account: str = "",
) -> Licensee:
    """License a firm from ``effective_on``, the day that starts its review clocks.

    For firms licensed before the portal, and the last step of ``activate``; it gives the next
    licence number.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``kind_unknown``,
    ``ein_malformed``, or ``licensee_exists`` for a name or EIN in use.
    """
    if not actor.has_perm(rules.LICENSE):
        raise PermissionDenied
    if kind not in Kind.values:
        raise OperationRefused("kind_unknown", "Choose a type of licence.", field="kind")
    if not EIN.fullmatch(ein):
        raise OperationRefused("ein_malformed", "An EIN is written NN-NNNNNNN.", field="ein")
    facts: dict[str, Any] = {
        "legal_name": legal_name,
        "kind": kind,
        "address": address,
        "ein": ein,
        "state_of_incorporation": state_of_incorporation,
        "effective_on": effective_on,
        "telephone": telephone,
        "fax": fax,
        "email": email,
        "ace_account": ace_account,
    }
    _hold_licence_numbers()
    facts["number"] = (Licensee.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        # The unique name and EIN decide, also between two who license at once.
        with transaction.atomic():
            firm = Licensee.objects.create(**facts)
    except IntegrityError as error:
        raise OperationRefused(
            "licensee_exists",
            f"There is a licensee named {legal_name} or with the EIN {ein} already.",
            field="legal_name",
        ) from error
    record(
        "licensee:licensed",
        "licensee",
        firm.pk,
        actor=actor,
        licensee_id=firm.pk,
        changes={fact: (None, value) for fact, value in facts.items()},
    )
    return firm


@transaction.atomic
def suspend(licensee: Licensee, *, reason: str, today: dt.date, actor: User) -> Licensee:
    """Suspend a licence: nothing is issued any more, and what is issued waits (domain 2.2).

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``wrong_status``
    unless the licence is active, ``reason_missing`` without a reason.
    """
    row = _held(licensee, actor)
    why = _reason(reason)
    if row.status != LicenceStatus.ACTIVE:
        raise _wrong_status(row)
    return _turn(row, LicenceStatus.SUSPENDED, "suspended", why, actor, suspended_on=today)


@transaction.atomic
def reinstate(licensee: Licensee, *, reason: str, today: dt.date, actor: User) -> Licensee:
    """End a suspension.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``wrong_status``
    unless the licence is suspended, ``reason_missing``, ``review_comes_first`` when the clock of
    a review ran out during the suspension (domain 2.2).
    """
    row = _held(licensee, actor)
    why = _reason(reason)
    if row.status != LicenceStatus.SUSPENDED:
        raise _wrong_status(row)
    if hits := evidence.obstacles(Act.REINSTATE, row.pk, today):
        raise OperationRefused("review_comes_first", " ".join(hit.text for hit in hits))
    return _turn(row, LicenceStatus.ACTIVE, "reinstated", why, actor, suspended_on=None)


@transaction.atomic
def close(
    licensee: Licensee,
    *,
    outcome: str,
    reason: str,
    ended_on: dt.date,
    take_over_shipments: bool,
    today: dt.date,
    actor: User,
) -> Licensee:
    """End a licence for good: ``outcome`` is terminated or surrendered. The firm keeps reading.

    ``take_over_shipments`` says that staff see the open shipments to their end (domain 2.2; the
    firm's people can record nothing any more). Raises PermissionDenied unless ``actor`` is staff.
    Raises OperationRefused ``wrong_status`` for a licence that ended, ``outcome_unknown``,
    ``reason_missing``, ``ended_in_future``, ``ended_before_licence``, ``not_accounted_for`` with
    everything that must be done first: blanks returned or voided, issued certificates shipped or
    voided, differences of counts explained, open shipments taken over (domain 10.20).
    """
    row = _held(licensee, actor)
    why = _reason(reason)
    if row.has_ended:
        raise _wrong_status(row)
    if outcome not in ENDED:
        raise OperationRefused("outcome_unknown", "Choose how it ends.", field="outcome")
    if ended_on > today:
        raise OperationRefused("ended_in_future", "That day is still to come.", field="ended_on")
    if ended_on < row.effective_on:
        raise OperationRefused(
            "ended_before_licence",
            f"The licence is effective from {row.effective_on:%m/%d/%Y}.",
            field="ended_on",
        )
    hits = evidence.obstacles(Act.CLOSE, row.pk, today)
    if left := [hit for hit in hits if not (hit.with_staff and take_over_shipments)]:
        raise OperationRefused("not_accounted_for", " ".join(hit.text for hit in left))
    return _turn(
        row,
        LicenceStatus(outcome),
        outcome,
        why,
        actor,
        taken_over=bool(hits),
        suspended_on=None,
        ended_on=ended_on,
    )


def _held(licensee: Licensee, actor: User) -> Licensee:
    """The firm as it is now, held; sales, issues and shipments of it wait (see ``locked``)."""
    row = Licensee.objects.select_for_update().get(pk=licensee.pk)
    if not actor.has_perm(rules.LICENSE, row):
        raise PermissionDenied
    return row


def _reason(text: str) -> str:
    if not text.strip():
        raise OperationRefused("reason_missing", "Say why.", field="reason")
    return text.strip()


def _wrong_status(row: Licensee) -> OperationRefused:
    return OperationRefused(
        "wrong_status", f"The licence of {row} is {row.get_status_display().lower()}."
    )


def _turn(
    row: Licensee,
    target: LicenceStatus,
    verb: str,
    reason: str,
    actor: User,
    *,
    taken_over: bool = False,
    **days: dt.date | None,
) -> Licensee:
    changes: dict[str, tuple[Any, Any]] = {"status": (row.status, target)}
    if taken_over:
        changes["shipments_taken_over"] = (None, True)
    for name, day in days.items():
        if getattr(row, name) != day:
            changes[name] = (getattr(row, name), day)
            setattr(row, name, day)
    row.status = target
    row.save(update_fields=["status", *days])
    record(
        f"licensee:{verb}",
        "licensee",
        row.pk,
        actor=actor,
        licensee_id=row.pk,
        changes={**changes, "reason": (None, reason)},
    )
    notices.tell_of_licence(row)
    return row
