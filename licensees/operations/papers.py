"""Keep an uploaded paper, take one back, and sweep away files that no row names.

The bytes are written before the row is committed, so a row never points to nothing. A transaction
that fails, or a process that dies, leaves a file that no row names: nobody is ever shown it, and
``sweep`` removes it a day later.
"""

import datetime as dt
import hashlib
from typing import BinaryIO, Final, cast
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from journal.errors import OperationRefused
from journal.record import record
from licensees.models import Application, Licensee, Paper, cabinet
from licensees.papers import judge

MOST_OF_APPLICATION: Final = 20
SWEPT_AFTER: Final = dt.timedelta(days=1)


@transaction.atomic
def keep_paper(
    upload: UploadedFile,
    *,
    purpose: str,
    application: Application | None = None,
    licensee: Licensee | None = None,
    actor: User | None = None,
) -> Paper:
    """Keep an uploaded file, inside the caller's transaction.

    For operations, which have asked whether ``actor`` may (None is the applicant). The file is
    judged by its content and lies under a random name outside of what is served. Raises
    OperationRefused ``paper_empty``, ``paper_too_large``, ``paper_type_unknown``,
    ``paper_not_what_it_says`` (see ``licensees.papers.judge``) and ``paper_too_many`` for an
    application with ``MOST_OF_APPLICATION`` papers.
    """
    if purpose not in Paper.Purpose.values:
        raise ValueError(f"No paper has the purpose {purpose!r}.")
    if application is not None:
        # Whoever adds another paper to it meanwhile waits here.
        Application.objects.select_for_update().get(pk=application.pk)
        if application.papers.kept().count() >= MOST_OF_APPLICATION:
            raise OperationRefused(
                "paper_too_many",
                f"An application keeps {MOST_OF_APPLICATION} papers; take one out first.",
                field="paper",
            )
    size = upload.size or 0
    judged = judge(upload.name or "", size, cast(BinaryIO, upload))
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    stored_as = cabinet().save(uuid4().hex, upload)
    paper = Paper.objects.create(
        application=application,
        licensee=licensee,
        purpose=purpose,
        name=judged.name,
        stored_as=stored_as,
        content_type=judged.content_type,
        size=size,
        sha256=digest.hexdigest(),
        uploaded_at=timezone.now(),
        uploaded_by=actor,
    )
    facts = {
        "application_id": application.pk if application else None,
        "licensee_id": licensee.pk if licensee else None,
        "purpose": paper.purpose,
        "name": paper.name,
        "content_type": paper.content_type,
        "size": paper.size,
        "sha256": paper.sha256,
    }
    record(
        "paper:kept",
        "paper",
        paper.pk,
        actor=actor,
        licensee_id=licensee.pk if licensee else None,
        changes={fact: (None, value) for fact, value in facts.items()},
    )
    return paper


@transaction.atomic
def take_back(paper: Paper, *, actor: User | None = None) -> Paper:
    """Let a paper count no longer, inside the caller's transaction; row and file stay.

    For operations, which have asked whether ``actor`` may. Raises OperationRefused
    ``paper_taken_out`` for one that was taken out before.
    """
    row = Paper.objects.select_for_update().get(pk=paper.pk)
    if row.withdrawn_at is not None:
        raise OperationRefused("paper_taken_out", f"{row.name} was taken out already.")
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    record(
        "paper:withdrawn",
        "paper",
        row.pk,
        actor=actor,
        licensee_id=row.licensee_id,
        changes={"is_withdrawn": (False, True)},
    )
    return row


def sweep(*, now: dt.datetime) -> int:
    """Remove the files that no paper names, and return how many.

    Only those a day old: the row of a younger one may still be on its way to the commit.
    """
    box = cabinet()
    _, files = box.listdir("") if box.exists("") else ([], [])
    old = [name for name in files if box.get_modified_time(name) < now - SWEPT_AFTER]
    named = set(Paper.objects.filter(stored_as__in=old).values_list("stored_as", flat=True))
    for name in set(old) - named:
        box.delete(name)
    return len(set(old) - named)
