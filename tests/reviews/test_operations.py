"""Planning a review and recording that it was held; who may, and who sees it."""

import datetime as dt
from typing import Any

import pytest

from licensees.operations.licensing import license, reinstate, suspend
from reviews import rules
from reviews.models import Body, Finding, Review
from reviews.operations import close_finding, complete, raise_finding, schedule
from tests.cast import Cast, today
from tests.unchanged import forbidden, journaled, refused

OFFICES = ["staff", "reviewer", "overseer", "census", "administrator"]
EVERYBODY = [
    *OFFICES,
    "issuer",
    "manager",
    "colleague",
    "stranger",
    "carrier_issuer",
    "inactive",
    "loner",
]
PLANNERS = {Body.USKPA: ["staff", "reviewer"], Body.GOVERNMENT: ["overseer", "census"]}
CASES = [(body, person) for body in Body for person in EVERYBODY]


def planned(cast: Cast, body: str = "uskpa", **terms: Any) -> Review:
    return schedule(
        cast.firm_a, **{"body": body, "planned_on": today(), "actor": cast.staff, **terms}
    )


@pytest.mark.parametrize(("body", "person"), CASES)
def test_each_body_plans_and_completes_its_own_reviews(cast: Cast, body: Body, person: str) -> None:
    actor = getattr(cast, person)
    theirs = planned(cast, body, actor=getattr(cast, PLANNERS[body][0]))

    if person not in PLANNERS[body]:
        with forbidden():
            planned(cast, body, actor=actor)
        with forbidden():
            complete(theirs, visited_on=today(), today=today(), actor=actor)
        return

    with journaled(("review:scheduled", "review", None)) as scheduled:
        review = planned(cast, body, is_onsite=False, actor=actor)
    with journaled(("review:completed", "review", review.pk)) as completed:
        complete(review, visited_on=today(), today=today(), actor=actor)

    review.refresh_from_db()
    assert scheduled[0].subject_id == str(review.pk)
    assert (review.licensee, review.body, review.is_onsite) == (cast.firm_a, body, False)
    assert (review.status, review.visited_on) == (Review.Status.COMPLETED, today())
    assert scheduled[0].changes == {
        "body": [None, body],
        "planned_on": [None, today().isoformat()],
        "is_onsite": [None, False],
    }
    assert completed[0].changes == {
        "visited_on": [None, today().isoformat()],
        "status": ["planned", "completed"],
    }
    assert {entry.actor for entry in (*scheduled, *completed)} == {actor.email}
    assert {entry.licensee_id for entry in (*scheduled, *completed)} == {cast.firm_a.pk}


def test_an_unknown_body_is_refused(cast: Cast) -> None:
    assert cast.firm_a

    with refused("body_unknown", "body"):
        planned(cast, "press")


def test_a_review_was_not_held_tomorrow(cast: Cast) -> None:
    review = planned(cast)

    with refused("visited_in_future", "visited_on"):
        complete(review, visited_on=today() + dt.timedelta(days=1), today=today(), actor=cast.staff)


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_only_a_planned_review_is_completed(cast: Cast, status: str) -> None:
    review = planned(cast)
    visited_on = today() if status == "completed" else None
    Review.objects.filter(pk=review.pk).update(status=status, visited_on=visited_on)

    with refused("wrong_status") as refusal:
        complete(review, visited_on=today(), today=today(), actor=cast.staff)

    assert status in refusal.value.detail


@pytest.mark.parametrize("person", EVERYBODY)
def test_the_reviews_a_user_sees_are_those_they_may_view(cast: Cast, person: str) -> None:
    for firm in (cast.firm_a, cast.firm_b):
        schedule(firm, body="uskpa", planned_on=today(), actor=cast.staff)
    user = getattr(cast, person)

    permitted = {row for row in Review.objects.all() if user.has_perm(rules.VIEW, row)}

    assert set(Review.objects.visible_to(user)) == permitted
    firms = {row.licensee for row in permitted}
    if person in OFFICES:
        assert firms == {cast.firm_a, cast.firm_b}
    elif person in ("issuer", "manager", "colleague"):
        assert firms == {cast.firm_a}
    elif person == "stranger":
        assert firms == {cast.firm_b}
    else:
        assert firms == set()


@pytest.mark.parametrize("person", EVERYBODY)
def test_everybody_may_ever_do_what_the_table_says(cast: Cast, person: str) -> None:
    user = getattr(cast, person)

    assert user.has_perm(rules.PLAN) is (person in [p for ps in PLANNERS.values() for p in ps])
    assert user.has_perm(rules.VIEW) is (person not in ("inactive", "loner"))
    assert set(rules.RULES) == {rules.VIEW, rules.PLAN}


# What a review found


def held(cast: Cast, body: str = "uskpa", days_ago: int = 0) -> Review:
    actor = getattr(cast, PLANNERS[Body(body)][0])
    day = today() - dt.timedelta(days=days_ago)
    return complete(planned(cast, body, actor=actor), visited_on=day, today=today(), actor=actor)


def found(cast: Cast, review: Review, **terms: Any) -> Finding:
    usual = {
        "grade": "critical",
        "text": "Blanks in an open drawer",
        "raised_on": today(),
        "today": today(),
        "actor": cast.staff,
    }
    return raise_finding(review, **{**usual, **terms})


