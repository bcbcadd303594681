"""Managers ask for people; staff decide, once, and never on what they asked themselves."""

from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from journal.errors import OperationRefused
from licensees.models import Contact, PeopleRequest
from licensees.operations.licensing import close
from licensees.operations.people import appoint, dismiss
from licensees.operations.people_requests import decide_request, request_person, withdraw_request
from tests.at_once import one_after_the_other
from tests.cast import Cast, today
from tests.letters import written
from tests.unchanged import forbidden, journaled, refused

NEW = {"email": "new@tests.example", "name": "New Person", "role": "issuer"}


def asked_by(cast: Cast, **change: Any) -> PeopleRequest:
    return request_person(cast.firm_a, **{**NEW, "actor": cast.manager, **change})


def acting(cast: Cast, email: str) -> list[str]:
    """The roles in which somebody acts for firm A now."""
    rows = cast.firm_a.contacts.current().filter(user__email=email)
    return list(rows.values_list("role", flat=True))


# ---- asking -------------------------------------------------------------------------------------


def test_a_request_waits_and_staff_are_told_without_the_persons_name(cast: Cast) -> None:
    manager = cast.manager

    with journaled(("people_request:made", "people_request", None)), written() as letters:
        asked = asked_by(cast, email=" NEW@tests.example ")

    assert (asked.state, asked.email, asked.requested_by) == ("waiting", NEW["email"], manager)
    assert acting(cast, NEW["email"]) == []
    assert not User.objects.filter(email=NEW["email"]).exists()
    assert [letter.recipient for letter in letters] == [settings.STAFF_EMAIL]
    assert f"/licensees/people-requests/{asked.pk}/" in letters[0].text
    assert "New Person" not in letters[0].text


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        pytest.param({"role": "owner"}, "role_unknown", "role", id="no role"),
        pytest.param(
            {"email": "ISSUER-A@tests.example"}, "already_contact", "email", id="acts in that role"
        ),
        pytest.param({"email": "Waits@tests.example"}, "request_waiting", "email", id="asked for"),
    ],
)
def test_a_request_for_nothing_new_is_refused(
    cast: Cast, change: dict[str, str], code: str, field: str
) -> None:
    assert cast.issuer
    asked_by(cast, email="waits@tests.example")

    with refused(code, field):
        asked_by(cast, **change)


def test_what_was_withdrawn_or_declined_can_be_asked_for_again(cast: Cast) -> None:
    withdraw_request(asked_by(cast), actor=cast.manager)
    decide_request(asked_by(cast), approve=False, note="Who?", actor=cast.staff)

    assert asked_by(cast).state == "waiting"


@pytest.mark.parametrize("person", ["issuer", "stranger", "staff", "overseer", "administrator"])
def test_nobody_but_a_manager_of_the_firm_asks_or_withdraws(cast: Cast, person: str) -> None:
    asked, actor = asked_by(cast), getattr(cast, person)

    with forbidden():
        asked_by(cast, email="other@tests.example", actor=actor)
    with forbidden():
        withdraw_request(asked, actor=actor)


# ---- deciding -----------------------------------------------------------------------------------


def test_approving_appoints_and_invites_and_the_manager_is_told(cast: Cast) -> None:
    asked, staff = asked_by(cast), cast.staff

    with written() as letters:
        decided = decide_request(asked, approve=True, actor=staff)

    assert (decided.state, decided.decided_by) == ("approved", staff)
    assert acting(cast, NEW["email"]) == ["issuer"]
    assert [letter.recipient for letter in letters] == [NEW["email"], cast.manager.email]
    assert letters[0].is_personal


def test_another_role_is_a_new_appointment_and_the_old_one_ends(cast: Cast) -> None:
    old = cast.contact_a
    asked = asked_by(cast, email=cast.issuer.email, name="Somebody Else", role="manager")

    with journaled(
        ("contact:dismissed", "contact", old.pk),
        ("contact:appointed", "contact", None),
        ("people_request:approved", "people_request", asked.pk),
    ):
        decide_request(asked, approve=True, actor=cast.staff)

    old.refresh_from_db()
    assert old.ended_at is not None
    assert acting(cast, cast.issuer.email) == ["manager"]
    assert asked.name == cast.issuer.name, "the account's name, whatever was typed"


