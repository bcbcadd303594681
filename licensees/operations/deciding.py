"""What staff do with an application, from taking it up to the agreement (domain 2.2).

The last step, which makes the firm a licensee, is ``activation``.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from journal.errors import OperationRefused
from journal.record import record
from licensees import notices_to_applicants, rules
from licensees.models import Application, FeePayment, Paper, Reference
from licensees.operations import completeness
from licensees.operations.application_links import replace_key
from licensees.operations.papers import keep_paper, take_back
from licensees.states import OPEN, Stage


@transaction.atomic
def take_up(application: Application, *, actor: User) -> Application:
    """Begin the review of an application.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``wrong_stage``,
    ``application_incomplete`` unless all data of R2.2, a reference and the two-year proof are
    there, ``two_years_missing``, ``licensee_exists``.
    """
    row = held(application, actor, Stage.APPLIED)
    if missing := completeness.for_review(row):
        raise completeness.incomplete(missing)
    completeness.require_eligible(row, applied_on=completeness.applied_on(row))
    return advance(row, Stage.IN_REVIEW, "taken_up", actor, {})


@transaction.atomic
def ask_for_more(
    application: Application, *, wanted: str, new_link: bool, actor: User
) -> Application:
    """Ask the applicant for something; until they answer they can change the application.

    ``new_link`` mails a new link, and the one before opens nothing any more. Raises
    PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``wrong_stage`` unless
    USKPA has the application and it is not closed, ``wanted_missing`` without words.
    """
    row = held(application, actor, *OPEN)
    if not wanted.strip():
        raise OperationRefused("wanted_missing", "Say what is needed.", field="wanted")
    before, row.wanted = row.wanted, wanted.strip()
    row.save(update_fields=["wanted"])
    record(
        "application:asked",
        "application",
        row.pk,
        actor=actor,
        changes={"wanted": (before, row.wanted), "new_link": (None, new_link)},
    )
    notices_to_applicants.tell_applicant(
        row,
        f"Application {row.pk} needs something from you",
        "USKPA staff ask for more before your application goes on. The application says what.",
        path=replace_key(row) if new_link else "",
    )
    return row


@transaction.atomic
def check_reference(
    reference: Reference, *, checked_on: dt.date, outcome: str, today: dt.date, actor: User
) -> Reference:
    """Record what a reference said, once.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``wrong_stage``
    unless the application is in review, ``reference_taken_out``, ``reference_checked``,
    ``outcome_missing``, ``checked_in_future``, ``checked_before_application``.
    """
    row = held(reference.application, actor, Stage.IN_REVIEW)
    found = Reference.objects.select_for_update().get(pk=reference.pk)
    if found.withdrawn_at is not None:
        raise OperationRefused("reference_taken_out", f"{found.name} was taken out.")
    if found.checked_on is not None:
        raise OperationRefused("reference_checked", f"{found.name} was checked already.")
    if not outcome.strip():
        raise OperationRefused("outcome_missing", "Say what they said.", field="outcome")
    if checked_on > today:
        raise OperationRefused(
            "checked_in_future", "That day is still to come.", field="checked_on"
        )
    if checked_on < completeness.applied_on(row):
        raise OperationRefused(
            "checked_before_application", _before(row, "came in"), field="checked_on"
        )
    found.checked_on, found.checked_by, found.outcome = checked_on, actor, outcome.strip()
    found.save(update_fields=["checked_on", "checked_by", "outcome"])
    record(
        "reference:checked",
        "reference",
        found.pk,
        actor=actor,
        changes={"checked_on": (None, checked_on), "outcome": (None, found.outcome)},
    )
    return found


@transaction.atomic
def decide(
    application: Application,
    *,
    outcome: str,
    decided_on: dt.date | None,
    minute_reference: str,
    note: str,
    today: dt.date,
    actor: User,
) -> Application:
    """Record the Board's decision, approved or rejected; it is final.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``wrong_stage``,
    ``outcome_unknown``, ``application_incomplete`` without the day or the minute, or, for an
    approval, with a reference that was not checked; ``decided_in_future``,
    ``decided_before_application``.
    """
    row = held(application, actor, Stage.IN_REVIEW)
    if outcome not in (Stage.APPROVED, Stage.REJECTED):
        raise OperationRefused("outcome_unknown", "Choose what the Board decided.", field="outcome")
    missing = completeness.for_approval(row) if outcome == Stage.APPROVED else []
    if not minute_reference.strip():
        missing.insert(0, completeness.Missing("decision", "the reference of the minute"))
    if decided_on is None:
        missing.insert(0, completeness.Missing("decision", "the day of the decision"))
    if missing or decided_on is None:
        raise completeness.incomplete(missing)
    if decided_on > today:
        raise OperationRefused(
            "decided_in_future", "That day is still to come.", field="decided_on"
        )
    if decided_on < completeness.applied_on(row):
        raise OperationRefused(
            "decided_before_application", _before(row, "came in"), field="decided_on"
        )
    advance(
        row,
        Stage(outcome),
        "decided",
        actor,
        {
            "decided_on": decided_on,
            "minute_reference": minute_reference.strip(),
            "decision_note": note.strip(),
            "wanted": "",
        },
    )
    notices_to_applicants.tell_applicant(
        row,
        f"The Board has decided on application {row.pk}",
        "The Board of USKPA has decided on your application. The application says how.",
    )
    return row


@transaction.atomic
def send_agreement(
    application: Application, *, version: str, sent_on: dt.date, today: dt.date, actor: User
) -> Application:
    """Record that the licence agreement was sent to the firm (R2.3).

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``wrong_stage``,
    ``version_missing``, ``sent_in_future``, ``sent_before_decision``.
    """
    row = held(application, actor, Stage.APPROVED)
    if not version.strip():
        raise OperationRefused("version_missing", "Say which version.", field="version")
    if sent_on > today:
        raise OperationRefused("sent_in_future", "That day is still to come.", field="sent_on")
    if row.decided_on is not None and sent_on < row.decided_on:
        raise OperationRefused(
            "sent_before_decision",
            f"The Board decided on {row.decided_on:%m/%d/%Y}.",
            field="sent_on",
        )
    facts = {"agreement_version": version.strip(), "agreement_sent_on": sent_on}
    advance(row, Stage.AGREEMENT_SENT, "agreement_sent", actor, facts)
    notices_to_applicants.tell_applicant(
        row,
        f"The agreement for application {row.pk} is on its way",
        "USKPA staff have sent you the licence agreement. Sign it and send it back to them, with"
        " the first annual fee.",
    )
    return row


@transaction.atomic
def record_signed(
    application: Application,
    *,
    signed_on: dt.date,
    upload: UploadedFile,
    today: dt.date,
    actor: User,
) -> Application:
    """Keep the agreement as the firm signed it; a better copy replaces one before.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``wrong_stage``,
    ``signed_in_future``, ``signed_before_sent``, and what ``keep_paper`` refuses.
    """
    row = held(application, actor, Stage.AGREEMENT_SENT)
    if signed_on > today:
        raise OperationRefused("signed_in_future", "That day is still to come.", field="signed_on")
    if row.agreement_sent_on is not None and signed_on < row.agreement_sent_on:
        raise OperationRefused(
            "signed_before_sent",
            f"The agreement was sent on {row.agreement_sent_on:%m/%d/%Y}.",
            field="signed_on",
        )
    for paper in row.papers.kept().filter(purpose=Paper.Purpose.AGREEMENT):
        take_back(paper, actor=actor)
    keep_paper(upload, purpose=Paper.Purpose.AGREEMENT, application=row, actor=actor)
    return _note(row, "agreement_signed", actor, {"agreement_signed_on": signed_on})


@transaction.atomic
def receive_first_fee(
    application: Application,
    *,
    amount_usd: Decimal,
    paid_on: dt.date,
    method: str,
    reference: str,
    today: dt.date,
    actor: User,
) -> Application:
    """Record that the first annual fee came in (R2.5); until the firm is licensed it may be mended.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``wrong_stage``
    before the Board approved, ``fee_not_positive``, ``cents_only``, ``paid_in_future``,
    ``method_unknown``.
    """
    row = held(application, actor, Stage.APPROVED, Stage.AGREEMENT_SENT)
    if amount_usd <= 0:
        raise OperationRefused("fee_not_positive", "A fee is more than zero.", field="amount_usd")
    amount = amount_usd.quantize(Decimal("0.01"))
    if amount != amount_usd:
        raise OperationRefused("cents_only", "There is nothing below a cent.", field="amount_usd")
    if paid_on > today:
        raise OperationRefused("paid_in_future", "That day is still to come.", field="paid_on")
    if method not in FeePayment.Method.values:
        raise OperationRefused("method_unknown", "Choose how it was paid.", field="method")
    facts = {
        "fee_usd": amount,
        "fee_paid_on": paid_on,
        "fee_method": method,
        "fee_reference": reference.strip(),
    }
    return _note(row, "fee_received", actor, facts)


def held(application: Application, actor: User, *stages: Stage) -> Application:
    """The application as it is now, held; two staff work on it one after the other.

    Raises PermissionDenied unless ``actor`` is staff, OperationRefused ``wrong_stage`` unless it
    stands at one of ``stages``.
    """
    row = Application.objects.select_for_update().get(pk=application.pk)
    if not actor.has_perm(rules.WORK_APPLICATIONS, row):
        raise PermissionDenied
    if row.stage not in stages:
        raise OperationRefused(
            "wrong_stage", f"Application {row.pk} is {Stage(row.stage).label.lower()}."
        )
    return row


def advance(
    row: Application,
    stage: Stage,
    verb: str,
    actor: User,
    facts: dict[str, Any],
    licensee_id: int | None = None,
) -> Application:
    """Move a held application on, inside the caller's transaction."""
    return _note(row, verb, actor, {"stage": str(stage), **facts}, licensee_id)


def _note(
    row: Application,
    verb: str,
    actor: User,
    facts: dict[str, Any],
    licensee_id: int | None = None,
) -> Application:
    changes = {fact: (getattr(row, fact), value) for fact, value in facts.items()}
    for fact, value in facts.items():
        setattr(row, fact, value)
    row.save(update_fields=[*facts])
    record(
        f"application:{verb}",
        "application",
        row.pk,
        actor=actor,
        licensee_id=licensee_id,
        changes={fact: pair for fact, pair in changes.items() if pair[0] != pair[1]},
    )
    return row


def _before(row: Application, what: str) -> str:
    return f"Application {row.pk} {what} on {completeness.applied_on(row):%m/%d/%Y}."
