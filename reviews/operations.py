"""Plan a review, record that it was held, and what it found."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from journal.errors import OperationRefused
from journal.record import record
from licensees.models import Licensee
from reviews import rules
from reviews.models import Body, Finding, Review


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


@transaction.atomic
def raise_finding(
    review: Review, *, grade: str, text: str, raised_on: dt.date, today: dt.date, actor: User
) -> Finding:
    """Write down what a held review found; its deadline follows from its grade (domain 7.5).

    Critical ones are due in 10 days, major in 30, minor in 90; an observation has no deadline.
    Raises PermissionDenied unless ``actor`` belongs to the review's body. Raises OperationRefused
    ``wrong_status`` unless the review was held, ``grade_unknown``, ``text_missing``,
    ``raised_in_future``, ``raised_before_visit``.
    """
    firm = Licensee.objects.select_for_update(no_key=True).get(pk=review.licensee_id)
    row = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if not actor.has_perm(rules.PLAN, row):
        raise PermissionDenied
    if row.visited_on is None:
        raise OperationRefused(
            "wrong_status", f"This review is {row.get_status_display().lower()}."
        )
    if grade not in Finding.Grade.values:
        raise OperationRefused("grade_unknown", "Choose how grave it is.", field="grade")
    if not text.strip():
        raise OperationRefused("text_missing", "Say what was found.", field="text")
    if raised_on > today:
        raise OperationRefused("raised_in_future", "That day is still to come.", field="raised_on")
    if raised_on < row.visited_on:
        raise OperationRefused(
            "raised_before_visit",
            f"The visit ended on {row.visited_on:%m/%d/%Y}.",
            field="raised_on",
        )
    days = Finding.DAYS.get(Finding.Grade(grade))
    finding = Finding.objects.create(
        review=row,
        grade=grade,
        text=text.strip(),
        raised_on=raised_on,
        due_on=raised_on + dt.timedelta(days=days) if days is not None else None,
    )
    record(
        "finding:raised",
        "finding",
        finding.pk,
        actor=actor,
        licensee_id=firm.pk,
        changes={
            "review": (None, row.pk),
            "grade": (None, grade),
            "text": (None, finding.text),
            "raised_on": (None, raised_on),
            "due_on": (None, finding.due_on),
        },
    )
    return finding


@transaction.atomic
def close_finding(finding: Finding, *, closed_on: dt.date, today: dt.date, actor: User) -> Finding:
    """Record that a finding was put right and verified on a day.

    Raises PermissionDenied unless ``actor`` belongs to the review's body. Raises OperationRefused
    ``already_closed``, ``closed_in_future``, ``closed_before_raised``.
    """
    Licensee.objects.select_for_update(no_key=True).get(pk=finding.review.licensee_id)
    row = (
        Finding.objects.select_for_update(of=("self",)).select_related("review").get(pk=finding.pk)
    )
    if not actor.has_perm(rules.PLAN, row.review):
        raise PermissionDenied
    if row.closed_on is not None:
        raise OperationRefused("already_closed", f"It was closed on {row.closed_on:%m/%d/%Y}.")
    if closed_on > today:
        raise OperationRefused("closed_in_future", "That day is still to come.", field="closed_on")
    if closed_on < row.raised_on:
        raise OperationRefused(
            "closed_before_raised",
            f"It was raised on {row.raised_on:%m/%d/%Y}.",
            field="closed_on",
        )
    row.closed_on, row.closed_by = closed_on, actor
    row.save(update_fields=["closed_on", "closed_by"])
    record(
        "finding:closed",
        "finding",
        row.pk,
        actor=actor,
        licensee_id=row.review.licensee_id,
        changes={"closed_on": (None, closed_on)},
    )
    return row
