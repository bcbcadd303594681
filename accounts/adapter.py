"""allauth's decisions that are ours: nobody signs up by themselves."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts import outbox
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

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put allauth's message into the outbox: it may hold a link for the recipient alone."""
        message = self.render_mail(template_prefix, email, {"email": email, **context})
        paragraphs = str(message.body).strip().split("\n\n")
        outbox.queue(email, message.subject, paragraphs, is_personal=True)
