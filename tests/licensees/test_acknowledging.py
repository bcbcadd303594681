"""The yearly acknowledgment: who signs, when, what is frozen, and who is late (domain 2.4)."""

import datetime as dt
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from journal.models import Entry
from licensees import acknowledgments
from licensees.acknowledgments import Word
from licensees.models import Acknowledgment, AcknowledgmentText, Agreement, Licensee
from licensees.operations.acknowledging import acknowledge, set_wording
from licensees.operations.licensing import close
from licensees.operations.reminders import remind_acknowledgments
from licensees.pdf.acknowledgment import receipt
from licensees.verification import agreements as verification
from tests.at_once import at_once
from tests.cast import Cast, today
from tests.letters import written
from tests.licensees.exporting import exported
from tests.pages.reading import pdf_text
from tests.unchanged import forbidden, journaled, refused

YEAR = 2025
SIGNING = dt.date(2026, 1, 20)
DUE = dt.date(2026, 1, 31)


def sign(cast: Cast, **changes: Any) -> Acknowledgment:
    """The manager of firm A signs for 2025, unless told otherwise."""
    asked: dict[str, Any] = {
        "year": YEAR,
        "signer_title": "Export manager",
        "agreed": True,
        "today": SIGNING,
        **changes,
    }
    asked.setdefault("actor", None)
    asked["actor"] = asked["actor"] or cast.manager
    return acknowledge(asked.pop("licensee", cast.firm_a), **asked)


def ended(cast: Cast) -> Licensee:
    cast.manager  # noqa: B018 - made before the licence ends
    return close(
        cast.firm_a, outcome="surrendered", reason="Retired", ended_on=today(),
        take_over_shipments=True, today=today(), actor=cast.staff,
    )  # fmt: skip


# Signing


def test_a_manager_signs_and_everything_is_frozen(cast: Cast) -> None:
    other = exported(cast, year=YEAR - 1)
    number = exported(cast)
    Agreement.objects.create(licensee=cast.firm_a, version="2019", signed_on=dt.date(2020, 1, 1))
    Agreement.objects.create(licensee=cast.firm_a, version="2024", signed_on=dt.date(2024, 5, 1))
    later = dt.date(2026, 6, 1)
    Agreement.objects.create(licensee=cast.firm_a, version="2026", signed_on=later)

    cast.manager  # noqa: B018
    with (
        written() as letters,
        journaled(("acknowledgment:signed", "acknowledgment", None)) as entries,
    ):
        row = sign(cast, signer_title="  Export \n manager ")

    wording = AcknowledgmentText.objects.get()
    assert (row.year, row.wording, row.text) == (YEAR, wording, wording.text)
    assert row.agreement_version == "2024"
    assert (row.certificates_issued, row.certificates_shipped) == (1, 1)
    assert row.certificate_numbers == [number] != [other]
    assert (row.signed_by, row.signer_name) == (cast.manager, cast.manager.name)
    assert row.signer_title == "Export manager"
    assert row.reference == f"ACK-2025-{cast.firm_a.number:03d}"
    assert entries[0].changes["certificate_numbers"] == [None, [number]]
    assert list(verification.differences()) == []
    (letter,) = letters
    assert letter.recipient == cast.manager.email
    assert f"/licensees/acknowledgments/{row.pk}/" in letter.text


def test_a_firm_that_did_not_export_may_sign_too(cast: Cast) -> None:
    row = sign(cast)

    assert (row.certificates_issued, row.certificate_numbers) == (0, [])
    assert row.agreement_version == ""


