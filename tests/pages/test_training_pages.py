"""The pages about training: sessions, who came, files, one firm's."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from licensees.models import Attendance, TrainingSession
from licensees.operations.training import add_material, hold_training, record_attendance
from tests.cast import Cast, today
from tests.licensees.uploads import upload
from tests.pages.opening import forms, get, links, rows
from tests.pages.reading import errors, main


def hold(cast: Cast, title: str = "Export rules") -> TrainingSession:
    return hold_training(
        held_on=today(), title=title, place="New York", agencies="State, Census Bureau",
        topics="ITN\nCopies", today=today(), actor=cast.staff,
    )  # fmt: skip


def send(client: Client, cast: Cast, route: str, *args: int, **typed: Any) -> Any:
    client.force_login(cast.staff)
    return client.post(reverse(f"licensees:{route}", args=args), typed)


def test_staff_record_a_session(cast: Cast, client: Client) -> None:
    typed = {
        "held_on": today().isoformat(), "title": "Rules", "place": "", "agencies": "State",
        "topics": "ITN",
    }  # fmt: skip

    answer = send(client, cast, "hold_training", **typed)

    session = TrainingSession.objects.get()
    assert answer["Location"] == reverse("licensees:training_session", args=[session.pk])
    again = send(client, cast, "hold_training", **typed)
    assert again.status_code == 409
    assert "is recorded already" in errors(again)["title"]
    assert main(again).one("input", name="agencies")["value"] == "State"


def test_several_people_of_several_firms_are_added_at_once(cast: Cast, client: Client) -> None:
    session = hold(cast)
    typed = {
        "firm_1": cast.firm_a.pk, "people_1": "Ann Example\r\n\r\n Bob  Example ",
        "firm_3": cast.carrier.pk, "people_3": "Cy Example",
    }  # fmt: skip

    answer = send(client, cast, "record_attendance", session.pk, **typed)

    assert answer["Location"] == reverse("licensees:training_session", args=[session.pk])
    shown = main(client.get(answer["Location"]))
    assert [line.partition(" Take out")[0] for line in rows(shown)] == [
        "Ann Example Firm A (test)", "Bob Example Firm A (test)", "Cy Example Firm C (test)"
    ]  # fmt: skip
    again = send(client, cast, "record_attendance", session.pk, **typed)
    assert again.status_code == 409
    assert "Ann Example of Firm A (test) is in the list already" in main(again).text
    assert "Cy Example" in main(again).one("textarea", name="people_3").raw


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({}, "firm_1", "required"),
        ({"firm_1": "A"}, "people_1", "required"),
        ({"firm_1": "A", "people_1": "Ann", "people_2": "Bob"}, "firm_2", "Choose the firm"),
        ({"firm_1": "A", "people_1": "Ann", "firm_2": "A"}, "people_2", "Name its people"),
        ({"firm_1": "A", "people_1": "x" * 121}, "people_1", "at most 120"),
        ({"firm_1": "999999", "people_1": "Ann"}, "firm_1", "valid choice"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(
    cast: Cast, client: Client, typed: dict[str, str], field: str, words: str
) -> None:
    session, key = hold(cast), str(cast.firm_a.pk)
    sent = {name: key if value == "A" else value for name, value in typed.items()}

    answer = send(client, cast, "record_attendance", session.pk, **sent)

    assert answer.status_code == 422
    assert words in errors(answer)[field]
    assert not Attendance.objects.exists()


def test_a_file_is_added_read_by_a_firms_people_and_taken_out(cast: Cast, client: Client) -> None:
    session = hold(cast)
    bad = send(client, cast, "add_material", session.pk, paper=upload("a.pdf", b"no pdf"))
    assert bad.status_code == 409
    assert "paper" in errors(bad)

    answer = send(client, cast, "add_material", session.pk, paper=upload("slides.pdf"))

    assert answer.status_code == 302
    paper = session.materials.get()
    shown = get(client, cast.stranger, "licensees:training_session", session.pk)
    assert "slides.pdf" in shown.text
    (link,) = [link for link in links(shown) if "papers" in link]
    file = client.get(link)
    assert file.status_code == 200
    assert file.getvalue().startswith(b"%PDF")
    withdrawal = send(client, cast, "withdraw_material", session.pk, paper.pk)
    assert withdrawal.status_code == 302
    get(client, cast.staff, "licensees:training_session", session.pk)  # says that it is gone
    shown = get(client, cast.staff, "licensees:training_session", session.pk)
    assert "slides.pdf" not in shown.text
    assert send(client, cast, "withdraw_material", session.pk, paper.pk).status_code == 409
    other = hold(cast, "Another")
    assert send(client, cast, "withdraw_material", other.pk, paper.pk).status_code == 404


def test_a_firm_sees_its_own_people_only(cast: Cast, client: Client) -> None:
    session = hold(cast)
    people = [(cast.firm_a, "Ann Example"), (cast.firm_b, "Bob Example")]
    record_attendance(session, people=people, actor=cast.staff)
    add_material(session, paper=upload(), actor=cast.staff)

    shown = get(client, cast.issuer, "licensees:training_session", session.pk)

    assert "Ann Example" in shown.text
    assert "Bob Example" not in shown.text
    assert forms(shown) == []
    assert rows(get(client, cast.issuer, "licensees:training")) == [
        f"Export rules {today():%b} {today().day}, {today().year} State, Census Bureau 1"
    ]
    own = get(client, cast.issuer, "licensees:firm_training", cast.firm_a.pk)
    assert [line.split()[0] for line in rows(own)] == ["Ann"]
    assert "Nobody of the firm came" not in own.text


def test_somebody_entered_by_mistake_is_taken_out(cast: Cast, client: Client) -> None:
    session = hold(cast)
    record_attendance(session, people=[(cast.firm_a, "Ann")], actor=cast.staff)
    row = session.attendances.get()

    answer = send(client, cast, "strike_attendance", row.pk)

    assert answer["Location"] == reverse("licensees:training_session", args=[session.pk])
    assert not session.attendances.exists()


def test_offices_see_who_was_not_trained_and_the_sentence(cast: Cast, client: Client) -> None:
    session = hold(cast)
    record_attendance(session, people=[(cast.firm_a, "Ann")], actor=cast.staff)
    cast.firm_b  # noqa: B018

    shown = get(client, cast.overseer, "licensees:training")

    missed = shown.one("section", aria_labelledby="untrained").text
    assert "Firm B (test) never" in missed
    assert "Firm A" not in missed
    sentence = shown.one("section", aria_labelledby="report").text
    assert f"In {today().year}, 1 training session for licensees took place" in sentence
    assert "1 person of 1 of the 2 licensees attended." in sentence
    assert "Not trained" not in get(client, cast.issuer, "licensees:training").text


def test_the_list_costs_the_same_for_more_sessions(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        session = hold(cast, f"Session {number}")
        record_attendance(session, people=[(cast.firm_a, "Ann")], actor=cast.staff)
    client.force_login(cast.staff)
    with django_assert_max_num_queries(12):
        client.get(reverse("licensees:training"))
