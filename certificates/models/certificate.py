"""The certificate itself, and what the database refuses about it."""

import datetime as dt
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce, Substr, Upper
from django.db.models.lookups import LessThanOrEqual

from accounts.models import User
from certificates import classification, itn, numbers
from certificates.models.stock import Receipt
from certificates.states import (
    FILLED,
    FORM_DISPOSITIONS,
    STATUS_CHOICES,
    VOID_REASONS,
    Status,
)
from licensees.models import Licensee
from licensees.rules import appointments

_FILLED = Q(status__in=FILLED)
_EXPORTED = Q(status__in=[Status.SHIPPED, Status.DELIVERED])
_LIVE_ITN = _FILLED & ~Q(itn="")

MAX_VALIDITY_DAYS = 60  # Census: expiry is at most 60 days after issue (domain 3.3)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """The questions asked of the register."""

    def visible_to(self, user: User) -> Self:
        """Rows ``user`` may know exist. The twin of ``rules.may_view``; tests hold them equal."""
        if not user.is_active:
            return self.none()
        if user.sees_every_licensee:
            return self
        # The firms by their keys and not as a subquery: of a firm that it knows, PostgreSQL reads
        # just the rows of one page, in the order of their numbers.
        return self.filter(licensee__in=[held.licensee_id for held in appointments(user)])

    def with_parties(self) -> Self:
        """With the firm, which every list and page names."""
        return self.select_related("licensee")

    def expired(self, today: dt.date) -> Self:
        """Issued or on the way, and past the last day they are good for."""
        return self.filter(status__in=[Status.ISSUED, Status.SHIPPED], date_of_expiry__lt=today)


