"""Change who may come in: invite, deactivate, reactivate."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts import notices, rules
from accounts.models import User
from accounts.offices import Agency, Office
from journal.errors import OperationRefused
from journal.record import record


@transaction.atomic
def invite(*, email: str, name: str, office: str, agency: str = "", actor: User) -> User:
    """Invite someone to an office; they get a link by e-mail to choose a password.

    Raises PermissionDenied unless ``actor`` is an administrator. Raises OperationRefused
    ``user_exists`` for an address in use, ``agency_missing`` for an overseer without an agency.
    """
    if not actor.has_perm(rules.MANAGE_USERS):
        raise PermissionDenied
    if office not in Office.values:
        raise OperationRefused("office_unknown", "Choose one of the offices.", field="office")
    if (office == Office.OVERSEER) != (agency in Agency.values):
        raise OperationRefused(
            "agency_missing",
            "An overseer belongs to an agency, and only an overseer does.",
            field="agency",
        )
    return introduce(email=email, name=name, office=office, agency=agency, actor=actor)


def introduce(
    *, email: str, name: str, actor: User | None, office: str = "", agency: str = ""
) -> User:
    """Write a new user and send the invitation, inside the caller's transaction.

    For operations of the apps above, which have asked whether ``actor`` may. Raises
    OperationRefused ``user_exists`` for an address in use.
    """
    user = User(name=name.strip(), office=office, agency=agency)
    user.set_unusable_password()
    _write(user, email, "user:invited", actor)
    notices.send_invitation(user)
    return user


def introduce_for_demonstration(
    *, email: str, name: str, password_hash: str, office: str = "", agency: str = ""
) -> User:
    """Write a user whose password everybody may know; nobody is invited, no mail goes out.

    ``password_hash`` comes from ``make_password``. Raises OperationRefused
    ``not_a_demonstration`` where such accounts could not sign in, ``user_exists``.
    """
    require_demonstration()
    user = User(
        name=name, office=office, agency=agency, password=password_hash, is_demonstration=True
    )
    _write(user, email, "user:introduced", None)
    return user


@transaction.atomic
def set_demonstration_password(password: str) -> int:
    """Let every demonstration account have ``password``; return for how many it is new.

    Raises OperationRefused ``not_a_demonstration``.
    """
    require_demonstration()
    accounts = User.objects.filter(is_demonstration=True)
    stored = accounts.order_by().values_list("password", flat=True).distinct()
    others = [known for known in stored if not check_password(password, known)]
    if not others:
        return 0
    return accounts.filter(password__in=others).update(password=make_password(password))


def require_demonstration() -> None:
    """Refuse (``not_a_demonstration``) unless the settings say that this is one (design 8)."""
    if not (settings.DEMONSTRATION or settings.DEBUG):
        raise OperationRefused(
            "not_a_demonstration",
            "This installation is no demonstration. Set KPPORTAL_DEMO=1 if it shall be one.",
        )


def _write(user: User, email: str, verb: str, actor: User | None) -> None:
    user.email = email.strip().lower()
    try:
        # The unique address decides, also between two who invite at once.
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise OperationRefused(
            "user_exists", f"{user.email} already has an account.", field="email"
        ) from error
    # The only way in is the link sent to this address, so whoever uses it has shown it is theirs.
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    record(
        verb,
        "user",
        user.pk,
        actor=actor,
        changes={
            "email": (None, user.email),
            "name": (None, user.name),
            "office": (None, user.office),
            "agency": (None, user.agency),
            "is_active": (None, True),
        },
    )


@transaction.atomic
def deactivate(user: User, *, actor: User) -> User:
    """Close an account at once; its open sessions end with the next request (domain R1.6).

    Raises PermissionDenied unless ``actor`` is an administrator other than ``user``. Raises
    OperationRefused ``not_active`` when the account is closed already.
    """
    return _set_active(user, False, "user:deactivated", "not_active", actor)


@transaction.atomic
def reactivate(user: User, *, actor: User) -> User:
    """Open a closed account again.

    Raises PermissionDenied unless ``actor`` is an administrator other than ``user``. Raises
    OperationRefused ``already_active`` when the account is open.
    """
    return _set_active(user, True, "user:reactivated", "already_active", actor)


def _set_active(user: User, active: bool, verb: str, code: str, actor: User) -> User:
    row = User.objects.select_for_update().get(pk=user.pk)
    if not actor.has_perm(rules.MANAGE_USERS, row):
        raise PermissionDenied
    if row.is_active == active:
        state = "active" if active else "deactivated"
        raise OperationRefused(code, f"{row.email} is {state} already.")
    row.is_active = active
    row.save(update_fields=["is_active"])
    record(verb, "user", row.pk, actor=actor, changes={"is_active": (not active, active)})
    return row


def end_sessions(user: User) -> None:
    """Sign a user out everywhere with their next request, inside the caller's transaction.

    For operations of the apps above that take something away from the user.
    """
    User.objects.filter(pk=user.pk).update(sign_in_round=F("sign_in_round") + 1)


@transaction.atomic
def create_administrator(*, email: str, name: str) -> User:
    """Make the first administrator of an installation, from the command line.

    Raises OperationRefused ``administrator_exists`` when an active one exists (later ones are
    invited), ``user_exists`` for an address in use.
    """
    if User.objects.filter(office=Office.ADMINISTRATOR, is_active=True).exists():
        raise OperationRefused(
            "administrator_exists",
            "There is an administrator: ask them for an invitation.",
        )
    return introduce(email=email, name=name, office=Office.ADMINISTRATOR, actor=None)