def test_declining_needs_a_reason_and_tells_it_on_the_page_only(cast: Cast) -> None:
    asked, staff = asked_by(cast), cast.staff
    with refused("reason_missing", "note"):
        decide_request(asked, approve=False, note=" ", actor=staff)

    with written() as letters:
        decided = decide_request(asked, approve=False, note=" Not known to us ", actor=staff)

    assert (decided.state, decided.note) == ("declined", "Not known to us")
    assert acting(cast, NEW["email"]) == []
    assert [letter.recipient for letter in letters] == [cast.manager.email]
    assert "Not known" not in letters[0].text


def of_somebody_with_an_office(cast: Cast) -> PeopleRequest:
    return asked_by(cast, email=cast.overseer.email)


def of_somebody_who_came_in_meanwhile(cast: Cast) -> PeopleRequest:
    asked = asked_by(cast)
    appoint(cast.firm_a, **NEW, actor=cast.staff)
    return asked


def of_the_only_manager_to_be_an_issuer(cast: Cast) -> PeopleRequest:
    return asked_by(cast, email=cast.manager.email, role="issuer")


def of_a_firm_whose_licence_ended(cast: Cast) -> PeopleRequest:
    asked = asked_by(cast)
    close(
        cast.firm_a, outcome="terminated", reason="Test", ended_on=today(),
        take_over_shipments=False, today=today(), actor=cast.staff,
    )  # fmt: skip
    return asked


def that_was_withdrawn(cast: Cast) -> PeopleRequest:
    return withdraw_request(asked_by(cast), actor=cast.manager)


def that_was_declined(cast: Cast) -> PeopleRequest:
    return decide_request(asked_by(cast), approve=False, note="No", actor=cast.staff)


@pytest.mark.parametrize(
    ("request_of", "code"),
    [
        pytest.param(of_somebody_with_an_office, "holds_office", id="office"),
        pytest.param(of_somebody_who_came_in_meanwhile, "already_contact", id="came in meanwhile"),
        pytest.param(of_the_only_manager_to_be_an_issuer, "last_manager", id="only manager"),
        pytest.param(of_a_firm_whose_licence_ended, "licence_ended", id="licence ended"),
        pytest.param(that_was_withdrawn, "already_decided", id="withdrawn"),
        pytest.param(that_was_declined, "already_decided", id="declined"),
    ],
)
def test_what_cannot_be_done_is_not_approved_and_nothing_is_half_done(
    cast: Cast, request_of: Any, code: str
) -> None:
    asked, staff = request_of(cast), cast.staff

    with refused(code):
        decide_request(asked, approve=True, actor=staff)


def test_whoever_asked_never_decides_also_when_they_have_become_staff(cast: Cast) -> None:
    appoint(cast.firm_a, email="m2@tests.example", name="M2", role="manager", actor=cast.staff)
    asked = asked_by(cast)
    dismiss(Contact.objects.get(user=cast.manager), actor=cast.staff)
    User.objects.filter(pk=cast.manager.pk).update(office="staff")
    became_staff = User.objects.get(pk=cast.manager.pk)

    with refused("own_request"):
        decide_request(asked, approve=True, actor=became_staff)


@pytest.mark.parametrize("person", ["manager", "stranger", "reviewer", "overseer", "administrator"])
def test_nobody_but_staff_decides(cast: Cast, person: str) -> None:
    asked, actor = asked_by(cast), getattr(cast, person)

    with forbidden():
        decide_request(asked, approve=True, actor=actor)


@pytest.mark.django_db(transaction=True)
def test_of_two_staff_who_decide_at_once_one_does(transactional_cast: Cast) -> None:
    cast = transactional_cast
    asked, staff = asked_by(cast), cast.staff

    _, answer = one_after_the_other(
        lambda: decide_request(asked, approve=True, actor=staff),
        lambda: decide_request(asked, approve=False, note="No", actor=staff),
    )

    assert isinstance(answer, OperationRefused)
    assert answer.code == "already_decided"
    assert acting(cast, NEW["email"]) == ["issuer"]


# ---- the database -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"state": "approved"}, "decided_by_somebody", id="decided by nobody"),
        pytest.param({"state": "own"}, "decided_by_another", id="decided by whoever asked"),
        pytest.param(None, "never deleted", id="deleted"),
    ],
)
def test_the_database_holds_what_was_asked(
    cast: Cast, change: dict[str, Any] | None, words: str
) -> None:
    row = asked_by(cast)
    rows = PeopleRequest.objects.filter(pk=row.pk)
    if change == {"state": "own"}:
        change = {
            "state": "approved",
            "decided_by": row.requested_by,
            "decided_at": row.requested_at,
        }

    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        rows.delete() if change is None else rows.update(**change)
