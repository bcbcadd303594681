"""Voiding a certificate that has not left the country (domain 3.2, T5 and T6; 3.5)."""

from typing import Any

import pytest

from certificates.models import Certificate, Draft, Duty
from certificates.operations.drafting import save_draft
from certificates.operations.voiding import void
from certificates.states import FORM_DISPOSITIONS, VOID_REASONS, Status
from certificates.verification import differences
from licensees.operations.licensing import suspend
from tests.cast import Cast, today
from tests.letters import written
from tests.unchanged import forbidden, journaled, refused

LOST = ("blank_lost", "blank_stolen")


def voided(cast: Cast, row: Certificate, **terms: Any) -> Certificate:
    """Void for a printer error by firm A's issuer, but for the given terms."""
    return void(
        row,
        **{
            "reason": "printer_error",
            "notes": "",
            "form_disposition": "held_defaced",
            "replacement": None,
            "today": today(),
            "actor": cast.issuer,
            **terms,
        },
    )


@pytest.mark.parametrize("made", ["available", "issued"])
@pytest.mark.parametrize("reason", VOID_REASONS.values(), ids=VOID_REASONS)
def test_every_reason_voids_a_certificate_for_ever(cast: Cast, made: str, reason: Any) -> None:
    row = getattr(cast, made)()
    new = cast.available() if reason.needs_replacement else None
    disposition = "not_recovered" if reason.code in LOST else "destroyed"

    with journaled(("certificate:voided", "certificate", row.number)) as entries:
        voided(
            cast,
            row,
            reason=reason.code,
            notes=" It  \n\n happened " if reason.needs_notes else "",
            form_disposition=disposition,
            replacement=new,
        )

    row.refresh_from_db()
    assert (row.status, row.voided_on, row.voided_by) == (Status.VOID, today(), cast.issuer)
    assert (row.void_reason, row.form_disposition) == (reason.code, disposition)
    assert row.void_notes == ("It\nhappened" if reason.needs_notes else "")
    assert row.replacement == new
    assert entries[0].changes["status"] == [made, "void"]
    assert entries[0].changes["void_reason"] == ["", reason.code]
    assert (entries[0].actor, entries[0].licensee_id) == (cast.issuer.email, cast.firm_a.pk)
    assert list(differences()) == []


@pytest.mark.parametrize("disposition", FORM_DISPOSITIONS)
def test_the_paper_may_be_anywhere_known(cast: Cast, disposition: str) -> None:
    row = voided(cast, cast.issued(), form_disposition=disposition)

    assert row.form_disposition == disposition


def test_an_issued_certificate_keeps_its_facts_when_voided(cast: Cast) -> None:
    row = cast.issued()
    itn, consignee = row.itn, row.consignee_name

    voided(cast, row)

    row.refresh_from_db()
    assert (row.itn, row.consignee_name) == (itn, consignee)


@pytest.mark.parametrize(
    ("terms", "code", "field"),
    [
        pytest.param({"reason": "bored"}, "reason_unknown", "reason", id="unknown reason"),
        pytest.param({"reason": ""}, "reason_unknown", "reason", id="no reason"),
        *(
            pytest.param(
                {"reason": reason.code, "notes": " \n\u200b "},
                "notes_missing",
                "notes",
                id=f"{reason.code} without notes",
            )
            for reason in VOID_REASONS.values()
            if reason.needs_notes
        ),
        pytest.param(
            {"form_disposition": "somewhere"},
            "disposition_unknown",
            "form_disposition",
            id="unknown place",
        ),
        pytest.param(
            {"form_disposition": ""}, "disposition_unknown", "form_disposition", id="no place"
        ),
        *(
            pytest.param(
                {"reason": reason, "notes": "Gone", "form_disposition": "held_defaced"},
                "disposition_contradicts",
                "form_disposition",
                id=f"{reason} and in hand",
            )
            for reason in LOST
        ),
        pytest.param(
            {"reason": "replaced"}, "replacement_missing", "replacement", id="replaced by nothing"
        ),
    ],
)
@pytest.mark.parametrize("made", ["available", "issued"])
def test_a_void_without_its_reasons_is_refused(
    cast: Cast, made: str, terms: dict[str, Any], code: str, field: str
) -> None:
    row = getattr(cast, made)()

    with refused(code, field):
        voided(cast, row, **terms)


@pytest.mark.parametrize("made", ["shipped", "delivered", "voided"])
def test_what_has_left_or_is_void_is_not_voided(cast: Cast, made: str) -> None:
    row = getattr(cast, made)()

    with refused("wrong_status"):
        voided(cast, row)


