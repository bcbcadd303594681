"""Recording that a shipment left, and that it arrived (domain 3.2, T3 and T4; 3.3)."""

import datetime as dt
from typing import Any

import pytest

from certificates.models import Certificate, Duty
from certificates.operations.issue import issue
from certificates.operations.shipping import deliver, ship
from certificates.operations.voiding import void
from certificates.states import Status
from certificates.verification import differences
from licensees.operations.licensing import suspend
from tests.cast import Cast, fresh_itn, today
from tests.unchanged import forbidden, journaled, refused

NOT_OF_THE_FIRM = [
    "reviewer",
    "overseer",
    "census",
    "administrator",
    "inactive",
    "loner",
    "stranger",
    "carrier_issuer",
]


def issued_earlier(cast: Cast, days: int = 5, valid: int = 60, **facts: Any) -> Certificate:
    """A certificate of firm A issued some days ago, as of that day; its ITN is of that day too."""
    day = today() - dt.timedelta(days=days)
    stated = cast.particulars(
        date_of_issue=day, date_of_expiry=day + dt.timedelta(days=valid), **facts
    )
    return issue(
        cast.available(sold_on=today() - dt.timedelta(days=90)),
        facts=stated,
        attested=True,
        acknowledged=dict.fromkeys(
            ("issue_on_weekend", "expiry_shortened", "little_time_to_arrive"), "Test"
        ),
        draft_version=None,
        today=day,
        actor=cast.issuer,
    )


def shipped(cast: Cast, row: Certificate, **terms: Any) -> Certificate:
    """Ship today under a seal by firm A's issuer, but for the given terms."""
    return ship(
        row,
        **{
            "shipped_on": today(),
            "seal_number": "SEAL-1",
            "today": today(),
            "actor": cast.issuer,
            **terms,
        },
    )


def test_a_shipment_is_recorded_with_its_day_and_seal(cast: Cast) -> None:
    row = issued_earlier(cast)
    day = today() - dt.timedelta(days=1)

    with journaled(("certificate:shipped", "certificate", row.number)) as entries:
        shipped(cast, row, shipped_on=day, seal_number="  SEAL \x07 77 ")

    row.refresh_from_db()
    assert (row.status, row.shipped_on, row.seal_number) == (Status.SHIPPED, day, "SEAL 77")
    assert entries[0].changes == {
        "status": ["issued", "shipped"],
        "shipped_on": [None, day.isoformat()],
        "seal_number": ["", "SEAL 77"],
    }
    assert (entries[0].actor, entries[0].licensee_id) == (cast.issuer.email, cast.firm_a.pk)
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("valid", "confirmed_by"),
    [
        pytest.param(60, 30, id="thirty days after the export"),
        pytest.param(20, 20, id="but no later than the expiry"),
    ],
)
def test_a_shipment_opens_the_census_copy_and_the_confirmation(
    cast: Cast, valid: int, confirmed_by: int
) -> None:
    row = shipped(cast, issued_earlier(cast, days=0, valid=valid))

    due = dict(row.duties.values_list("code", "due_on"))
    assert due == {
        Duty.Code.ADVANCE_NOTICE: today(),
        Duty.Code.CENSUS_COPY: today(),
        Duty.Code.IMPORT_CONFIRMATION: today() + dt.timedelta(days=confirmed_by),
    }


@pytest.mark.parametrize("days", [0, 5], ids=["the day of recording", "the day of issue"])
def test_a_shipment_may_leave_on_any_day_from_issue_to_today(cast: Cast, days: int) -> None:
    day = today() - dt.timedelta(days=days)

    assert shipped(cast, issued_earlier(cast), shipped_on=day).shipped_on == day


def test_a_shipment_may_leave_on_the_day_of_expiry_and_not_after(cast: Cast) -> None:
    last = today() - dt.timedelta(days=1)
    first, second = (issued_earlier(cast, days=8, valid=7) for _ in range(2))

    assert shipped(cast, first, shipped_on=last).shipped_on == last
    with refused("outside_validity", "shipped_on"):
        shipped(cast, second, shipped_on=today())


