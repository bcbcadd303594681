"""Loading the demonstration goes all the way or not at all, and only where it belongs."""

import datetime as dt
from collections import Counter
from dataclasses import asdict

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.test import override_settings

from accounts.models import User
from certificates.models import Certificate
from certificates.states import Status
from kpportal.demo import inspections
from kpportal.demo.bulk import shared_itns_checked_at_the_end
from kpportal.demo.extras import FIRST_NUMBER
from kpportal.demo.load import load
from licensees.models import Licensee
from reviews.models import clocks
from reviews.schedule import ClockStatus
from tests.cast import Cast, today
from tests.unchanged import everything, refused

PASSWORD = "of the demonstration"


def constraints_of_the_register() -> set[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Certificate._meta.db_table)
    return set(found)


@pytest.mark.django_db
def test_it_can_be_loaded_on_a_weekend_in_the_first_days_of_a_year() -> None:
    day = dt.date(2026, 1, 3)

    load(today=day, password=PASSWORD, since=day.year - 1)

    statuses = Counter(Certificate.objects.values_list("status", flat=True))
    assert set(statuses) == set(Status)
    assert min(statuses.values()) >= 10
    staff = User.objects.get(email="staff@uskpa.example")
    assert {clock.status for clock in clocks(staff, day)} == set(ClockStatus)
    bad = {
        firm.legal_name[:6]
        for firm in Licensee.objects.all()
        if not all(reason.holds for reason in firm.standing_reasons(day))
    }
    assert bad == {"Carrie", "Firm J", "Firm N"}
    call_command("verify_journal", verbosity=0)


@pytest.mark.django_db
def test_a_loading_that_was_cut_off_left_nothing_and_can_be_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, constraints = everything(), constraints_of_the_register()

    class Killed(BaseException):
        """What no code of ours catches."""

    def killed(*args: object, **kwargs: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(inspections, "inspect", killed)
        with pytest.raises(Killed):
            load(today=today(), password=PASSWORD, since=today().year - 1)

    assert everything() == before
    assert constraints_of_the_register() == constraints
    load(today=today(), password=PASSWORD, since=today().year - 1)
    assert Licensee.objects.count() == 16
    assert constraints_of_the_register() == constraints


@pytest.mark.django_db
def test_it_is_refused_where_no_demonstration_was_announced() -> None:
    with (
        override_settings(DEMONSTRATION=False, DEBUG=False),
        refused("not_a_demonstration"),
    ):
        load(today=today(), password=PASSWORD)


@pytest.mark.parametrize("what", ["firm_a", "in_stock"])
def test_it_is_refused_where_firms_or_certificates_are_real(cast: Cast, what: str) -> None:
    there = getattr(cast, what)
    if callable(there):
        there()

    with refused("not_empty"):
        load(today=today(), password=PASSWORD)


# --- More certificates ------------------------------------------------------------------------


def more() -> list[Certificate]:
    return list(Certificate.objects.filter(number__gte=FIRST_NUMBER).order_by("number"))


@pytest.mark.django_db
def test_more_certificates_come_in_the_years_after_the_published_ones_and_only_once() -> None:
    constraints = constraints_of_the_register()
    since = today().year - 1
    load(today=today(), password=PASSWORD, since=since)
    book = set(Certificate.objects.values_list("pk", flat=True))

    load(today=today(), password=PASSWORD, certificates=600)
    rows = more()
    load(today=today(), password=PASSWORD, certificates=600)
    load(today=today(), password=PASSWORD, certificates=500)
    assert [row.pk for row in more()] == [row.pk for row in rows]

    assert len(rows) == 600
    assert Certificate.objects.exclude(number__gte=FIRST_NUMBER).count() == len(book)
    assert {row.status for row in rows} == {"delivered"}
    assert {row.shipped_on.year for row in rows if row.shipped_on} == set(range(2019, 2026))
    assert len({row.licensee_id for row in rows}) == 15, "all but the suspended firm"
    itns = Counter(Certificate.objects.exclude(itn="").values_list("itn", flat=True))
    assert not any(itns[row.itn] > 1 for row in rows)
    assert constraints_of_the_register() == constraints

    load(today=today(), password=PASSWORD, certificates=650)
    assert len(more()) == 650
    call_command("verify_journal", verbosity=0)


# --- Checks put off ---------------------------------------------------------------------------


def test_a_row_that_breaks_a_rule_put_off_is_found_at_the_end_and_nothing_stays(
    cast: Cast,
) -> None:
    blank = cast.available()
    first = cast.issued()
    constraints = constraints_of_the_register()
    facts = cast.particulars(itn=first.itn, consignee_name="Somebody Else", hs_code="7102.21")

    def issue_behind_the_operations() -> None:
        with shared_itns_checked_at_the_end():
            assert constraints_of_the_register() < constraints
            Certificate.objects.filter(pk=blank.pk).update(
                **asdict(facts),
                status="issued",
                issued_at=first.issued_at,
                issued_by=first.issued_by,
                attestation="none",
            )

    with pytest.raises(IntegrityError, match="certificate_itn_one_consignee"):
        issue_behind_the_operations()

    blank.refresh_from_db()
    assert blank.status == "available"
    assert constraints_of_the_register() == constraints
