"""Record the licence agreements that firms sign (domain R2.3, R2.4)."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from journal.errors import OperationRefused
from journal.record import record
from licensees import rules
from licensees.models import Agreement, Licensee, Paper
from licensees.operations.papers import keep_paper

VERSION_AT_MOST = 20  # characters


@transaction.atomic
def record_agreement(
    licensee: Licensee,
    *,
    version: str,
    sent_on: dt.date | None,
    signed_on: dt.date,
    paper: UploadedFile | None,
    today: dt.date,
    actor: User,
) -> Agreement:
    """Record that a firm signed another version of the agreement, with the signed paper if any.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``licence_ended``,
    ``version_missing``, ``version_too_long`` (over 20 characters), ``agreement_known`` for a
    version the firm signed before, ``signed_in_future``, ``sent_after_signed``, and those of
    ``keep_paper``.
    """
    firm = Licensee.objects.select_for_update().get(pk=licensee.pk)
    if not actor.has_perm(rules.LICENSE, firm):
        raise PermissionDenied
    if firm.has_ended:
        raise OperationRefused(
            "licence_ended", f"The licence of {firm} ended on {firm.ended_on:%m/%d/%Y}."
        )
    name = " ".join(version.split())
    if not name:
        raise OperationRefused("version_missing", "Say which version.", field="version")
    if len(name) > VERSION_AT_MOST:
        raise OperationRefused(
            "version_too_long", f"At most {VERSION_AT_MOST} characters.", field="version"
        )
    if firm.agreements.filter(version=name).exists():
        raise OperationRefused(
            "agreement_known", f"{firm} signed version {name} before.", field="version"
        )
    if signed_on > today:
        raise OperationRefused("signed_in_future", "That day is still to come.", field="signed_on")
    if sent_on is not None and sent_on > signed_on:
        raise OperationRefused(
            "sent_after_signed", "It was sent before it was signed.", field="sent_on"
        )
    kept = (
        keep_paper(paper, purpose=Paper.Purpose.AGREEMENT, licensee=firm, actor=actor)
        if paper
        else None
    )
    return enter_agreement(
        firm, version=name, sent_on=sent_on, signed_on=signed_on, paper=kept, actor=actor
    )


def enter_agreement(
    firm: Licensee,
    *,
    version: str,
    sent_on: dt.date | None,
    signed_on: dt.date,
    paper: Paper | None,
    actor: User,
) -> Agreement:
    """Write an agreement and its entry in the journal, in the caller's transaction.

    For operations, which have asked whether ``actor`` may, and checked the days.
    """
    facts = {
        "version": version,
        "sent_on": sent_on,
        "signed_on": signed_on,
        "paper_id": paper.pk if paper else None,
    }
    row = Agreement.objects.create(licensee=firm, **facts)
    record(
        "agreement:signed",
        "agreement",
        row.pk,
        actor=actor,
        licensee_id=firm.pk,
        changes={fact: (None, value) for fact, value in facts.items()},
    )
    return row