@pytest.mark.parametrize(
    ("terms", "code", "field"),
    [
        pytest.param({"seal_number": ""}, "seal_missing", "seal_number", id="no seal"),
        pytest.param(
            {"seal_number": " \u200b\x00 "}, "seal_missing", "seal_number", id="blank seal"
        ),
        pytest.param({"seal_number": "x" * 41}, "seal_too_long", "seal_number", id="long seal"),
        pytest.param(
            {"shipped_on": today() + dt.timedelta(days=1)},
            "shipped_in_future",
            "shipped_on",
            id="tomorrow",
        ),
        pytest.param(
            {"shipped_on": today() - dt.timedelta(days=6)},
            "outside_validity",
            "shipped_on",
            id="the day before issue",
        ),
    ],
)
def test_a_shipment_on_wrong_terms_is_refused(
    cast: Cast, terms: dict[str, Any], code: str, field: str
) -> None:
    row = issued_earlier(cast)

    with refused(code, field):
        shipped(cast, row, **terms)


def test_a_seal_may_be_forty_characters_long(cast: Cast) -> None:
    assert shipped(cast, cast.issued(), seal_number="x" * 40).seal_number == "x" * 40


def test_the_filing_must_be_accepted_no_later_than_the_export(cast: Cast) -> None:
    day_before = today() - dt.timedelta(days=1)
    filed_today = fresh_itn(today())
    issue_day = today() - dt.timedelta(days=5)
    row = issue(
        cast.available(),
        facts=cast.particulars(
            itn=filed_today,
            date_of_issue=issue_day,
            date_of_expiry=issue_day + dt.timedelta(days=60),
        ),
        attested=True,
        acknowledged={"issue_on_weekend": "Test"},
        draft_version=None,
        today=today(),
        actor=cast.issuer,
    )

    with refused("itn_after_export", "shipped_on") as refusal:
        shipped(cast, row, shipped_on=day_before)

    assert "592.301(a)(5)(i)" in refusal.value.source
    assert shipped(cast, row).shipped_on == today()


@pytest.mark.parametrize("arrived", [False, True], ids=["on its way", "delivered"])
def test_certificates_of_one_filing_leave_on_one_day(cast: Cast, arrived: bool) -> None:
    first = issued_earlier(cast)
    second = issued_earlier(cast, itn=first.itn, country_of_origin="ZA")
    day = today() - dt.timedelta(days=2)
    shipped(cast, first, shipped_on=day)
    if arrived:
        deliver(first, delivered_on=today(), today=today(), actor=cast.issuer)

    with refused("itn_shipped_another_day", "shipped_on") as refusal:
        shipped(cast, second, shipped_on=today())

    assert str(first) in refusal.value.detail
    assert f"{day:%m/%d/%Y}" in refusal.value.detail
    assert shipped(cast, second, shipped_on=day).shipped_on == day


@pytest.mark.parametrize("made", ["available", "shipped", "delivered", "voided"])
def test_only_an_issued_certificate_is_shipped(cast: Cast, made: str) -> None:
    row = getattr(cast, made)()

    with refused("wrong_status"):
        shipped(cast, row)


@pytest.mark.parametrize("person", ["staff", *NOT_OF_THE_FIRM])
def test_nobody_but_the_firm_ships(cast: Cast, person: str) -> None:
    actor, row = getattr(cast, person), cast.issued()

    with forbidden():
        shipped(cast, row, actor=actor)


@pytest.mark.parametrize("person", ["manager", "colleague"])
def test_everybody_of_the_firm_ships(cast: Cast, person: str) -> None:
    assert shipped(cast, cast.issued(), actor=getattr(cast, person)).status == Status.SHIPPED


