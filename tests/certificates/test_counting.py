"""Physical counts: what was found against what the portal says, and how differences are settled."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import Mail
from certificates.models import Certificate, CountDifference, Duty, StockCount, owing_count
from certificates.operations.counter_entry import reverse
from certificates.operations.counting import count, explain, report_lost
from certificates.operations.custody import take_back
from certificates.operations.reminders import remind_counts
from certificates.states import Status
from certificates.verification import differences
from licensees.models import Licensee
from licensees.operations.licensing import suspend
from tests.cast import Cast, today
from tests.unchanged import forbidden, journaled, refused

DAY = dt.timedelta(days=1)


def counted(cast: Cast, *numbers: int, **changes: Any) -> StockCount:
    terms = {
        "counted_on": today(),
        "occasion": "yearly",
        "today": today(),
        "actor": cast.issuer,
        **changes,
    }
    return count(cast.firm_a, numbers=numbers, **terms)


def found(row: StockCount) -> list[tuple[int, str, str]]:
    return list(row.differences.values_list("number", "kind", "state"))


def missing(cast: Cast) -> CountDifference:
    """A blank of firm A that its count did not find."""
    cast.available()
    return counted(cast).differences.get()


# Counting


def test_a_count_that_agrees_has_no_difference(cast: Cast) -> None:
    numbers = [cast.available().number for _ in range(2)]
    cast.issued()
    cast.available(cast.firm_b)

    with journaled(("stock:counted", "count", None)):
        row = counted(cast, *numbers[::-1])

    assert (row.numbers, row.expected, row.counted_by) == (numbers, numbers, cast.issuer)
    assert found(row) == []
    assert list(differences()) == []


def test_what_is_missing_and_what_is_unexpected_is_a_difference_each(cast: Cast) -> None:
    first, second = (cast.available().number for _ in range(2))
    issued, foreign = cast.issued().number, cast.available(cast.firm_b).number

    with journaled(
        ("stock:counted", "count", None), *[("difference:opened", "difference", None)] * 4
    ):
        row = counted(cast, first, issued, foreign, 1)

    assert found(row) == [
        (1, "unexpected", "open"),
        (second, "missing", "open"),
        (issued, "unexpected", "open"),
        (foreign, "unexpected", "open"),
    ]
    assert list(differences()) == []


def test_a_missing_blank_costs_the_firm_its_standing_until_it_is_explained(cast: Cast) -> None:
    difference = missing(cast)

    def standing() -> list[bool]:
        return [reason.holds for reason in cast.firm_a.standing_reasons(today())]

    assert not all(standing())
    explain(difference, explanation="Found", today=today(), actor=cast.staff)
    assert all(standing())


def test_an_empty_safe_is_a_count_too_and_two_may_count_on_one_day(cast: Cast) -> None:
    assert counted(cast).numbers == []
    assert counted(cast, actor=cast.colleague).counted_by == cast.colleague


@pytest.mark.parametrize("person", ["staff", "reviewer"])
def test_uskpa_counts_at_a_review(cast: Cast, person: str) -> None:
    row = counted(cast, actor=getattr(cast, person), occasion="review")

    assert row.occasion == "review"


@pytest.mark.parametrize("person", ["overseer", "administrator", "stranger", "loner"])
def test_nobody_else_counts(cast: Cast, person: str) -> None:
    actor = getattr(cast, person)
    assert cast.issuer  # an actor is made when first asked for

    for occasion in ("yearly", "review"):
        with forbidden():
            counted(cast, actor=actor, occasion=occasion)


@pytest.mark.parametrize(
    ("code", "field", "changes"),
    [
        pytest.param("occasion_unknown", "occasion", lambda c: {"occasion": "x"}, id="why"),
        pytest.param(
            "occasion_of_others", "occasion", lambda c: {"occasion": "review"}, id="firm, review"
        ),
        pytest.param("occasion_of_others", "occasion", lambda c: {"actor": c.staff}, id="staff"),
        pytest.param(
            "counted_in_future", "counted_on", lambda c: {"counted_on": today() + DAY}, id="future"
        ),
        pytest.param(
            "counted_too_long_ago",
            "counted_on",
            lambda c: {"counted_on": today() - 8 * DAY},
            id="eight days ago",
        ),
        pytest.param(
            "counted_before_licence",
            "counted_on",
            lambda c: {"counted_on": c.firm_a.effective_on - DAY},
            id="before the licence",
        ),
        pytest.param("number_malformed", "numbers", lambda c: {"numbers": [0]}, id="zero"),
        pytest.param("number_malformed", "numbers", lambda c: {"numbers": [-5]}, id="negative"),
        pytest.param(
            "number_malformed", "numbers", lambda c: {"numbers": [10**9]}, id="ten digits"
        ),
    ],
)
def test_a_count_is_refused(cast: Cast, code: str, field: str, changes: Any) -> None:
    terms = {"numbers": [], **changes(cast)}
    numbers = terms.pop("numbers")
    assert cast.issuer

    with refused(code, field):
        counted(cast, *numbers, **terms)


def test_a_count_is_entered_within_seven_days(cast: Cast) -> None:
    assert counted(cast, counted_on=today() - 7 * DAY)


def test_a_firm_whose_licence_has_ended_counts_nothing(cast: Cast) -> None:
    assert cast.issuer
    Licensee.objects.filter(pk=cast.firm_a.pk).update(status="surrendered", ended_on=today())

    with refused("licence_ended"):
        counted(cast)


def test_a_suspended_firm_still_counts(cast: Cast) -> None:
    assert cast.issuer
    suspend(cast.firm_a, reason="Test", today=today(), actor=cast.staff)

    assert counted(cast)


# Settling


def test_a_difference_is_explained_once(cast: Cast) -> None:
    difference = missing(cast)

    with journaled(("difference:settled", "difference", difference.pk)):
        explain(difference, explanation=" In the second safe ", today=today(), actor=cast.staff)

    difference.refresh_from_db()
    assert (difference.state, difference.explanation, difference.settled_by) == (
        "explained", "In the second safe", cast.staff,
    )  # fmt: skip
    assert list(differences()) == []
    with refused("already_settled") as refusal:
        explain(difference, explanation="Again", today=today(), actor=cast.staff)
    assert str(cast.staff) in refusal.value.detail
    with refused("already_settled"):
        report_lost(difference, reason="blank_lost", notes="x", today=today(), actor=cast.staff)


def test_an_explanation_says_something(cast: Cast) -> None:
    difference = missing(cast)

    with refused("explanation_missing", "explanation"):
        explain(difference, explanation=" \n ", today=today(), actor=cast.staff)


@pytest.mark.parametrize("reason", ["blank_lost", "blank_stolen"])
def test_a_missing_blank_is_reported_and_void_and_staff_are_told(cast: Cast, reason: str) -> None:
    difference = missing(cast)
    later = counted(cast).differences.get()
    Mail.objects.all().delete()

    with journaled(
        ("certificate:voided", "certificate", difference.number),
        ("difference:settled", "difference", difference.pk),
        ("difference:settled", "difference", later.pk),
    ):
        report_lost(difference, reason=reason, notes="Burglary", today=today(), actor=cast.staff)

    row = Certificate.objects.get(number=difference.number)
    assert (row.status, row.void_reason, row.void_notes, row.form_disposition) == (
        Status.VOID, reason, "Burglary", "not_recovered",
    )  # fmt: skip
    assert set(CountDifference.objects.values_list("state", "explanation")) == {
        ("incident", "Burglary")
    }
    assert not Duty.objects.exists()
    assert [mail.subject for mail in Mail.objects.all()] == [f"{row} is lost or stolen"]
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("reason_unknown", {"reason": "damaged"}),
        ("reason_unknown", {"reason": ""}),
        ("notes_missing", {"notes": " "}),
    ],
)
def test_an_incident_says_what_happened(cast: Cast, code: str, changes: dict[str, str]) -> None:
    difference = missing(cast)
    terms = {"reason": "blank_lost", "notes": "x", **changes}

    with refused(code, next(iter(changes))):
        report_lost(difference, today=today(), actor=cast.staff, **terms)


def test_a_number_that_was_found_is_not_lost(cast: Cast) -> None:
    difference = counted(cast, 1).differences.get()

    with refused("not_missing"):
        report_lost(difference, reason="blank_lost", notes="x", today=today(), actor=cast.staff)


def test_a_blank_that_came_back_meanwhile_is_explained(cast: Cast) -> None:
    difference = missing(cast)
    take_back(cast.firm_a, numbers=[difference.number], note="", today=today(), actor=cast.staff)

    with refused("not_available_any_more"):
        report_lost(difference, reason="blank_lost", notes="x", today=today(), actor=cast.staff)
    assert explain(difference, explanation="Returned", today=today(), actor=cast.staff)


def test_a_blank_that_is_another_firms_by_now_is_not_lost_here(cast: Cast) -> None:
    row = cast.available()
    assert row.receipt
    difference = counted(cast).differences.get()
    other = counted(cast).differences.get()
    for each in (difference, other):
        explain(each, explanation="Never handed over", today=today(), actor=cast.staff)
    third = counted(cast).differences.get()
    CountDifference.objects.filter(pk=third.pk).update(kind="unexpected")
    reverse(row.receipt, numbers=[row.number], reason="x", today=today(), actor=cast.staff)
    CountDifference.objects.filter(pk=third.pk).update(kind="missing")

    with refused("not_available_any_more"):
        report_lost(third, reason="blank_lost", notes="x", today=today(), actor=cast.staff)


@pytest.mark.parametrize(
    "person", ["issuer", "manager", "reviewer", "overseer", "administrator", "stranger"]
)
def test_nobody_but_staff_settles(cast: Cast, person: str) -> None:
    difference, actor = missing(cast), getattr(cast, person)

    with forbidden():
        explain(difference, explanation="x", today=today(), actor=actor)
    with forbidden():
        report_lost(difference, reason="blank_lost", notes="x", today=today(), actor=actor)


# The yearly count


@pytest.mark.parametrize(
    ("day", "owes"),
    [
        (dt.date(2026, 10, 31), False),
        (dt.date(2026, 11, 1), True),
        (dt.date(2026, 12, 31), True),
        (dt.date(2027, 1, 1), False),
    ],
)
def test_the_count_of_a_year_is_asked_for_from_november_on(
    cast: Cast, day: dt.date, owes: bool
) -> None:
    cast.available()

    assert list(owing_count(day)) == ([cast.firm_a] if owes else [])


def test_only_a_firm_with_blanks_and_without_a_yearly_count_owes_one(cast: Cast) -> None:
    november = today().replace(month=11, day=30)
    last_year = november.replace(year=november.year - 1)
    cast.issued(cast.firm_b)  # has no blank left
    cast.available()

    counted(cast, counted_on=last_year, today=last_year)
    counted(cast, actor=cast.staff, occasion="review")
    assert list(owing_count(november)) == [cast.firm_a]
    counted(cast)
    assert list(owing_count(november)) == []


def test_a_firm_is_asked_once_in_november_and_once_in_december(cast: Cast) -> None:
    cast.available()
    assert cast.manager
    Mail.objects.all().delete()

    for day, letters in [
        (dt.date(2026, 10, 31), 0),
        (dt.date(2026, 11, 1), 2),
        (dt.date(2026, 11, 30), 2),
        (dt.date(2026, 12, 1), 4),
    ]:
        remind_counts(day)
        assert Mail.objects.count() == letters, day
    assert {mail.recipient for mail in Mail.objects.all()} == {
        cast.issuer.email, cast.manager.email,
    }  # fmt: skip
    assert f"/licensees/{cast.firm_a.pk}/stock/count/" in Mail.objects.latest("pk").text
