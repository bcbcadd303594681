"""Who acts for a firm: ending it at once, the last manager, and the yearly word on the list."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from accounts.operations import deactivate
from journal.errors import OperationRefused
from licensees.models import Contact, Licensee, PeopleConfirmation
from licensees.operations.licensing import close, suspend
from licensees.operations.people import appoint, confirm_people, dismiss
from licensees.operations.people_requests import request_person
from licensees.verification import people as verification
from tests.at_once import at_once, one_after_the_other
from tests.cast import Cast, today
from tests.letters import written
from tests.unchanged import forbidden, journaled, refused


def contact_of(user: User, firm: Licensee) -> Contact:
    return Contact.objects.current().get(user=user, licensee=firm)


def managers(cast: Cast, count: int = 2) -> list[User]:
    """So many managers of firm A, the cast's first."""
    others = [
        appoint(
            cast.firm_a, email=f"m{n}@tests.example", name=f"M{n}", role="manager", actor=cast.staff
        ).user
        for n in range(1, count)
    ]
    return [cast.manager, *others]


def over(firm: Licensee, actor: User) -> Licensee:
    """The firm, its licence surrendered."""
    return close(
        firm, outcome="surrendered", reason="Test", ended_on=today(), take_over_shipments=False,
        today=today(), actor=actor,
    )  # fmt: skip


# ---- leaving takes effect at once ---------------------------------------------------------------


def test_a_manager_ends_a_colleagues_acting_and_staff_are_told(cast: Cast) -> None:
    contact, manager = cast.contact_a, cast.manager

    with journaled(("contact:dismissed", "contact", contact.pk)), written() as letters:
        ended = dismiss(contact, actor=manager)

    assert ended.ended_at is not None
    assert [letter.recipient for letter in letters] == [settings.STAFF_EMAIL]
    assert f"/licensees/{cast.firm_a.pk}/people/" in letters[0].text
    assert cast.issuer.name not in letters[0].text


def test_staff_are_not_told_of_what_staff_did(cast: Cast) -> None:
    assert cast.manager

    with written() as letters:
        dismiss(cast.contact_a, actor=cast.staff)

    assert letters == []


def test_the_sessions_of_whoever_leaves_end_with_their_next_request(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.issuer)
    assert browser.get("/certificates/").status_code == 200

    dismiss(cast.contact_a, actor=cast.manager)

    assert browser.get("/account/").status_code == 302


def test_the_sessions_of_a_closed_account_end_with_their_next_request(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.issuer)
    assert browser.get("/certificates/").status_code == 200

    deactivate(cast.issuer, actor=cast.administrator)

    assert browser.get("/account/").status_code == 302


def test_a_leaver_is_not_approved_back_in_by_an_old_request(cast: Cast) -> None:
    asked = request_person(
        cast.firm_a, email=cast.issuer.email.upper(), name="", role="manager", actor=cast.manager
    )

    dismiss(cast.contact_a, actor=cast.manager)

    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("withdrawn", cast.manager)


@pytest.mark.parametrize("person", ["colleague", "issuer", "stranger", "overseer", "administrator"])
def test_nobody_else_ends_anybodys_acting(cast: Cast, person: str) -> None:
    assert cast.manager
    actor, contact = getattr(cast, person), cast.contact_a

    with forbidden():
        dismiss(contact, actor=actor)


def test_a_manager_of_another_firm_ends_nothing_here(cast: Cast) -> None:
    appoint(cast.firm_b, email=cast.loner.email, name="", role="manager", actor=cast.staff)
    contact = cast.contact_a

    with forbidden():
        dismiss(contact, actor=cast.loner)


def test_what_has_ended_does_not_end_again(cast: Cast) -> None:
    dismiss(cast.contact_a, actor=cast.manager)

    with refused("already_ended"):
        dismiss(cast.contact_a, actor=cast.staff)


# ---- the last manager ---------------------------------------------------------------------------


def the_only_manager(cast: Cast) -> Contact:
    return contact_of(cast.manager, cast.firm_a)


def with_a_colleague_whose_account_is_closed(cast: Cast) -> Contact:
    first, second = managers(cast)
    deactivate(second, actor=cast.administrator)
    return contact_of(first, cast.firm_a)


