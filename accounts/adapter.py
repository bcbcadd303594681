"""allauth's decisions that are ours: nobody signs up by themselves."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.backends import EmailBackend


class InvitedOnlyAdapter(DefaultAccountAdapter):
    """People come in by invitation only (domain 1.2)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Whose address and password these are, or None.

        allauth also answers with somebody whom the backend does not admit, so that a closed
        account can be told so. A demonstration account outside a demonstration is told nothing.
        """
        user = super().authenticate(request, **credentials)
        if user is None or not user.is_active or EmailBackend().user_can_authenticate(user):
            return user
        return None
