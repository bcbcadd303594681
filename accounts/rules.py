"""Who may manage users, who may enter the overseers' admin, and who looks after mail."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from accounts.models import User

MANAGE_USERS: Final = "accounts.manage_user"
VIEW_USERS: Final = "accounts.view_user"
ENTER_OVERSIGHT: Final = "accounts.enter_oversight"
VIEW_MAIL: Final = "accounts.view_mail"
RETRY_MAIL: Final = "accounts.retry_mail"


def may_manage_users(user: User, row: Any) -> bool:
    """Administrators keep the accounts; nobody changes their own."""
    return user.is_administrator and row != user


def may_view_users(user: User, row: Any) -> bool:
    """Administrators see every user, everybody sees themselves, overseers read all."""
    return user.is_administrator or user.is_overseer or row == user


def may_enter_oversight(user: User, row: Any) -> bool:
    """The admin is the overseers' window; administrators read there too."""
    return user.is_overseer or user.is_administrator


def may_view_mail(user: User, row: Any) -> bool:
    """Offices see what went out to whom; nobody sees the words of a personal message."""
    return user.sees_every_licensee


def may_retry_mail(user: User, row: Any) -> bool:
    """USKPA staff see to it that mail goes out."""
    return user.is_staff_member


RULES: Final[Mapping[str, Callable[[User, Any], bool]]] = {
    MANAGE_USERS: may_manage_users,
    VIEW_USERS: may_view_users,
    ENTER_OVERSIGHT: may_enter_oversight,
    VIEW_MAIL: may_view_mail,
    RETRY_MAIL: may_retry_mail,
}