@pytest.mark.parametrize("actor", ["manager", "staff"])
@pytest.mark.parametrize(
    "firm_with",
    [the_only_manager, with_a_colleague_whose_account_is_closed],
    ids=lambda f: f.__name__,
)
def test_a_firm_with_an_active_licence_keeps_one_manager(
    cast: Cast, firm_with: Any, actor: str
) -> None:
    contact = firm_with(cast)
    by = getattr(cast, actor)

    with refused("last_manager"):
        dismiss(contact, actor=by)


def test_staff_take_the_last_manager_out_of_a_firm_that_does_not_trade(cast: Cast) -> None:
    contact = the_only_manager(cast)
    suspend(cast.firm_a, reason="Test", today=today(), actor=cast.staff)
    manager, staff = cast.manager, cast.staff

    with refused("last_manager"):
        dismiss(contact, actor=manager)
    assert dismiss(contact, actor=staff).ended_at is not None


def test_one_of_two_managers_may_leave_also_by_themselves(cast: Cast) -> None:
    first, second = managers(cast)

    dismiss(contact_of(second, cast.firm_a), actor=second)

    assert list(cast.firm_a.contacts.current().filter(role="manager")) == [
        contact_of(first, cast.firm_a)
    ]


def test_a_manager_whose_account_was_closed_can_be_taken_out(cast: Cast) -> None:
    contact = the_only_manager(cast)
    deactivate(cast.manager, actor=cast.administrator)

    assert dismiss(contact, actor=cast.staff).ended_at is not None


@pytest.mark.django_db(transaction=True)
def test_of_two_managers_who_dismiss_each_other_one_stays(transactional_cast: Cast) -> None:
    cast = transactional_cast
    first, second = managers(cast)
    theirs = {user: contact_of(user, cast.firm_a) for user in (first, second)}

    answers = at_once(
        [
            lambda: dismiss(theirs[second], actor=first),
            lambda: dismiss(theirs[first], actor=second),
        ]
    )

    assert sum(isinstance(answer, Contact) for answer in answers) == 1, answers
    assert cast.firm_a.contacts.current().filter(role="manager").count() == 1


# ---- appointing ---------------------------------------------------------------------------------


def test_a_firm_whose_licence_ended_takes_nobody_and_may_let_everybody_go(cast: Cast) -> None:
    contact, manager = cast.contact_a, cast.manager
    over(cast.firm_a, cast.staff)
    new = {"email": "new@tests.example", "name": "New", "role": "issuer"}

    with refused("licence_ended"):
        appoint(cast.firm_a, **new, actor=cast.staff)
    with refused("licence_ended"):
        request_person(cast.firm_a, **new, actor=manager)
    with refused("licence_ended"):
        confirm_people(cast.firm_a, year=today().year, today=today(), actor=manager)
    assert dismiss(contact, actor=manager).ended_at is not None


def test_the_database_lets_nobody_with_an_office_act_for_a_firm(cast: Cast) -> None:
    contact, staff = cast.contact_a, cast.staff

    with pytest.raises(IntegrityError, match="cannot act"), transaction.atomic():
        Contact.objects.filter(pk=contact.pk).update(user=staff)
    with pytest.raises(IntegrityError, match="cannot hold"), transaction.atomic():
        User.objects.filter(pk=contact.user_id).update(office="staff")
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        Contact.objects.filter(pk=contact.pk).delete()


# ---- the yearly confirmation --------------------------------------------------------------------

YEAR = 2026
DAY = dt.date(YEAR, 1, 20)


