"""The front page: what each role comes for, composed of all apps."""

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.rules import ENTER_OVERSIGHT, MANAGE_USERS
from certificates import rules
from certificates.models import Certificate, Draft, Duty
from certificates.states import Status
from licensees.models import LicenceStatus, Licensee
from reviews.models import clocks
from reviews.schedule import ClockStatus

SHOWN = 5  # rows of each list; the list's own page has the rest


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """A licensee's work, the office's overview, or what this is for whoever is not signed in."""
    user = request.user
    if not isinstance(user, User):
        return render(request, "home/public.html")
    today = timezone.localdate()
    if user.sees_every_licensee:
        return render(request, "home/office.html", _office(user, today))
    return render(request, "home/licensee.html", _licensee(user, today))


def _licensee(user: User, today: dt.date) -> dict[str, Any]:
    """One's firms, what can be issued now, what is begun, what waits, what is owed: 8 queries."""
    mine = Certificate.objects.visible_to(user).with_parties()
    firms = list(Licensee.objects.visible_to(user).with_unpaid_fee())
    drafts = Draft.objects.filter(certificate__in=mine, certificate__status=Status.AVAILABLE)
    duties = Duty.objects.open().filter(certificate__in=mine)
    waiting = mine.filter(status=Status.ISSUED).order_by("date_of_expiry", "number")
    return {
        "firms": [(firm, firm.standing_reasons(today)) for firm in firms],
        "not_active": [firm for firm in firms if not firm.is_active],
        # Of each firm that may issue, the lowest number that nobody has begun to fill in.
        "next_blanks": mine.filter(
            status=Status.AVAILABLE, draft=None, licensee__status=LicenceStatus.ACTIVE
        )
        .order_by("licensee_id", "number")
        .distinct("licensee_id"),
        "drafts": drafts.select_related("certificate__licensee", "edited_by").order_by(
            "-edited_at"
        )[:SHOWN],
        "counts": mine.aggregate(
            available=Count("pk", filter=Q(status=Status.AVAILABLE)),
            issued=Count("pk", filter=Q(status=Status.ISSUED)),
            shipped=Count("pk", filter=Q(status=Status.SHIPPED)),
        ),
        "waiting": [(row, _days_left(row, today)) for row in waiting[:SHOWN]],
        "owed": _owed(duties, today),
        "duties": _with_lateness(duties, today),
    }


def _office(user: User, today: dt.date) -> dict[str, Any]:
    """What waits for staff and what overseers look at first: 9 queries."""
    certificates = Certificate.objects.visible_to(user).with_parties()
    expired = certificates.filter(status=Status.ISSUED).expired(today)
    duties = Duty.objects.visible_to(user).open()
    firms = list(Licensee.objects.visible_to(user).with_unpaid_fee())
    reasons = [(firm, firm.standing_reasons(today)) for firm in firms]
    found = clocks(user, today)
    return {
        "in_stock": certificates.filter(status=Status.IN_STOCK).count(),
        "owed": _owed(duties, today),
        "duties": _with_lateness(duties.filter(due_on__lt=today), today),
        "expired_count": expired.count(),
        "expired": expired.order_by("date_of_expiry", "number")[:SHOWN],
        "firms_count": len(firms),
        "not_good": [pair for pair in reasons if not all(reason.holds for reason in pair[1])],
        "overdue": [clock for clock in found if clock.status == ClockStatus.OVERDUE],
        "latest": certificates.filter(date_of_issue__isnull=False).order_by(
            "-date_of_issue", "-issued_at"
        )[:SHOWN],
        "may_sell": user.has_perm(rules.SELL),
        "may_invite": user.has_perm(MANAGE_USERS),
        "may_audit": user.has_perm(ENTER_OVERSIGHT),
    }


def _days_left(row: Certificate, today: dt.date) -> int | None:
    """Days on which it can still be shipped after today; negative once it has expired."""
    return (row.date_of_expiry - today).days if row.date_of_expiry else None


def _owed(duties: Any, today: dt.date) -> dict[str, int]:
    counted: dict[str, int] = duties.aggregate(
        open=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today))
    )
    return counted


def _with_lateness(duties: Any, today: dt.date) -> list[tuple[Duty, bool]]:
    rows = duties.select_related("certificate__licensee").order_by("due_on", "id")
    return [(duty, duty.is_late(today)) for duty in rows[:SHOWN]]
