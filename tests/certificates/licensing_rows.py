"""Rows of licences, people, money, counts, releases and mail that the database must refuse.

Each is written past the operations, so a constraint alone speaks.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Mail
from certificates.models import CountDifference, Release, StockCount
from licensees.models import (
    Acknowledgment,
    AcknowledgmentText,
    Agreement,
    AnnualFee,
    Application,
    Attendance,
    FeeAmount,
    FeePayment,
    Licensee,
    Paper,
    Party,
    PeopleConfirmation,
    PeopleRequest,
    Reference,
    TrainingSession,
)
from licensees.models.firm import LicenceStatus
from licensees.operations.money import charge_fee
from licensees.states import Stage
from reviews.models import Finding
from reviews.operations import schedule
from tests.cast import Cast, today

DAY = dt.timedelta(days=1)


def now() -> dt.datetime:
    return timezone.now()


def mail(**columns: Any) -> Mail:
    return Mail.objects.create(
        recipient="a@tests.example", subject="S", queued_at=now(), due_at=now(), **columns
    )


def firm(c: Cast, **columns: Any) -> int:
    return Licensee.objects.filter(pk=c.firm_a.pk).update(**columns)


def agreement(c: Cast, version: str = "1", **columns: Any) -> Agreement:
    return Agreement.objects.create(
        licensee=c.firm_a, version=version, signed_on=today(), **columns
    )


def acknowledgment(c: Cast) -> Acknowledgment:
    wording, _ = AcknowledgmentText.objects.get_or_create(
        version="test", defaults={"valid_from": dt.date(2001, 1, 1), "text": "x"}
    )
    return Acknowledgment.objects.create(
        licensee=c.firm_a,
        year=2025,
        wording=wording,
        text="x",
        certificates_issued=0,
        certificates_shipped=0,
        certificate_numbers=[],
        signed_by=c.issuer,
        signer_name="x",
        signer_title="x",
        signed_at=now(),
    )


def application(key: str = "a", **columns: Any) -> Application:
    return Application.objects.create(
        **{
            "contact_email": "a@tests.example",
            "key_hash": key,
            "ein": "12-3456789",
            "started_at": now(),
            **columns,
        }
    )


APPROVED: dict[str, Any] = {"decided_on": today(), "minute_reference": "7"}


def reference(**columns: Any) -> Reference:
    return Reference.objects.create(
        application=application(), name="x", firm="x", reachable_at="x", **columns
    )


def payment(c: Cast, **columns: Any) -> FeePayment:
    fee = AnnualFee.objects.filter(licensee=c.firm_a).first() or charge_fee(
        c.firm_a, year=2026, amount_usd=Decimal(100), due_on=today(), actor=c.staff
    )
    return FeePayment.objects.create(
        **{
            "fee": fee,
            "amount_usd": Decimal(10),
            "method": FeePayment.Method.values[0],
            "received_on": today(),
            "entered_by": c.staff,
            **columns,
        }
    )


def principal(c: Cast, **columns: Any) -> Party:
    return Party.objects.create(
        **{
            "licensee": c.carrier,
            "part": "exporter",
            "name": "P",
            "address": "x",
            "country": "US",
            **columns,
        }
    )


def paper(c: Cast, **columns: Any) -> Paper:
    return Paper.objects.create(
        **{
            "licensee": c.firm_a,
            "purpose": "other",
            "name": "x.pdf",
            "stored_as": "x",
            "content_type": "application/pdf",
            "size": 1,
            "sha256": "0" * 64,
            "uploaded_at": now(),
            **columns,
        }
    )


def confirmation(c: Cast) -> PeopleConfirmation:
    return PeopleConfirmation.objects.create(
        licensee=c.firm_a, year=2026, people=[], confirmed_by=c.issuer, confirmed_at=now()
    )


def wish(c: Cast, **columns: Any) -> PeopleRequest:
    return PeopleRequest.objects.create(
        **{
            "licensee": c.firm_a,
            "email": "new@tests.example",
            "name": "New",
            "role": "issuer",
            "requested_by": c.issuer,
            "requested_at": now(),
            **columns,
        }
    )


def session() -> TrainingSession:
    return TrainingSession.objects.create(held_on=today(), title="T", agencies="x", topics="x")


def attendance(c: Cast, of: TrainingSession, person: str = "P") -> Attendance:
    return Attendance.objects.create(
        session=of, licensee=c.firm_a, person=person, entered_by=c.staff
    )


def finding(c: Cast, **columns: Any) -> Finding:
    review = schedule(c.firm_a, body="uskpa", planned_on=today(), actor=c.staff)
    return Finding.objects.create(
        **{
            "review": review,
            "grade": "major",
            "text": "x",
            "raised_on": today(),
            "due_on": today() + 30 * DAY,
            **columns,
        }
    )


def stock_count(c: Cast, occasion: str = "yearly") -> StockCount:
    return StockCount.objects.create(
        licensee=c.firm_a,
        counted_on=today(),
        occasion=occasion,
        numbers=[],
        expected=[1],
        counted_by=c.issuer,
        entered_at=now(),
    )


def difference(of: StockCount, **columns: Any) -> CountDifference:
    return CountDifference.objects.create(count=of, number=1, kind="missing", **columns)


def release(c: Cast, **columns: Any) -> Release:
    blank = c.available(c.carrier) if "certificate" not in columns else None
    return Release.objects.create(
        **{
            "certificate": blank,
            "licensee": c.carrier,
            "route": "destination",
            "country": "VE",
            "evidence": "x",
            "requested_by": c.carrier_issuer,
            "requested_at": now(),
            **columns,
        }
    )


def twice(make: Callable[..., Any], *arguments: Any) -> None:
    make(*arguments)
    make(*arguments)


def two_open_applications() -> None:
    for key in "ab":
        application(key, stage=Stage.APPLIED)


def two_people_at_once(c: Cast) -> None:
    training = session()
    twice(attendance, c, training)


def two_differences(c: Cast) -> None:
    of = stock_count(c)
    twice(difference, of)


def two_releases(c: Cast) -> None:
    first = release(c)
    release(c, certificate=first.certificate)


def crater_without(c: Cast, column: str, nothing: Any) -> Release:
    find: dict[str, Any] = {
        "route": "crater",
        "country": "US",
        "registration": "7",
        "found_on": today(),
        "carat_weight": Decimal(1),
    }
    return release(c, **{**find, column: nothing})


# constraint, and what it forbids
ON_LICENSING: list[tuple[str, Callable[[Cast], Any]]] = [
    ("mail_sent_has_moment", lambda c: mail(state="sent")),
    ("mail_sent_has_moment", lambda c: mail(sent_at=now())),
    ("mail_state_known", lambda c: mail(state="lost")),
    ("licensee_suspended_has_day", lambda c: firm(c, status=LicenceStatus.SUSPENDED)),
    ("licensee_suspended_has_day", lambda c: firm(c, suspended_on=today())),
    ("licensee_ended_has_day", lambda c: firm(c, status=LicenceStatus.TERMINATED)),
    ("licensee_ended_has_day", lambda c: firm(c, ended_on=today())),
    ("licensee_ends_after_it_began", lambda c: firm(
        c, status=LicenceStatus.SURRENDERED, ended_on=c.firm_a.effective_on - DAY)),
    ("agreement_version_signed_once", lambda c: twice(agreement, c)),
    ("agreement_sent_before_signed", lambda c: agreement(c, sent_on=today() + DAY)),
    ("acknowledgment_once_a_year", lambda c: twice(acknowledgment, c)),
    ("application_one_open_by_ein", lambda c: two_open_applications()),
    ("application_stage_known", lambda c: application(stage="lost")),
    ("application_ein_well_formed", lambda c: application(stage=Stage.APPLIED, ein="12345")),
    ("application_decided_with_minute", lambda c: application(stage=Stage.APPROVED)),
    ("application_decided_with_minute", lambda c: application(
        stage=Stage.REJECTED, decided_on=today())),
    ("application_agreement_in_order", lambda c: application(agreement_signed_on=today())),
    ("application_agreement_in_order", lambda c: application(
        agreement_sent_on=today(), agreement_signed_on=today() - DAY)),
    ("application_active_is_whole", lambda c: application(stage=Stage.ACTIVE, **APPROVED)),
    ("application_active_is_whole", lambda c: application(licensee=c.firm_a)),
    ("reference_checked_whole", lambda c: reference(outcome="Fine")),
    ("reference_checked_whole", lambda c: reference(checked_on=today(), checked_by=c.staff)),
    ("fee_amount_is_positive", lambda c: FeeAmount.objects.create(
        valid_from=today() + DAY, amount_usd=0)),
    ("fee_payment_in_or_back", lambda c: payment(c, amount_usd=0)),
    ("fee_payment_in_or_back", lambda c: payment(
        c, reverses=payment(c), amount_usd=Decimal(-10))),
    ("party_authority_is_a_principals", lambda c: principal(
        c, part="consignee", tax_id="12-3456789")),
    ("party_authority_whole", lambda c: principal(c, authority_reference="7")),
    ("party_authority_whole", lambda c: principal(c, authority_from=today())),
    ("party_authority_ends_after_it_began", lambda c: principal(
        c, authority_reference="7", authority_from=today(), authority_until=today() - DAY)),
    ("party_paper_shows_an_authority", lambda c: principal(c, authority_paper=paper(c))),
    ("paper_is_not_empty", lambda c: paper(c, size=0)),
    ("people_confirmed_once_a_year", lambda c: twice(confirmation, c)),
    ("people_request_once_waiting", lambda c: twice(wish, c)),
    ("people_request_decided_by_somebody", lambda c: wish(c, state="approved")),
    ("people_request_decided_by_somebody", lambda c: wish(c, decided_at=now())),
    ("people_request_decided_by_another", lambda c: wish(
        c, state="approved", decided_by=c.issuer, decided_at=now())),
    ("training_once_a_day", lambda c: twice(session)),
    ("attendance_once", two_people_at_once),
    ("attendance_names_somebody", lambda c: attendance(c, session(), "")),
    ("finding_has_deadline_unless_observation", lambda c: finding(c, due_on=today() - DAY)),
    ("finding_has_deadline_unless_observation", lambda c: finding(c, grade="observation")),
    ("finding_closed_by_somebody", lambda c: finding(c, closed_on=today())),
    ("finding_closed_by_somebody", lambda c: finding(
        c, closed_on=today() - DAY, closed_by=c.reviewer)),
    ("count_occasion_known", lambda c: stock_count(c, "weekly")),
    ("difference_once", two_differences),
    ("difference_settled_whole", lambda c: difference(stock_count(c), state="explained")),
    ("difference_settled_whole", lambda c: difference(stock_count(c), explanation="x")),
    ("difference_settled_whole", lambda c: difference(
        stock_count(c), state="incident", settled_by=c.staff, settled_at=now())),
    ("difference_settled_whole", lambda c: difference(
        stock_count(c), state="lost", explanation="x", settled_by=c.staff, settled_at=now())),
    ("release_once_open", two_releases),
    ("release_decided_by_somebody", lambda c: release(c, state="released")),
    ("release_decided_by_somebody", lambda c: release(c, decided_by=c.staff)),
    ("release_decided_by_another", lambda c: release(
        c, state="released", decided_by=c.carrier_issuer, decided_at=now())),
    ("release_of_a_find_is_whole", lambda c: crater_without(c, "registration", "")),
    ("release_of_a_find_is_whole", lambda c: crater_without(c, "found_on", None)),
    ("release_of_a_find_is_whole", lambda c: crater_without(c, "carat_weight", None)),
    ("release_of_the_united_states_is_an_origin", lambda c: release(c, country="US")),
    ("release_of_the_united_states_is_an_origin", lambda c: release(c, route="museum")),
]  # fmt: skip
