"""Record that a shipment left, and that it arrived (domain 3.2, T3 and T4)."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from certificates import notices, rules, states
from certificates.facts import changed, facts_of
from certificates.itn import ITN
from certificates.lettering import tidy
from certificates.models import Certificate, Duty
from certificates.operations.duties import open_duties
from certificates.operations.locking import locked, require_active
from certificates.states import FILLED, Status
from journal.errors import OperationRefused
from journal.record import record
from licensees.models import LicenceStatus

CONFIRMATION_DAYS = 30  # domain 3.4, M5
SEAL_AT_MOST = 40  # characters
REASON_AT_MOST = 500
CENSUS = "Census Bureau, briefing for licensees, October 2019"


@transaction.atomic
def ship(
    certificate: Certificate,
    *,
    shipped_on: dt.date,
    seal_number: str,
    today: dt.date,
    actor: User,
) -> Certificate:
    """Record the day a shipment left the United States, and its seal; return the new row.

    ``shipped_on`` is the day at the port of export (15 CFR 30.6(a)(2)). Raises PermissionDenied
    unless ``actor`` acts for the firm. Raises OperationRefused ``wrong_status`` unless issued,
    ``licence_not_active`` (but see ``release_shipment``), ``seal_missing`` (31 CFR
    592.301(a)(2)), ``seal_too_long`` (over 40 characters), ``shipped_in_future``,
    ``outside_validity`` unless from issue to expiry with both days included,
    ``itn_after_export`` if AES accepted the filing later (31 CFR 592.301(a)(5)(i)), or
    ``itn_shipped_another_day`` if a certificate with the same ITN left on another day.
    """
    row, actor = locked(certificate, states.SHIP, rules.SHIP, actor=actor)
    if row.licensee is not None and not is_shipment_released(row):
        require_active(row.licensee)
    seal = tidy(seal_number, multiline=False)
    if not seal:
        raise OperationRefused(
            "seal_missing",
            "Give the number of the seal or tamper-evident bag.",
            field="seal_number",
            source="31 CFR 592.301(a)(2), 592.314",
        )
    if len(seal) > SEAL_AT_MOST:
        raise OperationRefused(
            "seal_too_long", f"At most {SEAL_AT_MOST} characters.", field="seal_number"
        )
    _check_day(row, shipped_on, today)
    before = facts_of(row)
    row.status, row.shipped_on, row.seal_number = Status.SHIPPED, shipped_on, seal
    row.save(update_fields=["status", "shipped_on", "seal_number"])
    confirmed_by = min(
        shipped_on + dt.timedelta(days=CONFIRMATION_DAYS), row.date_of_expiry or shipped_on
    )
    open_duties(
        row,
        {
            Duty.Code.CENSUS_COPY: max(shipped_on, today),
            Duty.Code.IMPORT_CONFIRMATION: max(confirmed_by, today),
        },
        opened_on=today,
    )
    record(
        "certificate:shipped",
        "certificate",
        row.number,
        actor=actor,
        licensee_id=row.licensee_id,
        changes=changed(before, row),
    )
    return row


@transaction.atomic
def release_shipment(
    certificate: Certificate, *, reason: str, today: dt.date, actor: User
) -> Certificate:
    """Let one issued certificate of a suspended firm leave; return the new row. The firm is told.

    Staff release them one by one (domain 2.2); it counts for this suspension only. Raises
    PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``wrong_status`` unless
    issued, ``licence_not_suspended``, ``certificate_expired`` once it can no longer be shipped,
    ``already_released``, ``reason_missing``, ``reason_too_long`` (over 500 characters).
    """
    row, actor = locked(certificate, states.SHIP, rules.RELEASE_SHIPMENT, actor=actor)
    firm = row.licensee
    if firm is None or firm.status != LicenceStatus.SUSPENDED:
        raise OperationRefused(
            "licence_not_suspended",
            f"The licence of {firm} is not suspended: there is nothing to release.",
        )
    if row.is_expired(today):
        raise OperationRefused(
            "certificate_expired",
            f"{row} was good until {row.date_of_expiry:%m/%d/%Y}. It can only be voided.",
        )
    if is_shipment_released(row):
        raise OperationRefused("already_released", f"{row} may leave already.")
    why = tidy(reason, multiline=True)
    if not why:
        raise OperationRefused("reason_missing", "Say why.", field="reason")
    if len(why) > REASON_AT_MOST:
        raise OperationRefused(
            "reason_too_long", f"At most {REASON_AT_MOST} characters.", field="reason"
        )
    before = facts_of(row)
    row.shipment_released_at, row.shipment_released_by = timezone.now(), actor
    row.save(update_fields=["shipment_released_at", "shipment_released_by"])
    record(
        "certificate:shipment_released",
        "certificate",
        row.number,
        actor=actor,
        licensee_id=firm.pk,
        changes={**changed(before, row), "reason": (None, why)},
    )
    notices.tell_firm_of_released_shipment(firm, row.display)
    return row


def is_shipment_released(row: Certificate) -> bool:
    """Whether staff let it leave in the suspension that its firm is under now."""
    firm, released_at = row.licensee, row.shipment_released_at
    return (
        firm is not None
        and firm.status == LicenceStatus.SUSPENDED
        and firm.suspended_on is not None
        and released_at is not None
        and timezone.localdate(released_at) >= firm.suspended_on
    )


def _check_day(row: Certificate, shipped_on: dt.date, today: dt.date) -> None:
    if shipped_on > today:
        raise OperationRefused(
            "shipped_in_future",
            "That day is still to come. Record the shipment when it has left.",
            field="shipped_on",
            source=CENSUS,
        )
    issued, expires = row.date_of_issue, row.date_of_expiry
    if issued is None or expires is None or not issued <= shipped_on <= expires:
        raise OperationRefused(
            "outside_validity",
            f"{row} is good from {issued:%m/%d/%Y} to {expires:%m/%d/%Y}. A shipment outside those"
            " days needs another certificate.",
            field="shipped_on",
            source=CENSUS,
        )
    accepted_on = ITN.parse(row.itn).accepted_on
    if accepted_on > shipped_on:
        raise OperationRefused(
            "itn_after_export",
            f"AES accepted the filing on {accepted_on:%m/%d/%Y}, after that day; it must be"
            " accepted before the export.",
            field="shipped_on",
            source="31 CFR 592.301(a)(5)(i)",
        )
    other = (
        Certificate.objects.filter(itn=row.itn, status__in=FILLED, shipped_on__isnull=False)
        .exclude(pk=row.pk)
        .exclude(shipped_on=shipped_on)
        .first()
    )
    if other is not None:
        raise OperationRefused(
            "itn_shipped_another_day",
            f"{other} has the same ITN and left on {other.shipped_on:%m/%d/%Y}; one filing is one"
            " shipment.",
            field="shipped_on",
            source="15 CFR 30.1(c)",
        )


@transaction.atomic
def deliver(
    certificate: Certificate, *, delivered_on: dt.date, today: dt.date, actor: User
) -> Certificate:
    """Record the day on which the licensee says the shipment arrived; return the new row.

    This is a claim; the importing authority's confirmation is another fact (domain 10.13).
    Raises PermissionDenied unless ``actor`` acts for the firm or is staff. Raises
    OperationRefused ``wrong_status`` unless shipped, ``delivered_in_future``,
    ``delivered_before_shipment``.
    """
    row, actor = locked(certificate, states.DELIVER, rules.DELIVER, actor=actor)
    if delivered_on > today:
        raise OperationRefused(
            "delivered_in_future", "That day is still to come.", field="delivered_on"
        )
    if row.shipped_on is not None and delivered_on < row.shipped_on:
        raise OperationRefused(
            "delivered_before_shipment",
            f"{row} left on {row.shipped_on:%m/%d/%Y}; it cannot arrive before.",
            field="delivered_on",
        )
    before = facts_of(row)
    row.status, row.delivered_on = Status.DELIVERED, delivered_on
    row.save(update_fields=["status", "delivered_on"])
    record(
        "certificate:delivered",
        "certificate",
        row.number,
        actor=actor,
        licensee_id=row.licensee_id,
        changes=changed(before, row),
    )
    return row
