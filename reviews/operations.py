"""Plan a review, and record that it was held."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from journal.errors import OperationRefused
from journal.record import record
from licensees.models import Licensee
from reviews import rules
from reviews.models import Body, Review


@transaction.atomic
def schedule(
    licensee: Licensee, *, body: str, planned_on: dt.date, is_onsite: bool = True, actor: User
) -> Review:
    """Plan a review for a day.

    Raises PermissionDenied unless ``actor`` belongs to ``body``. Raises OperationRefused
    ``body_unknown``.
    """
    if body not in Body.values:
        raise OperationRefused("body_unknown", "Choose who reviews.", field="body")
    firm = Licensee.objects.select_for_update(no_key=True).get(pk=licensee.pk)
    review = Review(licensee=firm, body=body, planned_on=planned_on, is_onsite=is_onsite)
    if not actor.has_perm(rules.PLAN, review):
        raise PermissionDenied
    review.save()
    record(
        "review:scheduled",
        "review",
        review.pk,
        actor=actor,
        licensee_id=firm.pk,
        changes={
            "body": (None, body),
            "planned_on": (None, planned_on),
            "is_onsite": (None, is_onsite),
        },
    )
    return review


@transaction.atomic
def complete(review: Review, *, visited_on: dt.date, today: dt.date, actor: User) -> Review:
    """Record the last day of a review that was held; on site, it resets its body's clock.

    Raises PermissionDenied unless ``actor`` belongs to the body. Raises OperationRefused
    ``wrong_status`` unless planned, ``visited_in_future``.
    """
    row = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if not actor.has_perm(rules.PLAN, row):
        raise PermissionDenied
    if row.status != Review.Status.PLANNED:
        raise OperationRefused(
            "wrong_status", f"This review is {row.get_status_display().lower()}."
        )
    if visited_on > today:
        raise OperationRefused(
            "visited_in_future", "That day is still to come.", field="visited_on"
        )
    row.status, row.visited_on = Review.Status.COMPLETED, visited_on
    row.save(update_fields=["status", "visited_on"])
    record(
        "review:completed",
        "review",
        row.pk,
        actor=actor,
        licensee_id=row.licensee_id,
        changes={"visited_on": (None, visited_on), "status": ("planned", "completed")},
    )
    return row
