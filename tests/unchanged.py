"""What a refusal leaves behind: nothing. Every row of ours is compared before and after."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied

from journal.errors import OperationRefused
from journal.models import Entry

MAIL = "accounts.Mail"
OURS = ("accounts", "certificates", "journal", "licensees", "reviews")
# Large, and no operation writes them.
REFERENCE = ("Country", "Participant", "Port")


def everything() -> dict[str, Any]:
    """Every row of the tables operations write, the outbox among them."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for label in OURS
        for model in apps.get_app_config(label).get_models()
        if model.__name__ not in REFERENCE
    }


@contextmanager
def refused(
    code: str, field: str | None = None, *, staff_hear: bool = False
) -> Iterator[pytest.ExceptionInfo[OperationRefused]]:
    """Expect a refusal with this code (and on this field), and that it changed nothing.

    ``staff_hear`` says that a message to staff is all that it leaves behind.
    """
    before = everything()
    with pytest.raises(OperationRefused) as refusal:
        yield refusal
    assert refusal.value.code == code, refusal.value.code
    assert refusal.value.detail
    if field is not None:
        assert refusal.value.field == field, refusal.value.field
    after = everything()
    if staff_hear:
        (letter,) = [row for row in after[MAIL] if row not in before[MAIL]]
        assert letter["recipient"] == settings.STAFF_EMAIL
        after[MAIL].remove(letter)
    assert after == before, "a refusal changed something"


@contextmanager
def forbidden() -> Iterator[None]:
    """Expect that the actor may not do this at all, and that it changed nothing."""
    before = everything()
    with pytest.raises(PermissionDenied):
        yield
    assert everything() == before, "a refusal changed something"


@contextmanager
def journaled(*expected: tuple[str, str, str | int | None]) -> Iterator[list[Entry]]:
    """Expect exactly these entries, each (verb, subject, subject's id), in this order.

    The id is None where the row is written only then, under a key that nobody can foretell.
    """
    last = Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0
    entries: list[Entry] = []
    yield entries
    entries.extend(Entry.objects.filter(id__gt=last).order_by("id"))
    written = [(entry.verb, entry.subject, entry.subject_id) for entry in entries]
    assert [row[:2] for row in written] == [row[:2] for row in expected], written
    for (*_, subject_id), (*_, wanted) in zip(written, expected, strict=True):
        assert wanted is None or subject_id == str(wanted), written
