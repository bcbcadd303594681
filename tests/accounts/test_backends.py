"""How a user is known, and that permissions come from the rules alone."""

from typing import Any

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from accounts import backends
from accounts.backends import EmailBackend, RulesBackend
from accounts.models import User
from tests.cast import PASSWORD, Cast


def signs_in(email: str, password: str = PASSWORD) -> Any:
    return authenticate(request=None, email=email, password=password)


@pytest.mark.parametrize("typed", ["staff@tests.example", "STAFF@Tests.Example"])
def test_a_user_signs_in_by_email_whatever_its_capitals(cast: Cast, typed: str) -> None:
    assert cast.staff

    assert signs_in(typed) == cast.staff


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("staff@tests.example", "another password"),
        ("staff@tests.example", PASSWORD.upper()),
        ("staff@tests.example", ""),
        ("nobody@tests.example", PASSWORD),
        ("", PASSWORD),
    ],
)
def test_nobody_signs_in_with_anything_else(cast: Cast, email: str, password: str) -> None:
    assert cast.staff

    assert signs_in(email, password) is None


def test_a_closed_account_does_not_sign_in(cast: Cast) -> None:
    assert signs_in(cast.inactive.email) is None


@pytest.mark.parametrize("demonstration", [True, False])
def test_a_demonstration_account_signs_in_to_a_demonstration_only(
    cast: Cast, settings: Any, demonstration: bool
) -> None:
    User.objects.filter(pk=cast.staff.pk).update(is_demonstration=True)
    settings.DEMONSTRATION, settings.DEBUG = demonstration, False

    assert (signs_in(cast.staff.email) is not None) is demonstration
    assert signs_in(cast.issuer.email) == cast.issuer


def test_a_demonstration_account_signed_in_before_is_shut_out_too(
    cast: Cast, settings: Any
) -> None:
    User.objects.filter(pk=cast.staff.pk).update(is_demonstration=True)
    backend = EmailBackend()
    settings.DEMONSTRATION, settings.DEBUG = True, False
    assert backend.get_user(cast.staff.pk) == cast.staff

    settings.DEMONSTRATION = False

    assert backend.get_user(cast.staff.pk) is None


@pytest.mark.parametrize("person", ["staff", "administrator", "overseer", "issuer"])
@pytest.mark.parametrize(
    "permission",
    [
        "certificates.delete_certificate",
        "certificates.change_certificate",
        "accounts.add_user",
        "nonsense",
        "",
    ],
)
def test_what_no_rule_decides_nobody_may(cast: Cast, person: str, permission: str) -> None:
    user = getattr(cast, person)

    assert not user.has_perm(permission)
    assert not user.has_perm(permission, user)


def test_there_is_no_superuser() -> None:
    fields = {field.name for field in get_user_model()._meta.get_fields()}

    assert not fields & {"is_superuser", "is_staff", "groups", "user_permissions"}
    assert not hasattr(User.objects, "create_superuser")


def test_a_user_with_a_made_up_superuser_flag_may_nothing_more(cast: Cast) -> None:
    cast.loner.is_superuser = True  # type: ignore[attr-defined]

    assert not cast.loner.has_perm("certificates.sell_stock")


def test_the_rules_decide_nothing_for_a_stranger_to_the_system() -> None:
    assert not RulesBackend().has_perm(AnonymousUser(), "certificates.view_certificate")


def test_signing_in_grants_nothing_by_itself(cast: Cast) -> None:
    assert not EmailBackend().has_perm(cast.staff, "certificates.sell_stock")
    assert RulesBackend().has_perm(cast.staff, "certificates.sell_stock")


def test_all_of_several_permissions_are_asked(cast: Cast) -> None:
    sell, issue = "certificates.sell_stock", "certificates.issue_certificate"

    assert cast.staff.has_perms([sell])
    assert not cast.staff.has_perms([sell, issue])


def test_two_apps_may_not_decide_the_same_permission(settings: Any) -> None:
    settings.RULES_MODULES = ["licensees.rules", "licensees.rules"]
    backends.rules.cache_clear()
    try:
        with pytest.raises(ValueError, match="decides again"):
            backends.rules()
    finally:
        backends.rules.cache_clear()


def test_every_rule_takes_a_row_or_none(cast: Cast) -> None:
    for permission in backends.rules():
        for person in ("staff", "overseer", "issuer", "loner"):
            assert cast.__getattribute__(person).has_perm(permission) in (True, False)


def test_a_closed_account_is_signed_out_with_its_next_request(cast: Cast) -> None:
    client = Client()
    assert client.login(request=None, email=cast.staff.email, password=PASSWORD)
    assert client.get("/account/session/").json()["signed_in"]

    User.objects.filter(pk=cast.staff.pk).update(is_active=False)

    assert not client.get("/account/session/").json()["signed_in"]
