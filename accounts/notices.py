"""Mail about accounts: links only, nothing of trade (domain 10.32)."""

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from accounts import outbox
from accounts.models import User

INVITED = (
    "an account was opened for you in the certificate portal of the United States Kimberley Process"
    " Authority. To use it, choose a password. This link works once, within {days} days:"
)
AFTER_THAT = (
    'After that, sign in with this e-mail address. If the link has expired, choose "Forgot your'
    ' password?" on the sign-in page.'
)


def send_invitation(user: User) -> None:
    """Send the link with which an invited user chooses a password."""
    days = settings.PASSWORD_RESET_TIMEOUT // 86400
    outbox.queue(
        user.email,
        "Your account in the USKPA portal",
        (
            f"Hello {user.name},",
            INVITED.format(days=days),
            AFTER_THAT,
            "If you did not expect this message, do nothing, or tell USKPA staff.",
        ),
        path=invitation_path(user),
        link_label="Choose a password",
        is_personal=True,
    )


def invitation_path(user: User) -> str:
    """Where in the portal ``user`` chooses a password; it serves once, for a few days."""
    return reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": EmailAwarePasswordResetTokenGenerator().make_token(user),
        },
    )
