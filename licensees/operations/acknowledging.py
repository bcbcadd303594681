"""Sign the yearly acknowledgment, and set the words that are signed (domain R2.6, 2.4)."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from journal.errors import OperationRefused
from journal.record import record
from licensees import evidence, notices, rules
from licensees.models import Acknowledgment, AcknowledgmentText, Licensee


@transaction.atomic
def acknowledge(
    licensee: Licensee,
    *,
    year: int,
    signer_title: str,
    agreed: bool,
    today: dt.date,
    actor: User,
    shown: AcknowledgmentText | None = None,
) -> Acknowledgment:
    """Give a firm's word that it complied with its licence agreement in ``year``.

    Everything is kept as it is at this moment: the wording of ``today``, the version of the
    agreement signed last, the certificates issued and shipped in the year, and who signed. A firm
    that did not export may acknowledge, too. ``shown`` is the wording the signer had before them.

    Raises PermissionDenied unless ``actor`` manages the firm. Raises OperationRefused
    ``licence_ended``, ``year_not_over``, ``year_before_licence``, ``already_acknowledged``,
    ``no_wording``, ``wording_changed`` since the page was opened, ``not_agreed``,
    ``title_missing``.
    """
    firm = Licensee.objects.select_for_update().get(pk=licensee.pk)
    actor = User.objects.get(pk=actor.pk)
    if not actor.has_perm(rules.ACKNOWLEDGE, firm):
        raise PermissionDenied
    require_open(firm, year=year, today=today)
    wording = AcknowledgmentText.objects.on(today)
    if wording is None:
        raise OperationRefused("no_wording", "There is no wording to sign yet. Ask USKPA staff.")
    if shown is not None and shown.pk != wording.pk:
        raise OperationRefused(
            "wording_changed",
            f"The wording is version {wording.version} now. Read it, then sign.",
        )
    title = " ".join(signer_title.split())
    if not title:
        raise OperationRefused(
            "title_missing", "Say what you are in the firm.", field="signer_title"
        )
    if not agreed:
        raise OperationRefused(
            "not_agreed", "Tick the box if you acknowledge this for the firm.", field="agreed"
        )
    agreement = firm.agreements.filter(signed_on__lte=today).first()
    exports = evidence.exports(firm.pk, year)
    row = Acknowledgment.objects.create(
        licensee=firm,
        year=year,
        wording=wording,
        text=wording.text,
        agreement_version=agreement.version if agreement else "",
        certificates_issued=exports.issued,
        certificates_shipped=exports.shipped,
        certificate_numbers=list(exports.numbers),
        signed_by=actor,
        signer_name=actor.name,
        signer_title=title,
        signed_at=timezone.now(),
    )
    record(
        "acknowledgment:signed",
        "acknowledgment",
        row.pk,
        actor=actor,
        licensee_id=firm.pk,
        changes={
            "year": (None, year),
            "wording": (None, wording.version),
            "agreement_version": (None, row.agreement_version),
            "certificates_issued": (None, exports.issued),
            "certificates_shipped": (None, exports.shipped),
            "certificate_numbers": (None, row.certificate_numbers),
            "signer_name": (None, row.signer_name),
            "signer_title": (None, title),
        },
    )
    notices.tell_of_acknowledgment(row)
    return row


def require_open(licensee: Licensee, *, year: int, today: dt.date) -> None:
    """Refuse a year that cannot be acknowledged on ``today``; pages ask before they show it.

    Raises OperationRefused ``year_not_over``, ``year_before_licence``, ``already_acknowledged``,
    ``licence_ended``: a firm whose licence ended only reads (domain 2.2).
    """
    if year >= today.year:
        raise OperationRefused(
            "year_not_over", f"{year} is not over; it can be acknowledged from 01/01/{year + 1} on."
        )
    if year < licensee.effective_on.year:
        raise OperationRefused(
            "year_before_licence",
            f"The licence is effective from {licensee.effective_on:%m/%d/%Y}.",
        )
    signed = licensee.acknowledgments.filter(year=year).first()
    if signed is not None:
        raise OperationRefused(
            "already_acknowledged",
            f"{signed.signer_name} signed for {year} on"
            f" {timezone.localtime(signed.signed_at):%m/%d/%Y}.",
        )
    if licensee.has_ended:
        raise OperationRefused(
            "licence_ended", f"The licence of {licensee} ended on {licensee.ended_on:%m/%d/%Y}."
        )


@transaction.atomic
def set_wording(
    *, version: str, text: str, valid_from: dt.date, today: dt.date, actor: User
) -> AcknowledgmentText:
    """Set the words that firms sign from a day on; what was signed before keeps its own.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused
    ``wording_incomplete`` without a version or words, ``wording_in_past``, ``wording_exists`` for
    a version in use or a day that has a wording.
    """
    actor = User.objects.get(pk=actor.pk)
    if not actor.has_perm(rules.SET_WORDING):
        raise PermissionDenied
    version, text = version.strip(), text.strip()
    if not version or not text:
        raise OperationRefused(
            "wording_incomplete",
            "A wording has a version and words.",
            field="text" if version else "version",
        )
    if valid_from < today:
        raise OperationRefused(
            "wording_in_past", "A wording holds from today or a later day on.", field="valid_from"
        )
    try:
        # The unique version and day decide, also between two who set one at once.
        with transaction.atomic():
            row = AcknowledgmentText.objects.create(
                version=version, text=text, valid_from=valid_from
            )
    except IntegrityError as error:
        raise OperationRefused(
            "wording_exists",
            f"There is a version {version} already, or a wording from {valid_from:%m/%d/%Y} on.",
            field="version",
        ) from error
    record(
        "wording:set",
        "wording",
        row.pk,
        actor=actor,
        changes={
            "version": (None, version),
            "valid_from": (None, valid_from),
            "text": (None, text),
        },
    )
    return row
