"""How a user is known (by e-mail and password) and what a user may do (by the rules)."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from accounts.models import User

Rule = Callable[[User, Any], bool]


class EmailBackend(AuthenticationBackend):
    """Signs in active users by e-mail; a demonstration account only in a demonstration."""

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        if getattr(user, "is_demonstration", False) and not (
            settings.DEBUG or settings.DEMONSTRATION
        ):
            return False
        return bool(super().user_can_authenticate(user))

    def has_perm(self, *args: Any, **kwargs: Any) -> bool:
        """Grants nothing: who somebody is does not say what they may do."""
        return False


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule of every app, by permission; two apps may not decide the same permission."""
    found: dict[str, Rule] = {}
    for module in settings.RULES_MODULES:
        declared: Mapping[str, Rule] = import_module(module).RULES
        if twice := found.keys() & declared.keys():
            raise ValueError(f"{module} decides again what is decided elsewhere: {sorted(twice)}")
        found.update(declared)
    return found


class RulesBackend(BaseBackend):
    """Grants what the rules grant. A rule gets the row, or None to ask "may they ever?"."""

    def has_perm(
        self, user_obj: AbstractBaseUser | AnonymousUser, perm: str, obj: Any = None
    ) -> bool:
        rule = rules().get(perm)
        return (
            rule is not None
            and isinstance(user_obj, User)
            and user_obj.is_active
            and rule(user_obj, obj)
        )
