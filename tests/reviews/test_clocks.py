"""The two clocks of every firm: which visits reset which (domain 7.2)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from licensees.models import LicenceStatus, Licensee
from licensees.operations.licensing import license, suspend
from reviews.models import Body, Clock, Review, clocks
from reviews.operations import complete, schedule
from reviews.schedule import ClockStatus
from tests.cast import Cast, today

TODAY = dt.date(2026, 11, 24)
day = dt.date.fromisoformat


def clock(cast: Cast, body: Body, firm: Licensee | None = None) -> Clock:
    """One clock of a firm (A, if none is named), as staff see it."""
    firm = firm or cast.firm_a
    (found,) = [c for c in clocks(cast.staff, TODAY) if c.licensee == firm and c.body == body]
    return found


def visited(cast: Cast, body: Body, on: str, **terms: Any) -> Review:
    """A completed review."""
    actor = cast.staff if body == Body.USKPA else cast.overseer
    review = schedule(cast.firm_a, body=body, planned_on=day(on), actor=actor, **terms)
    return complete(review, visited_on=day(on), today=TODAY, actor=actor)


def test_a_firm_never_visited_is_due_five_years_after_its_licence(cast: Cast) -> None:
    for body in Body:
        found = clock(cast, body)
        assert (found.last_visit, found.due_on) == (None, day("2025-01-01"))
        assert found.status == ClockStatus.OVERDUE


def test_a_visit_of_one_body_never_resets_the_clock_of_the_other(cast: Cast) -> None:
    cast.firm_a = license(
        legal_name="Firm of 2018 (test)",
        kind="ordinary",
        address="1 Example Street",
        ein="00-0002018",
        state_of_incorporation="NY",
        effective_on=day("2018-09-01"),
        actor=cast.staff,
    )
    visited(cast, Body.USKPA, "2022-05-10")

    ours, theirs = clock(cast, Body.USKPA), clock(cast, Body.GOVERNMENT)

    assert (ours.due_on, ours.status) == (day("2027-05-10"), ClockStatus.DUE_SOON)
    assert (theirs.due_on, theirs.status) == (day("2023-09-01"), ClockStatus.OVERDUE)


def test_a_joint_visit_is_two_reviews_and_resets_both(cast: Cast) -> None:
    for body in Body:
        visited(cast, body, "2024-06-01")

    assert {clock(cast, body).due_on for body in Body} == {day("2029-06-01")}


def test_the_latest_visit_counts(cast: Cast) -> None:
    for on in ("2023-06-01", "2025-02-01", "2021-01-01"):
        visited(cast, Body.USKPA, on)

    assert clock(cast, Body.USKPA).last_visit == day("2025-02-01")


def test_a_review_by_video_resets_nothing(cast: Cast) -> None:
    visited(cast, Body.USKPA, "2025-06-01", is_onsite=False)

    assert clock(cast, Body.USKPA).last_visit is None


@pytest.mark.parametrize("status", ["planned", "cancelled"])
def test_a_review_not_held_resets_nothing(cast: Cast, status: str) -> None:
    review = schedule(cast.firm_a, body="uskpa", planned_on=day("2024-06-01"), actor=cast.staff)
    Review.objects.filter(pk=review.pk).update(status=status)

    assert clock(cast, Body.USKPA).last_visit is None


def test_a_planned_visit_shows_and_calms_a_clock_that_is_not_overdue(cast: Cast) -> None:
    visited(cast, Body.USKPA, "2022-05-10")
    for on in ("2027-06-01", "2027-03-01"):
        schedule(cast.firm_a, body="uskpa", planned_on=day(on), actor=cast.staff)
    schedule(
        cast.firm_a, body="uskpa", planned_on=day("2027-01-01"), is_onsite=False, actor=cast.staff
    )

    found = clock(cast, Body.USKPA)

    assert (found.planned_on, found.status) == (day("2027-03-01"), ClockStatus.SCHEDULED)
    assert clock(cast, Body.GOVERNMENT).planned_on is None


def test_the_clock_of_a_suspended_firm_runs_on(cast: Cast) -> None:
    suspend(cast.firm_a, reason="Test", today=today(), actor=cast.staff)

    assert clock(cast, Body.USKPA).status == ClockStatus.OVERDUE


@pytest.mark.parametrize("status", [LicenceStatus.TERMINATED, LicenceStatus.SURRENDERED])
def test_a_firm_without_a_licence_has_no_clock(cast: Cast, status: LicenceStatus) -> None:
    Licensee.objects.filter(pk=cast.firm_a.pk).update(status=status, ended_on=today())

    assert clocks(cast.staff, TODAY) == []


def test_clocks_come_by_due_date_then_by_name(cast: Cast) -> None:
    for firm in (cast.carrier, cast.firm_b, cast.firm_a):
        assert firm
    visited(cast, Body.USKPA, "2024-06-01")

    found = [(c.due_on.year, c.licensee.legal_name[:6], c.body) for c in clocks(cast.staff, TODAY)]

    assert found == [
        (2025, "Firm A", "usg"),
        (2025, "Firm B", "uskpa"),
        (2025, "Firm B", "usg"),
        (2025, "Firm C", "uskpa"),
        (2025, "Firm C", "usg"),
        (2029, "Firm A", "uskpa"),
    ]


def test_a_firm_sees_its_own_clocks_only(cast: Cast) -> None:
    assert cast.firm_b

    assert {c.licensee for c in clocks(cast.issuer, TODAY)} == {cast.firm_a}
    assert clocks(cast.loner, TODAY) == []
    assert len(clocks(cast.overseer, TODAY)) == 4


def test_the_clocks_of_many_firms_cost_two_queries(
    cast: Cast, django_assert_num_queries: Callable[..., Any]
) -> None:
    for firm in (cast.firm_a, cast.firm_b, cast.carrier):
        schedule(firm, body="uskpa", planned_on=TODAY, actor=cast.staff)

    with django_assert_num_queries(2):
        assert len(clocks(cast.staff, TODAY)) == 6
