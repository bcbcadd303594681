"""What the register knows about firms, for licensing (ADR 18)."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from certificates import lettering
from certificates.models import Certificate, CountDifference, Country
from certificates.states import Status
from licensees.evidence import Act, Evidence, Exports, Fault, Obstacle, Wording

EXPORTED = (Status.SHIPPED, Status.DELIVERED)


class RegisterEvidence(Evidence):
    """Exports, blanks, and shipments under way."""

    def standing(self, today: dt.date) -> Mapping[str, Any]:
        """How many numbers a count did not find and nobody explained (domain 2.3, 5)."""
        missing = CountDifference.objects.open().filter(
            count__licensee=OuterRef("pk"), kind=CountDifference.Kind.MISSING
        )
        counted = (
            missing.order_by().values("count__licensee").annotate(of=Count("number", distinct=True))
        )
        return {
            "unaccounted_blanks": Coalesce(
                Subquery(counted.values("of"), output_field=IntegerField()), 0
            )
        }

    def exported_in(self, year: int) -> Any:
        """Shipped by the ship date, which is the day of export (domain 8.2)."""
        return Exists(
            Certificate.objects.filter(
                licensee=OuterRef("pk"), status__in=EXPORTED, shipped_on__year=year
            )
        )

    def exports(self, licensee_id: int, year: int) -> Exports:
        """By the dates of issue and of shipment; a void certificate was issued all the same."""
        of_year = Certificate.objects.filter(licensee=licensee_id).filter(
            Q(date_of_issue__year=year) | Q(shipped_on__year=year)
        )
        rows = of_year.order_by("number").values_list(
            "number", "date_of_issue", "shipped_on", "status"
        )
        found = list(rows)
        return Exports(
            issued=sum(issued is not None and issued.year == year for _, issued, _, _ in found),
            shipped=sum(
                shipped is not None and shipped.year == year and status in EXPORTED
                for _, _, shipped, status in found
            ),
            numbers=tuple(number for number, *_ in found),
        )

    def obstacles(self, act: Act, licensee_id: int, today: dt.date) -> Iterator[Obstacle]:
        """A licence ends with no blank in the firm's hands and no shipment unclosed (2.2)."""
        if act != Act.CLOSE:
            return
        held = Certificate.objects.filter(licensee=licensee_id).order_by().values("status")
        counts = dict(held.annotate(of=Count("pk")).values_list("status", "of"))
        if blanks := counts.get(Status.AVAILABLE, 0):
            yield Obstacle(
                "blanks_held", f"{blanks} blank certificates must be returned or voided first."
            )
        if issued := counts.get(Status.ISSUED, 0):
            yield Obstacle(
                "issued_not_shipped",
                f"{issued} issued certificates must leave or be voided first.",
            )
        missing = CountDifference.objects.open().filter(count__licensee=licensee_id).count()
        if missing:
            yield Obstacle(
                "differences_open", f"{missing} differences of counts must be explained first."
            )
        if shipped := counts.get(Status.SHIPPED, 0):
            yield Obstacle(
                "shipments_open",
                f"{shipped} shipments are under way; staff must take them over.",
                with_staff=True,
            )

    def destinations(self) -> Mapping[str, str]:
        """Every country of the map, a Participant or not (domain 4.4)."""
        return dict(Country.objects.order_by("name").values_list("code", "name"))

    def wording(self, text: str, *, multiline: bool) -> Wording:
        """Letters that can be printed, and for an address four lines of 45 (domain 4.5)."""
        tidied = lettering.tidy(text, multiline=multiline)
        faults = []
        if strange := lettering.unprintable(tidied):
            letters = " ".join(strange[:10])
            detail = f"This cannot be printed: {letters}. Please write it in Latin letters."
            faults.append(Fault("not_latin", detail))
        if multiline:
            faults += [Fault(hit.code, hit.detail) for hit in lettering.box_problems(tidied)]
        return Wording(tidied, tuple(faults))
