"""Issue a certificate (domain 3.2, T2): the one act everything else exists for."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from certificates import attestation, itn, notices, rules, states
from certificates.examination import (
    Circumstances,
    Destination,
    Examination,
    Finding,
    Principal,
    ReleasedRoute,
    examine,
)
from certificates.facts import changed, facts_of
from certificates.models import Certificate, Draft, Duty, ReferenceLists
from certificates.operations.drafting import DraftChanged
from certificates.operations.duties import open_duties
from certificates.operations.locking import locked, require_active
from certificates.operations.releasing import released_routes
from certificates.particulars import ALL, Particulars
from certificates.pdf.layout import fits
from certificates.states import FILLED, Status
from journal.errors import OperationRefused
from journal.record import record
from licensees.models import Licensee, Party

FIVE_FIVE: Final = "15 CFR 30.1(c): one filing is one shipment"
# What all certificates of one shipment have in common.
_SHIPMENT: Final = ("exporter_name", "consignee_name", "consignee_country", "port_of_export")


class ParticularsRefused(OperationRefused):
    """The facts are not lawful, or a warning is not acknowledged; ``findings`` says which."""

    def __init__(self, code: str, findings: tuple[Finding, ...]) -> None:
        super().__init__(code, " ".join(finding.detail for finding in findings))
        self.findings = findings


def circumstances(
    certificate: Certificate,
    *,
    today: dt.date,
    lists: ReferenceLists | None = None,
    releases: Collection[ReleasedRoute] | None = None,
) -> Circumstances:
    """What a certificate's particulars are judged against today: five queries at most.

    ``lists`` are those of today and ``releases`` those of the certificate, if they have been read
    already. For a certificate of a firm; a
    blank in stock has no firm to issue it.
    """
    firm = certificate.licensee
    if firm is None or certificate.date_of_sale is None:
        raise OperationRefused("wrong_status", f"{certificate} is in stock.")
    lists = lists or ReferenceLists.on(today)
    standing = {
        code: (participant.standing, participant.valid_from)
        for code, participant in lists.participants.items()
    }
    return Circumstances(
        today=today,
        is_carrier=firm.is_carrier,
        firm_name=firm.legal_name,
        firm_address=firm.address,
        date_of_sale=certificate.date_of_sale,
        validity_days=settings.CERTIFICATE_VALIDITY_DAYS,
        destinations={
            country.code: Destination(
                country.name, *standing.get(country.participant_code, ("", dt.date.min))
            )
            for country in lists.countries
        },
        ports=frozenset(port.code for port in lists.ports),
        exporters=_principals(firm) if firm.is_carrier else {},
        releases=released_routes(certificate) if releases is None else releases,
    )


def assess(certificate: Certificate, facts: Particulars, around: Circumstances) -> Examination:
    """Everything to say about ``facts`` on this certificate, with the register's own knowledge.

    Beyond ``examine``: ``does_not_fit`` for text that its box cannot hold in readable print, and
    the sharing of an ITN (``itn_used_by_another_firm``, ``itn_used_for_other_shipment``,
    ``itn_used_for_same_kind``; domain 5.5).
    """
    found = examine(facts, around)
    return Examination(
        (*found.problems, *_too_long(facts, around), *_sharing(certificate, facts, found)),
        found.warnings,
        found.itn,
    )


def issue(
    certificate: Certificate,
    *,
    facts: Particulars,
    attested: bool,
    acknowledged: Mapping[str, str],
    draft_version: int | None,
    today: dt.date,
    actor: User,
) -> Certificate:
    """Issue a certificate with ``facts`` and return the new row.

    ``acknowledged`` maps each warning's code to the reason given; ``draft_version`` is the
    version of the draft the facts were read back from, None if they came another way; ``today``
    is the day in America/New_York. The ITN on the certificate completes its validation (31 CFR
    592.301(a)(5)(ii)), so nothing is issued without one.

    Raises PermissionDenied unless ``actor`` acts for the firm. Raises OperationRefused
    ``wrong_status`` unless available, ``licence_not_active``, ``draft_missing``,
    ``draft_changed``, ``not_attested``; ParticularsRefused ``particulars_refused`` for facts that
    are not lawful and ``warnings_not_acknowledged``. An ITN used where it may not be is told to
    staff.
    """
    try:
        return _issue(
            certificate,
            facts=facts,
            attested=attested,
            acknowledged=acknowledged,
            draft_version=draft_version,
            today=today,
            actor=actor,
        )
    except ParticularsRefused as refusal:
        report_shared_itn(certificate, refusal.findings)
        raise


def report_shared_itn(certificate: Certificate, findings: Iterable[Finding]) -> None:
    """Tell staff that an ITN in use was stated for ``certificate``, if ``findings`` say so.

    For a page that finds it before anything is issued; ``issue`` does it itself (domain 5.5).
    """
    misused = [finding.code for finding in findings if finding.code.startswith("itn_used_")]
    if misused:
        notices.tell_staff_of_shared_itn(certificate.display, misused[0])


@transaction.atomic
def _issue(
    certificate: Certificate,
    *,
    facts: Particulars,
    attested: bool,
    acknowledged: Mapping[str, str],
    draft_version: int | None,
    today: dt.date,
    actor: User,
) -> Certificate:
    row, actor = locked(certificate, states.ISSUE, rules.ISSUE, actor=actor)
    if row.licensee is not None:
        require_active(row.licensee)
    _check_draft(row, draft_version)
    if not attested:
        raise OperationRefused("not_attested", "Tick the attestation to issue.", field="attested")
    _hold_itn(itn.check(facts.itn, today=today).itn)
    found = assess(row, facts, circumstances(row, today=today))
    if found.problems:
        raise ParticularsRefused("particulars_refused", found.problems)
    if missing := tuple(w for w in found.warnings if not acknowledged.get(w.code, "").strip()):
        raise ParticularsRefused("warnings_not_acknowledged", missing)

    before = facts_of(row)
    for name in ALL:
        setattr(row, name, getattr(facts, name))
    row.itn = found.itn.itn
    row.country_of_origin = facts.country_of_origin or None
    row.status = Status.ISSUED
    row.issued_at, row.issued_by = timezone.now(), actor
    row.attestation = attestation.VERSION
    row.acknowledged_warnings = {w.code: acknowledged[w.code].strip() for w in found.warnings}
    row.save()
    # As the database keeps them: a value typed as 5000 is 5000.00, in the journal too.
    row.refresh_from_db(fields=["value_usd", "carat_weight"])
    open_duties(row, {Duty.Code.ADVANCE_NOTICE: today}, opened_on=today)
    record(
        "certificate:issued",
        "certificate",
        row.number,
        actor=actor,
        licensee_id=row.licensee_id,
        changes=changed(before, row),
    )
    notices.tell_issuer(row.display, actor)
    return row


def _check_draft(row: Certificate, version: int | None) -> None:
    """What is issued is what was read back: the draft must not have moved since."""
    if version is None:
        return
    draft = (
        Draft.objects.select_for_update(of=("self",))
        .select_related("edited_by")
        .filter(certificate=row)
        .first()
    )
    if draft is None:
        raise OperationRefused("draft_missing", f"There is no draft of {row}.")
    if draft.version != version:
        raise DraftChanged(draft)


def _hold_itn(stored: str) -> None:
    """Let nobody else decide on the same ITN until this transaction ends (domain 5.5).

    ``stored`` is the ITN in its stored form: typed differently it is still the same one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 30))", [stored])


