"""Who may manage users; and that the users one sees are the users one may view."""

from typing import Any

import pytest

from accounts import rules
from accounts.models import User
from accounts.operations import deactivate
from tests.cast import Cast

EVERYBODY = [
    "staff",
    "reviewer",
    "overseer",
    "census",
    "administrator",
    "issuer",
    "manager",
    "stranger",
    "carrier_issuer",
    "inactive",
    "loner",
]
SEE_ALL = ["administrator", "overseer", "census"]
OFFICES = ["staff", "reviewer", *SEE_ALL]

# permission, who may ever, who may to somebody else's account, who may to their own
WHO: list[tuple[str, list[str], list[str], list[str]]] = [
    (rules.MANAGE_USERS, ["administrator"], ["administrator"], []),
    (
        rules.VIEW_USERS,
        SEE_ALL,
        SEE_ALL,
        [person for person in EVERYBODY if person != "inactive"],
    ),
    (rules.ENTER_OVERSIGHT, SEE_ALL, SEE_ALL, SEE_ALL),
    (rules.VIEW_MAIL, OFFICES, OFFICES, OFFICES),
    (rules.RETRY_MAIL, ["staff"], ["staff"], ["staff"]),
]


@pytest.mark.parametrize("person", EVERYBODY)
def test_everybody_may_do_what_the_table_says_and_nothing_else(cast: Cast, person: str) -> None:
    user, other = getattr(cast, person), cast.colleague

    for permission, ever, to_others, to_themselves in WHO:
        assert user.has_perm(permission) is (person in ever), permission
        assert user.has_perm(permission, other) is (person in to_others), permission
        assert user.has_perm(permission, user) is (person in to_themselves), permission


def test_the_table_has_every_permission_of_the_accounts() -> None:
    assert {permission for permission, *_ in WHO} == set(rules.RULES)


def test_the_users_one_sees_are_the_users_one_may_view(cast: Cast) -> None:
    people = {person: getattr(cast, person) for person in EVERYBODY}

    for person, user in people.items():
        permitted = {row for row in User.objects.all() if user.has_perm(rules.VIEW_USERS, row)}
        assert set(User.objects.visible_to(user)) == permitted, person
        if person in SEE_ALL:
            assert permitted == set(User.objects.all()), person
        else:
            assert permitted == (set() if person == "inactive" else {user}), person


@pytest.mark.parametrize(
    "attribute", ["is_staff_member", "is_overseer", "is_administrator", "sees_every_licensee"]
)
def test_a_closed_account_holds_no_office_any_more(cast: Cast, attribute: str) -> None:
    for person in ("staff", "overseer", "reviewer"):
        user: Any = deactivate(getattr(cast, person), actor=cast.administrator)
        assert not getattr(user, attribute)


@pytest.mark.parametrize(
    ("person", "label"),
    [
        ("staff", "USKPA staff"),
        ("census", "Government overseer, Census Bureau"),
        ("overseer", "Government overseer, Department of State"),
        ("issuer", "Licensee"),
    ],
)
def test_a_role_is_named_in_words(cast: Cast, person: str, label: str) -> None:
    assert getattr(cast, person).role_label == label
