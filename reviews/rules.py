"""Who may see and plan reviews."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from accounts.models import User
from accounts.offices import Agency, Office
from licensees.rules import acts_for
from reviews.models import Body, Review

VIEW: Final = "reviews.view_review"
PLAN: Final = "reviews.plan_review"


def may_view(user: User, review: Review | None) -> bool:
    """Offices see every review, a firm's people their own."""
    return user.sees_every_licensee or acts_for(user, review.licensee_id if review else None)


def may_plan(user: User, review: Review | None) -> bool:
    """Each body plans its own: USKPA its staff and reviewers, the government State and Census."""
    ours = user.office in (Office.STAFF, Office.REVIEWER)
    theirs = user.is_overseer and user.agency in (Agency.STATE, Agency.CENSUS)
    if review is None:
        return ours or theirs
    return ours if review.body == Body.USKPA else theirs


RULES: Final[Mapping[str, Callable[[User, Any], bool]]] = {VIEW: may_view, PLAN: may_plan}
