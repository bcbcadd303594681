"""Training for licensees: what is recorded, and who was not trained for two years."""

import datetime as dt
from functools import partial
from typing import Any

import pytest
from django.db import connection

from licensees import teaching
from licensees.models import Attendance, Paper, TrainingSession
from licensees.operations.training import (
    add_material,
    hold_training,
    record_attendance,
    strike_attendance,
    withdraw_material,
)
from licensees.verification import training as verification
from tests.at_once import at_once
from tests.cast import Cast
from tests.licensees.uploads import upload
from tests.unchanged import forbidden, journaled, refused

DAY = dt.date(2026, 3, 3)


def hold(cast: Cast, **changes: Any) -> TrainingSession:
    """A session of one spring day, unless told otherwise."""
    facts: dict[str, Any] = {
        "held_on": DAY,
        "title": "Export rules",
        "place": "New York",
        "agencies": "State, Census Bureau",
        "topics": "ITN\nCopies",
        "today": dt.date(2026, 3, 4),
        **changes,
    }
    facts.setdefault("actor", cast.staff)
    return hold_training(**facts)


def test_staff_record_a_session_who_came_and_what_was_handed_out(cast: Cast) -> None:
    firms = cast.firm_a, cast.firm_b
    with journaled(("training:held", "training", None)):
        session = hold(cast, title="  Export \n rules ")
    assert session.title == "Export rules"

    people = [(firms[0], "Ann  Example"), (firms[1], "Bob Example"), (firms[0], "Cy Example")]
    with journaled(*[("attendance:recorded", "attendance", None)] * 3) as entries:
        assert record_attendance(session, people=people, actor=cast.staff) == 3
    assert [entry.licensee_id for entry in entries] == [
        firms[0].pk, firms[1].pk, firms[0].pk
    ]  # fmt: skip
    assert set(session.attendances.values_list("licensee", "person")) == {
        (firms[0].pk, "Ann Example"),
        (firms[1].pk, "Bob Example"),
        (firms[0].pk, "Cy Example"),
    }

    with journaled(("paper:kept", "paper", None), ("training:material_added", "training", None)):
        paper = add_material(session, paper=upload(), actor=cast.staff)
    assert paper.purpose == Paper.Purpose.TRAINING
    assert list(session.materials.all()) == [paper]
    assert list(verification.differences()) == []
    withdraw_material(session, paper=paper, actor=cast.staff)
    assert list(session.materials.kept()) == []
    with refused("paper_taken_out"):
        withdraw_material(session, paper=paper, actor=cast.staff)
    assert list(verification.differences()) == []


@pytest.mark.parametrize(
    ("code", "field", "changes"),
    [
        pytest.param("training_incomplete", "title", {"title": " "}, id="no title"),
        pytest.param("training_incomplete", "agencies", {"agencies": ""}, id="nobody taught"),
        pytest.param("training_incomplete", "topics", {"topics": "\n"}, id="no topics"),
        pytest.param("held_in_future", "held_on", {"held_on": dt.date(2026, 3, 5)}, id="tomorrow"),
        pytest.param("training_exists", "title", {}, id="the same again"),
    ],
)
def test_what_is_no_session_is_refused(
    cast: Cast, code: str, field: str, changes: dict[str, Any]
) -> None:
    hold(cast)
    with refused(code, field):
        hold(cast, **changes)


def test_a_session_of_today_is_recorded(cast: Cast) -> None:
    assert hold(cast, held_on=dt.date(2026, 3, 4)).pk


@pytest.mark.parametrize(
    ("code", "names"),
    [
        pytest.param("nobody_named", [], id="nobody"),
        pytest.param("nobody_named", ["Bob", " "], id="one without a name"),
        pytest.param("already_attended", ["Bob", "ANN"], id="in the list already"),
        pytest.param("already_attended", ["Bob", "Bob"], id="named twice"),
    ],
)
def test_who_cannot_be_added_is_refused_with_everybody_else(
    cast: Cast, code: str, names: list[str]
) -> None:
    session, firm = hold(cast), cast.firm_a
    record_attendance(session, people=[(firm, "Ann")], actor=cast.staff)

    with refused(code):
        record_attendance(session, people=[(firm, name) for name in names], actor=cast.staff)