@pytest.mark.parametrize(
    ("code", "field", "changes"),
    [
        pytest.param("year_not_over", None, {"year": 2026}, id="this year"),
        pytest.param("year_not_over", None, {"year": 2027}, id="next year"),
        pytest.param("year_not_over", None, {"year": 99999}, id="no year of the calendar"),
        pytest.param("year_before_licence", None, {"year": 2019}, id="before the licence"),
        pytest.param("year_before_licence", None, {"year": 0}, id="no year at all"),
        pytest.param("title_missing", "signer_title", {"signer_title": " \n "}, id="no title"),
        pytest.param("not_agreed", "agreed", {"agreed": False}, id="not agreed"),
        pytest.param("no_wording", None, {"today": dt.date(1999, 1, 1), "year": 1998}, id="early"),
    ],
)
def test_what_cannot_be_signed_is_refused(
    cast: Cast, code: str, field: str | None, changes: dict[str, Any]
) -> None:
    cast.manager  # noqa: B018
    if code == "no_wording":
        # No licence is that old: the guard against changing its first day steps aside.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = 'replica'")
            Licensee.objects.filter(pk=cast.firm_a.pk).update(effective_on=dt.date(1990, 1, 1))
            cursor.execute("SET LOCAL session_replication_role = 'origin'")

    with refused(code, field):
        sign(cast, **changes)


def test_the_first_year_of_a_licence_can_be_signed_for(cast: Cast) -> None:
    assert sign(cast, year=2020).year == 2020


def test_the_last_day_of_a_year_is_not_over_and_the_next_is(cast: Cast) -> None:
    cast.manager  # noqa: B018
    with refused("year_not_over"):
        sign(cast, today=dt.date(2025, 12, 31))
    assert sign(cast, today=dt.date(2026, 1, 1)).year == YEAR


def test_a_year_is_signed_for_once(cast: Cast) -> None:
    sign(cast)

    with refused("already_acknowledged") as refusal:
        sign(cast)

    assert cast.manager.name in refusal.value.detail


def test_a_firm_whose_licence_ended_only_reads(cast: Cast) -> None:
    ended(cast)

    with refused("licence_ended"):
        sign(cast)


@pytest.mark.parametrize(
    "person", ["issuer", "stranger", "carrier_issuer", "staff", "overseer", "administrator"]
)
def test_only_a_manager_of_the_firm_signs(cast: Cast, person: str) -> None:
    firm, actor = cast.firm_a, getattr(cast, person)
    with forbidden():
        sign(cast, licensee=firm, actor=actor)


def test_a_dismissed_manager_does_not_sign(cast: Cast) -> None:
    manager = cast.manager
    cast.firm_a.contacts.filter(user=manager).update(ended_at=dt.datetime.now(dt.UTC))

    with forbidden():
        sign(cast, actor=manager)


def test_a_wording_that_changed_meanwhile_is_read_first(cast: Cast) -> None:
    cast.manager  # noqa: B018
    shown = AcknowledgmentText.objects.get()
    newer = set_wording(
        version="2", text="New words", valid_from=SIGNING, today=SIGNING, actor=cast.staff
    )

    with refused("wording_changed"):
        sign(cast, shown=shown)
    assert sign(cast, shown=newer).text == "New words"


@pytest.mark.django_db(transaction=True)
def test_two_managers_at_once_sign_once(transactional_cast: Cast) -> None:
    cast = transactional_cast
    second = cast._contact(cast.firm_a, "manager-2", "manager").user
    calls = [partial(sign, cast, actor=actor) for actor in (cast.manager, second)]

    answers = at_once(calls)

    codes = sorted(getattr(answer, "code", "signed") for answer in answers)
    assert codes == ["already_acknowledged", "signed"]
    assert Acknowledgment.objects.count() == 1
    assert Entry.objects.filter(verb="acknowledgment:signed").count() == 1


# Wordings


