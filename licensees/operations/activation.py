"""The last step of an application: the firm becomes a licensee, with its first manager."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from journal.errors import OperationRefused
from journal.record import Event, record_each
from licensees import notices_to_applicants
from licensees.models import Application, Contact, Licensee, Paper
from licensees.operations import completeness
from licensees.operations.agreements import enter_agreement
from licensees.operations.deciding import advance, held
from licensees.operations.licensing import license
from licensees.operations.money import charge_fee, receive_payment
from licensees.operations.people import appoint
from licensees.states import Stage


@transaction.atomic
def activate(
    application: Application,
    *,
    kind: str,
    effective_on: dt.date,
    name: str,
    email: str,
    today: dt.date,
    actor: User,
) -> Licensee:
    """License the firm of an application: licence, agreement, fee and manager, or none of them.

    ``kind`` is the type that the Board granted; ``name`` and ``email`` are the first manager's,
    who is invited. Raises PermissionDenied unless ``actor`` is staff.
    Raises OperationRefused ``wrong_stage``, ``application_incomplete`` unless the signed
    agreement with its version and date, the proof of ACE, the first fee, and a manager are there
    (domain 2.2), ``effective_in_future``, ``effective_before_signed``, ``manager_inactive`` for
    somebody whose account is closed, and what ``license``, ``charge_fee``, ``receive_payment``
    and ``appoint`` refuse.
    """
    row = held(application, actor, Stage.AGREEMENT_SENT)
    missing = completeness.for_licence(row)
    if not name.strip() or not email.strip():
        missing.append(completeness.Missing("manager", "the name and address of a manager"))
    signed_on, fee, paid_on = row.agreement_signed_on, row.fee_usd, row.fee_paid_on
    if missing or signed_on is None or fee is None or paid_on is None:
        raise completeness.incomplete(missing)
    if effective_on > today:
        raise OperationRefused(
            "effective_in_future", "That day is still to come.", field="effective_on"
        )
    if effective_on < signed_on:
        raise OperationRefused(
            "effective_before_signed",
            f"The agreement was signed on {signed_on:%m/%d/%Y}.",
            field="effective_on",
        )
    firm = license(
        legal_name=row.legal_name,
        kind=kind,
        address=row.address,
        ein=row.ein,
        state_of_incorporation=row.state_of_incorporation,
        effective_on=effective_on,
        telephone=row.telephone,
        fax="" if row.fax.lower() == "none" else row.fax,
        email=row.email,
        ace_account=row.ace_account,
        actor=actor,
    )
    owed = charge_fee(
        firm, year=effective_on.year, amount_usd=fee, due_on=effective_on, actor=actor
    )
    receive_payment(
        owed,
        amount_usd=fee,
        method=row.fee_method,
        reference=row.fee_reference,
        received_on=paid_on,
        today=today,
        actor=actor,
    )
    _hand_over_papers(row, firm, actor)
    _keep_agreement(row, firm, signed_on, actor)
    manager = appoint(firm, email=email, name=name, role=Contact.Role.MANAGER, actor=actor)
    if not manager.user.is_active:
        raise OperationRefused(
            "manager_inactive", f"The account of {manager.user.email} is closed.", field="email"
        )
    facts = {"kind": kind, "licensee_id": firm.pk, "wanted": ""}
    advance(row, Stage.ACTIVE, "activated", actor, facts, firm.pk)
    notices_to_applicants.tell_applicant(
        row,
        f"Application {row.pk}: the licence is active",
        "Your firm is a licensee from now on. Its manager gets a letter of their own with a link"
        " to sign in.",
    )
    return firm


def _hand_over_papers(row: Application, firm: Licensee, actor: User) -> None:
    """From now on the papers are the firm's: its people see them."""
    papers = list(row.papers.kept())
    Paper.objects.filter(pk__in=[paper.pk for paper in papers]).update(licensee=firm)
    events = [
        Event("paper", paper.pk, firm.pk, {"licensee_id": (None, firm.pk)}) for paper in papers
    ]
    record_each("paper:handed_over", events, actor=actor)


def _keep_agreement(row: Application, firm: Licensee, signed_on: dt.date, actor: User) -> None:
    enter_agreement(
        firm,
        version=row.agreement_version,
        sent_on=row.agreement_sent_on,
        signed_on=signed_on,
        paper=row.papers.kept().get(purpose=Paper.Purpose.AGREEMENT),
        actor=actor,
    )
