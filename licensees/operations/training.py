"""Record training held for licensees, who came, and what was handed out (annual report, part C)."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from accounts.models import User
from journal.errors import OperationRefused
from journal.record import Event, record, record_each
from licensees import rules
from licensees.models import Attendance, Licensee, Paper, TrainingSession
from licensees.operations.papers import keep_paper, take_back


@transaction.atomic
def hold_training(
    *,
    held_on: dt.date,
    title: str,
    place: str,
    agencies: str,
    topics: str,
    today: dt.date,
    actor: User,
) -> TrainingSession:
    """Record a session that was held; ``agencies`` is who taught.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused
    ``training_incomplete``, ``held_in_future``, ``training_exists`` for the same title on the
    same day.
    """
    _require_staff(actor)
    facts = {
        "held_on": held_on,
        "title": " ".join(title.split()),
        "place": " ".join(place.split()),
        "agencies": " ".join(agencies.split()),
        "topics": topics.strip(),
    }
    for fact in ("title", "agencies", "topics"):
        if not facts[fact]:
            raise OperationRefused(
                "training_incomplete", "Say what it was, who taught, and what.", field=fact
            )
    if held_on > today:
        raise OperationRefused("held_in_future", "That day is still to come.", field="held_on")
    try:
        # The unique day and title decide, also between two who record it at once.
        with transaction.atomic():
            session = TrainingSession.objects.create(**facts)
    except IntegrityError as error:
        raise OperationRefused(
            "training_exists",
            f"{facts['title']} of {held_on:%m/%d/%Y} is recorded already.",
            field="title",
        ) from error
    record(
        "training:held",
        "training",
        session.pk,
        actor=actor,
        changes={fact: (None, value) for fact, value in facts.items()},
    )
    return session


@transaction.atomic
def record_attendance(
    session: TrainingSession, *, people: Sequence[tuple[Licensee, str]], actor: User
) -> int:
    """Record who came, each with the firm; return how many. All of them or none.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``nobody_named``,
    ``already_attended`` for somebody of the same name and firm in this session, or named twice.
    """
    _require_staff(actor)
    row = TrainingSession.objects.select_for_update().get(pk=session.pk)
    named = [(firm, " ".join(person.split())) for firm, person in people]
    if not named or not all(person for _, person in named):
        raise OperationRefused("nobody_named", "Name at least one person of a firm.")
    there = {(held.licensee_id, held.person.casefold()) for held in row.attendances.all()}
    for firm, person in named:
        if (firm.pk, person.casefold()) in there:
            raise OperationRefused(
                "already_attended", f"{person} of {firm} is in the list already."
            )
        there.add((firm.pk, person.casefold()))
    rows = Attendance.objects.bulk_create(
        Attendance(session=row, licensee=firm, person=person, entered_by=actor)
        for firm, person in named
    )
    record_each(
        "attendance:recorded",
        [
            Event(
                "attendance",
                attendance.pk,
                attendance.licensee_id,
                {"session": (None, row.pk), "person": (None, attendance.person)},
            )
            for attendance in rows
        ],
        actor=actor,
    )
    return len(rows)


@transaction.atomic
def strike_attendance(attendance: Attendance, *, actor: User) -> None:
    """Take somebody out of a session's list who was entered by mistake; the journal keeps it.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused
    ``already_struck`` when a colleague was first.
    """
    _require_staff(actor)
    row = Attendance.objects.select_for_update().filter(pk=attendance.pk).first()
    if row is None:
        raise OperationRefused(
            "already_struck", f"{attendance.person} is not in the list any more."
        )
    key = row.pk
    row.delete()
    record(
        "attendance:struck",
        "attendance",
        key,
        actor=actor,
        licensee_id=row.licensee_id,
        changes={"session": (row.session_id, None), "person": (row.person, None)},
    )


@transaction.atomic
def add_material(session: TrainingSession, *, paper: UploadedFile, actor: User) -> Paper:
    """Keep a paper that was handed out; everybody who signs in may read it.

    Raises PermissionDenied unless ``actor`` is staff, OperationRefused as ``keep_paper`` does.
    """
    _require_staff(actor)
    row = TrainingSession.objects.select_for_update().get(pk=session.pk)
    kept = keep_paper(paper, purpose=Paper.Purpose.TRAINING, actor=actor)
    row.materials.add(kept)
    record(
        "training:material_added",
        "training",
        row.pk,
        actor=actor,
        changes={"material": (None, kept.pk)},
    )
    return kept


@transaction.atomic
def withdraw_material(session: TrainingSession, *, paper: Paper, actor: User) -> Paper:
    """Show a paper no longer with the session; it is kept.

    Raises PermissionDenied unless ``actor`` is staff, OperationRefused ``paper_taken_out``.
    """
    _require_staff(actor)
    TrainingSession.objects.select_for_update().get(pk=session.pk)
    return take_back(session.materials.get(pk=paper.pk), actor=actor)


def _require_staff(actor: User) -> None:
    if not User.objects.get(pk=actor.pk).has_perm(rules.TRAIN):
        raise PermissionDenied
