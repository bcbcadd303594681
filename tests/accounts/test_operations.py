"""Who may come in: inviting, closing and opening accounts."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction
from django.test import Client

from accounts.models import User
from accounts.offices import Agency, Office
from accounts.operations import (
    create_administrator,
    deactivate,
    invite,
    reactivate,
)
from tests.cast import Cast
from tests.letters import written
from tests.unchanged import forbidden, journaled, refused

NOT_ADMINISTRATORS = [
    "staff",
    "reviewer",
    "overseer",
    "census",
    "issuer",
    "manager",
    "stranger",
    "inactive",
    "loner",
]
NEW_PASSWORD = "an entirely fresh pass phrase"


def invited(cast: Cast, **terms: Any) -> User:
    """Invite a new member of staff by the administrator, but for the given terms."""
    return invite(
        **{
            "email": "new@uskpa.example",
            "name": "New Person",
            "office": "staff",
            "agency": "",
            "actor": cast.administrator,
            **terms,
        }
    )


@pytest.mark.parametrize(
    ("office", "agency"),
    [
        *((office.value, "") for office in Office if office != Office.OVERSEER),
        *((Office.OVERSEER.value, agency.value) for agency in Agency),
    ],
)
def test_an_administrator_invites_to_every_office(cast: Cast, office: str, agency: str) -> None:
    assert cast.administrator

    with journaled(("user:invited", "user", None)) as entries:
        user = invited(cast, office=office, agency=agency, name="  New Person ")

    row = User.objects.get(pk=user.pk)
    assert (row.email, row.name, row.office, row.agency) == (
        "new@uskpa.example",
        "New Person",
        office,
        agency,
    )
    assert row.is_active
    assert not row.is_demonstration
    assert not row.has_usable_password()
    address = EmailAddress.objects.get(user=row)
    assert (address.email, address.primary, address.verified) == (row.email, True, True)
    assert (entries[0].actor, entries[0].subject_id) == (cast.administrator.email, str(row.pk))
    assert entries[0].changes == {
        "email": [None, row.email],
        "name": [None, "New Person"],
        "office": [None, office],
        "agency": [None, agency],
        "is_active": [None, True],
    }


@pytest.mark.parametrize(
    ("terms", "code", "field"),
    [
        pytest.param({"office": "boss"}, "office_unknown", "office", id="unknown office"),
        pytest.param({"office": ""}, "office_unknown", "office", id="no office"),
        pytest.param({"office": "overseer"}, "agency_missing", "agency", id="overseer of nothing"),
        pytest.param(
            {"office": "overseer", "agency": "fbi"}, "agency_missing", "agency", id="other agency"
        ),
        pytest.param({"agency": "census"}, "agency_missing", "agency", id="staff of an agency"),
    ],
)
def test_an_invitation_on_wrong_terms_is_refused(
    cast: Cast, terms: dict[str, str], code: str, field: str
) -> None:
    assert cast.administrator

    with refused(code, field):
        invited(cast, **terms)


@pytest.mark.parametrize(
    "typed", ["staff@tests.example", "STAFF@Tests.example", " Staff@tests.example "]
)
def test_an_address_has_one_account_whatever_its_capitals(cast: Cast, typed: str) -> None:
    assert cast.staff
    assert cast.administrator

    with refused("user_exists", "email"):
        invited(cast, email=typed)


@pytest.mark.parametrize("person", NOT_ADMINISTRATORS)
def test_nobody_but_an_administrator_manages_accounts(cast: Cast, person: str) -> None:
    actor, other, closed = getattr(cast, person), cast.colleague, cast.inactive
    assert cast.administrator

    with forbidden():
        invited(cast, actor=actor)
    with forbidden():
        deactivate(other, actor=actor)
    with forbidden():
        reactivate(closed, actor=actor)


def test_an_address_is_stored_in_small_letters_and_found_in_any(cast: Cast) -> None:
    user = invited(cast, email=" New@USKPA.Example ")

    assert user.email == "new@uskpa.example"
    assert User.objects.get_by_natural_key("NEW@uskpa.EXAMPLE") == user


# The invitation


@pytest.fixture
def letter(cast: Cast) -> Any:
    """The invitation of a new member of staff."""
    assert cast.administrator
    with written() as letters:
        invited(cast)
    (sent,) = letters
    return sent


def link_in(letter: Any) -> str:
    (link,) = re.findall(r"https?://\S+", letter.text)
    assert link.startswith("http://testserver/")
    return str(link.removeprefix("http://testserver"))


def test_an_invitation_has_one_link_and_nothing_of_trade(letter: Any) -> None:
    assert letter.recipient == "new@uskpa.example"
    assert link_in(letter)
    # A number of days is all it counts: no carats, dollars or certificates (domain 10.32).
    words = re.sub(r"https?://\S+", "", letter.text)
    assert re.findall(r"[0-9]+", words) in ([], ["3"])
    assert "password" in words


def test_the_link_of_an_invitation_lets_one_choose_a_password_once(letter: Any) -> None:
    client, link = Client(), link_in(letter)

    page = client.get(link, follow=True)
    assert page.status_code == 200
    chosen = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    answer = client.post(page.request["PATH_INFO"], chosen, follow=True)
    assert answer.status_code == 200

    assert User.objects.get(email="new@uskpa.example").check_password(NEW_PASSWORD)
    again = Client().get(link, follow=True)
    assert b'name="password1"' not in again.content


def test_no_invitation_goes_out_for_what_was_rolled_back(cast: Cast) -> None:
    assert cast.administrator
    with written() as letters, transaction.atomic():
        invited(cast)
        transaction.set_rollback(True)

    assert letters == []
    assert not User.objects.filter(email="new@uskpa.example").exists()


def test_mail_that_cannot_be_sent_does_not_undo_an_invitation(cast: Cast, settings: Any) -> None:
    assert cast.administrator
    settings.EMAIL_BACKEND = "tests.no_such_backend"

    user = invited(cast)

    assert User.objects.filter(pk=user.pk).exists()


# Closing and opening


def test_an_account_is_closed_and_opened_again(cast: Cast) -> None:
    administrator, user = cast.administrator, cast.issuer

    with journaled(
        ("user:deactivated", "user", user.pk), ("user:reactivated", "user", user.pk)
    ) as entries:
        closed = deactivate(user, actor=administrator)
        opened = reactivate(user, actor=administrator)

    assert (closed.is_active, opened.is_active) == (False, True)
    assert User.objects.get(pk=user.pk).is_active
    assert [entry.changes for entry in entries] == [
        {"is_active": [True, False]},
        {"is_active": [False, True]},
    ]
    assert {entry.actor for entry in entries} == {administrator.email}


def test_a_closed_account_is_not_closed_again(cast: Cast) -> None:
    user = cast.inactive
    assert cast.administrator

    with refused("not_active"):
        deactivate(user, actor=cast.administrator)


def test_an_open_account_is_not_opened_again(cast: Cast) -> None:
    user = cast.issuer
    assert cast.administrator

    with refused("already_active"):
        reactivate(user, actor=cast.administrator)


def test_nobody_closes_their_own_account(cast: Cast) -> None:
    assert cast.administrator

    with forbidden():
        deactivate(cast.administrator, actor=cast.administrator)


# The first administrator


@pytest.mark.django_db
def test_the_first_administrator_comes_from_the_command_line() -> None:
    with journaled(("user:invited", "user", None)) as entries:
        user = create_administrator(email="Chief@uskpa.example", name="Chief")

    assert (user.email, user.office) == ("chief@uskpa.example", Office.ADMINISTRATOR)
    assert (entries[0].actor_id, entries[0].actor) == (None, "")


def test_later_administrators_are_invited(cast: Cast) -> None:
    assert cast.administrator

    with refused("administrator_exists"):
        create_administrator(email="chief@uskpa.example", name="Chief")


def test_a_closed_account_is_no_administrator(cast: Cast) -> None:
    other = invited(cast, office="administrator")
    deactivate(cast.administrator, actor=other)
    User.objects.filter(pk=other.pk).update(is_active=False)

    assert create_administrator(email="chief@uskpa.example", name="Chief").is_administrator


def test_an_administrator_needs_an_address_of_their_own(cast: Cast) -> None:
    assert cast.staff

    with refused("user_exists", "email"):
        create_administrator(email=cast.staff.email, name="Chief")