@pytest.mark.parametrize(
    ("code", "field", "changes"),
    [
        pytest.param("wording_incomplete", "version", {"version": " "}, id="no version"),
        pytest.param("wording_incomplete", "text", {"text": "\n"}, id="no words"),
        pytest.param(
            "wording_in_past", "valid_from", {"valid_from": dt.date(2026, 1, 19)}, id="yesterday"
        ),
        pytest.param("wording_exists", "version", {"version": "1"}, id="a version in use"),
    ],
)
def test_what_is_no_new_wording_is_refused(
    cast: Cast, code: str, field: str, changes: dict[str, Any]
) -> None:
    cast.staff  # noqa: B018
    asked: dict[str, Any] = {"version": "2", "text": "Words", "valid_from": SIGNING, **changes}
    with refused(code, field):
        set_wording(today=SIGNING, actor=cast.staff, **asked)


def test_two_wordings_from_one_day_on_are_refused(cast: Cast) -> None:
    set_wording(version="2", text="A", valid_from=DUE, today=SIGNING, actor=cast.staff)
    with refused("wording_exists"):
        set_wording(version="3", text="B", valid_from=DUE, today=SIGNING, actor=cast.staff)


def test_a_wording_counts_from_its_day_on(cast: Cast) -> None:
    set_wording(version="2", text="Later", valid_from=DUE, today=SIGNING, actor=cast.staff)

    day_before = AcknowledgmentText.objects.on(DUE - dt.timedelta(days=1))
    assert day_before is not None
    assert day_before.version == "1"
    on_the_day = AcknowledgmentText.objects.on(DUE)
    assert on_the_day is not None
    assert on_the_day.version == "2"
    assert list(verification.differences()) == []


@pytest.mark.parametrize("person", ["manager", "reviewer", "overseer", "administrator"])
def test_only_staff_set_a_wording(cast: Cast, person: str) -> None:
    actor = getattr(cast, person)
    with forbidden():
        set_wording(version="2", text="A", valid_from=DUE, today=SIGNING, actor=actor)


# Who owes, who is late


def words_of(cast: Cast, year: int, day: dt.date) -> dict[str, Word]:
    rows = acknowledgments.of_year(year, day, cast.staff)
    return {row.licensee.legal_name[5]: row.word for row in rows}


def test_who_exported_owes_until_the_due_day_and_is_late_after_it(cast: Cast) -> None:
    exported(cast)
    exported(cast, cast.firm_b)
    cast.carrier  # noqa: B018
    sign(cast)

    assert words_of(cast, YEAR, DUE) == {"A": Word.SIGNED, "B": Word.OWED, "C": Word.OPTIONAL}
    late = words_of(cast, YEAR, DUE + dt.timedelta(days=1))
    assert late == {"A": Word.SIGNED, "B": Word.LATE, "C": Word.OPTIONAL}


def test_a_firm_sees_every_year_of_its_licence_that_is_over(cast: Cast) -> None:
    exported(cast)
    sign(cast, year=2024)

    rows = acknowledgments.of_firm(cast.firm_a, SIGNING)

    assert [(row.year, row.word) for row in rows] == [
        (2025, Word.OWED),
        (2024, Word.SIGNED),
        (2023, Word.OPTIONAL),
        (2022, Word.OPTIONAL),
        (2021, Word.OPTIONAL),
        (2020, Word.OPTIONAL),
    ]


def test_the_years_of_a_firm_cost_two_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    firm = cast.firm_a
    with django_assert_num_queries(2):
        acknowledgments.of_firm(firm, dt.date(2046, 1, 1))


def test_the_sentence_of_the_annual_report(cast: Cast) -> None:
    def said() -> str:
        return acknowledgments.report_sentence(
            YEAR, acknowledgments.of_year(YEAR, SIGNING, cast.staff)
        )

    assert said() == "No active licensee exported in 2025, so none had to acknowledge."
    exported(cast)
    exported(cast, cast.firm_b)
    sign(cast)
    missing = "All active exporters acknowledged for 2025: no, 1 of 2; missing: Firm B (test)."
    assert said() == missing
    Licensee.objects.filter(pk=cast.firm_b.pk).update(status="suspended", suspended_on=SIGNING)
    assert said() == missing
    Licensee.objects.filter(pk=cast.firm_b.pk).update(
        status="terminated", suspended_on=None, ended_on=SIGNING
    )
    assert said() == (
        "All active exporters acknowledged for 2025: yes, 1 of 1."
        " Not asked, because the licence ended: Firm B (test)."
    )


