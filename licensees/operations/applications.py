"""What an applicant does: fill in, add references and papers, send in, answer, withdraw.

The applicant has no account: the page has found the application by the link's key, and that is
the permission. Every entry of the journal that these write is without an actor.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from journal.errors import OperationRefused
from journal.record import record
from licensees import evidence, notices_to_applicants
from licensees.jurisdictions import STATES
from licensees.models import Application, Kind, Paper, Reference
from licensees.operations import completeness
from licensees.operations.papers import keep_paper, take_back
from licensees.states import CLOSED, OPEN, Stage

FIRM_FACTS: Final[tuple[str, ...]] = (
    "legal_name", "kind", "state_of_incorporation", "address", "telephone", "fax", "email", "ein",
    "contact_name", "ace_account", "in_business_since", "business",
)  # fmt: skip
PURPOSES: Final = (Paper.Purpose.BUSINESS_PROOF, Paper.Purpose.ACE_PROOF, Paper.Purpose.OTHER)
MOST_REFERENCES: Final = 10
_PO_BOX: Final = re.compile(r"\b(p\W{0,2}o\W{0,2}|post\s*office\s*)box\b", re.IGNORECASE)


@transaction.atomic
def save_firm(application: Application, *, facts: Mapping[str, Any], today: dt.date) -> Application:
    """Keep what the applicant says of the firm (R2.2); what is not known yet stays empty.

    Raises OperationRefused ``not_editable``, ``kind_unknown``, ``ein_malformed``,
    ``state_unknown``, ``not_latin``, ``box_too_many_lines`` and ``box_line_too_long`` for a name
    or address that a certificate cannot carry (domain 4.5), ``address_is_box`` (an exporter is at
    a place: 15 CFR 30.6(a)(1)(ii)), ``in_business_in_future``, and ``application_exists`` for an
    EIN of which USKPA has another.
    """
    row = _held(application)
    _require_editable(row, (Stage.STARTED, Stage.APPLIED, Stage.IN_REVIEW))
    facts = _worded(facts)
    _check_firm(facts, today)
    changes = {
        fact: (getattr(row, fact), facts[fact])
        for fact in FIRM_FACTS
        if fact in facts and getattr(row, fact) != facts[fact]
    }
    if not changes:
        return row
    for fact, (_, value) in changes.items():
        setattr(row, fact, value)
    if row.stage != Stage.STARTED and not row.ein:
        raise OperationRefused("ein_malformed", "An EIN is written NN-NNNNNNN.", field="ein")
    _save(row, [*changes])
    record("application:changed", "application", row.pk, actor=None, changes=changes)
    return row


@transaction.atomic
def add_reference(
    application: Application, *, name: str, firm: str, reachable_at: str
) -> Reference:
    """Name somebody in the industry who speaks for the firm (R2.1).

    Raises OperationRefused ``not_editable``, ``reference_unnamed`` unless all three are said, and
    ``references_too_many`` beyond ``MOST_REFERENCES``.
    """
    row = _held(application)
    _require_editable(row, (Stage.STARTED, Stage.APPLIED, Stage.IN_REVIEW))
    if not (name.strip() and firm.strip() and reachable_at.strip()):
        raise OperationRefused(
            "reference_unnamed", "Say who it is, of which firm, and how to reach them."
        )
    if row.references.filter(withdrawn_at=None).count() >= MOST_REFERENCES:
        raise OperationRefused(
            "references_too_many", f"{MOST_REFERENCES} references are enough; take one out first."
        )
    reference = Reference.objects.create(
        application=row, name=name.strip(), firm=firm.strip(), reachable_at=reachable_at.strip()
    )
    record(
        "reference:named",
        "reference",
        reference.pk,
        actor=None,
        changes={
            "application_id": (None, row.pk),
            "name": (None, reference.name),
            "firm": (None, reference.firm),
            "reachable_at": (None, reference.reachable_at),
        },
    )
    return reference


@transaction.atomic
def take_out_reference(reference: Reference) -> Reference:
    """Let a reference count no longer.

    Raises OperationRefused ``not_editable``, ``reference_taken_out``, and ``reference_checked``
    once USKPA has spoken to them: what they said stays.
    """
    row = _held(reference.application)
    _require_editable(row, (Stage.STARTED, Stage.APPLIED, Stage.IN_REVIEW))
    found = Reference.objects.select_for_update().get(pk=reference.pk)
    if found.withdrawn_at is not None:
        raise OperationRefused("reference_taken_out", f"{found.name} was taken out already.")
    if found.checked_on is not None:
        raise OperationRefused("reference_checked", f"USKPA has spoken to {found.name} already.")
    found.withdrawn_at = timezone.now()
    found.save(update_fields=["withdrawn_at"])
    record(
        "reference:withdrawn",
        "reference",
        found.pk,
        actor=None,
        changes={"is_withdrawn": (False, True)},
    )
    return found


@transaction.atomic
def add_paper(application: Application, *, upload: UploadedFile, purpose: str) -> Paper:
    """Keep a paper of the applicant's.

    Raises OperationRefused ``not_editable``, ``purpose_unknown``, and what ``keep_paper`` refuses.
    """
    row = _held(application)
    _require_editable(row, (Stage.STARTED, *OPEN))
    if purpose not in PURPOSES:
        raise OperationRefused("purpose_unknown", "Choose what it shows.", field="purpose")
    return keep_paper(upload, purpose=purpose, application=row)


@transaction.atomic
def take_out_paper(paper: Paper) -> Paper:
    """Let a paper of the applicant's count no longer.

    Raises OperationRefused ``not_editable`` (also for a paper that staff added), and
    ``paper_taken_out``.
    """
    if paper.application is None or paper.uploaded_by_id is not None:
        raise OperationRefused("not_editable", "This paper is not the applicant’s.")
    row = _held(paper.application)
    _require_editable(row, (Stage.STARTED, *OPEN))
    return take_back(paper)


@transaction.atomic
def submit(application: Application, *, attested: bool, path: str, today: dt.date) -> Application:
    """Send the application in: USKPA has it from now on. ``path`` is the applicant's own page.

    Raises OperationRefused ``wrong_stage`` unless it is being filled in, ``application_incomplete``
    with everything that is missing, ``two_years_missing``, ``licensee_exists``,
    ``application_exists``, ``attestation_missing``.
    """
    row = _held(application)
    if row.stage != Stage.STARTED:
        raise OperationRefused("wrong_stage", "The application was sent in already.")
    if missing := completeness.for_review(row):
        raise completeness.incomplete(missing)
    completeness.require_eligible(row, applied_on=today)
    if not attested:
        raise OperationRefused(
            "attestation_missing", "Confirm that all of it is true.", field="attested"
        )
    row.stage, row.applied_at = Stage.APPLIED, timezone.now()
    _save(row, ["stage", "applied_at"])
    record(
        "application:submitted",
        "application",
        row.pk,
        actor=None,
        changes={"stage": (str(Stage.STARTED), str(Stage.APPLIED)), "attested": (None, True)},
    )
    notices_to_applicants.confirm(row, path)
    notices_to_applicants.tell_staff(row, "came in")
    return row


@transaction.atomic
def answer(application: Application, *, note: str) -> Application:
    """Say that what USKPA asked for is there; it is read-only again. ``note`` may be empty.

    Raises OperationRefused ``nothing_wanted``, ``application_incomplete``, and what
    ``require_eligible`` refuses of what was changed.
    """
    row = _held(application)
    if row.stage not in OPEN or not row.wanted:
        raise OperationRefused("nothing_wanted", "USKPA has asked for nothing, or has it already.")
    if missing := completeness.for_review(row):
        raise completeness.incomplete(missing)
    completeness.require_eligible(row, applied_on=completeness.applied_on(row))
    wanted, row.wanted = row.wanted, ""
    row.save(update_fields=["wanted"])
    record(
        "application:answered",
        "application",
        row.pk,
        actor=None,
        changes={"wanted": (wanted, ""), "note": (None, note.strip())},
    )
    notices_to_applicants.tell_staff(row, "was answered")
    return row


@transaction.atomic
def withdraw(application: Application) -> Application:
    """Take the application back for good.

    Raises OperationRefused ``application_closed`` for one that was decided against, licensed, or
    withdrawn before.
    """
    row = _held(application)
    if row.stage in CLOSED:
        raise OperationRefused("application_closed", "This application is closed.")
    before, row.stage = row.stage, Stage.WITHDRAWN
    row.save(update_fields=["stage"])
    record(
        "application:withdrawn",
        "application",
        row.pk,
        actor=None,
        changes={"stage": (before, str(Stage.WITHDRAWN))},
    )
    if before != Stage.STARTED:
        notices_to_applicants.tell_staff(row, "was withdrawn")
    return row


def may_edit(application: Application) -> bool:
    """Whether the applicant may change what they said of the firm and its references."""
    return application.stage == Stage.STARTED or (
        application.stage in (Stage.APPLIED, Stage.IN_REVIEW) and bool(application.wanted)
    )


def may_send_papers(application: Application) -> bool:
    """Whether the applicant may add papers: also after the decision, if USKPA asks for one."""
    return may_edit(application) or (application.stage in OPEN and bool(application.wanted))


def _held(application: Application) -> Application:
    """The application as it is now, held: whoever works on it meanwhile waits."""
    return Application.objects.select_for_update().get(pk=application.pk)


def _require_editable(row: Application, stages: tuple[str, ...]) -> None:
    if row.stage not in stages or (row.stage != Stage.STARTED and not row.wanted):
        raise OperationRefused(
            "not_editable", "The application is with USKPA; it changes only if staff ask for more."
        )


def _worded(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with name and address as certificates will carry them (domain 4.5)."""
    kept = dict(facts)
    for field in ("legal_name", "address"):
        wording = evidence.wording(kept.get(field, ""), multiline=field == "address")
        for code, detail in wording.faults:
            raise OperationRefused(code, detail, field=field)
        if field in kept:
            kept[field] = wording.text
    return kept


