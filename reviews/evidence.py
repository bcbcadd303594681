"""What the reviews know about firms, for licensing (ADR 18)."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import OuterRef, Subquery

from licensees.evidence import Act, Evidence, Obstacle
from licensees.models import Licensee
from reviews.models import Finding, clocks_of


class ReviewsEvidence(Evidence):
    """Critical findings, and clocks that ran out."""

    def standing(self, today: dt.date) -> Mapping[str, Any]:
        """The earliest deadline of an open critical finding (domain 2.3, 4; 7.5)."""
        open_critical = Finding.objects.open().filter(
            review__licensee=OuterRef("pk"), grade=Finding.Grade.CRITICAL
        )
        return {
            "critical_finding_due_on": Subquery(
                open_critical.order_by("due_on").values("due_on")[:1]
            )
        }

    def obstacles(self, act: Act, licensee_id: int, today: dt.date) -> Iterator[Obstacle]:
        """A firm whose clock ran out while it was suspended is reviewed first (2.2)."""
        if act != Act.REINSTATE:
            return
        firm = Licensee.objects.get(pk=licensee_id)
        for clock in clocks_of([firm], today):
            if firm.suspended_on is not None and firm.suspended_on <= clock.due_on < today:
                yield Obstacle(
                    "review_overdue",
                    f"The {clock.body.label} review was due on {clock.due_on:%m/%d/%Y}, while the"
                    " licence was suspended; it comes first.",
                )