# Reminders


def subjects_on(day: dt.date) -> list[str]:
    with written() as letters:
        remind_acknowledgments(day)
    return [f"{letter.recipient}: {letter.text}" for letter in letters]


def test_managers_are_reminded_once_of_each_stage_and_staff_of_who_is_late(cast: Cast) -> None:
    manager = cast.manager.email
    exported(cast)

    assert subjects_on(dt.date(2025, 12, 31)) == []
    opened = subjects_on(dt.date(2026, 1, 1))
    assert len(opened) == 1
    assert opened[0].startswith(manager)
    assert "can be signed now" in opened[0]
    assert f"/licensees/{cast.firm_a.pk}/acknowledgments/2025/sign/" in opened[0]
    assert subjects_on(dt.date(2026, 1, 2)) == []
    assert subjects_on(dt.date(2026, 1, 16)) == []
    (soon,) = subjects_on(dt.date(2026, 1, 17))
    assert "is due on 01/31/2026" in soon
    assert subjects_on(DUE) == []
    late, staff = subjects_on(dt.date(2026, 2, 1))
    assert "was due on 01/31/2026 and is missing" in late
    assert staff.startswith("staff@uskpa.example: 1 firm has exported in 2025")
    assert subjects_on(dt.date(2026, 2, 2)) == []
    assert late.startswith(manager)


@pytest.mark.parametrize("why", ["signed", "did not export", "licence ended"])
def test_whoever_owes_nothing_is_not_reminded(cast: Cast, why: str) -> None:
    cast.manager  # noqa: B018
    if why != "did not export":
        exported(cast)
    if why == "signed":
        sign(cast)
    if why == "licence ended":
        ended(cast)

    assert subjects_on(dt.date(2026, 3, 1)) == []


# The receipt


def test_the_receipt_says_what_was_signed_and_is_always_the_same(cast: Cast) -> None:
    number = exported(cast)
    row = sign(cast)

    content = receipt(row)

    assert content == receipt(Acknowledgment.objects.get())
    text = pdf_text(content)
    for words in (
        row.reference, "Firm A (test)", f"US{number}", "Export manager", cast.manager.name,
        "31 CFR part 592", cast.manager.email, "page 1 of 1",
    ):  # fmt: skip
        assert words in text, words


def test_a_receipt_of_a_thousand_numbers_goes_on_over_pages(cast: Cast) -> None:
    row = sign(cast)
    row.certificate_numbers = list(range(10001, 14001, 3))

    text = pdf_text(receipt(row))

    assert "US10001" in text
    assert "US14000" in text
    assert "Annual acknowledgment, continued" in text


def test_a_name_that_the_typefaces_lack_does_not_stop_the_receipt(cast: Cast) -> None:
    row = sign(cast, signer_title="經理")

    assert "??" in pdf_text(receipt(row))


# The database is the last guard


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE licensees_acknowledgment SET signer_name = 'X'",
        "DELETE FROM licensees_acknowledgment",
        "UPDATE licensees_acknowledgmenttext SET text = 'X'",
        "DELETE FROM licensees_acknowledgmenttext",
    ],
)
def test_what_was_signed_never_changes(cast: Cast, statement: str) -> None:
    sign(cast)

    with (
        pytest.raises(IntegrityError, match=r"is never (changed|deleted)"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_the_check_of_the_journal_finds_a_row_that_was_tampered_with(cast: Cast) -> None:
    row = sign(cast)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        cursor.execute("UPDATE licensees_acknowledgment SET certificates_shipped = 7")
        cursor.execute("SET LOCAL session_replication_role = 'origin'")

    (line,) = verification.differences()

    assert line.startswith(f"acknowledgment {row.reference}: certificates_shipped is 7")
