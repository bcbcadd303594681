"""License a firm, appoint its people, charge its fee, suspend and reinstate it."""

import datetime as dt
import re
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.operations import introduce
from journal.errors import OperationRefused
from journal.record import record
from licensees import rules
from licensees.models import AnnualFee, Contact, Kind, LicenceStatus, Licensee, Party

EIN = re.compile(r"[0-9]{2}-[0-9]{7}", re.ASCII)


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
) -> Licensee:
    """License a firm from ``effective_on``, the day that starts its review clocks.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``kind_unknown``,
    ``ein_malformed``, or ``licensee_exists`` for a name or EIN in use.
    """
    if not actor.has_perm(rules.LICENSE):
        raise PermissionDenied
    if kind not in Kind.values:
        raise OperationRefused("kind_unknown", "Choose a type of licence.", field="kind")
    if not EIN.fullmatch(ein):
        raise OperationRefused("ein_malformed", "An EIN is written NN-NNNNNNN.", field="ein")
    facts = {
        "legal_name": legal_name,
        "kind": kind,
        "address": address,
        "ein": ein,
        "state_of_incorporation": state_of_incorporation,
        "effective_on": effective_on,
    }
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
def suspend(licensee: Licensee, *, reason: str, actor: User) -> Licensee:
    """Suspend a licence: nothing more is issued from the stock held (domain 2.2).

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``wrong_status``
    unless the licence is active, ``reason_missing`` without a reason.
    """
    return _turn(licensee, LicenceStatus.ACTIVE, LicenceStatus.SUSPENDED, reason, actor)


@transaction.atomic
def reinstate(licensee: Licensee, *, reason: str, actor: User) -> Licensee:
    """End a suspension. Refusals as in ``suspend``, the licence being suspended."""
    return _turn(licensee, LicenceStatus.SUSPENDED, LicenceStatus.ACTIVE, reason, actor)


def _turn(licensee: Licensee, source: str, target: str, reason: str, actor: User) -> Licensee:
    row = Licensee.objects.select_for_update().get(pk=licensee.pk)
    if not actor.has_perm(rules.LICENSE, row):
        raise PermissionDenied
    if row.status != source:
        raise OperationRefused(
            "wrong_status", f"The licence of {row} is {row.get_status_display().lower()}."
        )
    if not reason.strip():
        raise OperationRefused("reason_missing", "Say why.", field="reason")
    row.status = target
    row.save(update_fields=["status"])
    verb = "suspended" if target == LicenceStatus.SUSPENDED else "reinstated"
    record(
        f"licensee:{verb}",
        "licensee",
        row.pk,
        actor=actor,
        licensee_id=row.pk,
        changes={"status": (source, target), "reason": (None, reason.strip())},
    )
    return row


@transaction.atomic
def appoint(licensee: Licensee, *, email: str, name: str, role: str, actor: User) -> Contact:
    """Let a person act for a firm; someone without an account is invited by e-mail.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``role_unknown``,
    ``holds_office`` for staff, overseers and administrators, who never act in a firm's name,
    and ``already_contact``.
    """
    firm = Licensee.objects.select_for_update().get(pk=licensee.pk)
    if not actor.has_perm(rules.APPOINT, firm):
        raise PermissionDenied
    if role not in Contact.Role.values:
        raise OperationRefused("role_unknown", "Choose a role.", field="role")
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        user = introduce(email=email, name=name, actor=actor)
    if user.office:
        raise OperationRefused(
            "holds_office",
            f"{user.email} is {user.role_label} and cannot act for a firm.",
            field="email",
        )
    if Contact.objects.current().filter(licensee=firm, user=user).exists():
        raise OperationRefused(
            "already_contact", f"{user.email} acts for {firm} already.", field="email"
        )
    contact = Contact.objects.create(
        licensee=firm, user=user, role=role, appointed_at=timezone.now()
    )
    record(
        "contact:appointed",
        "contact",
        contact.pk,
        actor=actor,
        licensee_id=firm.pk,
        changes={"user": (None, user.email), "role": (None, role)},
    )
    return contact


@transaction.atomic
def dismiss(contact: Contact, *, actor: User) -> Contact:
    """End a person's acting for a firm, at once.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``already_ended``.
    """
    row = Contact.objects.select_for_update().get(pk=contact.pk)
    if not actor.has_perm(rules.APPOINT, row.licensee):
        raise PermissionDenied
    if row.ended_at is not None:
        raise OperationRefused("already_ended", f"{row.user} no longer acts for {row.licensee}.")
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    record(
        "contact:dismissed",
        "contact",
        row.pk,
        actor=actor,
        licensee_id=row.licensee_id,
        changes={"user": (row.user.email, None)},
    )
    return row


