"""Who may do what with certificates. Rules look at who, never at when (that is ``states``)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from accounts.models import User
from accounts.offices import Office
from certificates.models import Certificate
from licensees.models import Licensee
from licensees.rules import acts_for

VIEW: Final = "certificates.view_certificate"
ISSUE: Final = "certificates.issue_certificate"
SHIP: Final = "certificates.ship_certificate"
DELIVER: Final = "certificates.deliver_certificate"
VOID: Final = "certificates.void_certificate"
REGISTER: Final = "certificates.register_stock"
SELL: Final = "certificates.sell_stock"
VIEW_RECEIPTS: Final = "certificates.view_receipt"
VIEW_DUTIES: Final = "certificates.view_duty"
DISCHARGE: Final = "certificates.discharge_duty"
VIEW_RELEASES: Final = "certificates.view_release"
REQUEST_RELEASE: Final = "certificates.request_release"
DECIDE_RELEASE: Final = "certificates.decide_release"
RELEASE_SHIPMENT: Final = "certificates.release_shipment"
CALIBRATE: Final = "certificates.calibrate_printer"
RETURN: Final = "certificates.return_blanks"
WRITE_OFF: Final = "certificates.write_off_blanks"
REVERSE: Final = "certificates.reverse_sale"
VIEW_COUNTS: Final = "certificates.view_stockcount"
COUNT: Final = "certificates.count_blanks"
SETTLE: Final = "certificates.settle_difference"

COUNTING_OFFICES: Final = (Office.STAFF, Office.REVIEWER)


def may_view(user: User, certificate: Certificate | None) -> bool:
    """Offices see every certificate, contacts those of their firms."""
    return user.sees_every_licensee or may_act(user, certificate)


def may_act(user: User, certificate: Certificate | None) -> bool:
    """A contact of the certificate's firm. Staff and overseers never act in its name."""
    if certificate is None:
        return acts_for(user, None)
    return certificate.licensee_id is not None and acts_for(user, certificate.licensee_id)


def may_deliver(user: User, certificate: Certificate | None) -> bool:
    """The firm claims it, or staff write it down (domain 3.2, T4)."""
    return user.is_staff_member or may_act(user, certificate)


def may_sell(user: User, row: Any) -> bool:
    """USKPA staff keep and sell the stock."""
    return user.is_staff_member


def may_view_receipt(user: User, receipt: Any) -> bool:
    """Offices see every receipt, contacts those of their firms."""
    return user.sees_every_licensee or acts_for(user, receipt.licensee_id if receipt else None)


def may_view_count(user: User, count: Any) -> bool:
    """Offices see every count, contacts those of their firms."""
    return user.sees_every_licensee or acts_for(user, count.licensee_id if count else None)


def may_count(user: User, licensee: Licensee | None) -> bool:
    """The firm's people once a year; staff and reviewers at a review."""
    if user.is_active and user.office in COUNTING_OFFICES:
        return True
    return acts_for(user, licensee.pk if licensee else None)


def may_discharge(user: User, duty: Any) -> bool:
    """The firm that owes it, or staff."""
    return user.is_staff_member or may_act(user, duty.certificate if duty else None)


def may_decide_release(user: User, row: Any) -> bool:
    """USKPA staff open the routes that wait for them (domain 2.5, 10.11)."""
    return user.is_staff_member


def may_calibrate(user: User, row: Any) -> bool:
    """Whoever prints: a firm's people, each for themselves."""
    return acts_for(user, None)


RULES: Final[Mapping[str, Callable[[User, Any], bool]]] = {
    VIEW: may_view,
    ISSUE: may_act,
    SHIP: may_act,
    DELIVER: may_deliver,
    VOID: may_deliver,
    REGISTER: may_sell,
    SELL: may_sell,
    VIEW_RECEIPTS: may_view_receipt,
    VIEW_DUTIES: may_view,
    DISCHARGE: may_discharge,
    VIEW_RELEASES: may_view,
    REQUEST_RELEASE: may_act,
    DECIDE_RELEASE: may_decide_release,
    RELEASE_SHIPMENT: may_decide_release,
    CALIBRATE: may_calibrate,
    RETURN: may_sell,
    WRITE_OFF: may_sell,
    REVERSE: may_sell,
    VIEW_COUNTS: may_view_count,
    COUNT: may_count,
    SETTLE: may_sell,
}
