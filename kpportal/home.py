"""The front page: what each role comes for, composed of all apps."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import User
from certificates import rules
from certificates.models import Certificate, Draft, Duty
from certificates.states import Status
from licensees.models import Licensee
from licensees.standing import is_good
from reviews.models import clocks
from reviews.schedule import ClockStatus


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """A licensee's work, the office's overview, or what this is for whoever is not signed in."""
    user = request.user
    if not isinstance(user, User):
        return render(request, "home/public.html")
    if user.sees_every_licensee:
        return render(request, "home/office.html", _office(user))
    return render(request, "home/licensee.html", _licensee(user))


def _licensee(user: User) -> dict[str, Any]:
    """One's firms, what can be issued now, what is begun, what is owed: six queries."""
    today = timezone.localdate()
    mine = Certificate.objects.visible_to(user)
    firms = list(Licensee.objects.visible_to(user).with_unpaid_fee())
    available = mine.filter(status=Status.AVAILABLE)
    return {
        "firms": [(firm, firm.standing_reasons(today)) for firm in firms],
        "drafts": Draft.objects.filter(certificate__in=available)
        .select_related("certificate", "edited_by")
        .order_by("-edited_at")[:5],
        "next_blank": available.filter(draft=None).order_by("number").first(),
        "counts": mine.aggregate(
            available=Count("pk", filter=Q(status=Status.AVAILABLE)),
            issued=Count("pk", filter=Q(status=Status.ISSUED)),
            shipped=Count("pk", filter=Q(status=Status.SHIPPED)),
        ),
        "waiting": mine.filter(status=Status.ISSUED).order_by("date_of_expiry")[:5],
        "duties": Duty.objects.visible_to(user)
        .open()
        .select_related("certificate")
        .order_by("due_on", "id")[:5],
        "today": today,
    }


def _office(user: User) -> dict[str, Any]:
    """What waits for staff and what overseers look at first."""
    today = timezone.localdate()
    firms = list(Licensee.objects.visible_to(user).with_unpaid_fee())
    found = clocks(user, today)
    return {
        "in_stock": Certificate.objects.filter(status=Status.IN_STOCK).count(),
        "duties_open": Duty.objects.open().count(),
        "duties_late": Duty.objects.open().filter(due_on__lt=today).count(),
        "expired": Certificate.objects.filter(status=Status.ISSUED).expired(today).count(),
        "firms": len(firms),
        "not_good": [firm for firm in firms if not is_good(firm.standing_facts(), today=today)],
        "overdue": [clock for clock in found if clock.status == ClockStatus.OVERDUE],
        "may_sell": user.has_perm(rules.SELL),
        "latest": Certificate.objects.with_parties()
        .filter(issued_at__isnull=False)
        .order_by("-issued_at")[:5],
    }
