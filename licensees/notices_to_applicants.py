"""Mail about applications: numbers and links only, no name of a firm that is not licensed yet.

The applicant's link is known only while a page that it opened is answered; every other letter
says to use the link the applicant has.
"""

from django.conf import settings
from django.urls import reverse

from accounts import outbox
from licensees.models import Application

WHAT_FOR = (
    "With this link you fill in the application for a licence of the United States Kimberley"
    " Process Authority, in as many sittings as you like, and see later how it stands."
)
KEEP_IT = (
    "Whoever has the link can read and change the application: do not pass it on. It replaces any"
    " link to the same application that you had before."
)
CAME_IN = (
    "Your application for a licence came in under the number {number}. USKPA staff look at it"
    " next. You see at any time how it stands:"
)
HAVE_LINK = "Open it with the link that was mailed to you. Lost it? Ask USKPA staff for a new one."


def send_link(application: Application, path: str) -> None:
    """Send the one link that opens an application."""
    outbox.queue(
        application.contact_email,
        "Your application for a licence",
        (WHAT_FOR, KEEP_IT, "If you did not ask for it, do nothing."),
        path=path,
        link_label="Open the application",
        is_personal=True,
    )


def confirm(application: Application, path: str) -> None:
    """Tell the applicant that the application came in."""
    outbox.queue(
        application.contact_email,
        f"Application {application.pk} came in",
        [CAME_IN.format(number=application.pk)],
        path=path,
        link_label="See how it stands",
        is_personal=True,
    )


def tell_applicant(application: Application, subject: str, text: str, *, path: str = "") -> None:
    """Tell the applicant where the application stands, or what it waits for."""
    outbox.queue(
        application.contact_email,
        subject,
        [text] if path else [text, HAVE_LINK],
        path=path,
        link_label="Open the application" if path else "",
        is_personal=bool(path),
    )


def tell_staff(application: Application, what: str) -> None:
    """Tell staff that an application waits for them."""
    outbox.queue(
        settings.STAFF_EMAIL,
        f"Application {application.pk} {what}",
        [f"Application {application.pk} {what}."],
        path=reverse("licensees:application", args=[application.pk]),
        link_label=f"Open application {application.pk}",
    )
