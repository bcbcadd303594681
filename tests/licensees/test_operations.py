"""Licensing firms, appointing their people, charging fees, keeping address books."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from licensees.models import ENDED, AnnualFee, Contact, LicenceStatus, Licensee, Party
from licensees.operations.addresses import keep_party, retire_party
from licensees.operations.licensing import license, reinstate, suspend
from licensees.operations.money import charge_fee, receive_payment
from licensees.operations.people import appoint, dismiss
from tests.cast import Cast, today
from tests.letters import written
from tests.unchanged import forbidden, journaled, refused

NOT_STAFF = [
    "reviewer",
    "overseer",
    "census",
    "administrator",
    "inactive",
    "loner",
    "issuer",
    "manager",
    "stranger",
]
FACTS: dict[str, Any] = {
    "legal_name": "Example Cutters Inc.",
    "kind": "ordinary",
    "address": "1 Example Street\nNew York, NY 10036",
    "ein": "12-3456789",
    "state_of_incorporation": "NY",
    "effective_on": dt.date(2024, 2, 29),
}


def test_a_licensed_firm_is_active_from_its_day_on(cast: Cast) -> None:
    assert cast.staff

    firm = license(**FACTS, actor=cast.staff)

    row = Licensee.objects.get(pk=firm.pk)
    assert {name: getattr(row, name) for name in FACTS} == FACTS
    assert (row.status, row.is_active, row.is_carrier) == (LicenceStatus.ACTIVE, True, False)


def test_a_licence_is_journaled_with_all_its_facts(cast: Cast) -> None:
    assert cast.firm_a

    with journaled(("licensee:licensed", "licensee", None)) as entries:
        firm = license(**FACTS, actor=cast.staff)

    assert (entries[0].subject_id, entries[0].licensee_id) == (str(firm.pk), firm.pk)
    assert entries[0].changes["ein"] == [None, "12-3456789"]
    assert entries[0].changes["effective_on"] == [None, "2024-02-29"]
    told = {fact: now for fact, (_, now) in entries[0].changes.items()}
    assert told.pop("number") == firm.number
    assert {fact: told.pop(fact) for fact in ("telephone", "fax", "email", "ace_account")} == {
        "telephone": "", "fax": "", "email": "", "ace_account": "",
    }  # fmt: skip
    assert set(told) == set(FACTS)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        pytest.param({"kind": "friend"}, "kind_unknown", "kind", id="kind"),
        *(
            pytest.param({"ein": ein}, "ein_malformed", "ein", id=f"EIN {ein!r}")
            for ein in ("123456789", "12-345678", "12-34567890", "12-3456789\n", "१२-3456789", "")
        ),
    ],
)
def test_a_licence_with_wrong_facts_is_refused(
    cast: Cast, change: dict[str, Any], code: str, field: str
) -> None:
    assert cast.staff

    with refused(code, field):
        license(**{**FACTS, **change}, actor=cast.staff)


@pytest.mark.parametrize("same", ["legal_name", "ein"])
def test_a_firm_is_licensed_once(cast: Cast, same: str) -> None:
    facts = {**FACTS, same: getattr(cast.firm_a, same)}

    with refused("licensee_exists"):
        license(**facts, actor=cast.staff)


def test_a_suspended_firm_is_reinstated(cast: Cast) -> None:
    firm = cast.firm_a

    with journaled(
        ("licensee:suspended", "licensee", firm.pk), ("licensee:reinstated", "licensee", firm.pk)
    ) as entries:
        suspended = suspend(firm, reason=" Not paid ", today=today(), actor=cast.staff)
        reinstated = reinstate(firm, reason="Paid", today=today(), actor=cast.staff)

    assert (suspended.status, suspended.is_active) == (LicenceStatus.SUSPENDED, False)
    assert (reinstated.status, reinstated.is_active) == (LicenceStatus.ACTIVE, True)
    assert entries[0].changes == {
        "status": ["active", "suspended"],
        "suspended_on": [None, str(today())],
        "reason": [None, "Not paid"],
    }
    assert entries[1].changes == {
        "status": ["suspended", "active"],
        "suspended_on": [str(today()), None],
        "reason": [None, "Paid"],
    }
    assert {entry.licensee_id for entry in entries} == {firm.pk}


def turned_to(firm: Licensee, status: LicenceStatus) -> None:
    """The licence as it would stand, past the operations."""
    Licensee.objects.filter(pk=firm.pk).update(
        status=status,
        suspended_on=today() if status == LicenceStatus.SUSPENDED else None,
        ended_on=today() if status in ENDED else None,
    )


@pytest.mark.parametrize("turn", [suspend, reinstate])
def test_a_licence_does_not_turn_without_a_reason(cast: Cast, turn: Callable[..., Any]) -> None:
    firm = cast.firm_a
    if turn is reinstate:
        suspend(firm, reason="Test", today=today(), actor=cast.staff)

    with refused("reason_missing", "reason"):
        turn(firm, reason=" \n", today=today(), actor=cast.staff)


@pytest.mark.parametrize(
    ("turn", "status"),
    [
        (suspend, LicenceStatus.SUSPENDED),
        (suspend, LicenceStatus.TERMINATED),
        (suspend, LicenceStatus.SURRENDERED),
        (reinstate, LicenceStatus.ACTIVE),
        (reinstate, LicenceStatus.TERMINATED),
        (reinstate, LicenceStatus.SURRENDERED),
    ],
)
def test_a_licence_turns_only_from_where_it_stands(
    cast: Cast, turn: Callable[..., Any], status: LicenceStatus
) -> None:
    firm = cast.firm_a
    turned_to(firm, status)

    with refused("wrong_status") as refusal:
        turn(firm, reason="Test", today=today(), actor=cast.staff)

    assert status.label.lower() in refusal.value.detail


# Contacts


def test_a_new_person_is_invited_and_acts_for_the_firm(cast: Cast) -> None:
    firm = cast.firm_a
    before = timezone.now()

    with (
        written() as letters,
        journaled(
            ("user:invited", "user", None),
            ("contact:appointed", "contact", None),
        ) as entries,
    ):
        contact = appoint(
            firm, email=" New@Person.example ", name="New Person", role="manager", actor=cast.staff
        )

    assert (contact.user.email, contact.user.name) == ("new@person.example", "New Person")
    assert (contact.licensee, contact.role, contact.ended_at) == (firm, "manager", None)
    assert before <= contact.appointed_at <= timezone.now()
    assert entries[1].changes == {"user": [None, "new@person.example"], "role": [None, "manager"]}
    assert (entries[1].subject_id, entries[1].licensee_id) == (str(contact.pk), firm.pk)
    assert entries[0].subject_id == str(contact.user_id)
    assert [letter.recipient for letter in letters] == ["new@person.example"]


def test_somebody_with_an_account_is_not_invited_again(cast: Cast) -> None:
    firm, person = cast.firm_b, cast.issuer

    with written() as letters:
        contact = appoint(
            firm, email=person.email.upper(), name="Other", role="issuer", actor=cast.staff
        )

    assert contact.user == person
    assert contact.user.name == person.name
    assert letters == []


@pytest.mark.parametrize("person", ["staff", "reviewer", "overseer", "administrator"])
def test_whoever_holds_an_office_acts_for_no_firm(cast: Cast, person: str) -> None:
    user, firm = getattr(cast, person), cast.firm_a

    with refused("holds_office", "email"):
        appoint(firm, email=user.email, name="", role="issuer", actor=cast.staff)


def test_nobody_is_appointed_twice_at_a_time(cast: Cast) -> None:
    contact = cast.contact_a
    again = {"email": contact.user.email, "name": "", "role": "manager", "actor": cast.staff}

    with refused("already_contact", "email"):
        appoint(cast.firm_a, **again)

    dismiss(contact, actor=cast.staff)
    assert appoint(cast.firm_a, **again).user == contact.user


def test_an_unknown_role_is_refused(cast: Cast) -> None:
    firm = cast.firm_a

    with refused("role_unknown", "role"):
        appoint(firm, email="new@person.example", name="New", role="owner", actor=cast.staff)


def test_a_dismissed_person_acts_no_more_but_keeps_the_account(cast: Cast) -> None:
    contact = cast.contact_a

    with journaled(("contact:dismissed", "contact", contact.pk)) as entries:
        row = dismiss(contact, actor=cast.staff)

    assert row.ended_at is not None
    assert row.ended_at <= timezone.now()
    assert not Contact.objects.current().filter(pk=contact.pk).exists()
    assert User.objects.get(pk=contact.user_id).is_active
    assert entries[0].changes == {"user": [contact.user.email, None]}
    assert entries[0].licensee_id == cast.firm_a.pk


def test_nobody_is_dismissed_twice(cast: Cast) -> None:
    contact = dismiss(cast.contact_a, actor=cast.staff)

    with refused("already_ended"):
        dismiss(contact, actor=cast.staff)


# Fees: see test_money.py


def charged(cast: Cast, **terms: Any) -> AnnualFee:
    return charge_fee(
        cast.firm_a,
        **{
            "year": 2026,
            "amount_usd": Decimal("500.00"),
            "due_on": dt.date(2026, 1, 31),
            "actor": cast.staff,
            **terms,
        },
    )


# The address book


def kept(cast: Cast, **terms: Any) -> Party:
    return keep_party(
        cast.firm_a,
        **{
            "part": "consignee",
            "name": "Example Diamonds Ltd.",
            "address": "1 Example Road",
            "country": "IL",
            "actor": cast.issuer,
            **terms,
        },
    )


@pytest.mark.parametrize("person", ["issuer", "manager", "colleague"])
def test_a_firms_people_keep_its_address_book(cast: Cast, person: str) -> None:
    actor = getattr(cast, person)
    assert cast.issuer

    with journaled(("party:kept", "party", None)) as entries:
        party = kept(cast, actor=actor)

    assert entries[0].subject_id == str(party.pk)
    assert list(cast.firm_a.parties.offered("consignee", today())) == [party]
    assert list(cast.firm_a.parties.offered("exporter", today())) == []
    assert entries[0].changes == {
        "part": [None, "consignee"],
        "name": [None, "Example Diamonds Ltd."],
        "country": [None, "IL"],
        "address": [None, "1 Example Road"],
    }
    assert (entries[0].actor, entries[0].licensee_id) == (actor.email, cast.firm_a.pk)


def test_keeping_the_same_entry_again_writes_nothing(cast: Cast) -> None:
    party = kept(cast)

    with journaled():
        assert kept(cast) == party


def test_a_new_address_replaces_the_old_one(cast: Cast) -> None:
    party = kept(cast)

    with journaled(("party:kept", "party", party.pk)) as entries:
        kept(cast, address="2 Example Road")

    assert Party.objects.get().address == "2 Example Road"
    assert entries[0].changes["address"] == ["1 Example Road", "2 Example Road"]


@pytest.mark.parametrize("change", [{"country": "IN"}, {"name": "Other Ltd."}])
def test_another_name_or_country_is_another_entry(cast: Cast, change: dict[str, str]) -> None:
    assert kept(cast) != kept(cast, **change)
    assert Party.objects.count() == 2


def test_an_unknown_part_is_refused(cast: Cast) -> None:
    assert cast.issuer

    with refused("part_unknown"):
        kept(cast, part="broker")


def test_a_retired_entry_is_offered_no_more_and_may_come_back(cast: Cast) -> None:
    party, colleague = kept(cast), cast.colleague

    with journaled(("party:retired", "party", party.pk)) as entries:
        retire_party(party, actor=colleague)

    assert entries[0].changes == {"name": ["Example Diamonds Ltd.", None]}
    assert not cast.firm_a.parties.offered("consignee", today()).exists()
    with refused("already_retired"):
        retire_party(party, actor=cast.issuer)
    assert kept(cast) != party


@pytest.mark.parametrize(
    "person",
    ["staff", "reviewer", "overseer", "administrator", "inactive", "loner", "stranger"],
)
def test_nobody_else_touches_a_firms_address_book(cast: Cast, person: str) -> None:
    actor, party = getattr(cast, person), kept(cast)

    with forbidden():
        kept(cast, name="Other Ltd.", actor=actor)
    with forbidden():
        retire_party(party, actor=actor)


@pytest.mark.parametrize("person", NOT_STAFF)
def test_nobody_but_staff_licenses_appoints_or_charges(cast: Cast, person: str) -> None:
    actor, contact, fee = getattr(cast, person), cast.contact_a, charged(cast)

    with forbidden():
        license(**FACTS, actor=actor)
    with forbidden():
        suspend(cast.firm_a, reason="Test", today=today(), actor=actor)
    with forbidden():
        reinstate(cast.firm_a, reason="Test", today=today(), actor=actor)
    with forbidden():
        appoint(cast.firm_a, email="n@p.example", name="N", role="issuer", actor=actor)
    if person != "manager":  # who ends the acting of colleagues
        with forbidden():
            dismiss(contact, actor=actor)
    with forbidden():
        charged(cast, year=2027, actor=actor)
    with forbidden():
        receive_payment(
            fee, amount_usd=fee.amount_usd, method="check", reference="", received_on=today(),
            today=today(), actor=actor,
        )  # fmt: skip
