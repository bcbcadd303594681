"""Keeping what is typed for a blank: never refused as incomplete, never overwritten unseen."""

from typing import Any

import pytest
from django.utils import timezone

from certificates.models import Certificate, Draft
from certificates.operations.drafting import LONGEST, DraftChanged, save_draft
from certificates.particulars import ALL
from journal.models import Entry
from licensees.operations.licensing import suspend
from tests.cast import Cast, today
from tests.unchanged import forbidden, refused


@pytest.fixture
def blank(cast: Cast) -> Certificate:
    """An available certificate of firm A."""
    return cast.available()


def test_a_draft_keeps_the_texts_as_typed(cast: Cast, blank: Certificate) -> None:
    texts = {"value_usd": " 1,2 3 ", "itn": "=cmd()", "consignee_name": "<b>דוגמה</b>\t"}
    before = timezone.now()

    save_draft(blank, fields=texts, version=0, actor=cast.issuer)

    draft = Draft.objects.get(certificate=blank)
    assert (draft.fields, draft.version, draft.edited_by) == (texts, 1, cast.issuer)
    assert draft.edited_at >= before


def test_a_draft_leaves_the_certificate_and_the_journal_alone(
    cast: Cast, blank: Certificate
) -> None:
    row = Certificate.objects.filter(pk=blank.pk).values().get()
    entries = Entry.objects.count()

    save_draft(blank, fields=dict.fromkeys(ALL, "x"), version=0, actor=cast.issuer)

    assert Certificate.objects.filter(pk=blank.pk).values().get() == row
    assert Entry.objects.count() == entries


def test_a_later_saving_adds_to_what_is_there(cast: Cast, blank: Certificate) -> None:
    save_draft(blank, fields={"waybill": "1", "itn": "X"}, version=0, actor=cast.issuer)
    draft = save_draft(blank, fields={"waybill": ""}, version=1, actor=cast.colleague)

    assert (draft.fields, draft.version) == ({"waybill": "", "itn": "X"}, 2)
    assert draft.edited_by == cast.colleague


def test_saving_the_same_again_after_a_lost_reply_changes_nothing(
    cast: Cast, blank: Certificate
) -> None:
    first = save_draft(blank, fields={"waybill": "1"}, version=0, actor=cast.issuer)
    again = save_draft(blank, fields={"waybill": "1"}, version=0, actor=cast.issuer)

    assert (again.version, again.edited_at) == (first.version, first.edited_at)


def test_two_editors_do_not_overwrite_each_other_unseen(cast: Cast, blank: Certificate) -> None:
    save_draft(blank, fields={"waybill": "mine"}, version=0, actor=cast.issuer)
    colleague = cast.colleague

    with refused("draft_changed") as refusal:
        save_draft(blank, fields={"waybill": "yours"}, version=0, actor=colleague)

    assert isinstance(refusal.value, DraftChanged)
    assert refusal.value.draft.fields == {"waybill": "mine"}
    assert str(cast.issuer) in refusal.value.detail
    moment = timezone.localtime(refusal.value.draft.edited_at)
    assert f"{moment:%m/%d/%Y at %H:%M}" in refusal.value.detail


def test_without_a_version_the_last_saving_stands(cast: Cast, blank: Certificate) -> None:
    save_draft(blank, fields={"waybill": "1"}, version=0, actor=cast.issuer)

    draft = save_draft(blank, fields={"waybill": "2"}, version=None, actor=cast.colleague)

    assert (draft.fields, draft.version) == ({"waybill": "2"}, 2)


def test_the_first_saving_needs_no_version(cast: Cast, blank: Certificate) -> None:
    assert save_draft(blank, fields={}, version=None, actor=cast.issuer).version == 1


@pytest.mark.parametrize(
    ("terms", "code", "field"),
    [
        pytest.param({"version": 7}, "draft_missing", "", id="a version of no draft"),
        pytest.param({"fields": {"status": "issued"}}, "field_unknown", "", id="no such field"),
        pytest.param({"fields": {"licensee_id": "1"}}, "field_unknown", "", id="not a typed fact"),
        pytest.param(
            {"fields": {"waybill": "x" * (LONGEST + 1)}}, "text_too_long", "waybill", id="gigantic"
        ),
        pytest.param({"fields": {"waybill": "a\x00"}}, "text_has_nul", "waybill", id="binary"),
        pytest.param(
            {"fields": {"waybill": "a\ud83d"}}, "text_has_nul", "waybill", id="half a character"
        ),
    ],
)
def test_what_cannot_be_kept_is_refused(
    cast: Cast, blank: Certificate, terms: dict[str, Any], code: str, field: str
) -> None:
    assert cast.issuer

    with refused(code, field):
        save_draft(blank, **{"fields": {}, "version": 0, "actor": cast.issuer, **terms})


def test_the_longest_text_is_kept(cast: Cast, blank: Certificate) -> None:
    draft = save_draft(blank, fields={"provenance": "x" * LONGEST}, version=0, actor=cast.issuer)

    assert len(draft.fields["provenance"]) == LONGEST


@pytest.mark.parametrize("made", ["issued", "shipped", "delivered", "voided"])
def test_only_an_available_certificate_has_a_draft(cast: Cast, made: str) -> None:
    row = getattr(cast, made)()

    with refused("wrong_status"):
        save_draft(row, fields={"waybill": "1"}, version=None, actor=cast.issuer)


@pytest.mark.parametrize(
    "person",
    [
        "staff",
        "reviewer",
        "overseer",
        "census",
        "administrator",
        "inactive",
        "loner",
        "stranger",
        "carrier_issuer",
    ],
)
def test_nobody_but_the_firm_writes_its_drafts(cast: Cast, blank: Certificate, person: str) -> None:
    actor = getattr(cast, person)

    with forbidden():
        save_draft(blank, fields={"waybill": "1"}, version=0, actor=actor)


def test_a_suspended_firm_may_still_prepare(cast: Cast, blank: Certificate) -> None:
    suspend(cast.firm_a, reason="Test", today=today(), actor=cast.staff)

    assert save_draft(blank, fields={"waybill": "1"}, version=0, actor=cast.issuer).version == 1
