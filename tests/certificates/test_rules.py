"""Who may do what with certificates; and that the rows one sees are the rows one may view."""

from typing import Any

import pytest

from accounts.models import User
from certificates import rules
from certificates.models import (
    Certificate,
    Country,
    Draft,
    Duty,
    Participant,
    Port,
    Price,
    PrinterCalibration,
    Receipt,
    ReceiptCounter,
)
from certificates.operations.drafting import save_draft
from certificates.operations.printing import calibrate
from licensees.operations.people import appoint, dismiss
from tests.cast import Cast

OFFICES = ["staff", "reviewer", "overseer", "census", "administrator"]
FIRM_A = ["issuer", "manager", "colleague"]
OTHERS = ["stranger", "carrier_issuer"]
NOBODY = ["inactive", "loner"]
EVERYBODY = [*OFFICES, *FIRM_A, *OTHERS, *NOBODY]

# permission, who may ever, who may do it to a certificate of firm A
WHO: list[tuple[str, list[str], list[str]]] = [
    (rules.VIEW, [*OFFICES, *FIRM_A, *OTHERS], [*OFFICES, *FIRM_A]),
    (rules.ISSUE, [*FIRM_A, *OTHERS], FIRM_A),
    (rules.SHIP, [*FIRM_A, *OTHERS], FIRM_A),
    (rules.DELIVER, ["staff", *FIRM_A, *OTHERS], ["staff", *FIRM_A]),
    (rules.VOID, ["staff", *FIRM_A, *OTHERS], ["staff", *FIRM_A]),
    (rules.REGISTER, ["staff"], ["staff"]),
    (rules.SELL, ["staff"], ["staff"]),
    (rules.VIEW_DUTIES, [*OFFICES, *FIRM_A, *OTHERS], [*OFFICES, *FIRM_A]),
    (rules.VIEW_RECEIPTS, [*OFFICES, *FIRM_A, *OTHERS], [*OFFICES, *FIRM_A]),
    (rules.DISCHARGE, ["staff", *FIRM_A, *OTHERS], ["staff", *FIRM_A]),
    (rules.CALIBRATE, [*FIRM_A, *OTHERS], [*FIRM_A, *OTHERS]),
    (rules.RETURN, ["staff"], ["staff"]),
    (rules.WRITE_OFF, ["staff"], ["staff"]),
    (rules.REVERSE, ["staff"], ["staff"]),
    (rules.SETTLE, ["staff"], ["staff"]),
    (rules.VIEW_COUNTS, [*OFFICES, *FIRM_A, *OTHERS], [*OFFICES, *FIRM_A]),
    (rules.VIEW_RELEASES, [*OFFICES, *FIRM_A, *OTHERS], [*OFFICES, *FIRM_A]),
    (rules.REQUEST_RELEASE, [*FIRM_A, *OTHERS], FIRM_A),
    (rules.DECIDE_RELEASE, ["staff"], ["staff"]),
    (rules.RELEASE_SHIPMENT, ["staff"], ["staff"]),
    (rules.COUNT, ["staff", "reviewer", *FIRM_A, *OTHERS], ["staff", "reviewer", *FIRM_A]),
]


@pytest.mark.parametrize("person", EVERYBODY)
def test_everybody_may_do_what_the_table_says_and_nothing_else(cast: Cast, person: str) -> None:
    user, certificate = getattr(cast, person), cast.issued()
    others = {
        rules.VIEW_RECEIPTS: certificate.receipt,
        rules.VIEW_COUNTS: certificate.receipt,  # anything of a firm
        rules.COUNT: certificate.licensee,
        rules.DISCHARGE: certificate.duties.get(),
    }

    for permission, ever, to_firm_a in WHO:
        row = others.get(permission, certificate)
        assert user.has_perm(permission) is (person in ever), permission
        assert user.has_perm(permission, row) is (person in to_firm_a), permission


def test_the_table_has_every_permission_of_the_register() -> None:
    assert {permission for permission, *_ in WHO} == set(rules.RULES)


def test_nobody_acts_for_a_blank_in_stock(cast: Cast) -> None:
    blank = cast.in_stock()

    for person in EVERYBODY:
        assert not getattr(cast, person).has_perm(rules.ISSUE, blank)
    assert cast.staff.has_perm(rules.VIEW, blank)
    assert not cast.issuer.has_perm(rules.VIEW, blank)


