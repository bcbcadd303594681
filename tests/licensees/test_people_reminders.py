"""What firms are reminded of about their people and principals, and that it is once."""

import datetime as dt

import pytest

from accounts.models import Mail
from licensees.operations.addresses import keep_party, retire_party
from licensees.operations.people import appoint, confirm_people
from licensees.operations.reminders_people import remind_authorities, remind_confirmations
from tests.cast import Cast

YEAR = 2026
TODAY = dt.date(YEAR, 6, 1)


def principal(cast: Cast, until: dt.date | None, name: str = "Rough Exporters Inc."):
    return keep_party(
        cast.carrier,
        part="exporter",
        name=name,
        address="1 Plaza",
        country="US",
        authority_reference="POA",
        authority_from=dt.date(2026, 1, 1),
        authority_until=until,
        actor=cast.carrier_issuer,
    )


def told(subject: str) -> list[str]:
    """Who got a letter with these words in its subject, oldest first."""
    rows = Mail.objects.filter(subject__contains=subject).order_by("pk")
    return list(rows.values_list("recipient", flat=True))


def test_managers_are_asked_three_times_for_the_list_and_never_twice_on_the_way(cast: Cast) -> None:
    assert cast.issuer
    manager = cast.manager.email
    asked = []

    for month, day in [(1, 1), (1, 1), (1, 23), (1, 24), (1, 31), (2, 1), (12, 31)]:
        remind_confirmations(dt.date(YEAR, month, day))
        asked.append(len(told("confirm who acts")))

    assert asked == [1, 1, 1, 2, 2, 3, 3]
    assert set(told("confirm who acts")) == {manager}
    assert f"/licensees/{cast.firm_a.pk}/people/confirm/" in Mail.objects.latest("pk").text


def test_a_firm_that_has_confirmed_is_asked_again_the_next_year(cast: Cast) -> None:
    confirm_people(cast.firm_a, year=YEAR, today=TODAY, actor=cast.manager)

    remind_confirmations(TODAY)
    assert told("confirm who acts") == []
    remind_confirmations(dt.date(YEAR + 1, 1, 1))
    assert told("confirm who acts") == [cast.manager.email]


@pytest.mark.parametrize(
    ("days", "count"),
    [
        pytest.param(31, 0, id="in thirty-one days"),
        pytest.param(30, 1, id="in thirty days"),
        pytest.param(0, 1, id="today"),
        pytest.param(-1, 0, id="ended"),
        pytest.param(None, 0, id="until withdrawn"),
    ],
)
def test_a_carrier_is_told_once_of_an_authority_that_ends(
    cast: Cast, days: int | None, count: int
) -> None:
    principal(cast, None if days is None else TODAY + dt.timedelta(days=days))

    for _ in range(2):
        remind_authorities(TODAY)

    assert told("written authority ends") == [cast.carrier_issuer.email] * count


def test_a_renewed_authority_is_told_of_again_when_it_ends_in_turn(cast: Cast) -> None:
    principal(cast, TODAY)
    remind_authorities(TODAY)
    until = TODAY + dt.timedelta(days=300)
    principal(cast, until)

    remind_authorities(TODAY + dt.timedelta(days=1))
    assert len(told("written authority ends")) == 1
    remind_authorities(until)
    assert len(told("written authority ends")) == 2


def test_of_a_principal_taken_out_nobody_is_told(cast: Cast) -> None:
    retire_party(principal(cast, TODAY), actor=cast.carrier_issuer)

    remind_authorities(TODAY)

    assert told("written authority ends") == []


def test_the_letters_name_no_principal(cast: Cast) -> None:
    principal(cast, TODAY)
    appoint(cast.carrier, email="m@c.example", name="M", role="manager", actor=cast.staff)

    remind_authorities(TODAY)

    letters = Mail.objects.filter(subject__contains="written authority ends")
    assert letters.count() == 2, "everybody who acts for the carrier"
    assert not any("Rough Exporters" in letter.subject + letter.text for letter in letters)
