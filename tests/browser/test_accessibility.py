"""axe (WCAG 2.2 AA) on every page of every role, on a desk and on a telephone: no barrier."""

import pytest
from django.urls import reverse

from accounts.notices import invitation_path
from certificates.models import Duty
from tests.browser.conftest import DESKTOP, TELEPHONE

SIZES = pytest.mark.parametrize(
    "viewport", [pytest.param(DESKTOP, id="desktop"), pytest.param(TELEPHONE, id="320px")]
)


def _certificates(cast):
    return {
        "available": cast.available(),
        "issued": cast.issued(),
        "shipped": cast.shipped(),
        "voided": cast.voided(),
    }


def _licensee(cast):
    found = _certificates(cast)
    number = {status: [row.number] for status, row in found.items()}
    return [
        reverse("home"),
        reverse("certificates:list"),
        reverse("certificates:list") + "?number=nonsense&destination=XX",
        *(reverse("certificates:detail", args=key) for key in number.values()),
        reverse("certificates:issue", args=number["available"]),
        reverse("certificates:ship", args=number["issued"]),
        reverse("certificates:deliver", args=number["shipped"]),
        reverse("certificates:void", args=number["issued"]),
        reverse("certificates:sales"),
        reverse("certificates:receipt", args=[found["issued"].receipt.number]),
        reverse("certificates:calibrate"),
        reverse("duties:list"),
        reverse("duties:discharge", args=[Duty.objects.open().first().pk]),
        reverse("licensees:list"),
        reverse("licensees:detail", args=[cast.firm_a.pk]),
        reverse("reviews:list"),
        reverse("accounts:account"),
        reverse("account_change_password"),
        reverse("account_logout"),
        "/nothing/here/",
        reverse("certificates:sell"),
    ]


def _staff(cast):
    found = _certificates(cast)
    return [
        reverse("home"),
        reverse("certificates:list"),
        reverse("certificates:detail", args=[found["issued"].number]),
        reverse("certificates:void", args=[found["available"].number]),
        reverse("certificates:sales"),
        reverse("certificates:sell"),
        reverse("certificates:register"),
        reverse("duties:list"),
        reverse("licensees:list"),
        reverse("licensees:detail", args=[cast.firm_a.pk]),
        reverse("licensees:appoint", args=[cast.firm_a.pk]),
        reverse("licensees:suspend", args=[cast.firm_a.pk]),
        reverse("reviews:list"),
    ]


def _overseer(cast):
    found = _certificates(cast)
    return [
        reverse("home"),
        reverse("certificates:list"),
        reverse("certificates:detail", args=[found["shipped"].number]),
        reverse("admin:index"),
        reverse("admin:certificates_certificate_changelist"),
        reverse("admin:certificates_certificate_change", args=[found["shipped"].pk]),
        reverse("admin:journal_entry_changelist"),
        reverse("admin:licensees_licensee_change", args=[cast.firm_a.pk]),
    ]


def _administrator(cast):
    return [
        reverse("home"),
        reverse("accounts:users"),
        reverse("accounts:invite"),
        reverse("accounts:user", args=[cast.issuer.pk]),
    ]


def _nobody(cast):
    link = invitation_path(cast.issuer)
    return [
        reverse("home"),
        reverse("account_login"),
        reverse("account_reset_password"),
        reverse("account_reset_password_done"),
        reverse("account_inactive"),
        link,
        "/nothing/here/",
    ]


PAGES = {
    "nobody": (None, _nobody),
    "licensee": ("issuer", _licensee),
    "carrier": (
        "carrier_issuer",
        lambda cast: [reverse("certificates:issue", args=[cast.available(cast.carrier).number])],
    ),
    "staff": ("staff", _staff),
    "overseer": ("overseer", _overseer),
    "administrator": ("administrator", _administrator),
}


@SIZES
@pytest.mark.parametrize("role", PAGES)
def test_no_page_has_a_barrier(transactional_cast, open_page, no_barriers, role, viewport):
    person, addresses = PAGES[role]
    paths = addresses(transactional_cast)
    page = open_page(getattr(transactional_cast, person) if person else None, viewport)

    for path in paths:
        page.goto(path)
        no_barriers(page)
