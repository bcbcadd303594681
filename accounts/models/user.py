"""Users of the portal. They are deactivated, never deleted (domain R1.3)."""

from typing import Any, ClassVar, Self

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.offices import Agency, Office


class UserQuerySet(models.QuerySet["User"]):
    """The questions asked of users."""

    def visible_to(self, user: "User") -> Self:
        """Users whom ``user`` may look at. The twin of ``rules.may_view_users``."""
        if not user.is_active:
            return self.none()
        if user.is_administrator or user.is_overseer:
            return self
        return self.filter(pk=user.pk)


class UserManager(BaseUserManager["User"]):
    """Finds users by their e-mail address, whatever its capitals."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: "User") -> UserQuerySet:
        """See ``UserQuerySet.visible_to``."""
        return self.get_queryset().visible_to(user)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in with an e-mail address.

    There are no groups, no stored permissions and no superusers: every permission comes from
    the rules (``RulesBackend``), so that a test can show all of them.
    """

    email = models.EmailField("e-mail address", max_length=254, unique=True)
    name = models.CharField("full name", max_length=120)
    office = models.CharField(max_length=16, choices=Office, blank=True)
    agency = models.CharField(max_length=8, choices=Agency, blank=True)
    is_active = models.BooleanField("active", default=True)
    is_demonstration = models.BooleanField("demonstration account", default=False)
    invited_at = models.DateTimeField(default=timezone.now)
    # Part of what every session is signed with: counting up ends all of them.
    sign_in_round = models.PositiveIntegerField(default=0, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ("email",)
        constraints = (
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message="Someone already has this e-mail address.",
            ),
            models.CheckConstraint(
                name="user_agency_if_overseer",
                condition=(Q(office=Office.OVERSEER) & ~Q(agency=""))
                | (~Q(office=Office.OVERSEER) & Q(agency="")),
            ),
            models.CheckConstraint(
                name="user_office_known",
                condition=Q(office__in=["", *Office.values]),
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff_member(self) -> bool:
        """USKPA staff, who license, sell and correct."""
        return self.is_active and self.office == Office.STAFF

    @property
    def is_overseer(self) -> bool:
        """A government overseer, who reads everything and changes nothing."""
        return self.is_active and self.office == Office.OVERSEER

    @property
    def is_administrator(self) -> bool:
        """Keeps accounts and reference tables."""
        return self.is_active and self.office == Office.ADMINISTRATOR

    @property
    def sees_every_licensee(self) -> bool:
        """Whether the user's office reads all firms' records."""
        return self.is_active and bool(self.office)

    @property
    def role_label(self) -> str:
        """The office in words, with the agency where there is one."""
        if not self.office:
            return "Licensee"
        label = Office(self.office).label
        return f"{label}, {Agency(self.agency).label}" if self.agency else label

    def _get_session_auth_hash(self, secret: Any = None) -> str:
        """What ties a session to this user; it changes with the password and the round."""
        key = f"accounts.sign_in_round.{self.sign_in_round}"
        return salted_hmac(key, self.password, secret=secret, algorithm="sha256").hexdigest()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Whether any backend's rule allows ``perm`` on ``obj`` (on anything, if None)."""
        return any(
            backend.has_perm(self, perm, obj)
            for backend in get_backends()
            if hasattr(backend, "has_perm")
        )

    def has_perms(self, perm_list: list[str], obj: Any = None) -> bool:
        """Whether every one of ``perm_list`` is allowed."""
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Which apps Django's admin lists: all of them to those who may enter it."""
        return self.has_perm("accounts.enter_oversight")


def display_name(user: User) -> str:
    """How a user is called in messages."""
    return str(user)