def test_a_manager_confirms_the_list_and_the_list_is_kept(cast: Cast) -> None:
    assert cast.issuer
    manager = cast.manager

    with journaled(("people:confirmed", "people_confirmation", None)) as entries:
        confirmation = confirm_people(cast.firm_a, year=YEAR, today=DAY, actor=manager)
    dismiss(cast.contact_a, actor=manager)

    confirmation.refresh_from_db()
    assert confirmation.people == [
        {"name": "Issuer-A", "email": "issuer-a@tests.example", "role": "issuer"},
        {"name": "Manager-A", "email": "manager-a@tests.example", "role": "manager"},
    ]
    assert (confirmation.confirmed_by, confirmation.year) == (manager, YEAR)
    assert entries[0].changes["people"] == [None, confirmation.people]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"year": YEAR - 1}, "not_this_year", id="last year"),
        pytest.param({"year": YEAR + 1}, "not_this_year", id="next year"),
        pytest.param({"seen": [0]}, "people_changed", id="another list"),
        pytest.param({"seen": []}, "people_changed", id="an empty list"),
    ],
)
def test_a_confirmation_is_of_this_year_and_of_the_list_seen(
    cast: Cast, change: dict[str, Any], code: str
) -> None:
    facts: dict[str, Any] = {"year": YEAR, "today": DAY, "actor": cast.manager, **change}

    with refused(code):
        confirm_people(cast.firm_a, **facts)


def test_a_list_is_confirmed_once_a_year_and_again_the_next(cast: Cast) -> None:
    manager = cast.manager
    confirm_people(cast.firm_a, year=YEAR, today=DAY, actor=manager)

    with refused("already_confirmed"):
        confirm_people(cast.firm_a, year=YEAR, today=DAY, actor=manager)
    confirm_people(cast.firm_a, year=YEAR + 1, today=dt.date(YEAR + 1, 1, 1), actor=manager)

    assert cast.firm_a.people_confirmations.count() == 2


@pytest.mark.parametrize("person", ["issuer", "stranger", "staff", "overseer", "administrator"])
def test_nobody_but_a_manager_of_the_firm_confirms(cast: Cast, person: str) -> None:
    assert cast.manager
    actor = getattr(cast, person)

    with forbidden():
        confirm_people(cast.firm_a, year=YEAR, today=DAY, actor=actor)


def test_the_database_changes_no_confirmation(cast: Cast) -> None:
    row = confirm_people(cast.firm_a, year=YEAR, today=DAY, actor=cast.manager)
    rows = PeopleConfirmation.objects.filter(pk=row.pk)

    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        rows.update(people=[])
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        rows.delete()


@pytest.mark.django_db(transaction=True)
def test_of_two_managers_who_confirm_at_once_one_does(transactional_cast: Cast) -> None:
    cast = transactional_cast
    first, second = managers(cast)

    _, answer = one_after_the_other(
        lambda: confirm_people(cast.firm_a, year=YEAR, today=DAY, actor=first),
        lambda: confirm_people(cast.firm_a, year=YEAR, today=DAY, actor=second),
    )

    assert isinstance(answer, OperationRefused)
    assert answer.code == "already_confirmed"


def test_a_firm_owes_the_list_from_the_year_after_it_was_licensed_until_it_ends(cast: Cast) -> None:
    firms = Licensee.objects.all()

    def owed(year: int) -> set[Licensee]:
        return set(PeopleConfirmation.objects.owed_by(firms, year))

    assert cast.firm_a.effective_on == dt.date(2020, 1, 1)
    assert cast.firm_b
    assert owed(2020) == set()
    assert owed(2021) == {cast.firm_a, cast.firm_b}

    confirm_people(cast.firm_a, year=YEAR, today=DAY, actor=cast.manager)
    assert owed(YEAR) == {cast.firm_b}
    assert owed(YEAR + 1) == {cast.firm_a, cast.firm_b}

    over(cast.firm_b, cast.staff)
    assert owed(YEAR + 1) == {cast.firm_a}


# ---- the journal knows --------------------------------------------------------------------------


def test_the_journal_and_the_rows_say_the_same_and_a_change_behind_its_back_is_found(
    cast: Cast,
) -> None:
    request_person(cast.firm_a, email="a@b.example", name="A", role="issuer", actor=cast.manager)
    confirm_people(cast.firm_a, year=YEAR, today=DAY, actor=cast.manager)
    contact = cast.contact_a
    dismiss(contact, actor=cast.manager)
    assert list(verification.differences()) == []

    cast.firm_a.people_requests.update(role="manager")
    Contact.objects.filter(pk=contact.pk).update(ended_at=None)

    told = list(verification.differences())
    assert len(told) == 2
    assert "has_ended is False" in told[0]
    assert "role is 'manager', the journal says 'issuer'" in told[1]
