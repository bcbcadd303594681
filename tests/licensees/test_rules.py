"""Who may see a firm and act for it; and that the rows one sees are the rows one may view."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from licensees import rules
from licensees.models import AnnualFee, Contact, Licensee, Party
from licensees.operations.addresses import keep_party
from licensees.operations.licensing import suspend
from licensees.operations.money import charge_fee
from licensees.operations.people import appoint, dismiss
from tests.cast import Cast, today

OFFICES = ["staff", "reviewer", "overseer", "census", "administrator"]
FIRM_A = ["issuer", "manager", "colleague"]
OTHERS = ["stranger", "carrier_issuer"]
NOBODY = ["inactive", "loner"]
EVERYBODY = [*OFFICES, *FIRM_A, *OTHERS, *NOBODY]

# permission, who may ever, who may at firm A
WHO: list[tuple[str, list[str], list[str]]] = [
    (rules.VIEW, [*OFFICES, *FIRM_A, *OTHERS], [*OFFICES, *FIRM_A]),
    (rules.LICENSE, ["staff"], ["staff"]),
    (rules.APPOINT, ["staff"], ["staff"]),
    (rules.CHARGE, ["staff"], ["staff"]),
    (rules.KEEP_ADDRESSES, [*FIRM_A, *OTHERS], FIRM_A),
    (rules.MANAGE_PEOPLE, ["manager"], ["manager"]),
    (rules.DISMISS, ["staff", "manager"], ["staff", "manager"]),
    (rules.VIEW_OFFICE_LISTS, OFFICES, OFFICES),
    (rules.VIEW_APPLICATIONS, OFFICES, OFFICES),
    (rules.WORK_APPLICATIONS, ["staff"], ["staff"]),
    (rules.ACKNOWLEDGE, ["manager"], ["manager"]),
    (rules.SET_WORDING, ["staff"], ["staff"]),
    (rules.TRAIN, ["staff"], ["staff"]),
]
# Asked of a paper, not of a firm: see test_papers.
OF_PAPERS = {rules.VIEW_PAPERS}


@pytest.mark.parametrize("person", EVERYBODY)
def test_everybody_may_do_what_the_table_says_and_nothing_else(cast: Cast, person: str) -> None:
    user, firm = getattr(cast, person), cast.firm_a

    for permission, ever, at_firm_a in WHO:
        assert user.has_perm(permission) is (person in ever), permission
        assert user.has_perm(permission, firm) is (person in at_firm_a), permission


def test_the_table_has_every_permission_of_the_licensees() -> None:
    assert {permission for permission, *_ in WHO} | OF_PAPERS == set(rules.RULES)


def test_the_rows_a_user_sees_are_the_rows_they_may_view(cast: Cast) -> None:
    people = {person: getattr(cast, person) for person in EVERYBODY}
    for firm in (cast.firm_a, cast.firm_b, cast.carrier):
        charge_fee(firm, year=2026, amount_usd=Decimal(1), due_on=today(), actor=cast.staff)
        keep_party(
            firm,
            part="consignee",
            name="Example",
            address="x",
            country="IL",
            actor=cast.contact_of(firm).user,
        )
    viewed: list[tuple[type[Any], Any]] = [
        (Licensee, lambda row: row),
        (Contact, lambda row: row.licensee),
        (AnnualFee, lambda row: row.licensee),
        (Party, lambda row: row.licensee),
    ]

    for model, firm_of in viewed:
        rows = list(model.objects.all())
        for person, user in people.items():
            permitted = {row for row in rows if user.has_perm(rules.VIEW, firm_of(row))}
            assert set(model.objects.visible_to(user)) == permitted, (model, person)
            if person in OFFICES:
                assert permitted == set(rows), (model, person)
            elif person in NOBODY:
                assert permitted == set(), (model, person)
            else:
                assert 0 < len(permitted) < len(rows), (model, person)


def test_a_suspended_firm_still_sees_itself(cast: Cast) -> None:
    assert cast.issuer
    suspend(cast.firm_a, reason="Test", today=today(), actor=cast.staff)

    assert list(Licensee.objects.visible_to(cast.issuer)) == [cast.firm_a]
    assert cast.issuer.has_perm(rules.VIEW, cast.firm_a)


def test_a_user_has_a_role_at_each_firm_they_act_for(cast: Cast) -> None:
    appoint(cast.firm_b, email=cast.issuer.email, name="", role="manager", actor=cast.staff)
    user = User.objects.get(pk=cast.issuer.pk)

    assert rules.roles_at(user, cast.firm_a.pk) == {"issuer"}
    assert rules.roles_at(user, cast.firm_b.pk) == {"manager"}
    assert rules.roles_at(user, cast.carrier.pk) == frozenset()
    assert rules.roles_at(user, None) == {"issuer", "manager"}


def test_a_role_ends_with_the_appointment(cast: Cast) -> None:
    dismiss(cast.contact_a, actor=cast.staff)
    user = User.objects.get(pk=cast.issuer.pk)

    assert rules.roles_at(user, None) == frozenset()
    assert not rules.acts_for(user, cast.firm_a.pk)
    assert not Licensee.objects.visible_to(user).exists()


def test_a_closed_account_acts_for_no_firm(cast: Cast) -> None:
    assert rules.roles_at(cast.inactive, cast.firm_a.pk) == {"issuer"}
    assert not rules.acts_for(cast.inactive, cast.firm_a.pk)