def test_two_people_of_one_name_in_two_firms_came(cast: Cast) -> None:
    session = hold(cast)
    people = [(cast.firm_a, "Ann"), (cast.firm_b, "Ann")]
    assert record_attendance(session, people=people, actor=cast.staff) == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_add_the_same_person_at_once_add_it_once(transactional_cast: Cast) -> None:
    cast = transactional_cast
    session = hold(cast)
    call = partial(record_attendance, session, people=[(cast.firm_a, "Ann")], actor=cast.staff)

    answers = at_once([call, call])

    assert {getattr(answer, "code", answer) for answer in answers} == {1, "already_attended"}
    assert Attendance.objects.count() == 1


def test_somebody_entered_by_mistake_is_struck_and_the_journal_keeps_it(cast: Cast) -> None:
    session = hold(cast)
    record_attendance(session, people=[(cast.firm_a, "Ann")], actor=cast.staff)
    row = session.attendances.get()

    with journaled(("attendance:struck", "attendance", row.pk)) as entries:
        strike_attendance(row, actor=cast.staff)

    assert entries[0].changes["person"] == ["Ann", None]
    assert not session.attendances.exists()
    assert list(verification.differences()) == []
    with refused("already_struck"):
        strike_attendance(row, actor=cast.staff)
    # The same person can be entered again.
    record_attendance(session, people=[(cast.firm_a, "Ann")], actor=cast.staff)
    assert list(verification.differences()) == []


@pytest.mark.parametrize("person", ["manager", "reviewer", "overseer", "administrator"])
def test_only_staff_record_training(cast: Cast, person: str) -> None:
    session, actor, firm = hold(cast), getattr(cast, person), cast.firm_a
    record_attendance(session, people=[(firm, "Ann")], actor=cast.staff)
    paper = add_material(session, paper=upload(), actor=cast.staff)
    row = session.attendances.get()
    for attempt in (
        lambda: hold(cast, title="Another", actor=actor),
        lambda: record_attendance(session, people=[(firm, "Bob")], actor=actor),
        lambda: strike_attendance(row, actor=actor),
        lambda: add_material(session, paper=upload(), actor=actor),
        lambda: withdraw_material(session, paper=paper, actor=actor),
    ):
        with forbidden():
            attempt()


def test_who_was_not_trained_for_two_years(cast: Cast) -> None:
    since = dt.date(2024, 3, 4)
    old, recent = hold(cast, held_on=since), hold(cast, held_on=dt.date(2024, 3, 5))
    record_attendance(old, people=[(cast.firm_a, "Ann")], actor=cast.staff)
    record_attendance(recent, people=[(cast.firm_b, "Bob")], actor=cast.staff)
    cast.carrier  # noqa: B018

    found = {
        firm.legal_name: firm.last_trained_on for firm in teaching.untrained(cast.staff, since)
    }

    assert found == {"Firm A (test)": since, "Firm C (test)": None}
    before_any_licence = dt.date(2019, 12, 31)
    assert not teaching.untrained(cast.staff, before_any_licence)


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (dt.date(2026, 3, 4), dt.date(2024, 3, 4)),
        (dt.date(2028, 2, 29), dt.date(2026, 2, 28)),
    ],
)
def test_two_years_before(day: dt.date, before: dt.date) -> None:
    assert teaching.years_before(day) == before


def test_the_sentence_of_the_annual_report(cast: Cast) -> None:
    cast.firm_a, cast.firm_b  # noqa: B018
    assert teaching.report_sentence(2026, cast.staff) == (
        "In 2026, no training session for licensees was held."
    )
    session = hold(cast)
    record_attendance(session, people=[(cast.firm_a, "Ann"), (cast.firm_a, "Cy")], actor=cast.staff)
    assert teaching.report_sentence(2026, cast.staff) == (
        "In 2026, 1 training session for licensees took place (Export rules on 03/03/2026, by"
        " State, Census Bureau). 2 people of 1 of the 2 licensees attended."
    )
    assert "no training session" in teaching.report_sentence(2025, cast.staff)


def test_the_check_of_the_journal_finds_what_was_tampered_with(cast: Cast) -> None:
    session = hold(cast)
    record_attendance(session, people=[(cast.firm_a, "Ann")], actor=cast.staff)
    add_material(session, paper=upload(), actor=cast.staff)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE licensees_trainingsession SET title = 'Else'")
        cursor.execute("UPDATE licensees_attendance SET person = 'Zed'")
        cursor.execute("DELETE FROM licensees_trainingsession_materials")

    lines = list(verification.differences())

    assert any("title is 'Else'" in line for line in lines)
    assert any("its files are not those" in line for line in lines)
    assert any("it is not what the journal tells" in line for line in lines)
    Attendance.objects.all().delete()
    assert any("there is no such row" in line for line in verification.differences())