class Certificate(models.Model):
    """One numbered certificate, with the particulars of 31 CFR 592.307.

    Only ``certificates.operations`` writes to this table. What they would never write the
    database refuses: see the constraints here and the triggers of migration 0002.
    """

    number = models.PositiveIntegerField(unique=True, help_text="Printed as US followed by this.")
    status = models.CharField(max_length=9, choices=STATUS_CHOICES, default=Status.IN_STOCK)
    licensee = models.ForeignKey(
        Licensee, models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    receipt = models.ForeignKey(
        Receipt, models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    date_of_sale = models.DateField(null=True, blank=True)

    # The face, in the order of the paper
    country_of_origin = models.CharField(  # noqa: DJ001 - null says mixed, "" would say forgotten
        max_length=2, null=True, blank=True, help_text="Empty for mixed origin, printed ****."
    )
    mixed_origin = models.BooleanField(default=False)
    itn = models.CharField("ITN", max_length=15, blank=True)
    date_of_issue = models.DateField(null=True, blank=True)
    date_of_expiry = models.DateField(null=True, blank=True)
    value_usd = models.DecimalField(
        "value in U.S. $", max_digits=14, decimal_places=2, null=True, blank=True
    )
    exporter_name = models.CharField(max_length=256, blank=True)
    exporter_address = models.TextField(blank=True)
    number_of_parcels = models.PositiveIntegerField(null=True, blank=True)
    consignee_name = models.CharField(max_length=256, blank=True)
    consignee_address = models.TextField(blank=True, help_text="Without the country.")
    consignee_country = models.CharField(max_length=2, blank=True)
    carat_weight = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    hs_code = models.CharField("HS subheading", max_length=7, blank=True)

    # Fixed with the face, not printed
    port_of_export = models.CharField(max_length=4, blank=True, help_text="Schedule D code.")
    planned_ship_on = models.DateField(null=True, blank=True)
    provenance = models.TextField(blank=True, help_text="Foreign certificates they came under.")
    ftz_number = models.CharField("foreign-trade zone", max_length=20, blank=True)
    waybill = models.CharField("air waybill", max_length=40, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="certificates_issued"
    )
    attestation = models.CharField("attestation version", max_length=16, blank=True)
    acknowledged_warnings = models.JSONField(
        default=dict, blank=True, encoder=DjangoJSONEncoder, help_text="Warning to reason given."
    )

    # What happened to it
    shipment_released_at = models.DateTimeField(
        null=True, blank=True, help_text="When staff let it leave although the firm is suspended."
    )
    shipment_released_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="shipments_released"
    )
    seal_number = models.CharField(max_length=40, blank=True)
    shipped_on = models.DateField(null=True, blank=True)
    delivered_on = models.DateField(
        null=True, blank=True, help_text="As the licensee says; not the authority's confirmation."
    )
    voided_on = models.DateField(null=True, blank=True)
    voided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="certificates_voided"
    )
    void_reason = models.CharField(
        max_length=20,
        blank=True,
        choices=[(reason.code, reason.label) for reason in VOID_REASONS.values()],
    )
    void_notes = models.TextField(blank=True)
    form_disposition = models.CharField(
        "paper", max_length=16, blank=True, choices=list(FORM_DISPOSITIONS.items())
    )
    replacement = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces"
    )

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.CheckConstraint(name="certificate_number_positive", condition=Q(number__gt=0)),
            models.CheckConstraint(
                name="certificate_status_known", condition=Q(status__in=list(Status))
            ),
            models.CheckConstraint(
                name="certificate_sold_or_in_stock",
                # A blank that was spoiled or lost before it was sold is void and nobody's.
                condition=Q(
                    status__in=[Status.IN_STOCK, Status.VOID],
                    licensee=None,
                    receipt=None,
                    date_of_sale=None,
                )
                | Q(
                    ~Q(status=Status.IN_STOCK),
                    licensee__isnull=False,
                    receipt__isnull=False,
                    date_of_sale__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="certificate_face_complete",
                condition=~_FILLED
                | (
                    Q(
                        date_of_issue__isnull=False,
                        date_of_expiry__isnull=False,
                        value_usd__isnull=False,
                        number_of_parcels__isnull=False,
                        carat_weight__isnull=False,
                        issued_at__isnull=False,
                        issued_by__isnull=False,
                    )
                    & ~Q(itn="")
                    & ~Q(exporter_name="")
                    & ~Q(exporter_address="")
                    & ~Q(consignee_name="")
                    & ~Q(consignee_address="")
                    & ~Q(consignee_country="")
                    & ~Q(hs_code="")
                    & ~Q(port_of_export="")
                    & ~Q(attestation="")
                ),
            ),
            models.CheckConstraint(
                name="certificate_blank_is_blank",
                condition=~Q(status__in=[Status.IN_STOCK, Status.AVAILABLE])
                | Q(itn="", date_of_issue=None, exporter_name="", hs_code="", issued_at=None),
            ),
            models.CheckConstraint(
                name="certificate_itn_well_formed",
                # The scheme began in 2003: to_date, unlike this, takes a year 0000.
                condition=Q(itn="")
                | Q(Q(itn__regex=itn.PATTERN), Q(itn__regex=r"\AX20(0[3-9]|[1-9][0-9])")),
            ),
            models.CheckConstraint(
                name="certificate_one_hs_subheading",
                condition=Q(hs_code__in=["", *classification.HSCode]),
            ),
            models.CheckConstraint(
                name="certificate_one_origin_or_mixed",
                condition=~_FILLED
                | Q(mixed_origin=True, country_of_origin=None)
                | (
                    Q(
                        mixed_origin=False,
                        country_of_origin__isnull=False,  # a CHECK that comes out NULL passes
                        country_of_origin__regex=r"^[A-Z]{2}$",
                    )
                    & ~Q(country_of_origin="EU")
                ),
            ),
            models.CheckConstraint(
                name="certificate_amounts_positive",
                condition=(Q(value_usd=None) | Q(value_usd__gt=0))
                & (Q(carat_weight=None) | Q(carat_weight__gt=0))
                & (Q(number_of_parcels=None) | Q(number_of_parcels__gt=0)),
            ),
            models.CheckConstraint(
                name="certificate_sold_before_issue",
                condition=Q(date_of_issue=None) | Q(date_of_sale__lte=F("date_of_issue")),
            ),
            models.CheckConstraint(
                name="certificate_expires_within_60_days",
                condition=Q(date_of_issue=None)
                | Q(
                    date_of_expiry__gt=F("date_of_issue"),
                    date_of_expiry__lte=F("date_of_issue") + MAX_VALIDITY_DAYS,
                ),
            ),
            models.CheckConstraint(
                name="certificate_shipped_has_date_and_seal",
                condition=(_EXPORTED & Q(shipped_on__isnull=False) & ~Q(seal_number=""))
                | (~_EXPORTED & Q(shipped_on=None, seal_number="")),
            ),
            models.CheckConstraint(
                name="certificate_shipped_while_valid",
                condition=Q(shipped_on=None)
                | Q(
                    date_of_issue__isnull=False,  # a CHECK that comes out NULL passes
                    date_of_expiry__isnull=False,
                    shipped_on__range=(F("date_of_issue"), F("date_of_expiry")),
                ),
            ),
            models.CheckConstraint(
                name="certificate_filed_before_export",
                condition=Q(shipped_on=None)
                | Q(
                    LessThanOrEqual(
                        Substr("itn", 2, 8),
                        Func(
                            F("shipped_on"),
                            Value("YYYYMMDD"),
                            function="to_char",
                            output_field=models.CharField(),
                        ),
                    )
                ),
            ),
            models.CheckConstraint(
                name="certificate_delivered_after_shipment",
                condition=(
                    Q(status=Status.DELIVERED, delivered_on__gte=F("shipped_on"))
                    & Q(delivered_on__isnull=False, shipped_on__isnull=False)
                )
                | (~Q(status=Status.DELIVERED) & Q(delivered_on=None)),
            ),
            models.CheckConstraint(
                name="certificate_void_says_why",
                condition=(
                    Q(
                        status=Status.VOID,
                        voided_on__isnull=False,
                        voided_by__isnull=False,
                        void_reason__in=list(VOID_REASONS),
                    )
                    & ~Q(form_disposition="")
                )
                | (
                    ~Q(status=Status.VOID)
                    & Q(
                        voided_on=None,
                        voided_by=None,
                        void_reason="",
                        void_notes="",
                        form_disposition="",
                        replacement=None,
                    )
                ),
            ),
            # One filing may list several certificates of one shipment (domain 5.5): they then
            # share firm, parties, port and day, and differ in HS subheading or origin.
            models.UniqueConstraint(
                F("itn"),
                F("hs_code"),
                Coalesce("country_of_origin", Value("**")),
                name="certificate_itn_once_per_kind",
                condition=_LIVE_ITN,
            ),
            *(
                ExclusionConstraint(
                    name=f"certificate_itn_one_{name}",
                    expressions=[
                        ("itn", RangeOperators.EQUAL),
                        (field, RangeOperators.NOT_EQUAL),
                    ],
                    condition=_LIVE_ITN,
                )
                for name, field in (
                    ("licensee", "licensee"),
                    ("exporter", "exporter_name"),
                    ("consignee", "consignee_name"),
                    ("destination", "consignee_country"),
                    ("port", "port_of_export"),
                    ("ship_date", "shipped_on"),
                )
            ),
        )
        indexes = (
            models.Index(name="certificate_by_licensee", fields=["licensee", "-number"]),
            models.Index(name="certificate_by_status", fields=["status", "-number"]),
            models.Index(name="certificate_by_country", fields=["consignee_country", "-number"]),
            models.Index(name="certificate_by_itn", fields=["itn"]),
            models.Index(name="certificate_by_issue_date", fields=["date_of_issue"]),
            models.Index(name="certificate_by_ship_date", fields=["shipped_on"]),
            # Whether a firm exported in a year, asked of every firm at once.
            models.Index(
                name="certificate_by_firm_shipment",
                fields=["licensee", "shipped_on"],
                condition=Q(shipped_on__isnull=False),
            ),
            GinIndex(
                OpClass(Upper("consignee_name"), name="gin_trgm_ops"),
                name="certificate_by_consignee",
            ),
        )

    def __str__(self) -> str:
        return self.display

    @property
    def display(self) -> str:
        """The number as printed."""
        return numbers.display(self.number)

    def is_expired(self, today: dt.date) -> bool:
        """Past the last day it is good for, without having arrived."""
        return (
            self.status in (Status.ISSUED, Status.SHIPPED)
            and self.date_of_expiry is not None
            and today > self.date_of_expiry
        )