def _principals(firm: Licensee) -> dict[str, Principal]:
    """A carrier's principals by name; of two of one name the one whose authority began last."""
    kept = firm.parties.filter(part=Party.Part.EXPORTER, retired_at=None)
    rows = kept.order_by(F("authority_from").asc(nulls_first=True), "pk").values_list(
        "name", "country", "authority_from", "authority_until"
    )
    return {name: Principal(country, since, until) for name, country, since, until in rows}


def _too_long(facts: Particulars, around: Circumstances) -> Iterator[Finding]:
    country = around.destinations.get(facts.consignee_country)
    texts = {
        "exporter_name": facts.exporter_name,
        "exporter_address": facts.exporter_address,
        "consignee_name": facts.consignee_name,
        "consignee_address": "\n".join(
            filter(None, [facts.consignee_address, country.name if country else ""])
        ),
    }
    for field, text in texts.items():
        if not fits(field, text):
            yield Finding(
                field,
                "does_not_fit",
                "This is too long for its box on the certificate even in the smallest readable"
                " print. Shorten it.",
                "31 CFR 592.307",
            )


def _sharing(certificate: Certificate, facts: Particulars, found: Examination) -> Iterator[Finding]:
    """One ITN is one shipment of one firm; its certificates differ in subheading or origin."""
    if not found.itn.itn:
        return
    # One filing has few certificates: reading them once is cheaper than asking three questions.
    others = list(
        Certificate.objects.filter(itn=found.itn.itn, status__in=FILLED)
        .exclude(pk=certificate.pk)
        .only("number", "licensee_id", "country_of_origin", "hs_code", "shipped_on", *_SHIPMENT)
        .order_by("-number")
    )
    if any(other.licensee_id != certificate.licensee_id for other in others):
        yield Finding(
            "itn",
            "itn_used_by_another_firm",
            "This ITN is on a certificate of another firm. Check the number; USKPA staff are"
            " told of it when you continue.",
            FIVE_FIVE,
        )
        return
    for other in others:
        if not _one_shipment(other, facts):
            yield Finding(
                "itn",
                "itn_used_for_other_shipment",
                f"This ITN is on {other}, which has another exporter, consignee, country, port"
                " or day of export.",
                FIVE_FIVE,
            )
            return
    kind = (facts.country_of_origin or None, facts.hs_code)
    for other in others:
        if (other.country_of_origin, other.hs_code) == kind:
            yield Finding(
                "itn",
                "itn_used_for_same_kind",
                f"This ITN is on {other} already, with the same HS subheading and origin.",
                FIVE_FIVE,
            )
            return


def _one_shipment(other: Certificate, facts: Particulars) -> bool:
    """Whether ``facts`` can be of the shipment that ``other`` is of: where it has left already,
    the new certificate must be good on that very day."""
    left, issued, expires = other.shipped_on, facts.date_of_issue, facts.date_of_expiry
    good = left is None or (
        issued is not None and expires is not None and issued <= left <= expires
    )
    return good and all(getattr(other, name) == getattr(facts, name) for name in _SHIPMENT)
