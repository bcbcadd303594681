"""Who may see a firm, who acts for it, and who licenses."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from accounts.models import User
from licensees.models import Application, Contact, Licensee, Paper

VIEW: Final = "licensees.view_licensee"
LICENSE: Final = "licensees.license_licensee"
APPOINT: Final = "licensees.appoint_contact"
CHARGE: Final = "licensees.charge_fee"
KEEP_ADDRESSES: Final = "licensees.keep_addresses"
VIEW_APPLICATIONS: Final = "licensees.view_application"
WORK_APPLICATIONS: Final = "licensees.work_application"
VIEW_PAPERS: Final = "licensees.view_paper"
MANAGE_PEOPLE: Final = "licensees.manage_people"
DISMISS: Final = "licensees.dismiss_contact"
ACKNOWLEDGE: Final = "licensees.acknowledge"
SET_WORDING: Final = "licensees.set_wording"
TRAIN: Final = "licensees.train"
VIEW_OFFICE_LISTS: Final = "licensees.view_office_lists"


class Appointment(NamedTuple):
    """A firm for which somebody acts, and in which role."""

    licensee_id: int
    firm: str
    role: str


def appointments(user: User) -> list[Appointment]:
    """For whom ``user`` acts now, by the names of the firms.

    Asked many times in one request, so they are read once and kept on the user, who is read anew
    for every request and re-read by every operation that locks.
    """
    if not hasattr(user, "_appointments"):
        rows = Contact.objects.current().filter(user=user).order_by("licensee__legal_name")
        user._appointments = [  # type: ignore[attr-defined]
            Appointment(*row)
            for row in rows.values_list("licensee_id", "licensee__legal_name", "role")
        ]
    found: list[Appointment] = user._appointments  # type: ignore[attr-defined]
    return found


def roles_at(user: User, licensee_id: int | None) -> frozenset[str]:
    """The roles in which ``user`` acts for a firm; None asks for any firm."""
    return frozenset(
        held.role
        for held in appointments(user)
        if licensee_id is None or held.licensee_id == licensee_id
    )


def acts_for(user: User, licensee_id: int | None) -> bool:
    """A current contact of the firm. Whoever holds an office never acts in a firm's name."""
    return user.is_active and not user.office and bool(roles_at(user, licensee_id))


def may_view(user: User, licensee: Licensee | None) -> bool:
    """Offices see every firm, contacts their own."""
    return user.sees_every_licensee or acts_for(user, licensee.pk if licensee else None)


def may_license(user: User, licensee: Licensee | None) -> bool:
    """USKPA staff license, appoint and charge."""
    return user.is_staff_member


def may_keep_addresses(user: User, licensee: Licensee | None) -> bool:
    """A firm keeps its own address book."""
    return acts_for(user, licensee.pk if licensee else None)


def may_view_office_lists(user: User, row: Any) -> bool:
    """Lists over all firms, such as who owes a fee or an acknowledgment, are for the offices."""
    return user.sees_every_licensee


def may_speak_for_firm(user: User, licensee: Licensee | None) -> bool:
    """A firm's managers speak for it: of its people, and yearly of its exports (domain 1.2)."""
    key = licensee.pk if licensee else None
    return acts_for(user, key) and Contact.Role.MANAGER in roles_at(user, key)


def may_dismiss(user: User, licensee: Licensee | None) -> bool:
    """Leaving takes effect at once: staff and the firm's managers end it (15 CFR 30.5(d))."""
    return user.is_staff_member or may_speak_for_firm(user, licensee)


def may_view_applications(user: User, application: Application | None) -> bool:
    """Offices read what was sent in; applicants come by link, firms have nothing to do here."""
    return user.sees_every_licensee


def may_work_applications(user: User, application: Application | None) -> bool:
    """USKPA staff work applications."""
    return user.is_staff_member


def may_view_papers(user: User, paper: Paper | None) -> bool:
    """The twin of ``Paper.visible_to``: offices all, a firm its own, everybody what was taught."""
    if paper is None or user.sees_every_licensee or not user.is_active:
        return user.is_active
    taught = paper.purpose == Paper.Purpose.TRAINING
    return taught or (paper.licensee_id is not None and acts_for(user, paper.licensee_id))


RULES: Final[Mapping[str, Callable[[User, Any], bool]]] = {
    VIEW: may_view,
    LICENSE: may_license,
    APPOINT: may_license,
    CHARGE: may_license,
    KEEP_ADDRESSES: may_keep_addresses,
    VIEW_APPLICATIONS: may_view_applications,
    WORK_APPLICATIONS: may_work_applications,
    VIEW_PAPERS: may_view_papers,
    MANAGE_PEOPLE: may_speak_for_firm,
    DISMISS: may_dismiss,
    ACKNOWLEDGE: may_speak_for_firm,
    SET_WORDING: may_license,
    TRAIN: may_license,
    VIEW_OFFICE_LISTS: may_view_office_lists,
}