@pytest.mark.parametrize(
    "person",
    [
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
@pytest.mark.parametrize("made", ["available", "issued"])
def test_nobody_but_the_firm_and_staff_void(cast: Cast, made: str, person: str) -> None:
    actor, row = getattr(cast, person), getattr(cast, made)()

    with forbidden():
        voided(cast, row, actor=actor)


@pytest.mark.parametrize("person", ["issuer", "manager", "colleague", "staff"])
def test_the_firm_and_staff_void(cast: Cast, person: str) -> None:
    actor = getattr(cast, person)

    assert voided(cast, cast.issued(), actor=actor).voided_by == actor


def test_stock_that_nobody_bought_is_not_voided(cast: Cast) -> None:
    blank = cast.in_stock()
    assert cast.issuer

    with refused("wrong_status"):
        voided(cast, blank, actor=cast.staff)


def test_a_suspended_firm_may_still_void(cast: Cast) -> None:
    row = cast.issued()
    suspend(cast.firm_a, reason="Test", today=today(), actor=cast.staff)

    assert voided(cast, row).status == Status.VOID


# What a void makes due


def owed(row: Certificate) -> set[str]:
    return set(row.duties.open().values_list("code", flat=True))


def test_a_voided_blank_owes_its_copy(cast: Cast) -> None:
    assert owed(voided(cast, cast.available())) == {Duty.Code.VOID_COPY}


@pytest.mark.parametrize("reason", LOST)
def test_a_lost_blank_cannot_be_copied(cast: Cast, reason: str) -> None:
    row = voided(
        cast, cast.available(), reason=reason, notes="Gone", form_disposition="not_recovered"
    )

    assert owed(row) == set()


@pytest.mark.parametrize("reason", ["printer_error", "blank_lost"])
def test_a_voided_issue_owes_its_copy_and_the_correction_in_aes(cast: Cast, reason: str) -> None:
    row = voided(cast, cast.issued(), reason=reason, notes="Gone", form_disposition="not_recovered")

    assert owed(row) == {Duty.Code.VOID_COPY, Duty.Code.AES_CORRECTION}
    assert set(row.duties.open().values_list("due_on", flat=True)) == {today()}


def test_a_voided_issue_is_announced_to_nobody(cast: Cast) -> None:
    row = voided(cast, cast.issued())

    notice = row.duties.get(code=Duty.Code.ADVANCE_NOTICE)
    assert notice.discharged_by == cast.issuer
    assert notice.reference == "Voided before shipment"


@pytest.mark.parametrize("reason", LOST)
def test_staff_hear_of_a_lost_or_stolen_form_the_same_day(cast: Cast, reason: str) -> None:
    row = cast.available()

    with written() as letters:
        voided(cast, row, reason=reason, notes="Safe broken", form_disposition="not_recovered")

    (letter,) = letters
    assert letter.recipient == "staff@uskpa.example"
    assert str(row) in letter.subject
    assert "Safe broken" not in letter.text


def test_staff_are_not_told_of_every_void(cast: Cast) -> None:
    row = cast.issued()

    with written() as letters:
        voided(cast, row)

    assert letters == []


# The replacement


@pytest.mark.parametrize("reason", ["replaced", "printer_error", "other"])
def test_the_replacement_gets_the_facts_as_a_draft_but_no_itn_and_dates(
    cast: Cast, reason: str
) -> None:
    row, new = cast.issued(provenance="BW 1234", planned_ship_on=today()), cast.available()

    voided(cast, row, reason=reason, notes="Test", replacement=new)

    draft = Draft.objects.get(certificate=new)
    assert draft.fields == {
        "exporter_name": row.exporter_name,
        "exporter_address": row.exporter_address,
        "consignee_name": row.consignee_name,
        "consignee_address": row.consignee_address,
        "consignee_country": "IL",
        "country_of_origin": "BW",
        "value_usd": "12345.67",
        "number_of_parcels": "2",
        "carat_weight": "98.76",
        "hs_code": "7102.31",
        "port_of_export": "4701",
        "provenance": "BW 1234",
    }
    assert draft.edited_by == cast.issuer
    new.refresh_from_db()
    assert new.status == Status.AVAILABLE


def test_mixed_origin_is_carried_over_too(cast: Cast) -> None:
    row, new = cast.issued(mixed_origin=True, country_of_origin=""), cast.available()

    voided(cast, row, replacement=new)

    fields = Draft.objects.get(certificate=new).fields
    assert fields["mixed_origin"] == "on"
    assert "country_of_origin" not in fields


def test_a_draft_already_begun_is_not_overwritten(cast: Cast) -> None:
    row, new = cast.issued(), cast.available()
    save_draft(new, fields={"waybill": "mine"}, version=0, actor=cast.colleague)

    voided(cast, row, replacement=new)

    assert Draft.objects.get(certificate=new).fields == {"waybill": "mine"}


def test_staff_name_a_replacement_but_write_no_draft_in_the_firms_name(cast: Cast) -> None:
    row, new = cast.issued(), cast.available()

    assert voided(cast, row, replacement=new, actor=cast.staff).replacement == new
    assert not Draft.objects.exists()


def test_a_blank_voided_for_another_has_no_facts_to_carry_over(cast: Cast) -> None:
    row, new = cast.available(), cast.available()

    assert voided(cast, row, replacement=new).replacement == new
    assert not Draft.objects.exists()


@pytest.mark.parametrize("made", ["in_stock", "issued", "shipped", "voided"])
def test_only_an_available_certificate_replaces(cast: Cast, made: str) -> None:
    row, other = cast.issued(), getattr(cast, made)()

    with refused("replacement_not_available", "replacement"):
        voided(cast, row, replacement=other)


def test_a_certificate_of_another_firm_does_not_replace(cast: Cast) -> None:
    row, other = cast.issued(), cast.available(cast.firm_b)

    with refused("replacement_not_available", "replacement"):
        voided(cast, row, replacement=other)


@pytest.mark.parametrize("made", ["available", "issued"])
def test_a_certificate_does_not_replace_itself(cast: Cast, made: str) -> None:
    row = getattr(cast, made)()

    with refused("replacement_not_available", "replacement"):
        voided(cast, row, replacement=row)


def test_one_certificate_replaces_one(cast: Cast) -> None:
    first, second, new = cast.issued(), cast.issued(), cast.available()
    voided(cast, first, replacement=new)

    with refused("replacement_not_available", "replacement"):
        voided(cast, second, replacement=new)