def test_a_suspended_firm_ships_nothing(cast: Cast) -> None:
    row = cast.issued()
    suspend(cast.firm_a, reason="Test", today=today(), actor=cast.staff)

    with refused("licence_not_active"):
        shipped(cast, row)


# Delivery


def arrived(cast: Cast, row: Certificate, **terms: Any) -> Certificate:
    """Deliver today by firm A's issuer, but for the given terms."""
    return deliver(
        row, **{"delivered_on": today(), "today": today(), "actor": cast.issuer, **terms}
    )


@pytest.mark.parametrize("person", ["issuer", "manager", "colleague", "staff"])
def test_the_firm_or_staff_record_the_arrival(cast: Cast, person: str) -> None:
    row, actor = cast.shipped(), getattr(cast, person)

    with journaled(("certificate:delivered", "certificate", row.number)) as entries:
        arrived(cast, row, actor=actor)

    row.refresh_from_db()
    assert (row.status, row.delivered_on) == (Status.DELIVERED, today())
    assert entries[0].changes == {
        "status": ["shipped", "delivered"],
        "delivered_on": [None, today().isoformat()],
    }
    assert (entries[0].actor, entries[0].licensee_id) == (actor.email, cast.firm_a.pk)


def test_an_arrival_leaves_the_confirmation_owed(cast: Cast) -> None:
    row = arrived(cast, cast.shipped())

    assert row.duties.open().filter(code=Duty.Code.IMPORT_CONFIRMATION).exists()


@pytest.mark.parametrize("days", [0, 2], ids=["today", "the day of export"])
def test_a_shipment_may_arrive_on_any_day_from_export_to_today(cast: Cast, days: int) -> None:
    row = shipped(cast, issued_earlier(cast), shipped_on=today() - dt.timedelta(days=2))
    day = today() - dt.timedelta(days=days)

    assert arrived(cast, row, delivered_on=day).delivered_on == day


@pytest.mark.parametrize(
    ("days", "code"),
    [(1, "delivered_in_future"), (-3, "delivered_before_shipment")],
    ids=["tomorrow", "the day before export"],
)
def test_an_impossible_day_of_arrival_is_refused(cast: Cast, days: int, code: str) -> None:
    row = shipped(cast, issued_earlier(cast), shipped_on=today() - dt.timedelta(days=2))

    with refused(code, "delivered_on"):
        arrived(cast, row, delivered_on=today() + dt.timedelta(days=days))


def test_an_arrival_after_the_expiry_is_recorded_as_it_was(cast: Cast) -> None:
    row = issued_earlier(cast, days=8, valid=7)
    shipped(cast, row, shipped_on=today() - dt.timedelta(days=1))

    assert arrived(cast, row).delivered_on == today()


@pytest.mark.parametrize("made", ["available", "issued", "delivered", "voided"])
def test_only_a_shipped_certificate_is_delivered(cast: Cast, made: str) -> None:
    row = getattr(cast, made)()

    with refused("wrong_status"):
        arrived(cast, row)


@pytest.mark.parametrize("person", NOT_OF_THE_FIRM)
def test_nobody_else_records_an_arrival(cast: Cast, person: str) -> None:
    actor, row = getattr(cast, person), cast.shipped()

    with forbidden():
        arrived(cast, row, actor=actor)


def test_a_suspended_firm_may_still_say_that_its_shipment_arrived(cast: Cast) -> None:
    row = cast.shipped()
    suspend(cast.firm_a, reason="Test", today=today(), actor=cast.staff)

    assert arrived(cast, row).status == Status.DELIVERED


def test_neither_a_shipped_nor_a_delivered_certificate_is_voided_here(cast: Cast) -> None:
    for row in (cast.shipped(), cast.delivered()):
        with refused("wrong_status"):
            void(
                row,
                reason="other",
                notes="Test",
                form_disposition="returned",
                replacement=None,
                today=today(),
                actor=cast.issuer,
            )
