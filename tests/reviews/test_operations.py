"""Planning a review and recording that it was held; who may, and who sees it."""

import datetime as dt
from typing import Any

import pytest

from reviews import rules
from reviews.models import Body, Review
from reviews.operations import complete, schedule
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