@pytest.fixture
def register_of_three_firms(cast: Cast) -> None:
    """Certificates in every status of three firms, drafts, duties, receipts, calibrations."""
    cast.in_stock()
    for firm in (cast.firm_a, cast.firm_b, cast.carrier):
        user = cast.contact_of(firm).user
        save_draft(cast.available(firm), fields={"waybill": "1"}, version=0, actor=user)
        cast.shipped(firm)
        calibrate(right_mm=1, down_mm=1, actor=user)
    cast.delivered()
    cast.voided(cast.firm_b)


VIEWED: list[tuple[type[Any], str, Any]] = [
    (Certificate, rules.VIEW, lambda row: row),
    (Draft, rules.VIEW, lambda row: row.certificate),
    (Duty, rules.VIEW_DUTIES, lambda row: row.certificate),
    (Receipt, rules.VIEW_RECEIPTS, lambda row: row),
]


@pytest.mark.usefixtures("register_of_three_firms")
def test_the_rows_a_user_sees_are_the_rows_they_may_view(cast: Cast) -> None:
    people = {person: getattr(cast, person) for person in EVERYBODY}

    for model, permission, about in VIEWED:
        rows = list(model.objects.all())
        for person, user in people.items():
            permitted = {row for row in rows if user.has_perm(permission, about(row))}
            assert set(model.objects.visible_to(user)) == permitted, (model, person)
            if person in OFFICES:
                assert permitted == set(rows), (model, person)
            elif person in NOBODY:
                assert permitted == set(), (model, person)
            else:
                assert 0 < len(permitted) < len(rows), (model, person)


@pytest.mark.usefixtures("register_of_three_firms")
def test_firms_see_their_own_rows_only(cast: Cast) -> None:
    for person, firm in (("issuer", cast.firm_a), ("stranger", cast.firm_b)):
        user = getattr(cast, person)
        assert {row.licensee for row in Certificate.objects.visible_to(user)} == {firm}
        assert {row.licensee for row in Receipt.objects.visible_to(user)} == {firm}
        assert {row.certificate.licensee for row in Duty.objects.visible_to(user)} == {firm}


def test_one_person_may_act_for_several_firms(cast: Cast) -> None:
    ours, theirs, third = (
        cast.available(),
        cast.available(cast.firm_b),
        cast.available(cast.carrier),
    )
    appoint(cast.firm_b, email=cast.issuer.email, name="", role="issuer", actor=cast.staff)
    user = User.objects.get(pk=cast.issuer.pk)

    assert set(Certificate.objects.visible_to(user)) == {ours, theirs}
    assert user.has_perm(rules.ISSUE, theirs)
    assert not user.has_perm(rules.ISSUE, third)


def test_whoever_no_longer_acts_sees_nothing_any_more(cast: Cast) -> None:
    row = cast.available()
    dismiss(cast.contact_a, actor=cast.staff)
    user = User.objects.get(pk=cast.issuer.pk)

    assert not Certificate.objects.visible_to(user).exists()
    assert not user.has_perm(rules.VIEW, row)


@pytest.mark.usefixtures("register_of_three_firms")
def test_a_calibration_is_ones_own_and_the_offices(cast: Cast) -> None:
    every = set(PrinterCalibration.objects.all())

    for person in EVERYBODY:
        user = getattr(cast, person)
        own = {row for row in every if row.user == user}
        seen = set(PrinterCalibration.objects.visible_to(user))
        assert seen == (every if person in OFFICES else own), person


@pytest.mark.parametrize("person", EVERYBODY)
def test_reference_tables_are_for_everybody_who_signs_in(cast: Cast, person: str) -> None:
    user = getattr(cast, person)
    cast.available()

    for model in (Country, Participant, Port, Price, ReceiptCounter):
        seen = model.objects.visible_to(user).count()  # type: ignore[attr-defined]
        assert seen == (0 if person == "inactive" else model.objects.count())  # type: ignore[attr-defined]


def test_a_closed_account_sees_nothing_of_what_it_saw(cast: Cast) -> None:
    user = cast.inactive
    cast.issued()
    PrinterCalibration.objects.create(user=user)

    for model in (Certificate, Draft, Duty, Receipt, PrinterCalibration, Country):
        assert not model.objects.visible_to(user).exists()  # type: ignore[attr-defined]
