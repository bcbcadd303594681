"""What staff do with an application, from taking it up to the licence."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from licensees.models import (
    Agreement,
    AnnualFee,
    Application,
    Contact,
    LicenceStatus,
    Licensee,
    Paper,
)
from licensees.operations import applications, deciding
from licensees.operations.application_links import send_new_link
from licensees.states import OPEN, Stage
from licensees.verification import applications as verification
from tests.at_once import one_after_the_other
from tests.cast import Cast, today
from tests.letters import written
from tests.licensees.applying import (
    FIRM,
    WAYS,
    agreement_sent,
    applied,
    become,
    checked,
    decided,
    in_review,
    licensed,
    ready,
)
from tests.licensees.uploads import picture_bytes, upload
from tests.unchanged import forbidden, journaled, refused

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def people(request: pytest.FixtureRequest) -> None:
    """Those who act are there before anything is compared."""
    if "cast" in request.fixturenames:
        cast = request.getfixturevalue("cast")
        for person in ("staff", "overseer", "reviewer", "administrator", "issuer"):
            getattr(cast, person)


def decide(row: Application, actor: User, **changes: Any) -> Application:
    facts: dict[str, Any] = {
        "outcome": "approved", "decided_on": today(), "minute_reference": "2026/4", "note": "",
        "today": today(), "actor": actor, **changes,
    }  # fmt: skip
    return deciding.decide(row, **facts)


def receive(row: Application, actor: User, **changes: Any) -> Application:
    facts: dict[str, Any] = {
        "amount_usd": Decimal("1500.00"), "paid_on": today(), "method": "check",
        "reference": "17", "today": today(), "actor": actor, **changes,
    }  # fmt: skip
    return deciding.receive_first_fee(row, **facts)


def send(row: Application, actor: User, **changes: Any) -> Application:
    facts: dict[str, Any] = {
        "version": "2026-1", "sent_on": today(), "today": today(), "actor": actor, **changes,
    }  # fmt: skip
    return deciding.send_agreement(row, **facts)


def sign(row: Application, actor: User, **changes: Any) -> Application:
    facts: dict[str, Any] = {
        "signed_on": today(), "upload": upload("signed.pdf"), "today": today(), "actor": actor,
        **changes,
    }  # fmt: skip
    return deciding.record_signed(row, **facts)


def check(row: Application, actor: User, **changes: Any) -> Any:
    facts: dict[str, Any] = {
        "checked_on": today(), "outcome": "Honest.", "today": today(), "actor": actor, **changes,
    }  # fmt: skip
    return deciding.check_reference(row.references.get(), **facts)


# Who, and at which stage (domain 2.2)


STEPS: dict[str, tuple[Callable[[Application, User], Any], tuple[Stage, ...]]] = {
    "take-up": (lambda row, who: deciding.take_up(row, actor=who), (Stage.APPLIED,)),
    "ask": (
        lambda row, who: deciding.ask_for_more(row, wanted="X", new_link=False, actor=who), OPEN,
    ),
    "decide": (decide, (Stage.IN_REVIEW,)),
    "send": (send, (Stage.APPROVED,)),
    "sign": (sign, (Stage.AGREEMENT_SENT,)),
    "fee": (receive, (Stage.APPROVED, Stage.AGREEMENT_SENT)),
    "activate": (become, (Stage.AGREEMENT_SENT,)),
}  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("stage", Stage)
def test_a_step_is_possible_at_its_stages_only(cast: Cast, stage: Stage, step: str) -> None:
    act, stages = STEPS[step]
    row = WAYS[stage](cast.staff)
    if stage in stages:
        act(row, cast.staff)
    else:
        with refused("wrong_stage"):
            act(row, cast.staff)


def test_a_reference_is_checked_in_review_only(cast: Cast) -> None:
    for row in (applied(), decided(cast.staff, ein="12-0000002")):
        with refused("wrong_stage"):
            check(row, cast.staff)


@pytest.mark.parametrize("person", ["overseer", "reviewer", "administrator", "issuer"])
@pytest.mark.parametrize("step", STEPS)
def test_only_staff_work_applications(cast: Cast, step: str, person: str) -> None:
    act, stages = STEPS[step]
    row = WAYS[stages[0]](cast.staff)
    with forbidden():
        act(row, getattr(cast, person))


# Taking up


def test_taking_up_needs_all_that_was_asked_for(cast: Cast) -> None:
    row = applied()
    Application.objects.filter(pk=row.pk).update(fax="", ace_account="")
    row.references.update(withdrawn_at=row.applied_at)
    row.papers.update(withdrawn_at=row.applied_at)
    with refused("application_incomplete") as refusal:
        deciding.take_up(row, actor=cast.staff)
    for words in ("fax", "ACE", "a reference", "proof of two years"):
        assert words in refusal.value.detail


def test_taking_up_judges_the_two_years_by_the_day_it_came_in(cast: Cast) -> None:
    row = applied()
    Application.objects.filter(pk=row.pk).update(in_business_since=today() - 700 * DAY)
    with refused("two_years_missing"):
        deciding.take_up(row, actor=cast.staff)


def test_taking_up_a_firm_that_got_a_licence_meanwhile_is_refused(cast: Cast) -> None:
    row = applied(ein=FIRM["ein"])
    Licensee.objects.filter(pk=cast.firm_a.pk).update(ein=FIRM["ein"])
    with refused("licensee_exists"):
        deciding.take_up(row, actor=cast.staff)


# References


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"outcome": " "}, "outcome_missing"),
        ({"checked_on": today() + DAY}, "checked_in_future"),
        ({"checked_on": today() - DAY}, "checked_before_application"),
    ],
    ids=lambda value: str(value),
)
def test_a_check_of_a_reference_is_lawful(cast: Cast, changes: dict[str, Any], code: str) -> None:
    row = in_review(cast.staff)
    with refused(code):
        check(row, cast.staff, **changes)


def test_a_reference_is_checked_once_and_not_when_it_was_taken_out(cast: Cast) -> None:
    row = checked(cast.staff)
    with refused("reference_checked"):
        check(row, cast.staff)
    other = in_review(cast.staff, ein="12-0000002")
    other.references.update(withdrawn_at=other.applied_at)
    with refused("reference_taken_out"):
        check(other, cast.staff)


# The decision


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"outcome": "applied"}, "outcome_unknown", ""),
        ({"decided_on": None}, "application_incomplete", "day of the decision"),
        ({"minute_reference": " "}, "application_incomplete", "minute"),
        ({"decided_on": today() + DAY}, "decided_in_future", ""),
        ({"decided_on": today() - DAY}, "decided_before_application", ""),
    ],
    ids=lambda value: str(value),
)
@pytest.mark.parametrize("outcome", ["approved", "rejected"])
def test_a_decision_has_a_day_and_a_minute(
    cast: Cast, outcome: str, changes: dict[str, Any], code: str, words: str
) -> None:
    row = checked(cast.staff)
    with refused(code) as refusal:
        decide(row, cast.staff, **{"outcome": outcome, **changes})
    assert words in refusal.value.detail


def test_an_approval_needs_every_reference_checked_a_rejection_does_not(cast: Cast) -> None:
    row = in_review(cast.staff)
    with refused("application_incomplete") as refusal:
        decide(row, cast.staff, decided_on=None, minute_reference="")
    for words in ("day of the decision", "minute", "Lee Dealer"):
        assert words in refusal.value.detail
    assert decide(row, cast.staff, outcome="rejected").stage == Stage.REJECTED


def test_a_decision_is_told_to_the_applicant_without_its_words(cast: Cast) -> None:
    row = checked(cast.staff)
    with written() as letters, journaled(("application:decided", "application", row.pk)) as told:
        decide(row, cast.staff, outcome="rejected", note="Too few exports")
    assert [letter.recipient for letter in letters] == [row.contact_email]
    assert "exports" not in letters[0].text
    assert told[0].changes["stage"] == ["in_review", "rejected"]


def test_of_two_who_decide_at_once_one_decides(transactional_cast: Cast) -> None:
    staff = transactional_cast.staff
    row = checked(staff)
    first, second = one_after_the_other(
        lambda: decide(row, staff), lambda: decide(row, staff, outcome="rejected")
    )
    assert first.stage == Stage.APPROVED
    assert second.code == "wrong_stage"
    row.refresh_from_db()
    assert row.stage == Stage.APPROVED


def test_a_decision_waits_for_an_applicant_who_withdraws(transactional_cast: Cast) -> None:
    staff = transactional_cast.staff
    row = checked(staff)
    _, second = one_after_the_other(lambda: applications.withdraw(row), lambda: decide(row, staff))
    assert second.code == "wrong_stage"


# Agreement and fee


@pytest.mark.parametrize(
    ("act", "way", "changes", "code"),
    [
        (send, decided, {"version": " "}, "version_missing"),
        (send, decided, {"sent_on": today() + DAY}, "sent_in_future"),
        (send, decided, {"sent_on": today() - DAY}, "sent_before_decision"),
        (sign, agreement_sent, {"signed_on": today() + DAY}, "signed_in_future"),
        (sign, agreement_sent, {"signed_on": today() - DAY}, "signed_before_sent"),
        (receive, decided, {"amount_usd": Decimal(0)}, "fee_not_positive"),
        (receive, decided, {"amount_usd": Decimal("-5")}, "fee_not_positive"),
        (receive, decided, {"amount_usd": Decimal("1.001")}, "cents_only"),
        (receive, decided, {"paid_on": today() + DAY}, "paid_in_future"),
        (receive, decided, {"method": "barter"}, "method_unknown"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_agreement_and_fee_are_lawful(
    cast: Cast, act: Any, way: Any, changes: dict[str, Any], code: str
) -> None:
    row = way(cast.staff)
    with refused(code):
        act(row, cast.staff, **changes)


def test_a_signed_agreement_that_is_no_paper_is_refused_whole(cast: Cast) -> None:
    row = sign(agreement_sent(cast.staff), cast.staff)
    with refused("paper_not_what_it_says"):
        sign(row, cast.staff, upload=upload("signed.pdf", picture_bytes()))
    assert row.papers.kept().filter(purpose="agreement").count() == 1


def test_a_better_copy_replaces_the_signed_agreement(cast: Cast) -> None:
    row = sign(agreement_sent(cast.staff), cast.staff)
    sign(row, cast.staff, upload=upload("better.pdf"))
    assert [paper.name for paper in row.papers.kept().filter(purpose="agreement")] == ["better.pdf"]


# The licence


@pytest.mark.parametrize(
    ("lacks", "words"),
    [
        ({"ace": False}, "proof of a working ACE"),
        ({"signed": False}, "the signed agreement"),
        ({"fee": False}, "the first annual fee"),
    ],
    ids=lambda value: str(value),
)
def test_a_licence_needs_agreement_ace_and_fee(
    cast: Cast, lacks: dict[str, bool], words: str
) -> None:
    row = ready(cast.staff, **lacks)
    with refused("application_incomplete") as refusal:
        become(row, cast.staff)
    assert words in refusal.value.detail


def test_all_that_is_missing_for_the_licence_is_named_at_once(cast: Cast) -> None:
    row = ready(cast.staff, ace=False, signed=False, fee=False)
    with refused("application_incomplete") as refusal:
        become(row, cast.staff, name="", email="")
    for words in ("agreement", "ACE", "fee", "manager"):
        assert words in refusal.value.detail


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "museum"}, "kind_unknown"),
        ({"effective_on": today() + DAY}, "effective_in_future"),
        ({"effective_on": today() - DAY}, "effective_before_signed"),
        ({"email": "staff@tests.example"}, "holds_office"),
    ],
    ids=lambda value: str(value),
)
def test_a_licence_that_is_not_lawful_leaves_nothing_behind(
    cast: Cast, changes: dict[str, Any], code: str
) -> None:
    row = ready(cast.staff)
    with refused(code):
        become(row, cast.staff, **changes)


def test_a_manager_whose_account_is_closed_is_no_active_user(cast: Cast) -> None:
    row = ready(cast.staff)
    User.objects.filter(pk=cast.issuer.pk).update(is_active=False)
    with refused("manager_inactive", "email"):
        become(row, cast.staff, email=cast.issuer.email)


def test_a_name_that_a_licensee_has_by_now_is_refused_whole(cast: Cast) -> None:
    row = ready(cast.staff)
    Licensee.objects.filter(pk=cast.firm_a.pk).update(legal_name=row.legal_name)
    with refused("licensee_exists"):
        become(row, cast.staff)


def test_the_last_step_makes_licence_agreement_fee_and_manager(cast: Cast) -> None:
    row = ready(cast.staff)
    with written() as letters:
        firm = become(row, cast.staff, kind="carrier")
    row.refresh_from_db()
    assert (row.stage, row.licensee) == (Stage.ACTIVE, firm)
    assert (firm.status, firm.kind, firm.fax) == (LicenceStatus.ACTIVE, "carrier", "")
    for fact in ("legal_name", "address", "ein", "telephone", "email", "ace_account"):
        assert getattr(firm, fact) == FIRM[fact], fact
    fee = AnnualFee.objects.get(licensee=firm)
    assert (fee.year, fee.amount_usd, fee.paid_on) == (today().year, Decimal("1500.00"), today())
    agreement = Agreement.objects.get(licensee=firm)
    assert (agreement.version, agreement.signed_on) == ("2026-1", today())
    assert agreement.paper == row.papers.get(purpose="agreement")
    manager = Contact.objects.get(licensee=firm)
    assert (manager.role, manager.user.email) == ("manager", "pat@applicant.example")
    assert set(Paper.objects.visible_to(manager.user)) == set(row.papers.all())
    assert all(reason.holds for reason in firm.standing_reasons(today()))
    assert settings.STAFF_EMAIL not in [letter.recipient for letter in letters]
    assert "account" in letters[0].subject


def test_of_two_who_license_at_once_one_does(transactional_cast: Cast) -> None:
    staff = transactional_cast.staff
    row = ready(staff)
    first, second = one_after_the_other(lambda: become(row, staff), lambda: become(row, staff))
    assert isinstance(first, Licensee)
    assert second.code == "wrong_stage"


# What nobody may write, and whether rows and journal agree


def test_offices_see_applications_and_firms_see_none(cast: Cast) -> None:
    row = applied()
    for person in ("staff", "overseer", "reviewer", "administrator"):
        assert list(Application.objects.visible_to(getattr(cast, person))) == [row]
    assert not Application.objects.visible_to(cast.issuer).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM licensees_application",
        "DELETE FROM licensees_reference",
        "UPDATE licensees_application SET stage = 'approved', decided_on = now()",
        "UPDATE licensees_application SET stage = 'active'",
        "UPDATE licensees_application SET ein = 'none'",
    ],
)
def test_the_database_refuses_to_skip_a_stage(cast: Cast, statement: str) -> None:
    applied()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_keeps_a_closed_application_as_it_was(cast: Cast) -> None:
    decided(cast.staff, "rejected")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE licensees_application SET decision_note = 'other'")


@pytest.mark.parametrize("stage", Stage)
def test_rows_are_what_the_journal_says(cast: Cast, stage: Stage) -> None:
    WAYS[stage](cast.staff)
    assert list(verification.differences()) == []


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("application", "wanted = 'other'"),
        ("application", "fee_usd = 1"),
        ("reference", "firm = 'other'"),
        ("reference", "withdrawn_at = now()"),
        ("paper", "sha256 = 'other'"),
        ("paper", "withdrawn_at = now()"),
    ],
)
def test_a_change_behind_the_journals_back_is_found(cast: Cast, table: str, change: str) -> None:
    ready(cast.staff)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE licensees_{table} SET {change}")
    assert list(verification.differences())


def test_a_new_link_is_no_difference(cast: Cast) -> None:
    send_new_link(applied(), actor=cast.staff)
    assert list(verification.differences()) == []


def test_a_licence_is_no_difference(cast: Cast) -> None:
    licensed(cast.staff)
    assert list(verification.differences()) == []
