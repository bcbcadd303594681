"""Applications for a licence, from the first sitting to the licence (domain 2.1, 2.2)."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from licensees.models.firm import Kind, Licensee
from licensees.models.money import FeePayment
from licensees.states import OPEN, STAGE_CHOICES, Stage


class ApplicationQuerySet(models.QuerySet["Application"]):
    """The questions asked of applications."""

    def visible_to(self, user: User) -> Self:
        """Offices see what was sent in; an applicant comes by link, not by account."""
        return self if user.sees_every_licensee else self.none()

    def sent_in(self) -> Self:
        """All but those that are still being filled in."""
        return self.exclude(stage=Stage.STARTED)

    def to_work(self) -> Self:
        """Those that wait for a step of USKPA."""
        return self.filter(stage__in=OPEN)


class Application(models.Model):
    """What a firm says of itself to become a licensee, and what USKPA made of it.

    The applicant has no account: whoever holds the link that was mailed is the applicant. Only
    a digest of the link's key is kept.
    """

    contact_email = models.EmailField("e-mail address", max_length=254)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    stage = models.CharField(max_length=14, choices=STAGE_CHOICES, default=Stage.STARTED)

    # What R2.2 asks for
    legal_name = models.CharField(max_length=256, blank=True)
    kind = models.CharField("licence", max_length=8, choices=Kind, default=Kind.ORDINARY)
    state_of_incorporation = models.CharField(max_length=2, blank=True)
    address = models.TextField(blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    fax = models.CharField(max_length=40, blank=True)
    email = models.EmailField("firm’s e-mail address", max_length=254, blank=True)
    ein = models.CharField("federal tax id (EIN)", max_length=10, blank=True)
    contact_name = models.CharField("contact person", max_length=120, blank=True)
    ace_account = models.CharField("ACE exporter account", max_length=60, blank=True)
    in_business_since = models.DateField("in U.S. business since", null=True, blank=True)
    business = models.TextField("the firm’s business in diamonds", blank=True)

    started_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    wanted = models.TextField(blank=True, help_text="What USKPA still asks for; empty: nothing.")

    # The Board's decision
    decided_on = models.DateField(null=True, blank=True)
    minute_reference = models.CharField(max_length=60, blank=True)
    decision_note = models.TextField(blank=True)

    # The agreement, the first fee and the first person
    agreement_version = models.CharField(max_length=20, blank=True)
    agreement_sent_on = models.DateField(null=True, blank=True)
    agreement_signed_on = models.DateField(null=True, blank=True)
    fee_usd = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    fee_paid_on = models.DateField(null=True, blank=True)
    fee_method = models.CharField(max_length=8, choices=FeePayment.Method, blank=True)
    fee_reference = models.CharField(max_length=60, blank=True)

    licensee = models.OneToOneField(
        Licensee, models.PROTECT, null=True, blank=True, related_name="application"
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                name="application_one_open_by_ein", fields=["ein"], condition=Q(stage__in=OPEN)
            ),
            models.CheckConstraint(
                name="application_stage_known", condition=Q(stage__in=list(Stage))
            ),
            models.CheckConstraint(
                name="application_ein_well_formed",
                condition=Q(stage__in=[Stage.STARTED, Stage.WITHDRAWN])
                | Q(ein__regex=r"^[0-9]{2}-[0-9]{7}$"),
            ),
            models.CheckConstraint(
                name="application_decided_with_minute",
                condition=~Q(
                    stage__in=[
                        Stage.REJECTED, Stage.APPROVED, Stage.AGREEMENT_SENT, Stage.ACTIVE,
                    ]
                )
                | (Q(decided_on__isnull=False) & ~Q(minute_reference="")),
            ),
            models.CheckConstraint(
                name="application_agreement_in_order",
                condition=Q(agreement_signed_on=None)
                | Q(
                    agreement_sent_on__isnull=False,
                    agreement_signed_on__gte=F("agreement_sent_on"),
                ),
            ),
            models.CheckConstraint(
                name="application_active_is_whole",
                condition=Q(
                    stage=Stage.ACTIVE,
                    licensee__isnull=False,
                    agreement_signed_on__isnull=False,
                    fee_paid_on__isnull=False,
                )
                | (~Q(stage=Stage.ACTIVE) & Q(licensee=None)),
            ),
        )  # fmt: skip
        indexes = (models.Index(name="application_by_stage", fields=["stage", "-id"]),)

    def __str__(self) -> str:
        return self.legal_name or f"Application {self.pk}"


class ReferenceQuerySet(models.QuerySet["Reference"]):
    """The questions asked of references."""

    def visible_to(self, user: User) -> Self:
        """The references of the applications ``user`` sees."""
        return self.filter(application__in=Application.objects.visible_to(user))


class Reference(models.Model):
    """Somebody in the trade who speaks for an applicant, and what they said (R2.1)."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="references")
    name = models.CharField(max_length=120)
    firm = models.CharField(max_length=256)
    reachable_at = models.CharField("telephone or e-mail address", max_length=254)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    checked_on = models.DateField(null=True, blank=True)
    checked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="references_checked"
    )
    outcome = models.TextField("what was said", blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                name="reference_checked_whole",
                condition=Q(checked_on=None, checked_by=None, outcome="")
                | (Q(checked_on__isnull=False, checked_by__isnull=False) & ~Q(outcome="")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.firm}"