@pytest.mark.parametrize(
    ("grade", "days"), [("critical", 10), ("major", 30), ("minor", 90), ("observation", None)]
)
def test_the_grade_of_a_finding_gives_its_deadline(
    cast: Cast, grade: str, days: int | None
) -> None:
    review = held(cast, days_ago=2)
    day = today() - dt.timedelta(days=1)

    with journaled(("finding:raised", "finding", None)) as entries:
        finding = found(cast, review, grade=grade, raised_on=day)

    expected = None if days is None else day + dt.timedelta(days=days)
    assert finding.due_on == expected
    assert entries[0].licensee_id == cast.firm_a.pk
    assert entries[0].changes["due_on"] == [None, expected and expected.isoformat()]


@pytest.mark.parametrize(
    ("terms", "code", "field"),
    [
        pytest.param({"grade": "awful"}, "grade_unknown", "grade", id="grade"),
        pytest.param({"text": " "}, "text_missing", "text", id="text"),
        pytest.param(
            {"raised_on": today() + dt.timedelta(days=1)},
            "raised_in_future",
            "raised_on",
            id="future",
        ),
        pytest.param(
            {"raised_on": today() - dt.timedelta(days=1)},
            "raised_before_visit",
            "raised_on",
            id="before the visit",
        ),
    ],
)
def test_a_finding_with_wrong_facts_is_refused(
    cast: Cast, terms: dict[str, Any], code: str, field: str
) -> None:
    review = held(cast)

    with refused(code, field):
        found(cast, review, **terms)


def test_a_review_that_was_not_held_found_nothing(cast: Cast) -> None:
    review = planned(cast)

    with refused("wrong_status"):
        found(cast, review)


def test_a_finding_is_closed_once(cast: Cast) -> None:
    finding, reviewer = found(cast, held(cast)), cast.reviewer

    with journaled(("finding:closed", "finding", finding.pk)):
        closed = close_finding(finding, closed_on=today(), today=today(), actor=reviewer)

    assert (closed.closed_on, closed.closed_by) == (today(), reviewer)
    with refused("already_closed"):
        close_finding(finding, closed_on=today(), today=today(), actor=cast.staff)


@pytest.mark.parametrize(("days", "code"), [(1, "closed_in_future"), (-1, "closed_before_raised")])
def test_a_finding_is_closed_between_its_day_and_today(cast: Cast, days: int, code: str) -> None:
    finding = found(cast, held(cast))

    with refused(code, "closed_on"):
        close_finding(
            finding,
            closed_on=today() + dt.timedelta(days=days),
            today=today(),
            actor=cast.staff,
        )


@pytest.mark.parametrize(("body", "person"), CASES)
def test_each_body_raises_and_closes_its_own_findings(cast: Cast, body: Body, person: str) -> None:
    actor, review = getattr(cast, person), held(cast, body)
    theirs = found(cast, review, actor=getattr(cast, PLANNERS[body][0]))

    if person in PLANNERS[body]:
        finding = found(cast, review, actor=actor)
        assert close_finding(finding, closed_on=today(), today=today(), actor=actor).closed_on
        return
    with forbidden():
        found(cast, review, actor=actor)
    with forbidden():
        close_finding(theirs, closed_on=today(), today=today(), actor=actor)


# What licensing hears of it


def test_a_critical_finding_past_its_deadline_costs_good_standing(cast: Cast) -> None:
    review = held(cast, days_ago=20)
    finding = found(cast, review, raised_on=today() - dt.timedelta(days=11))
    found(cast, review, grade="major", raised_on=today() - dt.timedelta(days=20))

    def holds() -> bool:
        reasons = cast.firm_a.standing_reasons(today())
        return next(reason.holds for reason in reasons if reason.code == "no_critical_finding")

    assert not holds()
    close_finding(finding, closed_on=today(), today=today(), actor=cast.staff)
    assert holds()


@pytest.mark.parametrize(
    ("licensed", "suspended_days_ago", "refusal"),
    [
        pytest.param(today().replace(day=1), 10, "", id="nothing due"),
        pytest.param(dt.date(today().year - 5, 1, 1), 400, "review_comes_first", id="ran out"),
        pytest.param(dt.date(today().year - 9, 1, 1), 10, "", id="ran out before"),
    ],
)
def test_a_clock_that_ran_out_during_a_suspension_comes_before_reinstating(
    cast: Cast, licensed: dt.date, suspended_days_ago: int, refusal: str
) -> None:
    firm = license(
        legal_name="Clocked Gems Inc. (test)",
        kind="ordinary",
        address="9 Example Street\nNew York, NY 10036",
        ein="00-0000999",
        state_of_incorporation="NY",
        effective_on=licensed,
        actor=cast.staff,
    )
    since = today() - dt.timedelta(days=suspended_days_ago)
    suspend(firm, reason="Test", today=since, actor=cast.staff)

    if not refusal:
        assert reinstate(firm, reason="Test", today=today(), actor=cast.staff).is_active
        return
    with refused(refusal):
        reinstate(firm, reason="Test", today=today(), actor=cast.staff)
