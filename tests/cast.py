"""The people and firms of the tests, made by the operations, and certificates in every status."""

import datetime as dt
from decimal import Decimal
from functools import cached_property
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Mail, User
from accounts.offices import Agency, Office
from accounts.operations import introduce
from certificates.models import Certificate
from certificates.operations.issue import issue
from certificates.operations.shipping import deliver, ship
from certificates.operations.stock import register, sell
from certificates.operations.voiding import void
from certificates.particulars import Particulars
from licensees.models import Contact, Licensee
from licensees.operations.licensing import license
from licensees.operations.people import appoint

PASSWORD = "a long enough password"
_SERIAL = count(1)
_NUMBERS = count(50001)


def today() -> dt.date:
    """Today in America/New_York."""
    return timezone.localdate()


def fresh_itn(accepted_on: dt.date | None = None) -> str:
    """An ITN nobody used yet, accepted today unless another day is given."""
    day = (accepted_on or today()).strftime("%Y%m%d")
    return f"X{day}{next(_SERIAL) + 100000:06d}"


class Cast:
    """Everyone a test may need; made when asked for, so that a test pays for what it uses."""

    def _person(self, name: str, office: str = "", agency: str = "") -> User:
        with transaction.atomic():
            user = introduce(
                email=f"{name}@tests.example",
                name=name.title(),
                office=office,
                agency=agency,
                actor=None,
            )
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        Mail.objects.filter(recipient=user.email).delete()  # nobody waits for this invitation
        return user

    @cached_property
    def staff(self) -> User:
        return self._person("staff", Office.STAFF)

    @cached_property
    def reviewer(self) -> User:
        return self._person("reviewer", Office.REVIEWER)

    @cached_property
    def overseer(self) -> User:
        return self._person("overseer", Office.OVERSEER, Agency.STATE)

    @cached_property
    def census(self) -> User:
        return self._person("census", Office.OVERSEER, Agency.CENSUS)

    @cached_property
    def administrator(self) -> User:
        return self._person("administrator", Office.ADMINISTRATOR)

    @cached_property
    def inactive(self) -> User:
        """A contact of firm A whose account is closed."""
        user = self._contact(self.firm_a, "inactive").user
        user.is_active = False
        user.save(update_fields=["is_active"])
        return user

    @cached_property
    def loner(self) -> User:
        """Somebody who signs in and belongs to no firm."""
        return self._person("loner")

    def _firm(self, letter: str, kind: str) -> Licensee:
        return license(
            legal_name=f"Firm {letter} (test)",
            kind=kind,
            address=f"{ord(letter)} Example Street\nNew York, NY 10036",
            ein=f"00-00000{ord(letter)}",
            state_of_incorporation="NY",
            effective_on=dt.date(2020, 1, 1),
            actor=self.staff,
        )

    @cached_property
    def firm_a(self) -> Licensee:
        return self._firm("A", "ordinary")

    @cached_property
    def firm_b(self) -> Licensee:
        return self._firm("B", "ordinary")

    @cached_property
    def carrier(self) -> Licensee:
        return self._firm("C", "carrier")

    def _contact(self, firm: Licensee, name: str, role: str = "issuer") -> Contact:
        user = self._person(name)
        return appoint(firm, email=user.email, name=user.name, role=role, actor=self.staff)

    @cached_property
    def contact_a(self) -> Contact:
        return self._contact(self.firm_a, "issuer-a")

    @cached_property
    def contact_b(self) -> Contact:
        return self._contact(self.firm_b, "issuer-b")

    @cached_property
    def contact_c(self) -> Contact:
        return self._contact(self.carrier, "issuer-c")

    @cached_property
    def issuer(self) -> User:
        """Issues for firm A."""
        return self.contact_a.user

    @cached_property
    def colleague(self) -> User:
        """Another issuer of firm A."""
        return self._contact(self.firm_a, "colleague-a").user

    @cached_property
    def manager(self) -> User:
        """Manages firm A."""
        return self._contact(self.firm_a, "manager-a", "manager").user

    @cached_property
    def stranger(self) -> User:
        """Issues for firm B: sees nothing of firm A."""
        return self.contact_b.user

    @cached_property
    def carrier_issuer(self) -> User:
        """Issues for the carrier."""
        return self.contact_c.user

    def contact_of(self, firm: Licensee) -> Contact:
        """The first contact of a firm."""
        return {
            self.firm_a: lambda: self.contact_a,
            self.firm_b: lambda: self.contact_b,
            self.carrier: lambda: self.contact_c,
        }[firm]()

    def in_stock(self) -> Certificate:
        """A blank USKPA holds."""
        number = next(_NUMBERS)
        register(numbers=[number], actor=self.staff)
        return Certificate.objects.get(number=number)

    def available(
        self, firm: Licensee | None = None, sold_on: dt.date | None = None
    ) -> Certificate:
        """A blank a firm (A, if none is named) bought, thirty days ago if no day is given."""
        firm = firm or self.firm_a
        blank = self.in_stock()
        sell(
            licensee=firm,
            numbers=[blank.number],
            paid_usd=Decimal("20.00"),
            method="check",
            sold_on=sold_on or today() - dt.timedelta(days=30),
            contact=self.contact_of(firm),
            today=today(),
            actor=self.staff,
        )
        blank.refresh_from_db()
        return blank

    def particulars(self, firm: Licensee | None = None, **changes: Any) -> Particulars:
        """Lawful facts for a certificate of a firm, without any warning but the given changes'."""
        firm = firm or self.firm_a
        issued = changes.pop("date_of_issue", last_weekday())
        values: dict[str, Any] = {
            "exporter_name": firm.legal_name,
            "exporter_address": firm.address,
            "consignee_name": "Example Diamonds Ltd.",
            "consignee_address": "1 Example Road\nRamat Gan 52521",
            "consignee_country": "IL",
            "country_of_origin": "BW",
            "mixed_origin": False,
            "itn": fresh_itn(issued),
            "date_of_issue": issued,
            "date_of_expiry": issued + dt.timedelta(days=60),
            "value_usd": Decimal("12345.67"),
            "number_of_parcels": 2,
            "carat_weight": Decimal("98.76"),
            "hs_code": "7102.31",
            "port_of_export": "4701",
            **changes,
        }
        return Particulars(**values)

    def issued(self, firm: Licensee | None = None, **changes: Any) -> Certificate:
        """A certificate issued today."""
        firm = firm or self.firm_a
        return issue(
            self.available(firm),
            facts=self.particulars(firm, **changes),
            attested=True,
            acknowledged={},
            draft_version=None,
            today=today(),
            actor=self.contact_of(firm).user,
        )

    def shipped(self, firm: Licensee | None = None, **changes: Any) -> Certificate:
        """A certificate whose shipment left today."""
        firm = firm or self.firm_a
        return ship(
            self.issued(firm, **changes),
            shipped_on=today(),
            seal_number="SEAL-1",
            today=today(),
            actor=self.contact_of(firm).user,
        )

    def delivered(self, firm: Licensee | None = None) -> Certificate:
        """A certificate whose shipment arrived."""
        firm = firm or self.firm_a
        return deliver(
            self.shipped(firm),
            delivered_on=today(),
            today=today(),
            actor=self.contact_of(firm).user,
        )

    def voided(self, firm: Licensee | None = None) -> Certificate:
        """An issued certificate that was voided."""
        firm = firm or self.firm_a
        return void(
            self.issued(firm),
            reason="printer_error",
            notes="",
            form_disposition="held_defaced",
            replacement=None,
            today=today(),
            actor=self.contact_of(firm).user,
        )


def last_weekday() -> dt.date:
    day = today()
    while day.weekday() >= 5:
        day -= dt.timedelta(days=1)
    return day
