"""Appoint the people who act for a firm, dismiss them, and confirm the list (domain 1.2, R1.6)."""

import datetime as dt
from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.operations import end_sessions, introduce
from journal.errors import OperationRefused
from journal.record import record
from licensees import notices, rules
from licensees.models import Contact, Licensee, PeopleConfirmation, PeopleRequest

LEAVERS = "15 CFR 30.5(d)"


def firm_held(licensee_id: int, actor: User, permission: str) -> tuple[Licensee, User]:
    """The firm and ``actor`` as they are now, the firm held until the transaction ends.

    Everything about a firm's people holds the firm first: two managers who dismiss each other
    come one after the other. Raises PermissionDenied unless the rules let ``actor``.
    """
    firm = Licensee.objects.select_for_update().get(pk=licensee_id)
    actor = User.objects.get(pk=actor.pk)
    if not actor.has_perm(permission, firm):
        raise PermissionDenied
    return firm, actor


@transaction.atomic
def appoint(licensee: Licensee, *, email: str, name: str, role: str, actor: User) -> Contact:
    """Let a person act for a firm; someone without an account is invited by e-mail.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``licence_ended``
    for a firm whose licence is over, ``role_unknown``, ``holds_office`` for staff, overseers and
    administrators, who never act in a firm's name, and ``already_contact``.
    """
    firm, actor = firm_held(licensee.pk, actor, rules.APPOINT)
    require_licence(firm)
    require_role(role)
    user = acting_user(email, name, actor)
    if Contact.objects.current().filter(licensee=firm, user=user).exists():
        raise OperationRefused(
            "already_contact", f"{user.email} acts for {firm} already.", field="email"
        )
    return begin(firm, user, role, actor)


@transaction.atomic
def dismiss(contact: Contact, *, actor: User) -> Contact:
    """End a person's acting for a firm, at once: their sessions end too (15 CFR 30.5(d)).

    What was asked for the person and waits is withdrawn with it, so that nobody approves a
    leaver back in. Staff are told where a manager did it.

    Raises PermissionDenied unless ``actor`` is staff or a manager of the firm. Raises
    OperationRefused ``already_ended``; ``last_manager`` for the only manager of a firm: to a
    manager always, to staff while the licence is active.
    """
    firm, actor = firm_held(contact.licensee_id, actor, rules.DISMISS)
    row = Contact.objects.select_for_update(of=("self",)).select_related("user").get(pk=contact.pk)
    if row.ended_at is not None:
        raise OperationRefused("already_ended", f"{row.user} no longer acts for {firm}.")
    if firm.is_active or not actor.is_staff_member:
        require_other_manager(row, firm)
    end(row, actor)
    end_sessions(row.user)
    for asked in firm.people_requests.waiting().filter(email__iexact=row.user.email):
        settle(asked, PeopleRequest.State.WITHDRAWN, actor)
    if not actor.is_staff_member:
        notices.tell_staff_of_leaver(row)
    return row


@transaction.atomic
def confirm_people(
    licensee: Licensee,
    *,
    year: int,
    today: dt.date,
    actor: User,
    seen: Collection[int] | None = None,
) -> PeopleConfirmation:
    """Keep a manager's word that the list of the firm's people is right, with the list (R1.6).

    ``seen`` are the keys of the contacts whom the manager was shown, None where nobody was.
    Raises PermissionDenied unless ``actor`` manages the firm. Raises OperationRefused
    ``licence_ended``, ``not_this_year`` for another year than that of ``today``,
    ``already_confirmed``, ``people_changed`` where the list is no longer the one seen.
    """
    firm, actor = firm_held(licensee.pk, actor, rules.MANAGE_PEOPLE)
    require_licence(firm)
    if year != today.year:
        raise OperationRefused(
            "not_this_year", f"The list of {today.year} is to be confirmed now.", field="year"
        )
    if firm.people_confirmations.filter(year=year).exists():
        raise OperationRefused(
            "already_confirmed", f"The people of {firm} were confirmed for {year} already."
        )
    people = list(firm.contacts.current().select_related("user").order_by("user__email"))
    if seen is not None and {contact.pk for contact in people} != set(seen):
        raise OperationRefused(
            "people_changed", "The list has changed since you opened the page. Read it again."
        )
    confirmation = PeopleConfirmation.objects.create(
        licensee=firm,
        year=year,
        people=[
            {"name": contact.user.name, "email": contact.user.email, "role": contact.role}
            for contact in people
        ],
        confirmed_by=actor,
        confirmed_at=timezone.now(),
    )
    record(
        "people:confirmed",
        "people_confirmation",
        confirmation.pk,
        actor=actor,
        licensee_id=firm.pk,
        changes={"year": (None, year), "people": (None, confirmation.people)},
    )
    return confirmation


def require_licence(firm: Licensee) -> None:
    """Refuse (``licence_ended``) to a firm whose licence is over: it only reads (domain 2.2)."""
    if firm.has_ended:
        raise OperationRefused("licence_ended", f"The licence of {firm} has ended.")


def require_role(role: str) -> None:
    """Refuse (``role_unknown``) what is no role of a firm's people."""
    if role not in Contact.Role.values:
        raise OperationRefused("role_unknown", "Choose a role.", field="role")


def require_other_manager(contact: Contact, firm: Licensee) -> None:
    """Refuse (``last_manager``) to take a firm's only manager who can sign in from it."""
    if contact.role != Contact.Role.MANAGER or not contact.user.is_active:
        return
    others = firm.contacts.current().filter(role=Contact.Role.MANAGER, user__is_active=True)
    if not others.exclude(pk=contact.pk).exists():
        raise OperationRefused(
            "last_manager",
            f"{contact.user} is the only manager of {firm}. Name another manager first; if it is"
            " urgent, an administrator can close the account.",
            source=LEAVERS,
        )


def acting_user(email: str, name: str, actor: User) -> User:
    """The user with this address, invited if there is none; ``holds_office`` is refused."""
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        return introduce(email=email, name=name, actor=actor)
    if user.office:
        raise OperationRefused(
            "holds_office",
            f"{user.email} is {user.role_label} and cannot act for a firm.",
            field="email",
        )
    return user


def begin(firm: Licensee, user: User, role: str, actor: User) -> Contact:
    """Write an appointment, inside a transaction that holds the firm."""
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


def end(contact: Contact, actor: User) -> None:
    """Write the end of an appointment, inside a transaction that holds the firm."""
    contact.ended_at = timezone.now()
    contact.save(update_fields=["ended_at"])
    record(
        "contact:dismissed",
        "contact",
        contact.pk,
        actor=actor,
        licensee_id=contact.licensee_id,
        changes={"user": (contact.user.email, None)},
    )


def settle(asked: PeopleRequest, state: PeopleRequest.State, actor: User, note: str = "") -> None:
    """Write what became of a request, inside a transaction that holds the firm."""
    before = asked.state
    asked.state, asked.note = state, note
    asked.decided_by, asked.decided_at = actor, timezone.now()
    asked.save(update_fields=["state", "note", "decided_by", "decided_at"])
    record(
        f"people_request:{state.value}",
        "people_request",
        asked.pk,
        actor=actor,
        licensee_id=asked.licensee_id,
        changes={"state": (before, state.value), "note": ("", note)},
    )
