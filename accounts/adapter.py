"""allauth's decisions that are ours: nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedOnlyAdapter(DefaultAccountAdapter):
    """People come in by invitation only (domain 1.2)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
