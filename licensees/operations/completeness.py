"""What an application still lacks for its next step (the guards of domain 2.2).

Each function lists everything, so that nobody has to try twice to learn of the second thing.
"""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from django.utils import timezone

from journal.errors import OperationRefused
from licensees.models import Application, Licensee, Paper
from licensees.states import OPEN, Stage

EIN: Final = re.compile(r"[0-9]{2}-[0-9]{7}", re.ASCII)
# What R2.2 asks for, and how the lack of it is said.
ASKED: Final = {
    "legal_name": "the firm’s legal name",
    "state_of_incorporation": "the state of incorporation",
    "address": "the firm’s address",
    "telephone": "the telephone number",
    "fax": "the fax number, or “none”",
    "email": "the firm’s e-mail address",
    "ein": "the federal tax id (EIN)",
    "contact_name": "the contact person",
    "ace_account": "the ACE exporter account",
    "in_business_since": "since when the firm is in U.S. business",
}


class Missing(NamedTuple):
    """One thing that is not there yet, and the section of the application it belongs to."""

    section: str
    text: str


def for_review(application: Application) -> list[Missing]:
    """All data of R2.2, a reference (R2.1), and the proof of two years in U.S. business."""
    found = [
        Missing("firm", text) for field, text in ASKED.items() if not getattr(application, field)
    ]
    if not application.references.filter(withdrawn_at=None).exists():
        found.append(Missing("references", "a reference from the industry"))
    if not _has_paper(application, Paper.Purpose.BUSINESS_PROOF):
        found.append(Missing("papers", "proof of two years in U.S. business"))
    return found


def for_approval(application: Application) -> list[Missing]:
    """Every reference that was not taken out is checked, and there is one."""
    references = application.references.filter(withdrawn_at=None)
    found = [
        Missing("references", f"the check of the reference {row}")
        for row in references.filter(checked_on=None)
    ]
    if not references.exists():
        found.append(Missing("references", "a reference from the industry"))
    return found


def for_licence(application: Application) -> list[Missing]:
    """The signed agreement with version and date, the proof of ACE, the first annual fee."""
    found = []
    if not application.agreement_version or application.agreement_signed_on is None:
        found.append(Missing("agreement", "the signed agreement with its version and date"))
    elif not _has_paper(application, Paper.Purpose.AGREEMENT):
        found.append(Missing("agreement", "the signed agreement itself"))
    if not application.ace_account or not _has_paper(application, Paper.Purpose.ACE_PROOF):
        found.append(Missing("papers", "proof of a working ACE exporter account"))
    if application.fee_paid_on is None:
        found.append(Missing("fee", "the first annual fee"))
    return found


def incomplete(missing: Iterable[Missing], *, field: str = "") -> OperationRefused:
    """The refusal that names everything that is missing."""
    listed = "; ".join(item.text for item in missing)
    return OperationRefused("application_incomplete", f"Missing: {listed}.", field=field)


def require_eligible(application: Application, *, applied_on: dt.date) -> None:
    """Refuse a firm too young, or one that has a licence or an application already.

    Raises OperationRefused ``ein_malformed``, ``two_years_missing`` (R2.1: two years in U.S.
    business when it applies), ``licensee_exists``, ``application_exists``.
    """
    if not EIN.fullmatch(application.ein):
        raise OperationRefused("ein_malformed", "An EIN is written NN-NNNNNNN.", field="ein")
    since = application.in_business_since
    if since is None or since > two_years_before(applied_on):
        raise OperationRefused(
            "two_years_missing",
            "A licensee has been in business in the United States for two years or more when it"
            " applies.",
            field="in_business_since",
        )
    firm = Licensee.objects.filter(ein=application.ein).first()
    if firm is not None:
        raise OperationRefused(
            "licensee_exists",
            f"A firm with the EIN {application.ein} {'had' if firm.has_ended else 'has'} a licence."
            " Write to USKPA staff.",
            field="ein",
        )
    others = Application.objects.filter(ein=application.ein, stage__in=OPEN)
    if others.exclude(pk=application.pk).exists():
        raise application_exists(application)


def application_exists(application: Application) -> OperationRefused:
    """The refusal of a second application by the same EIN."""
    return OperationRefused(
        "application_exists",
        f"USKPA has an application by the firm with the EIN {application.ein} already.",
        field="ein",
    )


def two_years_before(day: dt.date) -> dt.date:
    """The latest first day in business of a firm that may apply on ``day``."""
    if (day.month, day.day) == (2, 29):
        return dt.date(day.year - 2, 2, 28)
    return day.replace(year=day.year - 2)


def applied_on(application: Application) -> dt.date:
    """The day the application was sent in, in New York."""
    if application.applied_at is None:
        raise ValueError("This application was not sent in.")
    return timezone.localdate(application.applied_at)


def lacking(application: Application) -> list[Missing]:
    """What is missing for the next step from where the application stands."""
    match application.stage:
        case Stage.STARTED | Stage.APPLIED:
            return for_review(application)
        case Stage.IN_REVIEW:
            return for_approval(application)
        case Stage.APPROVED | Stage.AGREEMENT_SENT:
            return for_licence(application)
        case _:
            return []


def _has_paper(application: Application, purpose: str) -> bool:
    return application.papers.kept().filter(purpose=purpose).exists()
