"""The register's part of one firm's story: its certificates, and what it owes for them."""

import datetime as dt
from collections import Counter
from typing import Any

from django.db.models import Count
from django.db.models.functions import ExtractYear
from django.utils import timezone
from django.views.generic import DetailView

from accounts.web import signed_in
from certificates import rules
from certificates.models import Certificate, Duty
from certificates.states import Status
from licensees.views.pages import LicenseePage

LATEST = 25
OWED_SHOWN = 50
DONE_SHOWN = 25
DONE_DAYS = 365


class FirmCertificates(LicenseePage, DetailView):
    """How many certificates stand where, how many were issued in which year, and the latest."""

    template_name = "certificates/firm_certificates.html"
    tab = "Certificates"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = Certificate.objects.filter(licensee=self.object)
        by_status: Counter[str] = Counter()
        by_year: dict[int, Counter[str]] = {}
        # One walk through the firm's rows gives both tables.
        for status, year, count in (
            mine.order_by()
            .values("status", year=ExtractYear("date_of_issue"))
            .annotate(of=Count("pk"))
            .values_list("status", "year", "of")
        ):
            by_status[status] += count
            if year is not None:
                by_year.setdefault(year, Counter())[status] += count
        return super().get_context_data(
            counts=[(status, by_status[status]) for status in Status if by_status[status]],
            years=[
                (
                    year,
                    counts.total(),
                    counts[Status.SHIPPED] + counts[Status.DELIVERED],
                    counts[Status.VOID],
                )
                for year, counts in sorted(by_year.items(), reverse=True)
            ],
            latest=mine.exclude(status=Status.AVAILABLE).order_by("-number")[:LATEST],
            more=by_status.total() > LATEST,
            **kwargs,
        )


class FirmDuties(LicenseePage, DetailView):
    """What the firm owes, the late first, and what it did in the last year."""

    template_name = "certificates/firm_duties.html"
    tab = "Duties"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        rows = Duty.objects.filter(certificate__licensee=self.object).select_related("certificate")
        owed = list(rows.open().order_by("due_on", "id")[: OWED_SHOWN + 1])
        since = timezone.now() - dt.timedelta(days=DONE_DAYS)
        done = list(
            rows.filter(discharged_at__gte=since)
            .select_related("certificate", "discharged_by")
            .order_by("-discharged_at", "-id")[: DONE_SHOWN + 1]
        )
        return super().get_context_data(
            owed=[(duty, duty.is_late(today)) for duty in owed[:OWED_SHOWN]],
            done=done[:DONE_SHOWN],
            more_owed=len(owed) > OWED_SHOWN,
            more_done=len(done) > DONE_SHOWN,
            today=today,
            may_discharge=signed_in(self.request).has_perm(rules.DISCHARGE),
            **kwargs,
        )