def _check_firm(facts: Mapping[str, Any], today: dt.date) -> None:
    if facts.get("kind", Kind.ORDINARY) not in Kind.values:
        raise OperationRefused("kind_unknown", "Choose a type of licence.", field="kind")
    if facts.get("ein") and not completeness.EIN.fullmatch(facts["ein"]):
        raise OperationRefused("ein_malformed", "An EIN is written NN-NNNNNNN.", field="ein")
    if facts.get("state_of_incorporation") and facts["state_of_incorporation"] not in STATES:
        raise OperationRefused(
            "state_unknown", "Choose a state or territory.", field="state_of_incorporation"
        )
    if is_box(facts.get("address", "")):
        raise OperationRefused(
            "address_is_box", "Give the place of business, not a P.O. box.", field="address"
        )
    since = facts.get("in_business_since")
    if since is not None and since > today:
        raise OperationRefused(
            "in_business_in_future", "That day is still to come.", field="in_business_since"
        )


def is_box(address: str) -> bool:
    """Whether an address is a post-office box."""
    return _PO_BOX.search(address) is not None


def _save(row: Application, fields: list[str]) -> None:
    try:
        # The unique EIN of open applications decides, also between two at once.
        with transaction.atomic():
            row.save(update_fields=fields)
    except IntegrityError as error:
        raise completeness.application_exists(row) from error
