"""Who may see a firm, who acts for it, and who licenses."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from accounts.models import User
from licensees.models import Contact, Licensee

VIEW: Final = "licensees.view_licensee"
LICENSE: Final = "licensees.license_licensee"
APPOINT: Final = "licensees.appoint_contact"
CHARGE: Final = "licensees.charge_fee"
KEEP_ADDRESSES: Final = "licensees.keep_addresses"


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


RULES: Final[Mapping[str, Callable[[User, Any], bool]]] = {
    VIEW: may_view,
    LICENSE: may_license,
    APPOINT: may_license,
    CHARGE: may_license,
    KEEP_ADDRESSES: may_keep_addresses,
}
