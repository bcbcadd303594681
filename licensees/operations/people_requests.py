"""Ask for a person to act for a firm or in another role, and decide it (domain 1.2, R1.4)."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from journal.errors import OperationRefused
from journal.record import record
from licensees import notices, rules
from licensees.models import Contact, Licensee, PeopleRequest
from licensees.operations.people import (
    acting_user,
    begin,
    end,
    firm_held,
    require_licence,
    require_other_manager,
    require_role,
    settle,
)


@transaction.atomic
def request_person(
    licensee: Licensee, *, email: str, name: str, role: str, actor: User
) -> PeopleRequest:
    """Ask that somebody act for the firm, or that somebody who does act in another role.

    Staff are told by mail. Raises PermissionDenied unless ``actor`` manages the firm. Raises
    OperationRefused ``licence_ended``, ``role_unknown``, ``already_contact`` for somebody who
    acts in that role, ``request_waiting`` while another request for the address waits.
    """
    firm, actor = firm_held(licensee.pk, actor, rules.MANAGE_PEOPLE)
    require_licence(firm)
    require_role(role)
    address = email.strip().lower()
    acting = _acting(firm, address)
    if acting is not None and acting.role == role:
        raise OperationRefused(
            "already_contact",
            f"{address} acts for {firm} as {acting.get_role_display().lower()} already.",
            field="email",
        )
    asked = PeopleRequest(
        licensee=firm,
        email=address,
        name=acting.user.name if acting else name.strip(),
        role=role,
        requested_by=actor,
        requested_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            asked.save()
    except IntegrityError as error:
        raise OperationRefused(
            "request_waiting",
            f"A request for {address} waits already. Withdraw it first to ask for something else.",
            field="email",
        ) from error
    record(
        "people_request:made",
        "people_request",
        asked.pk,
        actor=actor,
        licensee_id=firm.pk,
        changes={
            "email": (None, asked.email),
            "name": (None, asked.name),
            "role": (None, asked.role),
            "state": (None, asked.state),
        },
    )
    notices.tell_staff_of_request(asked)
    return asked


@transaction.atomic
def withdraw_request(asked: PeopleRequest, *, actor: User) -> PeopleRequest:
    """Take a request back that nobody has decided.

    Raises PermissionDenied unless ``actor`` manages the firm. Raises OperationRefused
    ``already_decided``.
    """
    _, actor = firm_held(asked.licensee_id, actor, rules.MANAGE_PEOPLE)
    row = _waiting(asked)
    settle(row, PeopleRequest.State.WITHDRAWN, actor)
    return row


@transaction.atomic
def decide_request(
    asked: PeopleRequest, *, approve: bool, note: str = "", actor: User
) -> PeopleRequest:
    """Approve a request, which appoints the person or changes their role, or decline it.

    Another role is a new appointment; the old one ends in the same transaction. Whoever asked is
    told by mail. Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused
    ``already_decided`` to the second of two, ``own_request`` to whoever asked (R1.4),
    ``reason_missing`` for declining without a note; for approving ``licence_ended``,
    ``holds_office``, ``already_contact``, ``last_manager`` where the firm's only manager would
    become an issuer.
    """
    firm, actor = firm_held(asked.licensee_id, actor, rules.APPOINT)
    row = _waiting(asked)
    if row.requested_by_id == actor.pk:
        raise OperationRefused("own_request", "You asked for this; somebody else decides it.")
    if approve:
        _carry_out(row, firm, actor)
        settle(row, PeopleRequest.State.APPROVED, actor)
    else:
        if not note.strip():
            raise OperationRefused("reason_missing", "Say why.", field="note")
        settle(row, PeopleRequest.State.DECLINED, actor, note.strip())
    notices.tell_of_decision(row)
    return row


def _carry_out(asked: PeopleRequest, firm: Licensee, actor: User) -> None:
    require_licence(firm)
    acting = _acting(firm, asked.email)
    if acting is None:
        begin(firm, acting_user(asked.email, asked.name, actor), asked.role, actor)
        return
    if acting.role == asked.role:
        raise OperationRefused(
            "already_contact",
            f"{asked.email} acts for {firm} as {acting.get_role_display().lower()} already."
            " Decline the request.",
        )
    require_other_manager(acting, firm)
    end(acting, actor)
    begin(firm, acting.user, asked.role, actor)


def _acting(firm: Licensee, address: str) -> Contact | None:
    rows = firm.contacts.current().select_related("user")
    return rows.filter(user__email__iexact=address).first()


def _waiting(asked: PeopleRequest) -> PeopleRequest:
    row = (
        PeopleRequest.objects.select_for_update(of=("self",))
        .select_related("licensee", "requested_by")
        .get(pk=asked.pk)
    )
    if row.state != PeopleRequest.State.WAITING:
        raise OperationRefused(
            "already_decided",
            f"This request was {row.get_state_display().lower()} by {row.decided_by}.",
        )
    return row
