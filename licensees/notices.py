"""Mail about licences: names of firms and links only, nothing of trade (domain 10.32)."""

from django.conf import settings
from django.urls import reverse

from accounts import outbox
from licensees.models import Acknowledgment, Contact, Licensee, PeopleRequest


def tell_of_licence(licensee: Licensee) -> None:
    """Tell everybody who acts for a firm what its licence is now."""
    status = licensee.get_status_display().lower()
    tell_firm(
        licensee,
        f"The licence of {licensee} is {status}",
        f"The licence of {licensee} is {status} from now on. The firm’s page says what that means.",
        reverse("licensees:detail", args=[licensee.pk]),
        f"Open {licensee}",
    )


def tell_of_acknowledgment(row: Acknowledgment) -> None:
    """Send the managers of a firm where the receipt of their acknowledgment is."""
    tell_firm(
        row.licensee,
        f"The acknowledgment for {row.year} is signed",
        f"{row.signer_name} signed it for {row.licensee}. Its receipt is {row.reference}.",
        reverse("licensees:acknowledgment", args=[row.pk]),
        "Open the receipt",
        role=Contact.Role.MANAGER,
    )


def tell_firm(
    licensee: Licensee,
    subject: str,
    text: str,
    path: str,
    label: str,
    *,
    role: str = "",
    key: str | None = None,
) -> None:
    """Tell everybody who acts for a firm, or those in one role; a reminder by its key, once."""
    for contact in _current(licensee, role):
        outbox.queue(
            contact.user.email,
            subject,
            [text],
            path=path,
            link_label=label,
            key=f"{key}:{contact.pk}" if key else None,
        )


def _current(licensee: Licensee, role: str) -> list[Contact]:
    rows = licensee.contacts.current().filter(user__is_active=True).select_related("user")
    return list(rows.filter(role=role) if role else rows)


def tell_staff_of_request(asked: PeopleRequest) -> None:
    """Tell staff that a manager asked for a change of a firm's people."""
    outbox.queue(
        settings.STAFF_EMAIL,
        f"{asked.licensee} asks for a change of its people",
        [f"A manager of {asked.licensee} asks that somebody may act for it. Please decide."],
        path=reverse("licensees:decide_request", args=[asked.pk]),
        link_label="Open the request",
    )


def tell_of_decision(asked: PeopleRequest) -> None:
    """Tell whoever asked what staff decided."""
    outbox.queue(
        asked.requested_by.email,
        f"Your request for {asked.licensee} is {asked.get_state_display().lower()}",
        [f"USKPA staff decided your request about the people of {asked.licensee}."],
        path=reverse("licensees:people", args=[asked.licensee_id]),
        link_label="Open the people of the firm",
    )


def tell_staff_of_leaver(contact: Contact) -> None:
    """Tell staff that a manager took somebody off the firm's list (15 CFR 30.5(d))."""
    outbox.queue(
        settings.STAFF_EMAIL,
        f"Somebody no longer acts for {contact.licensee}",
        [f"A manager of {contact.licensee} ended somebody’s acting for the firm. It took effect."],
        path=reverse("licensees:people", args=[contact.licensee_id]),
        link_label="Open the people of the firm",
    )
