"""Mail about certificates: numbers and links only, nothing of trade (domain 10.32)."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from accounts import outbox
from accounts.models import User
from certificates.numbers import display as display_of
from certificates.numbers import runs
from licensees.models import Licensee
from licensees.notices import tell_firm


def tell_issuer(display: str, issuer: User) -> None:
    """Tell the issuer what is still to be done for a certificate just issued."""
    _queue(
        f"{display} is issued",
        f"{display} is issued. Print it, seal the shipment, and record the day it leaves.",
        display,
        issuer.email,
    )


def tell_staff_of_shared_itn(display: str, code: str) -> None:
    """Tell staff that somebody tried an ITN that stands on another certificate."""
    _queue(
        f"An ITN in use was typed for {display}",
        f"The issue of {display} was refused ({code}). Please look at it.",
        display,
        settings.STAFF_EMAIL,
    )


def tell_staff_of_lost_blanks(numbers: Sequence[int]) -> None:
    """Tell staff the same day that forms are missing (domain R3.14): one message for all."""
    first = display_of(min(numbers))
    if len(numbers) == 1:
        subject, what = f"{first} is lost or stolen", f"{first} was"
    else:
        subject = f"{len(numbers)} forms are lost or stolen"
        what = f"{', '.join(runs(numbers))} were"
    _queue(
        subject,
        f"{what} voided as lost or stolen. State, Census and CBP must hear of it today.",
        first,
        settings.STAFF_EMAIL,
    )


def tell_staff_of_release_request(display: str, release: int) -> None:
    """Tell staff that a firm waits for their yes."""
    outbox.queue(
        settings.STAFF_EMAIL,
        f"A release is asked for: {display}",
        [f"A firm asks for a release of {display}. Nothing is issued until you decide."],
        path=reverse("certificates:release", args=[release]),
        link_label="Open the request",
    )


def tell_of_release(display: str, release: int, requester: User, state: str) -> None:
    """Tell whoever asked what became of it."""
    outbox.queue(
        requester.email,
        f"Your request for {display}: {state.lower()}",
        [f"What you asked for {display} is {state.lower()}. The request says more."],
        path=reverse("certificates:release", args=[release]),
        link_label="Open the request",
    )


def tell_firm_of_released_shipment(licensee: Licensee, display: str) -> None:
    """Tell a suspended firm that one of its shipments may leave."""
    tell_firm(
        licensee,
        f"{display} may be shipped",
        f"USKPA staff released the shipment of {display}, although the licence is suspended.",
        reverse("certificates:detail", args=[display]),
        f"Open {display}",
    )


def ask_for_count(firm: Licensee, *, key: str) -> None:
    """Ask a firm's people to count their blanks, once for each ``key``."""
    tell_firm(
        firm,
        "Count your blank certificates",
        f"The blanks of {firm} are counted once a year, and this year’s count is not entered yet."
        " Count the forms in the safe and enter their numbers.",
        reverse("firm:count", args=[firm.pk]),
        "Enter the count",
        key=key,
    )


def _queue(subject: str, text: str, display: str, recipient: str) -> None:
    path = reverse("certificates:detail", args=[display])
    outbox.queue(recipient, subject, [text], path=path, link_label=f"Open {display}")
