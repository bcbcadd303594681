"""The small pages with a form: where they are, who opens them, and what is lawfully typed there."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from certificates.models import Certificate, Duty, PrinterCalibration, Receipt
from certificates.operations.stock import register
from licensees.models import Contact
from licensees.operations import suspend
from tests.cast import Cast, today


@dataclass(frozen=True)
class Page:
    """A page with a form; ``done`` asks whether its operation did what was typed."""

    url: str
    actor: User
    typed: dict[str, str]
    done: Callable[[], bool]


def moment() -> str:
    """Now, as a browser's box for date and time sends it."""
    return f"{timezone.localtime():%Y-%m-%dT%H:%M}"


def ship_page(cast: Cast) -> Page:
    row = cast.issued()
    typed = {"shipped_on": today().isoformat(), "seal_number": "S-9"}
    done = Certificate.objects.filter(pk=row.pk, status="shipped", seal_number="S-9").exists
    return Page(reverse("certificates:ship", args=[row.number]), cast.issuer, typed, done)


def deliver_page(cast: Cast) -> Page:
    row = cast.shipped()
    typed = {"delivered_on": today().isoformat()}
    done = Certificate.objects.filter(pk=row.pk, status="delivered").exists
    return Page(reverse("certificates:deliver", args=[row.number]), cast.issuer, typed, done)


def void_page(cast: Cast) -> Page:
    row, other = cast.issued(), cast.available()
    typed = {
        "reason": "replaced",
        "notes": "The printer took it in twice",
        "form_disposition": "held_defaced",
        "replacement": f"us {other.number}",
    }
    done = Certificate.objects.filter(pk=row.pk, status="void", replacement=other).exists
    return Page(reverse("certificates:void", args=[row.number]), cast.issuer, typed, done)


def register_page(cast: Cast) -> Page:
    typed = {"numbers": "US70001-US70003, 70010"}
    done = Certificate.objects.filter(number=70010, status="in_stock").exists
    return Page(reverse("certificates:register"), cast.staff, typed, done)


def sell_page(cast: Cast) -> Page:
    register(numbers=[70001, 70002], actor=cast.staff)
    typed = {
        "licensee": str(cast.firm_a.pk),
        "contact": str(cast.contact_a.pk),
        "numbers": "70001-70002",
        "sold_on": today().isoformat(),
        "paid_usd": "$40.00",
        "method": "check",
    }
    done = Receipt.objects.filter(licensee=cast.firm_a, quantity=2).exists
    return Page(reverse("certificates:sell"), cast.staff, typed, done)


def discharge_page(cast: Cast) -> Page:
    duty = cast.shipped().duties.get(code=Duty.Code.CENSUS_COPY)
    typed = {"method": "upload", "sent_at": moment(), "reference": "Box 7"}
    done = Duty.objects.filter(pk=duty.pk, method="upload", reference="Box 7").exists
    return Page(reverse("duties:discharge", args=[duty.pk]), cast.issuer, typed, done)


def calibrate_page(cast: Cast) -> Page:
    typed = {"right_mm": "1.5", "down_mm": "-2.0"}
    done = PrinterCalibration.objects.filter(user=cast.issuer, right_mm="1.5").exists
    return Page(reverse("certificates:calibrate"), cast.issuer, typed, done)


def appoint_page(cast: Cast) -> Page:
    typed = {"email": "new@tests.example", "name": "New Person", "role": "manager"}
    done = Contact.objects.filter(licensee=cast.firm_a, user__email="new@tests.example").exists
    return Page(reverse("licensees:appoint", args=[cast.firm_a.pk]), cast.staff, typed, done)


def suspend_page(cast: Cast) -> Page:
    firms = type(cast.firm_a).objects.filter(pk=cast.firm_a.pk)
    url = reverse("licensees:suspend", args=[cast.firm_a.pk])
    return Page(url, cast.staff, {"reason": "Test"}, firms.filter(status="suspended").exists)


def reinstate_page(cast: Cast) -> Page:
    suspend(cast.firm_a, reason="Test", actor=cast.staff)
    firms = type(cast.firm_a).objects.filter(pk=cast.firm_a.pk)
    url = reverse("licensees:reinstate", args=[cast.firm_a.pk])
    return Page(url, cast.staff, {"reason": "Cleared"}, firms.filter(status="active").exists)


def invite_page(cast: Cast) -> Page:
    typed = {
        "email": "Over@seer.example",
        "name": "New Overseer",
        "office": "overseer",
        "agency": "cbp",
    }
    done = User.objects.filter(email="over@seer.example", agency="cbp").exists
    return Page(reverse("accounts:invite"), cast.administrator, typed, done)


PAGES = {
    page.__name__.removesuffix("_page"): page
    for page in (
        ship_page,
        deliver_page,
        void_page,
        register_page,
        sell_page,
        discharge_page,
        calibrate_page,
        appoint_page,
        suspend_page,
        reinstate_page,
        invite_page,
    )
}
