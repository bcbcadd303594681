"""Mail about certificates: numbers and links only, nothing of trade (domain 10.32)."""

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

from accounts.models import User


def tell_issuer(display: str, issuer: User) -> None:
    """Tell the issuer what is still to be done for a certificate just issued."""
    _send(
        f"{display} is issued",
        f"{display} is issued. Print it, seal the shipment, and record the day it leaves:",
        display,
        issuer.email,
    )


def tell_staff_of_shared_itn(display: str, code: str) -> None:
    """Tell staff that somebody tried an ITN that stands on another certificate."""
    _send(
        f"An ITN in use was typed for {display}",
        f"The issue of {display} was refused ({code}). Please look at it:",
        display,
        settings.STAFF_EMAIL,
    )


def tell_staff_of_lost_blank(display: str) -> None:
    """Tell staff the same day that a form is missing (domain R3.14)."""
    _send(
        f"{display} is lost or stolen",
        f"{display} was voided as lost or stolen. State, Census and CBP must hear of it today:",
        display,
        settings.STAFF_EMAIL,
    )


def _send(subject: str, text: str, display: str, address: str) -> None:
    link = settings.BASE_URL + reverse("certificates:detail", args=[display])
    send_mail(subject, f"{text}\n\n{link}\n", None, [address])
