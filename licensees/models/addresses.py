"""A firm's address book: whom it ships to, and for whom a carrier ships."""

import datetime as dt
from typing import Any, Final, Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from journal.record import plain
from licensees.models.files import Paper
from licensees.models.firm import Licensee

# What an entry says, by column.
PARTY_FACTS: Final = (
    "name", "address", "country", "tax_id", "authority_reference", "authority_from",
    "authority_until", "authority_paper_id",
)  # fmt: skip
SOON: Final = 30  # days before its end that an authority is said to end


class PartyQuerySet(models.QuerySet["Party"]):
    """The questions asked of an address book."""

    def visible_to(self, user: User) -> Self:
        """The address books of the firms ``user`` sees."""
        return self.filter(licensee__in=Licensee.objects.visible_to(user))

    def offered(self, part: str, today: dt.date) -> Self:
        """Entries not retired that can stand in one part of a certificate on ``today``.

        A principal is offered only while its written authority is in force (15 CFR 30.3(f)).
        """
        kept = self.filter(part=part, retired_at=None).order_by("name")
        return kept.in_force(today) if part == Party.Part.EXPORTER else kept

    def in_force(self, today: dt.date) -> Self:
        """Principals whose written authority covers ``today``."""
        return self.filter(
            Q(authority_until=None) | Q(authority_until__gte=today), authority_from__lte=today
        )

    def ending(self, today: dt.date) -> Self:
        """Principals whose authority is in force and ends within ``SOON`` days, first one first."""
        kept = self.filter(part=Party.Part.EXPORTER, retired_at=None).in_force(today)
        last = today + dt.timedelta(days=SOON)
        return kept.filter(authority_until__lte=last).order_by("authority_until", "name")


class Party(models.Model):
    """An entry in a firm's address book: a consignee, or a principal a carrier ships for.

    A principal is the true exporter; the carrier acts on its written authority, for which it is
    kept here with its reference and dates (15 CFR 30.3(f); domain 10.22).
    """

    class Part(models.TextChoices):
        """Where on a certificate the entry can stand."""

        CONSIGNEE = "consignee", "Consignee"
        EXPORTER = "exporter", "Principal"

    licensee = models.ForeignKey(Licensee, models.PROTECT, related_name="parties")
    part = models.CharField(max_length=9, choices=Part)
    name = models.CharField(max_length=256)
    address = models.TextField(help_text="Without the country.")
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2.")
    tax_id = models.CharField(
        "tax id", max_length=20, blank=True, help_text="Only its last four characters are shown."
    )
    authority_reference = models.CharField("written authority", max_length=60, blank=True)
    authority_from = models.DateField(null=True, blank=True)
    authority_until = models.DateField(null=True, blank=True, help_text="Empty: until withdrawn.")
    authority_paper = models.ForeignKey(
        Paper, models.PROTECT, null=True, blank=True, related_name="authorizes"
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = "address book entry"
        verbose_name_plural = "address book entries"
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                name="party_once_in_the_book",
                fields=["licensee", "part", "name", "country"],
                condition=Q(retired_at=None),
            ),
            models.CheckConstraint(
                name="party_authority_is_a_principals",
                condition=Q(part="exporter")
                | Q(tax_id="", authority_reference="", authority_from=None, authority_until=None),
            ),
            models.CheckConstraint(
                name="party_authority_whole",
                condition=Q(authority_reference="", authority_from=None, authority_until=None)
                | (~Q(authority_reference="") & Q(authority_from__isnull=False)),
            ),
            models.CheckConstraint(
                name="party_paper_shows_an_authority",
                condition=Q(authority_paper=None) | ~Q(authority_reference=""),
            ),
            models.CheckConstraint(
                name="party_authority_ends_after_it_began",
                condition=Q(authority_until=None) | Q(authority_until__gte=F("authority_from")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.country}"

    @property
    def tax_id_shown(self) -> str:
        """The last four characters of the tax id; never more."""
        return f"…{self.tax_id[-4:]}" if self.tax_id else ""

    def told(self) -> dict[str, Any]:
        """The entry's facts as the journal writes them: of a tax id the last four characters."""
        facts = {fact: plain(getattr(self, fact)) for fact in PARTY_FACTS}
        return {**facts, "tax_id": self.tax_id_shown}

    def has_authority_on(self, day: dt.date) -> bool:
        """Whether the principal's written authority covers ``day``."""
        if self.authority_from is None or day < self.authority_from:
            return False
        return self.authority_until is None or day <= self.authority_until

    def ends_soon(self, today: dt.date) -> bool:
        """Whether the authority is in force and ends within ``SOON`` days."""
        last = self.authority_until
        return self.has_authority_on(today) and last is not None and (last - today).days <= SOON
