"""Mail about accounts: links only, nothing of trade (domain 10.32)."""

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User


def send_invitation(user: User) -> None:
    """Send the link with which an invited user chooses a password."""
    send_mail(
        "Your account in the USKPA portal",
        render_to_string(
            "accounts/email/invitation.txt",
            {
                "user": user,
                "link": invitation_link(user),
                "days": settings.PASSWORD_RESET_TIMEOUT // 86400,
            },
        ),
        None,
        [user.email],
    )


def invitation_link(user: User) -> str:
    """The address at which ``user`` chooses a password; it serves once, for a few days."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": EmailAwarePasswordResetTokenGenerator().make_token(user),
        },
    )
    return f"{settings.BASE_URL}{path}"
