"""Keep what a licensee types for a blank, without ever refusing that it is incomplete."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from certificates import rules, states
from certificates.models import Certificate, Draft
from certificates.operations.locking import locked
from certificates.particulars import ALL
from journal.errors import OperationRefused

LONGEST = 2000  # characters of one field: four lines of address and room for mistakes


class DraftChanged(OperationRefused):
    """Someone else saved the draft since it was opened; ``draft`` is what stands there now."""

    def __init__(self, draft: Draft) -> None:
        who = draft.edited_by
        super().__init__(
            "draft_changed",
            f"{who} changed this draft on {timezone.localtime(draft.edited_at):%m/%d/%Y at %H:%M}.",
        )
        self.draft = draft


@transaction.atomic
def save_draft(
    certificate: Certificate, *, fields: Mapping[str, str], version: int | None, actor: User
) -> Draft:
    """Keep ``fields`` as typed and return the draft.

    ``version`` is the version the editor started from; None takes the fields whatever others
    saved meanwhile. Saving the same texts again changes nothing, so a lost reply can be repeated.
    Raises PermissionDenied unless ``actor`` acts for the firm. Raises OperationRefused
    ``wrong_status`` unless the certificate is available, ``draft_missing`` for a version of a
    draft there is none of, ``draft_changed`` if somebody saved after ``version``,
    ``field_unknown``, ``text_too_long`` (over 2,000 characters) or ``text_has_nul`` for what the
    database cannot keep: the character NUL, and halves of characters.
    """
    row, actor = locked(certificate, states.ISSUE, rules.ISSUE, actor=actor)
    _check(fields)
    kept = Draft.objects.select_for_update(of=("self",)).filter(certificate=row).first()
    if kept is None and version:
        raise OperationRefused("draft_missing", f"There is no draft of {row}.")
    draft = kept or Draft(certificate=row)
    merged = {**draft.fields, **fields}
    if kept is not None and merged == kept.fields:
        return kept
    if version is not None and version != draft.version:
        raise DraftChanged(draft)
    draft.fields = merged
    draft.version += 1
    draft.edited_by, draft.edited_at = actor, timezone.now()
    draft.save()
    return draft


def _check(fields: Mapping[str, str]) -> None:
    for name, text in fields.items():
        if name not in ALL:
            raise OperationRefused("field_unknown", f"There is no field {name[:40]}.")
        if len(text) > LONGEST:
            raise OperationRefused(
                "text_too_long", f"At most {LONGEST:,} characters can be kept.", field=name
            )
        if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise OperationRefused(
                "text_has_nul", "This text has a character that cannot be kept.", field=name
            )
