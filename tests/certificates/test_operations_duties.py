"""Recording that what was owed is done (domain 6), and keeping a printer's shift."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from certificates.models import Duty, PrinterCalibration
from certificates.operations.duties import discharge
from certificates.operations.printing import calibrate
from tests.cast import Cast, today
from tests.unchanged import forbidden, journaled, refused


@pytest.fixture
def duty(cast: Cast) -> Duty:
    """The advance notice owed for a certificate of firm A issued today."""
    return cast.issued().duties.get(code=Duty.Code.ADVANCE_NOTICE)


def done(cast: Cast, duty: Duty, **terms: Any) -> Duty:
    """Discharge by e-mail, a moment ago, by firm A's issuer, but for the given terms."""
    return discharge(
        duty,
        **{
            "method": "email",
            "sent_at": timezone.now(),
            "reference": "M-1",
            "actor": cast.issuer,
            **terms,
        },
    )


@pytest.mark.parametrize("person", ["issuer", "manager", "colleague", "staff"])
@pytest.mark.parametrize("method", Duty.Method.values)
def test_the_firm_or_staff_record_how_a_duty_was_done(
    cast: Cast, duty: Duty, person: str, method: str
) -> None:
    actor, sent_at = getattr(cast, person), timezone.now()
    number = duty.certificate.number

    with journaled(("duty:discharged", "certificate", number)) as entries:
        done(cast, duty, actor=actor, method=method, sent_at=sent_at)

    duty.refresh_from_db()
    assert (duty.discharged_by, duty.method, duty.sent_at) == (actor, method, sent_at)
    assert duty.reference == "M-1"
    assert duty.discharged_at is not None
    assert sent_at <= duty.discharged_at <= timezone.now()
    assert entries[0].changes == {
        "duty": [None, "advance_notice"],
        "method": [None, method],
        "sent_at": [None, sent_at.isoformat()],
        "reference": [None, "M-1"],
    }
    assert (entries[0].actor, entries[0].licensee_id) == (actor.email, cast.firm_a.pk)


@pytest.mark.parametrize(
    ("terms", "code", "field"),
    [
        pytest.param({"method": "pigeon"}, "method_unknown", "method", id="method"),
        pytest.param(
            {"sent_at": timezone.now() + dt.timedelta(days=1)},
            "sent_in_future",
            "sent_at",
            id="tomorrow",
        ),
        pytest.param(
            {"sent_at": timezone.now() - dt.timedelta(days=2)},
            "sent_before_due_began",
            "sent_at",
            id="before it was owed",
        ),
    ],
)
def test_a_duty_done_on_wrong_terms_is_refused(
    cast: Cast, duty: Duty, terms: dict[str, Any], code: str, field: str
) -> None:
    with refused(code, field):
        done(cast, duty, **terms)


def test_a_duty_may_be_done_in_the_first_minute_of_its_day(cast: Cast, duty: Duty) -> None:
    midnight = timezone.make_aware(dt.datetime.combine(today(), dt.time.min))

    assert done(cast, duty, sent_at=midnight).sent_at == midnight


def test_the_last_minute_of_the_day_before_is_too_early(cast: Cast, duty: Duty) -> None:
    midnight = timezone.make_aware(dt.datetime.combine(today(), dt.time.min))

    # The day is New York's, on whatever clock the moment is told.
    for zone in (midnight.tzinfo, dt.UTC):
        with refused("sent_before_due_began"):
            done(cast, duty, sent_at=(midnight - dt.timedelta(minutes=1)).astimezone(zone))


def test_a_duty_is_done_once_and_the_second_is_told_by_whom(cast: Cast, duty: Duty) -> None:
    done(cast, duty)
    staff = cast.staff

    with refused("already_discharged") as refusal:
        done(cast, duty, actor=staff)

    assert str(cast.issuer) in refusal.value.detail
    assert f"{today():%m/%d/%Y}" in refusal.value.detail


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
def test_nobody_else_discharges_a_duty(cast: Cast, duty: Duty, person: str) -> None:
    actor = getattr(cast, person)

    with forbidden():
        done(cast, duty, actor=actor)


def test_a_duty_is_late_from_the_day_after_it_was_due(duty: Duty) -> None:
    assert not duty.is_late(duty.due_on)
    assert duty.is_late(duty.due_on + dt.timedelta(days=1))


def test_a_duty_done_is_not_late(cast: Cast, duty: Duty) -> None:
    assert not done(cast, duty).is_late(duty.due_on + dt.timedelta(days=30))


@pytest.mark.parametrize("code", Duty.Code.values)
def test_every_kind_of_duty_names_its_rule(code: str) -> None:
    assert Duty(code=code).source


# The printer's shift


def test_a_shift_is_kept_for_its_user_and_journaled(cast: Cast) -> None:
    assert cast.issuer
    calibrate(right_mm=Decimal("1.5"), down_mm=Decimal("-20"), actor=cast.issuer)

    with journaled(("printer:calibrated", "user", cast.issuer.pk)) as entries:
        calibrate(right_mm=Decimal("20"), down_mm=Decimal("0.1"), actor=cast.issuer)

    row = PrinterCalibration.objects.get(user=cast.issuer)
    assert (row.right_mm, row.down_mm) == (Decimal("20.0"), Decimal("0.1"))
    assert entries[0].changes == {"right_mm": ["1.5", "20"], "down_mm": ["-20.0", "0.1"]}


@pytest.mark.parametrize("field", ["right_mm", "down_mm"])
@pytest.mark.parametrize("shift", ["20.1", "-20.1", "1E+9"])
def test_a_shift_beyond_twenty_millimetres_is_refused(cast: Cast, field: str, shift: str) -> None:
    assert cast.issuer

    with refused("shift_too_large", field):
        calibrate(
            **{"right_mm": Decimal(0), "down_mm": Decimal(0), field: Decimal(shift)},
            actor=cast.issuer,
        )


@pytest.mark.parametrize(
    "person", ["staff", "reviewer", "overseer", "administrator", "inactive", "loner"]
)
def test_only_people_of_a_firm_print(cast: Cast, person: str) -> None:
    actor = getattr(cast, person)

    with forbidden():
        calibrate(right_mm=Decimal(0), down_mm=Decimal(0), actor=actor)
