"""The small pages with a form: where they are, who opens them, and what is lawfully typed there."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from certificates.models import Certificate, Duty, PrinterCalibration, Receipt, StockCount
from certificates.operations.stock import register
from licensees.models import Agreement, AnnualFee, Contact, FeeAmount, FeePayment
from licensees.operations.licensing import suspend
from licensees.operations.money import charge_fee, receive_payment
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


def write_off_page(cast: Cast) -> Page:
    register(numbers=[70001, 70002], actor=cast.staff)
    typed = {
        "numbers": "70001",
        "reason": "other",
        "notes": "Coffee",
        "form_disposition": "destroyed",
    }
    done = Certificate.objects.filter(number=70001, status="void", licensee=None).exists
    return Page(reverse("certificates:write_off"), cast.staff, typed, done)


def return_blanks_page(cast: Cast) -> Page:
    row = cast.available()
    typed = {"numbers": f"us {row.number}", "note": "By courier"}
    done = Certificate.objects.filter(pk=row.pk, void_reason="surrendered").exists
    return Page(reverse("firm:take_back", args=[cast.firm_a.pk]), cast.staff, typed, done)


def reverse_page(cast: Cast) -> Page:
    row = cast.available()
    assert row.receipt
    typed = {"numbers": f"US{row.number}", "reason": "Sold to the wrong firm"}
    url = reverse("certificates:reverse", args=[row.receipt.number])
    return Page(url, cast.staff, typed, Receipt.objects.filter(reverses=row.receipt).exists)


def count_page(cast: Cast) -> Page:
    row = cast.available()
    typed = {"counted_on": today().isoformat(), "numbers": f"US{row.number}"}
    url = reverse("firm:count", args=[cast.firm_a.pk])
    return Page(url, cast.issuer, typed, StockCount.objects.filter(numbers=[row.number]).exists)


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
    suspend(cast.firm_a, reason="Test", today=today(), actor=cast.staff)
    firms = type(cast.firm_a).objects.filter(pk=cast.firm_a.pk)
    url = reverse("licensees:reinstate", args=[cast.firm_a.pk])
    return Page(url, cast.staff, {"reason": "Cleared"}, firms.filter(status="active").exists)


def close_page(cast: Cast) -> Page:
    firms = type(cast.firm_a).objects.filter(pk=cast.firm_a.pk)
    typed = {
        "outcome": "terminated",
        "ended_on": today().isoformat(),
        "reason": "Test",
        "confirmed": "on",
    }
    url = reverse("licensees:close", args=[cast.firm_a.pk])
    return Page(url, cast.staff, typed, firms.filter(status="terminated").exists)


def details_page(cast: Cast) -> Page:
    firm = cast.firm_a
    typed = {
        "legal_name": "Renamed Inc.",
        "address": firm.address,
        "state_of_incorporation": "DE",
        "ein": firm.ein,
        "telephone": "212 555 0100",
        "fax": "",
        "email": "office@firm.example",
        "ace_account": "ACE-1",
    }
    done = type(firm).objects.filter(pk=firm.pk, legal_name="Renamed Inc.", fax="").exists
    return Page(reverse("licensees:change_details", args=[firm.pk]), cast.staff, typed, done)


def agreement_page(cast: Cast) -> Page:
    typed = {
        "version": "2026-1",
        "sent_on": "",
        "signed_on": today().isoformat(),
        "paper": "",
    }
    done = Agreement.objects.filter(licensee=cast.firm_a, version="2026-1").exists
    return Page(
        reverse("licensees:record_agreement", args=[cast.firm_a.pk]), cast.staff, typed, done
    )


def charge_page(cast: Cast) -> Page:
    typed = {"year": "2026", "due_on": "", "amount_usd": "$1,250"}
    done = AnnualFee.objects.filter(licensee=cast.firm_a, year=2026, amount_usd=1250).exists
    return Page(reverse("licensees:charge_fee", args=[cast.firm_a.pk]), cast.staff, typed, done)


def charge_year_page(cast: Cast) -> Page:
    typed = {"year": "2026", "due_on": "03/01/2026", "amount_usd": "600"}
    done = AnnualFee.objects.filter(licensee=cast.firm_a, year=2026, amount_usd=600).exists
    return Page(reverse("licensees:charge_year"), cast.staff, typed, done)


def fee_amount_page(cast: Cast) -> Page:
    typed = {"valid_from": "2026-01-01", "amount_usd": "600"}
    done = FeeAmount.objects.filter(valid_from="2026-01-01", amount_usd=600).exists
    return Page(reverse("licensees:set_fee_amount"), cast.staff, typed, done)


def _fee(cast: Cast) -> AnnualFee:
    return charge_fee(
        cast.firm_a, year=2026, amount_usd=Decimal(500), due_on=today(), actor=cast.staff
    )


def receive_page(cast: Cast) -> Page:
    fee = _fee(cast)
    typed = {
        "amount_usd": "500",
        "method": "transfer",
        "reference": "T-1",
        "received_on": today().isoformat(),
    }
    done = AnnualFee.objects.filter(pk=fee.pk, paid_on=today()).exists
    return Page(reverse("licensees:receive_payment", args=[fee.pk]), cast.staff, typed, done)


def take_back_page(cast: Cast) -> Page:
    payment = receive_payment(
        _fee(cast), amount_usd=Decimal(500), method="cash", reference="", received_on=today(),
        today=today(), actor=cast.staff,
    )  # fmt: skip
    done = FeePayment.objects.filter(reverses=payment, note="Bounced").exists
    url = reverse("licensees:take_back_payment", args=[payment.pk])
    return Page(url, cast.staff, {"reason": "Bounced"}, done)


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
        write_off_page,
        return_blanks_page,
        reverse_page,
        count_page,
        discharge_page,
        calibrate_page,
        appoint_page,
        suspend_page,
        reinstate_page,
        close_page,
        details_page,
        agreement_page,
        charge_page,
        charge_year_page,
        fee_amount_page,
        receive_page,
        take_back_page,
        invite_page,
    )
}
