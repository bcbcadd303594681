"""Void a certificate that has not left the country (domain 3.2, T5 and T6; 31 CFR 592.313)."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from certificates import notices, rules, states
from certificates.facts import changed, facts_of
from certificates.lettering import tidy
from certificates.models import Certificate, Draft, Duty
from certificates.operations.drafting import save_draft
from certificates.operations.duties import close_advance_notice, open_duties
from certificates.operations.locking import locked
from certificates.particulars import ALL
from certificates.states import FORM_DISPOSITIONS, LOST, VOID_REASONS, Status
from journal.errors import OperationRefused
from journal.record import Event, plain, record_each

# The replacement states these anew: another paper, another filing, another day.
NOT_CARRIED_OVER = ("itn", "date_of_issue", "date_of_expiry", "planned_ship_on")


@transaction.atomic
def void(
    certificate: Certificate,
    *,
    reason: str,
    notes: str,
    form_disposition: str,
    replacement: Certificate | None,
    today: dt.date,
    actor: User,
) -> Certificate:
    """Void an available or issued certificate for ever and return the new row.

    ``replacement`` is an available blank of the same firm; it gets the voided facts as a draft,
    without ITN and dates. Raises PermissionDenied unless ``actor`` acts for the firm or is staff.
    Raises OperationRefused ``wrong_status``, ``reason_unknown``, ``notes_missing`` (R3.12),
    ``disposition_unknown`` (R3.13), ``disposition_contradicts`` for a lost form in hand,
    ``replacement_missing``, ``replacement_not_available``.
    """
    row, actor = locked(certificate, states.VOID, rules.VOID, actor=actor)
    text = tidy(notes, multiline=True)
    check_terms(reason, text, form_disposition)
    new = _replacement(row, reason, replacement)
    was_issued = row.status == Status.ISSUED
    write_void(
        [row],
        reason=reason,
        notes=text,
        form_disposition=form_disposition,
        replacement=new,
        today=today,
        actor=actor,
    )
    due: dict[str, dt.date] = {} if reason in LOST else {Duty.Code.VOID_COPY: today}
    if was_issued:
        close_advance_notice(row, actor=actor)
        due[Duty.Code.AES_CORRECTION] = today
        due[Duty.Code.VOID_COPY] = today
    open_duties(row, due, opened_on=today)
    if new is not None and was_issued and actor.has_perm(rules.ISSUE, new):
        _carry_over(row, new, actor)
    return row


def write_void(
    rows: Sequence[Certificate],
    *,
    reason: str,
    notes: str,
    form_disposition: str,
    today: dt.date,
    actor: User,
    replacement: Certificate | None = None,
) -> None:
    """Write that certificates are void, with one entry each, in the caller's transaction.

    The caller holds ``rows`` and has judged everything. What is owed for them it opens, too.
    Staff are told of lost and stolen forms (R3.14).
    """
    facts = {
        "status": Status.VOID,
        "voided_on": today,
        "voided_by": actor,
        "void_reason": reason,
        "void_notes": notes,
        "form_disposition": form_disposition,
        "replacement": replacement,
    }
    events = []
    for row in rows:
        before = facts_of(row)
        for fact, value in facts.items():
            setattr(row, fact, value)
        events.append(Event("certificate", row.number, row.licensee_id, changed(before, row)))
    # One statement for all: each row was locked and read.
    Certificate.objects.filter(pk__in=[row.pk for row in rows]).update(**facts)
    record_each("certificate:voided", events, actor=actor)
    if reason in LOST:
        notices.tell_staff_of_lost_blanks([row.number for row in rows])


def check_terms(reason: str, notes: str, form_disposition: str) -> None:
    """Refuse a void that does not say why, or where the paper is.

    Raises OperationRefused ``reason_unknown``, ``notes_missing`` (R3.12), ``disposition_unknown``
    (R3.13), ``disposition_contradicts``.
    """
    if reason not in VOID_REASONS:
        raise OperationRefused("reason_unknown", "Choose a reason.", field="reason")
    if VOID_REASONS[reason].needs_notes and not notes:
        raise OperationRefused("notes_missing", "Say what happened.", field="notes")
    if form_disposition not in FORM_DISPOSITIONS:
        raise OperationRefused(
            "disposition_unknown", "Say where the paper is now.", field="form_disposition"
        )
    if reason in LOST and form_disposition != "not_recovered":
        raise OperationRefused(
            "disposition_contradicts",
            "A lost or stolen form is not recovered.",
            field="form_disposition",
        )


def _replacement(
    row: Certificate, reason: str, replacement: Certificate | None
) -> Certificate | None:
    if replacement is None:
        if VOID_REASONS[reason].needs_replacement:
            raise OperationRefused(
                "replacement_missing", "Give the number that replaces it.", field="replacement"
            )
        return None
    # Never lock another firm's row: its own people may hold it and wait for this one.
    new = (
        Certificate.objects.select_for_update(of=("self",))
        .filter(pk=replacement.pk, licensee=row.licensee_id)
        .first()
    )
    if (
        new is None
        or new.pk == row.pk
        or new.status != Status.AVAILABLE
        or Certificate.objects.filter(replacement=new).exists()
    ):
        raise OperationRefused(
            "replacement_not_available",
            f"{replacement} is not an available certificate of this firm that could replace it.",
            field="replacement",
        )
    return new


def _carry_over(row: Certificate, new: Certificate, actor: User) -> None:
    if Draft.objects.filter(certificate=new).exists():
        return
    texts = {
        name: "on" if value is True else str(plain(value))
        for name in ALL
        if name not in NOT_CARRIED_OVER and (value := getattr(row, name))
    }
    save_draft(new, fields=texts, version=None, actor=actor)
