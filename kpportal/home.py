"""The front page: what each role comes for, composed of all apps."""

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, IntegerField, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Mail, User
from accounts.rules import ENTER_OVERSIGHT, MANAGE_USERS
from certificates import rules
from certificates.models import (
    Certificate,
    CountDifference,
    Draft,
    Duty,
    Release,
    owing_count,
)
from certificates.states import Status
from licensees.models import (
    Application,
    LicenceStatus,
    Licensee,
    Party,
    PeopleConfirmation,
    PeopleRequest,
)
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
    """One's firms, what can be issued now, what is begun, what waits, what is owed: 11 queries."""
    mine = Certificate.objects.visible_to(user).with_parties()
    firms = list(Licensee.objects.visible_to(user).with_standing(today))
    drafts = Draft.objects.filter(certificate__in=mine, certificate__status=Status.AVAILABLE)
    duties = Duty.objects.open().filter(certificate__in=mine)
    waiting = mine.filter(status=Status.ISSUED).order_by("date_of_expiry", "number")
    return {
        "firms": [(firm, firm.standing_reasons(today)) for firm in firms],
        "people_owed": PeopleConfirmation.objects.owed_by(
            Licensee.objects.visible_to(user), today.year
        ),
        "counts_owed": owing_count(today).filter(pk__in=[firm.pk for firm in firms]),
        "authorities_ending": list(Party.objects.visible_to(user).ending(today)[:SHOWN])
        if any(firm.is_carrier for firm in firms)
        else [],
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
        "counts": _counted(
            user,
            **{
                status.value: Certificate.objects.visible_to(user).filter(status=status)
                for status in (Status.AVAILABLE, Status.ISSUED, Status.SHIPPED)
            },
            open=duties,
            late=duties.filter(due_on__lt=today),
        ),
        "waiting": [(row, _days_left(row, today)) for row in waiting[:SHOWN]],
        "duties": _with_lateness(duties, today),
    }


def _office(user: User, today: dt.date) -> dict[str, Any]:
    """What waits for staff and what overseers look at first: 12 queries."""
    certificates = Certificate.objects.visible_to(user).with_parties()
    expired = certificates.filter(status=Status.ISSUED).expired(today)
    duties = Duty.objects.visible_to(user).open()
    firms = list(Licensee.objects.visible_to(user).with_standing(today))
    judged = [
        (firm, [reason for reason in firm.standing_reasons(today) if not reason.holds])
        for firm in firms
    ]
    not_good = [(firm, missing) for firm, missing in judged if missing]
    overdue = [clock for clock in clocks(user, today) if clock.status == ClockStatus.OVERDUE]
    return {
        **_counted(
            user,
            releases_waiting=Release.objects.visible_to(user).waiting(),
            people_waiting=PeopleRequest.objects.visible_to(user).waiting(),
            in_stock=Certificate.objects.visible_to(user).filter(status=Status.IN_STOCK),
            expired_count=expired.select_related(None),
            applications=Application.objects.visible_to(user).to_work().filter(wanted=""),
            troubled_mail=Mail.objects.visible_to(user).troubled(),
        ),
        "differences": CountDifference.objects.visible_to(user)
        .open()
        .select_related("count__licensee")
        .order_by("count__counted_on", "pk")[:SHOWN],
        "counts_owed": list(owing_count(today)),
        "owed": _owed(duties, today),
        "duties": _with_lateness(duties.filter(due_on__lt=today), today),
        "expired": expired.order_by("date_of_expiry", "number")[:SHOWN],
        "firms_count": len(firms),
        "not_good_count": len(not_good),
        "not_good": not_good[:SHOWN],
        "overdue_count": len(overdue),
        "overdue": overdue[:SHOWN],
        "latest": certificates.filter(date_of_issue__isnull=False).order_by(
            "-date_of_issue", "-issued_at"
        )[:SHOWN],
        "may_sell": user.has_perm(rules.SELL),
        "may_invite": user.has_perm(MANAGE_USERS),
        "may_audit": user.has_perm(ENTER_OVERSIGHT),
    }


def _counted(user: User, **rows: QuerySet[Any]) -> dict[str, int]:
    """How many rows each has, in one query: the figures hang on the row of ``user``."""
    figures = {
        name: Coalesce(
            Subquery(
                some.order_by().values(one=Value(1)).annotate(of=Count("pk")).values("of"),
                output_field=IntegerField(),
            ),
            0,
        )
        for name, some in rows.items()
    }
    own = User.objects.filter(pk=user.pk).annotate(**figures)
    return dict(zip(figures, own.values_list(*figures).get(), strict=True))


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