@transaction.atomic
def charge_fee(
    licensee: Licensee,
    *,
    year: int,
    amount_usd: Decimal,
    due_on: dt.date,
    paid_on: dt.date | None = None,
    actor: User,
) -> AnnualFee:
    """Write down the fee a firm owes for ``year``, and its payment if it came already.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``fee_charged``
    when the year has a fee, ``fee_not_positive``.
    """
    firm = Licensee.objects.select_for_update().get(pk=licensee.pk)
    if not actor.has_perm(rules.CHARGE, firm):
        raise PermissionDenied
    if amount_usd <= 0:
        raise OperationRefused("fee_not_positive", "A fee is more than zero.", field="amount_usd")
    if firm.fees.filter(year=year).exists():
        raise OperationRefused("fee_charged", f"{firm} has a fee for {year}.", field="year")
    fee = AnnualFee.objects.create(
        licensee=firm, year=year, amount_usd=amount_usd, due_on=due_on, paid_on=paid_on
    )
    record(
        "fee:charged",
        "fee",
        fee.pk,
        actor=actor,
        licensee_id=firm.pk,
        changes={
            "year": (None, year),
            "amount_usd": (None, amount_usd),
            "due_on": (None, due_on),
            "paid_on": (None, paid_on),
        },
    )
    return fee


@transaction.atomic
def receive_fee(fee: AnnualFee, *, paid_on: dt.date, today: dt.date, actor: User) -> AnnualFee:
    """Record that a fee was paid on ``paid_on``.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``fee_paid`` when
    it was paid before, ``paid_in_future``.
    """
    row = AnnualFee.objects.select_for_update().get(pk=fee.pk)
    if not actor.has_perm(rules.CHARGE, row.licensee):
        raise PermissionDenied
    if row.paid_on is not None:
        raise OperationRefused("fee_paid", f"This fee was paid on {row.paid_on:%m/%d/%Y}.")
    if paid_on > today:
        raise OperationRefused("paid_in_future", "That day is still to come.", field="paid_on")
    row.paid_on = paid_on
    row.save(update_fields=["paid_on"])
    record(
        "fee:received",
        "fee",
        row.pk,
        actor=actor,
        licensee_id=row.licensee_id,
        changes={"paid_on": (None, paid_on)},
    )
    return row


@transaction.atomic
def keep_party(
    licensee: Licensee, *, part: str, name: str, address: str, country: str, actor: User
) -> Party:
    """Put a consignee or exporter into a firm's address book, or change its address there.

    Raises PermissionDenied unless ``actor`` acts for the firm. Raises OperationRefused
    ``part_unknown``.
    """
    firm = Licensee.objects.select_for_update().get(pk=licensee.pk)
    if not actor.has_perm(rules.KEEP_ADDRESSES, firm):
        raise PermissionDenied
    if part not in Party.Part.values:
        raise OperationRefused("part_unknown", "An address book holds consignees and exporters.")
    party = firm.parties.filter(part=part, name=name, country=country, retired_at=None).first()
    before = party.address if party else None
    if party is not None and before == address:
        return party
    party = party or Party(licensee=firm, part=part, name=name, country=country)
    party.address = address
    party.save()
    record(
        "party:kept",
        "party",
        party.pk,
        actor=actor,
        licensee_id=firm.pk,
        changes={
            "part": (None, part),
            "name": (None, name),
            "country": (None, country),
            "address": (before, address),
        },
    )
    return party


@transaction.atomic
def retire_party(party: Party, *, actor: User) -> Party:
    """Take an entry out of the address book; certificates keep what was printed.

    Raises PermissionDenied unless ``actor`` acts for the firm. Raises OperationRefused
    ``already_retired``.
    """
    row = Party.objects.select_for_update().select_related("licensee").get(pk=party.pk)
    if not actor.has_perm(rules.KEEP_ADDRESSES, row.licensee):
        raise PermissionDenied
    if row.retired_at is not None:
        raise OperationRefused("already_retired", f"{row.name} was taken out already.")
    row.retired_at = timezone.now()
    row.save(update_fields=["retired_at"])
    record(
        "party:retired",
        "party",
        row.pk,
        actor=actor,
        licensee_id=row.licensee_id,
        changes={"name": (row.name, None)},
    )
    return row
