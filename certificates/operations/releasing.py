"""Ask staff for a release, and decide on it (domain 2.5, 4.2, 10.9, 10.11).

A release lets one certificate say what it otherwise may not: stones mined in the United States,
an origin or a destination that waits for staff. It counts from the decision until the issue.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from certificates import notices, rules, states
from certificates.examination import ReleasedRoute
from certificates.facts import facts_of_release
from certificates.lettering import tidy
from certificates.models import Certificate, Release
from certificates.operations.locking import locked, require_active, standing_of
from certificates.operations.release_terms import check_find, check_route, evidence_of
from certificates.states import Status
from journal.errors import OperationRefused
from journal.record import record
from licensees.models import Licensee, Paper

NOTE_AT_MOST: Final = 500  # characters


def released_routes(certificate: Certificate) -> tuple[ReleasedRoute, ...]:
    """What staff released this certificate for, as the examination takes it: one query."""
    rows = Release.objects.filter(certificate=certificate, state=Release.State.RELEASED)
    return tuple(
        ReleasedRoute(
            release.route,
            release.country,
            release.carat_weight if release.route == Release.Route.CRATER else None,
        )
        for release in rows
    )


@transaction.atomic
def request_release(
    certificate: Certificate,
    *,
    route: str,
    country: str,
    evidence: str,
    registration: str = "",
    found_on: dt.date | None = None,
    carat_weight: Decimal | None = None,
    papers: Sequence[Paper] = (),
    today: dt.date,
    actor: User,
) -> Release:
    """Ask staff to open a route for one blank; return the request. Staff are told.

    ``route`` is crater or museum (``country`` US), origin or destination (a country that waits
    for staff today). ``registration``, ``found_on`` and ``carat_weight`` are those of the park,
    for crater only and all of them. ``papers`` are evidence of origin that the firm sent.

    Raises PermissionDenied unless ``actor`` acts for the firm. Raises OperationRefused
    ``wrong_status`` unless available, ``licence_not_active``, ``route_unknown``,
    ``route_for_another_country``, ``crater_through_a_carrier`` for an ordinary licensee (domain
    2.5), ``evidence_missing``, ``evidence_too_long`` (over 2,000 characters),
    ``registration_missing``, ``registration_too_long`` (over 60), ``found_on_missing``,
    ``found_in_future``, ``find_weight_missing``, ``find_weight_malformed`` (not above zero, too
    large, or more than two places), ``find_not_asked_for`` for facts of a find by another route,
    ``paper_of_another``, and ``release_open`` while one for the route waits or is in force.
    """
    row, actor = locked(certificate, states.ISSUE, rules.REQUEST_RELEASE, actor=actor)
    firm = row.licensee
    if firm is None:
        raise PermissionDenied
    require_active(firm)
    check_route(route, country, firm, today)
    text = evidence_of(evidence)
    reference = tidy(registration, multiline=False)
    check_find(route, reference, found_on, carat_weight, today)
    _check_papers(papers, firm)
    open_now = Release.objects.filter(
        certificate=row, route=route, state__in=[Release.State.WAITING, Release.State.RELEASED]
    ).first()
    if open_now is not None:
        raise OperationRefused(
            "release_open",
            f"For {row} this was asked for on {timezone.localtime(open_now.requested_at):%m/%d/%Y}"
            f" and is {open_now.get_state_display().lower()}.",
            field="route",
        )
    release = Release.objects.create(
        certificate=row,
        licensee=firm,
        route=route,
        country=country,
        evidence=text,
        registration=reference,
        found_on=found_on,
        carat_weight=carat_weight,
        requested_by=actor,
        requested_at=timezone.now(),
    )
    release.papers.set(papers)
    release.refresh_from_db()  # the weight as it is kept, to two places
    record(
        "release:requested",
        "release",
        release.pk,
        actor=actor,
        licensee_id=firm.pk,
        changes={fact: (None, value) for fact, value in facts_of_release(release).items()},
    )
    notices.tell_staff_of_release_request(row.display, release.pk)
    return release


def _check_papers(papers: Sequence[Paper], firm: Licensee) -> None:
    """Evidence of origin that the firm sent and did not take back, as it is now."""
    own = Paper.objects.kept().filter(licensee=firm, purpose=Paper.Purpose.ORIGIN)
    known = set(own.filter(pk__in=[paper.pk for paper in papers]).values_list("pk", flat=True))
    for paper in papers:
        if paper.pk not in known:
            raise OperationRefused(
                "paper_of_another",
                f"{paper} is no evidence of origin that {firm} sent.",
                field="paper",
            )


@transaction.atomic
def withdraw_release(release: Release, *, actor: User) -> Release:
    """Take back a request that staff have not decided; return the new row.

    Raises PermissionDenied unless ``actor`` acts for the firm. Raises OperationRefused
    ``already_decided`` with who decided, and how.
    """
    row, actor = _held(release, rules.REQUEST_RELEASE, actor)
    _require_waiting(row)
    return _turn(row, Release.State.WITHDRAWN, "withdrawn", "", actor)


@transaction.atomic
def decide_release(release: Release, *, released: bool, note: str, actor: User) -> Release:
    """Release or refuse what was asked for; return the new row. Whoever asked is told.

    Raises PermissionDenied unless ``actor`` is staff. Raises OperationRefused
    ``already_decided``; ``own_request`` to the person who asked, in a firm's name, before;
    ``wrong_status`` to release what is no longer available (it may still be refused);
    ``note_missing`` to refuse without saying why; ``note_too_long`` (over 500 characters).
    """
    row, actor = _held(release, rules.DECIDE_RELEASE, actor)
    _require_waiting(row)
    if row.requested_by_id == actor.pk:
        raise OperationRefused(
            "own_request", "You asked for this yourself. Somebody else at USKPA decides."
        )
    if released:
        _require_available(row.certificate)
    text = _note(note, required=not released)
    state = Release.State.RELEASED if released else Release.State.REFUSED
    row = _turn(row, state, "granted" if released else "refused", text, actor)
    notices.tell_of_release(
        row.certificate.display, row.pk, row.requested_by, row.get_state_display()
    )
    return row


@transaction.atomic
def revoke_release(release: Release, *, note: str, actor: User) -> Release:
    """Take back a release before the certificate is issued; return the new row.

    From then on the issue is refused again, also from a page opened before. Raises
    PermissionDenied unless ``actor`` is staff. Raises OperationRefused ``not_released``,
    ``wrong_status`` once the certificate is issued or void, ``note_missing``, ``note_too_long``.
    """
    row, actor = _held(release, rules.DECIDE_RELEASE, actor)
    if row.state != Release.State.RELEASED:
        raise OperationRefused(
            "not_released", f"This is {row.get_state_display().lower()}, and not in force."
        )
    _require_available(row.certificate)
    row = _turn(row, Release.State.WITHDRAWN, "revoked", _note(note, required=True), actor)
    notices.tell_of_release(
        row.certificate.display, row.pk, row.requested_by, row.get_state_display()
    )
    return row


def _held(release: Release, permission: str, actor: User) -> tuple[Release, User]:
    """The row and its actor as they are now, held with firm and certificate, in that order.

    An issue holds the same two first: it and a revocation cannot pass each other.
    """
    owner = Certificate.objects.only("licensee_id").get(pk=release.certificate_id).licensee_id
    if owner is not None:
        Licensee.objects.select_for_update(no_key=True).get(pk=owner)
    Certificate.objects.select_for_update(of=("self",)).get(pk=release.certificate_id)
    row = (
        Release.objects.select_for_update(of=("self",))
        .select_related("certificate__licensee", "requested_by", "decided_by")
        .get(pk=release.pk)
    )
    actor = User.objects.get(pk=actor.pk)
    if not actor.has_perm(permission, row.certificate):
        raise PermissionDenied
    return row, actor


def standing_of_release(row: Release) -> str:
    """What became of a request, by whom and when in New York, in a sentence."""
    if row.decided_at is None:
        return "This waits for USKPA staff."
    when = f"{timezone.localtime(row.decided_at):%m/%d/%Y at %H:%M}"
    return f"This was {row.get_state_display().lower()} by {row.decided_by} on {when}."


def _require_waiting(row: Release) -> None:
    if row.state != Release.State.WAITING:
        raise OperationRefused("already_decided", standing_of_release(row))


def _require_available(row: Certificate) -> None:
    if row.status != Status.AVAILABLE:
        raise OperationRefused("wrong_status", standing_of(row))


def _note(note: str, *, required: bool) -> str:
    text = tidy(note, multiline=True)
    if required and not text:
        raise OperationRefused("note_missing", "Say why; the firm reads it.", field="note")
    if len(text) > NOTE_AT_MOST:
        raise OperationRefused("note_too_long", f"At most {NOTE_AT_MOST} characters.", field="note")
    return text


def _turn(row: Release, state: Release.State, verb: str, note: str, actor: User) -> Release:
    before = facts_of_release(row)
    row.state, row.note = state, note
    row.decided_by, row.decided_at = actor, timezone.now()
    row.save(update_fields=["state", "note", "decided_by", "decided_at"])
    record(
        f"release:{verb}",
        "release",
        row.pk,
        actor=actor,
        licensee_id=row.certificate.licensee_id,
        changes={
            fact: (before[fact], value)
            for fact, value in facts_of_release(row).items()
            if before[fact] != value
        },
    )
    return row
