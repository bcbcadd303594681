"""What no operation would write, PostgreSQL refuses too, also from a shell (design 3).

The tests write behind the operations' back, with ``update()`` or plain SQL.
"""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from certificates import states
from certificates.models import (
    Certificate,
    CountDifference,
    Duty,
    Participant,
    Price,
    PrinterCalibration,
    Receipt,
    StockCount,
)
from certificates.operations.stock import sell
from certificates.particulars import ALL
from certificates.states import Status
from journal.models import Entry
from licensees.models import AnnualFee, Contact, LicenceStatus, Licensee, Party
from licensees.operations.addresses import keep_party
from licensees.operations.money import charge_fee
from licensees.operations.people import dismiss
from reviews.models import Review
from reviews.operations import schedule
from tests.cast import Cast, fresh_itn, today
from tests.certificates.licensing_rows import (
    ON_LICENSING,
    difference,
    release,
    stock_count,
)
from tests.unchanged import OURS

DAY = dt.timedelta(days=1)
MAKERS = {
    Status.IN_STOCK: Cast.in_stock,
    Status.AVAILABLE: Cast.available,
    Status.ISSUED: Cast.issued,
    Status.SHIPPED: Cast.shipped,
    Status.DELIVERED: Cast.delivered,
    Status.VOID: Cast.voided,
}


def settle() -> None:
    """Check now what is checked when a transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def refused_by_the_database(words: str) -> Iterator[None]:
    """Expect the database to refuse with these words, at the latest at the commit."""
    with pytest.raises(IntegrityError, match=words), transaction.atomic():  # noqa: PT012
        yield
        settle()


@contextmanager
def violation_of(constraint: str) -> Iterator[None]:
    """Expect the database to refuse because of the constraint of this name, and no other."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():  # noqa: PT012
        yield
        settle()
    cause: Any = refusal.value.__cause__
    assert cause.diag.constraint_name == constraint


def without_guard(
    table: str = "certificates_certificate", guard: str = "certificate_guard"
) -> None:
    """Take the trigger off the table until the test ends, so that only the constraints speak."""
    settle()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")


def change(row: Certificate, **changes: Any) -> int:
    """Write behind the operations' back."""
    return Certificate.objects.filter(pk=row.pk).update(**changes)


# Each constraint, by its name


def later(field: str, days: int) -> Callable[[Certificate], dict[str, Any]]:
    """The change that moves one date."""
    return lambda row: {field: getattr(row, field) + days * DAY}


FILLED_COLUMNS: dict[str, Any] = {
    "date_of_issue": None,
    "date_of_expiry": None,
    "value_usd": None,
    "number_of_parcels": None,
    "carat_weight": None,
    "issued_at": None,
    "issued_by": None,
    "itn": "",
    "exporter_name": "",
    "exporter_address": "",
    "consignee_name": "",
    "consignee_address": "",
    "consignee_country": "",
    "hs_code": "",
    "port_of_export": "",
    "attestation": "",
}

# constraint, the status of the certificate, and the change the constraint forbids
ON_CERTIFICATES: list[tuple[str, str, Any]] = [
    ("certificate_number_positive", "in_stock", {"number": 0}),
    ("certificate_status_known", "available", {"status": "lost"}),
    ("certificate_sold_or_in_stock", "in_stock", {"status": "available"}),
    ("certificate_sold_or_in_stock", "available", {"status": "in_stock"}),
    ("certificate_sold_or_in_stock", "available", {"receipt": None}),
    ("certificate_sold_or_in_stock", "available", {"date_of_sale": None}),
    ("certificate_sold_or_in_stock", "issued", {"licensee": None}),
    ("certificate_sold_or_in_stock", "void", {"licensee": None}),
    ("certificate_sold_or_in_stock", "void", {"receipt": None, "date_of_sale": None}),
    *(
        ("certificate_face_complete", "issued", {column: nothing})
        for column, nothing in FILLED_COLUMNS.items()
    ),
    ("certificate_face_complete", "available", {"status": "issued"}),
    ("certificate_blank_is_blank", "available", {"itn": "X20260101123456"}),
    ("certificate_blank_is_blank", "available", {"exporter_name": "Somebody"}),
    ("certificate_blank_is_blank", "in_stock", {"hs_code": "7102.10"}),
    ("certificate_blank_is_blank", "available", {"issued_at": timezone.now()}),
    ("certificate_itn_well_formed", "issued", {"itn": "X2026010112345"}),
    ("certificate_itn_well_formed", "issued", {"itn": "x20260101123456"}),
    ("certificate_itn_well_formed", "issued", {"itn": "X20261301123456"}),
    ("certificate_itn_well_formed", "issued", {"itn": "X2026010112345\n"}),
    ("certificate_itn_well_formed", "issued", {"itn": "X00000101123456"}),
    ("certificate_itn_well_formed", "issued", {"itn": "X20021231123456"}),
    ("certificate_itn_well_formed", "issued", {"itn": "X21000101123456"}),
    ("certificate_itn_well_formed", "issued", {"itn": "X2026010112345\u0664"}),
    ("certificate_one_hs_subheading", "issued", {"hs_code": "7102.39"}),
    ("certificate_one_hs_subheading", "issued", {"hs_code": "710231"}),
    ("certificate_one_origin_or_mixed", "issued", {"mixed_origin": True}),
    ("certificate_one_origin_or_mixed", "issued", {"country_of_origin": None}),
    ("certificate_one_origin_or_mixed", "issued", {"country_of_origin": "EU"}),
    ("certificate_one_origin_or_mixed", "issued", {"country_of_origin": "bw"}),
    ("certificate_amounts_positive", "issued", {"value_usd": Decimal(0)}),
    ("certificate_amounts_positive", "issued", {"carat_weight": Decimal("-0.01")}),
    ("certificate_amounts_positive", "issued", {"number_of_parcels": 0}),
    ("certificate_sold_before_issue", "issued", lambda row: {
        "date_of_sale": row.date_of_issue + DAY}),
    ("certificate_expires_within_60_days", "issued", later("date_of_expiry", 1)),
    ("certificate_expires_within_60_days", "issued", lambda row: {
        "date_of_expiry": row.date_of_issue}),
    ("certificate_shipped_has_date_and_seal", "shipped", {"seal_number": ""}),
    ("certificate_shipped_has_date_and_seal", "shipped", {"shipped_on": None}),
    ("certificate_shipped_has_date_and_seal", "issued", lambda row: {
        "shipped_on": row.date_of_issue}),
    *(
        ("certificate_shipped_has_date_and_seal", status, {"seal_number": "SEAL-9"})
        for status in ("in_stock", "available", "issued", "void")
    ),
    ("certificate_shipped_while_valid", "shipped", lambda row: {
        "shipped_on": row.date_of_expiry + DAY}),
    ("certificate_shipped_while_valid", "shipped", lambda row: {
        "shipped_on": row.date_of_issue - DAY, "itn": "X20200101123456"}),
    ("certificate_filed_before_export", "shipped", lambda row: {
        "itn": fresh_itn(row.shipped_on + DAY)}),
    ("certificate_delivered_after_shipment", "delivered", later("delivered_on", -1)),
    ("certificate_delivered_after_shipment", "delivered", {"delivered_on": None}),
    ("certificate_delivered_after_shipment", "shipped", {"delivered_on": dt.date(2099, 1, 1)}),
    ("certificate_void_says_why", "void", {"void_reason": ""}),
    ("certificate_void_says_why", "void", {"void_reason": "bored"}),
    ("certificate_void_says_why", "void", {"form_disposition": ""}),
    ("certificate_void_says_why", "void", {"voided_on": None}),
    ("certificate_void_says_why", "void", {"voided_by": None}),
    ("certificate_void_says_why", "issued", {"voided_on": dt.date(2026, 1, 1)}),
    ("certificate_void_says_why", "issued", {"void_reason": "other"}),
    ("certificate_void_says_why", "shipped", {"void_notes": "Never mind."}),
    ("certificate_void_says_why", "available", {"form_disposition": "destroyed"}),
    ("certificate_void_says_why", "issued", lambda row: {"replacement": row}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("constraint", "status", "changes"),
    [pytest.param(*case, id=f"{case[0]}-{number}") for number, case in enumerate(ON_CERTIFICATES)],
)
def test_a_constraint_refuses_a_certificate_that_breaks_it(
    cast: Cast, constraint: str, status: str, changes: Any
) -> None:
    row = MAKERS[Status(status)](cast)
    row.refresh_from_db()
    without_guard()

    with violation_of(constraint):
        change(row, **(changes(row) if callable(changes) else changes))


SHARED_FILING: list[tuple[str, dict[str, Any]]] = [
    ("certificate_itn_once_per_kind", {"hs_code": "7102.31"}),
    ("certificate_itn_one_exporter", {"exporter_name": "Somebody Else"}),
    ("certificate_itn_one_consignee", {"consignee_name": "Somebody Else"}),
    ("certificate_itn_one_destination", {"consignee_country": "IN"}),
    ("certificate_itn_one_port", {"port_of_export": "1001"}),
]


def shared_filing(cast: Cast, make: Callable[..., Certificate]) -> Certificate:
    """The second of two certificates of one filing, of different subheadings."""
    first = make(cast)
    return make(cast, itn=first.itn, hs_code="7102.21", value_usd=Decimal(500))


@pytest.mark.parametrize(("constraint", "changes"), SHARED_FILING)
def test_certificates_of_one_filing_are_one_shipment(
    cast: Cast, constraint: str, changes: dict[str, Any]
) -> None:
    second = shared_filing(cast, Cast.issued)
    without_guard()

    with violation_of(constraint):
        change(second, **changes)


def test_certificates_of_one_filing_are_one_licensees(cast: Cast) -> None:
    second = shared_filing(cast, Cast.issued)
    other = cast.firm_b
    without_guard()

    with violation_of("certificate_itn_one_licensee"):
        change(second, licensee=other)


def test_certificates_of_one_filing_leave_on_one_day(cast: Cast) -> None:
    second = shared_filing(cast, Cast.shipped)
    without_guard()

    with violation_of("certificate_itn_one_ship_date"):
        change(second, shipped_on=today() + DAY)


def test_mixed_origin_counts_as_one_kind_in_a_filing(cast: Cast) -> None:
    first = cast.issued(mixed_origin=True, country_of_origin="")
    second = cast.issued(itn=first.itn)
    without_guard()

    with violation_of("certificate_itn_once_per_kind"):
        change(second, mixed_origin=True, country_of_origin=None)


def test_a_void_certificate_takes_no_part_in_the_sharing_of_its_itn(cast: Cast) -> None:
    void = cast.voided()

    assert cast.issued(cast.firm_b, itn=void.itn).itn == void.itn


def receipt_of(cast: Cast, **terms: Any) -> Receipt:
    return Receipt.objects.create(
        **{
            "licensee": cast.firm_a,
            "contact": cast.contact_a,
            "method": "check",
            "sold_on": today(),
            "unit_price_usd": Decimal(20),
            "quantity": 1,
            "numbers": [],
            "paid_usd": Decimal(20),
            "sold_by": cast.staff,
            **terms,
        }
    )


def advance_notice(cast: Cast) -> Any:
    return Duty.objects.filter(certificate=cast.issued(), code="advance_notice")


def two_parties(cast: Cast) -> None:
    for name in ("One", "Two"):
        keep_party(
            cast.firm_a, part="consignee", name=name, address="x", country="IL", actor=cast.issuer
        )
    Party.objects.filter(name="Two").update(name="One")


def review_of(cast: Cast) -> Any:
    row = schedule(cast.firm_a, body="uskpa", planned_on=today(), actor=cast.staff)
    return Review.objects.filter(pk=row.pk)


def fee_of(cast: Cast, year: int = 2026) -> Any:
    row = charge_fee(
        cast.firm_a, year=year, amount_usd=Decimal(1), due_on=today(), actor=cast.staff
    )
    return AnnualFee.objects.filter(pk=row.pk)


def same_address_in_capitals(cast: Cast) -> None:
    User.objects.create(email=cast.staff.email.upper(), name="Another")


def two_fees_of_a_year(cast: Cast) -> None:
    fee_of(cast, 2025)
    fee_of(cast, 2026).update(year=2025)


def participant_twice(cast: Cast) -> None:
    Participant.objects.filter(code="IL").update(valid_to=today())
    Participant.objects.create(code="IL", name="Israel", valid_from=today(), source="Test")


# constraint, and what it forbids
ON_OTHERS: list[tuple[str, Callable[[Cast], Any]]] = [
    ("user_email_unique", same_address_in_capitals),
    ("user_agency_if_overseer", lambda c: User.objects.filter(pk=c.staff.pk).update(agency="cbp")),
    ("user_agency_if_overseer", lambda c: User.objects.filter(pk=c.census.pk).update(agency="")),
    ("user_office_known", lambda c: User.objects.filter(pk=c.staff.pk).update(office="boss")),
    ("participant_once_a_day", participant_twice),
    ("price_is_positive", lambda c: Price.objects.create(valid_from=today(), unit_usd=0)),
    ("receipt_paid_exactly", lambda c: receipt_of(c, paid_usd=Decimal("19.99"))),
    ("receipt_of_something", lambda c: receipt_of(c, quantity=0, paid_usd=0)),
    ("receipt_of_something", lambda c: receipt_of(c, reason="Why not")),
    ("receipt_of_something", lambda c: receipt_of(c, quantity=-1, paid_usd=-20)),
    ("receipt_of_something", lambda c: receipt_of(
        c, reverses=c.available().receipt, quantity=-1, paid_usd=-20)),
    ("receipt_of_something", lambda c: receipt_of(
        c, reverses=c.available().receipt, reason="A mistake")),
    ("duty_once", lambda c: Duty.objects.filter(certificate=c.shipped(), code="census_copy").update(
        code="advance_notice")),
    ("duty_done_by_somebody", lambda c: advance_notice(c).update(discharged_at=timezone.now())),
    ("duty_done_by_somebody", lambda c: advance_notice(c).update(method="fax")),
    ("duty_done_by_somebody", lambda c: advance_notice(c).update(
        discharged_at=timezone.now(), discharged_by=c.issuer)),
    ("duty_due_after_it_opened", lambda c: advance_notice(c).update(due_on=today() - DAY)),
    ("calibration_within_reason", lambda c: PrinterCalibration.objects.create(
        user=c.issuer, right_mm=Decimal("20.1"))),
    ("calibration_within_reason", lambda c: PrinterCalibration.objects.create(
        user=c.issuer, down_mm=Decimal("-20.1"))),
    ("entry_verb_is_noun_and_participle", lambda c: Entry.objects.create(
        verb="certificate_issued", subject="certificate", subject_id="1", changes={})),
    ("licensee_ein_well_formed", lambda c: Licensee.objects.filter(pk=c.firm_a.pk).update(
        ein="123456789")),
    ("licensee_ein_well_formed", lambda c: Licensee.objects.filter(pk=c.firm_a.pk).update(
        ein="12-345678")),
    ("licensee_kind_known", lambda c: Licensee.objects.filter(pk=c.firm_a.pk).update(kind="?")),
    ("licensee_status_known", lambda c: Licensee.objects.filter(pk=c.firm_a.pk).update(status="?")),
    ("contact_once_per_firm", lambda c: Contact.objects.create(
        licensee=c.firm_a, user=c.issuer, role="manager", appointed_at=timezone.now())),
    ("contact_ends_after_it_began", lambda c: Contact.objects.filter(pk=c.contact_a.pk).update(
        ended_at=c.contact_a.appointed_at - DAY)),
    ("fee_once_a_year", two_fees_of_a_year),
    ("fee_is_positive", lambda c: fee_of(c).update(amount_usd=0)),
    ("party_once_in_the_book", two_parties),
    ("review_completed_when_visited", lambda c: review_of(c).update(status="completed")),
    ("review_completed_when_visited", lambda c: review_of(c).update(visited_on=today())),
    ("review_body_known", lambda c: review_of(c).update(body="press")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("constraint", "forbidden"),
    [
        pytest.param(*case, id=f"{case[0]}-{number}")
        for number, case in enumerate((*ON_OTHERS, *ON_LICENSING))
    ],
)
def test_a_constraint_refuses_a_row_that_breaks_it(
    cast: Cast, constraint: str, forbidden: Callable[[Cast], Any]
) -> None:
    assert cast.issuer
    without_guard("licensees_licensee", "licence_guard")

    with violation_of(constraint):
        forbidden(cast)


def test_every_constraint_of_ours_stands_in_a_table_above() -> None:
    declared = {
        constraint.name
        for label in OURS
        for model in apps.get_app_config(label).get_models()
        for constraint in model._meta.constraints
    }
    tables = (*ON_CERTIFICATES, *SHARED_FILING, *ON_OTHERS, *ON_LICENSING)
    tested = {case[0] for case in tables} | {
        "certificate_itn_one_licensee",
        "certificate_itn_one_ship_date",
    }

    assert declared == tested


def test_a_number_exists_once_whoever_writes_it(cast: Cast) -> None:
    row = cast.in_stock()

    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(number=row.number)


# The guard of the certificates

LAWFUL_MOVES = {(source, step.target) for step in states.STEPS for source in step.sources}
FORBIDDEN_MOVES = [
    (source, target)
    for source, target in itertools.permutations(Status, 2)
    if (source, target) not in LAWFUL_MOVES
]


def test_the_table_of_moves_is_complete() -> None:
    assert len(LAWFUL_MOVES) == 8
    assert len(FORBIDDEN_MOVES) == 22


@pytest.mark.parametrize(("source", "target"), FORBIDDEN_MOVES)
def test_a_status_never_changes_along_another_way(
    cast: Cast, source: Status, target: Status
) -> None:
    row = MAKERS[source](cast)
    words = (
        f"the facts of a {source} certificate never change"
        if source in (Status.VOID, Status.DELIVERED)
        else f"does not go from {source} to {target}"
    )

    with refused_by_the_database(words):
        change(row, status=target)


@pytest.mark.parametrize("status", [s for s in Status if s != Status.IN_STOCK])
def test_a_certificate_begins_in_stock(cast: Cast, status: Status) -> None:
    with refused_by_the_database("begins in stock"):
        Certificate.objects.create(number=30001, status=status)


@pytest.mark.parametrize("status", Status)
def test_a_certificate_is_never_deleted(cast: Cast, status: Status) -> None:
    row = MAKERS[status](cast)

    with refused_by_the_database("never deleted"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM certificates_certificate WHERE id = %s", [row.pk])


@pytest.mark.parametrize("status", Status)
def test_a_certificate_keeps_its_number(cast: Cast, status: Status) -> None:
    row = MAKERS[status](cast)

    with refused_by_the_database("keeps its number"):
        change(row, number=30001)


def others(cast: Cast, row: Certificate) -> dict[str, Any]:
    """Another value for every column of a certificate but its key, number and status."""
    return {
        "licensee_id": cast.firm_b.pk,
        "receipt_id": cast.available(cast.firm_b).receipt_id,
        "date_of_sale": dt.date(2021, 1, 1),
        "country_of_origin": "ZA",
        "mixed_origin": True,
        "itn": fresh_itn(),
        "date_of_issue": dt.date(2021, 1, 1),
        "date_of_expiry": dt.date(2021, 2, 1),
        "value_usd": Decimal("1.00"),
        "exporter_name": "Other",
        "exporter_address": "Other",
        "number_of_parcels": 9,
        "consignee_name": "Other",
        "consignee_address": "Other",
        "consignee_country": "IN",
        "carat_weight": Decimal("1.00"),
        "hs_code": "7102.10",
        "port_of_export": "1001",
        "planned_ship_on": dt.date(2021, 1, 1),
        "provenance": "Other",
        "ftz_number": "Other",
        "waybill": "Other",
        "issued_at": timezone.now(),
        "issued_by_id": cast.colleague.pk,
        "attestation": "Other",
        "acknowledged_warnings": {"other": "Other"},
        "shipment_released_at": timezone.now(),
        "shipment_released_by_id": cast.staff.pk,
        "seal_number": "Other",
        "shipped_on": dt.date(2021, 1, 1),
        "delivered_on": dt.date(2021, 1, 1),
        "voided_on": dt.date(2021, 1, 1),
        "voided_by_id": cast.colleague.pk,
        "void_reason": "other",
        "void_notes": "Other",
        "form_disposition": "destroyed",
        "replacement_id": cast.available().pk,
    }


COLUMNS = [
    field.attname
    for field in Certificate._meta.concrete_fields
    if field.attname not in ("id", "number", "status")
]
SALE = ("licensee_id", "receipt_id", "date_of_sale")
FACE = (*ALL, "issued_at", "issued_by_id", "attestation", "acknowledged_warnings")


@pytest.mark.parametrize("made", [Status.VOID, Status.DELIVERED])
def test_nothing_of_a_void_or_delivered_certificate_changes(cast: Cast, made: Status) -> None:
    row = MAKERS[made](cast)
    values = others(cast, row)

    assert set(values) == set(COLUMNS)
    for column in COLUMNS:
        with refused_by_the_database(f"the facts of a {made} certificate never change"):
            change(row, **{column: values[column]})


@pytest.mark.parametrize("made", [Status.AVAILABLE, Status.ISSUED, Status.SHIPPED])
def test_the_face_is_written_at_the_issue_and_never_again(cast: Cast, made: Status) -> None:
    row = MAKERS[made](cast)
    values = others(cast, row)

    for column in FACE:
        with refused_by_the_database("written at its issue and do not change"):
            change(row, **{column: values[column]})


@pytest.mark.parametrize("made", [Status.AVAILABLE, Status.ISSUED])
def test_voiding_does_not_change_the_face(cast: Cast, made: Status) -> None:
    row = MAKERS[made](cast)
    void = {
        "status": "void",
        "voided_on": today(),
        "voided_by": cast.issuer,
        "void_reason": "printer_error",
        "form_disposition": "destroyed",
    }

    with refused_by_the_database("written at its issue and do not change"):
        change(row, consignee_name="Other", **void)
    assert change(row, **void) == 1


@pytest.mark.parametrize("made", [Status.AVAILABLE, Status.ISSUED, Status.SHIPPED])
def test_a_sold_certificate_stays_with_its_licensee(cast: Cast, made: Status) -> None:
    row = MAKERS[made](cast)
    values = others(cast, row)

    for column in SALE:
        with refused_by_the_database("stays with its licensee"):
            change(row, **{column: values[column]})


@pytest.mark.parametrize("arrives", [False, True], ids=["on the way", "when it arrives"])
@pytest.mark.parametrize("changes", [{"seal_number": "Other"}, {"shipped_on": today() - DAY}])
def test_the_day_and_seal_of_a_shipment_do_not_change(
    cast: Cast, changes: dict[str, Any], arrives: bool
) -> None:
    row = cast.shipped()
    arrival = {"status": "delivered", "delivered_on": today()} if arrives else {}

    with refused_by_the_database("the day and seal of a shipment do not change"):
        change(row, **changes, **arrival)


# The guard at the issue


def filled(cast: Cast, firm: Licensee | None = None, **changes: Any) -> dict[str, Any]:
    """The columns of a lawful issue, to be written past the operation."""
    facts = cast.particulars(firm)
    return {
        **{name: getattr(facts, name) for name in ALL},
        "status": "issued",
        "issued_at": timezone.now(),
        "issued_by": cast.issuer,
        "attestation": "test",
        **changes,
    }


def test_lawful_facts_pass_the_guard(cast: Cast) -> None:
    assert change(cast.available(), **filled(cast)) == 1


@pytest.mark.parametrize("status", [s for s in LicenceStatus if s != LicenceStatus.ACTIVE])
def test_a_firm_without_an_active_licence_issues_nothing(cast: Cast, status: LicenceStatus) -> None:
    row, facts = cast.available(), filled(cast)
    without_guard("licensees_licensee", "licence_guard")
    days = {
        LicenceStatus.SUSPENDED: {"suspended_on": today()},
        LicenceStatus.TERMINATED: {"ended_on": today()},
        LicenceStatus.SURRENDERED: {"ended_on": today()},
    }
    Licensee.objects.filter(pk=cast.firm_a.pk).update(status=status, **days[status])

    with refused_by_the_database(f"the licence is {status}"):
        change(row, **facts)


@pytest.mark.parametrize("field", ["exporter_name", "exporter_address"])
def test_an_ordinary_licensee_is_its_own_exporter(cast: Cast, field: str) -> None:
    row, facts = cast.available(), filled(cast)

    with refused_by_the_database("its own exporter"):
        change(row, **{**facts, field: "Third Party LLC"})


def test_a_carrier_exports_for_others(cast: Cast) -> None:
    row = cast.available(cast.carrier)

    assert change(row, **filled(cast, cast.carrier, exporter_name="Third Party LLC")) == 1


@pytest.mark.parametrize("country", ["SO", "XX", "US", "RU", "BY", "VE", "EU"])
def test_a_certificate_is_issued_for_an_open_participant_only(cast: Cast, country: str) -> None:
    row, facts = cast.available(), filled(cast, consignee_country=country)

    with refused_by_the_database("no open Participant"):
        change(row, **facts)


def test_a_participant_counts_on_its_first_and_last_day(cast: Cast) -> None:
    facts = filled(cast)
    day = facts["date_of_issue"]
    israel = Participant.objects.filter(code="IL")

    for first, last, lawful in [
        (day, day, True),
        (day + DAY, None, False),
        (day - 9 * DAY, day - DAY, False),
    ]:
        israel.update(valid_from=first, valid_to=last)
        row = cast.available()
        if lawful:
            assert change(row, **facts) == 1
        else:
            with refused_by_the_database("no open Participant"):
                change(row, **facts)


def test_an_itn_names_a_day_of_the_calendar(cast: Cast) -> None:
    row, facts = cast.available(), filled(cast, itn="X20260230123456")

    with pytest.raises(DataError), transaction.atomic():
        change(row, **facts)


# Receipts


def allot(row: Certificate, receipt: Receipt, **changes: Any) -> None:
    """Give a blank to the firm of a receipt."""
    change(
        row,
        **{
            "status": "available",
            "licensee": receipt.licensee,
            "receipt": receipt,
            "date_of_sale": receipt.sold_on,
            **changes,
        },
    )


def test_a_whole_sale_passes_the_guard(cast: Cast) -> None:
    with transaction.atomic():
        blank = cast.in_stock()
        allot(blank, receipt_of(cast, numbers=[blank.number]))
        settle()


@pytest.mark.parametrize("allotted", [0, 1, 3])
def test_a_receipt_of_two_is_for_two_certificates(cast: Cast, allotted: int) -> None:
    blanks = [cast.in_stock() for _ in range(allotted)]
    assert cast.contact_a

    with refused_by_the_database(f"receipt of 2 certificates, but {allotted} allotted"):
        receipt = receipt_of(cast, quantity=2, numbers=[1, 2], paid_usd=40)
        for blank in blanks:
            allot(blank, receipt)


def test_no_certificate_slips_into_a_receipt_given_before(cast: Cast) -> None:
    old, blank = cast.available(), cast.in_stock()
    assert old.receipt

    with refused_by_the_database("receipt of 1 certificates, but 2 allotted"):
        allot(blank, old.receipt)


@pytest.mark.parametrize("differs", ["licensee", "date_of_sale"])
def test_a_receipt_and_its_certificates_tell_the_same(cast: Cast, differs: str) -> None:
    blank = cast.in_stock()
    other = {"licensee": cast.firm_b, "date_of_sale": today() - DAY}[differs]
    assert cast.contact_a

    with refused_by_the_database("but 0 allotted"):
        allot(blank, receipt_of(cast, numbers=[blank.number]), **{differs: other})


def test_the_contact_of_a_receipt_acts_for_its_firm(cast: Cast) -> None:
    blank, contact = cast.in_stock(), cast.contact_b
    assert cast.firm_a

    with refused_by_the_database("acts for another firm"):
        allot(blank, receipt_of(cast, contact=contact, numbers=[blank.number]))


@pytest.mark.parametrize("column", ["quantity", "paid_usd", "number", "contact_id", "sold_on"])
def test_a_receipt_never_changes(cast: Cast, column: str) -> None:
    receipt = cast.available().receipt
    assert receipt
    value = {"contact_id": cast.contact_b.pk, "sold_on": today()}.get(column, 7)

    with refused_by_the_database("never changed or deleted"):
        Receipt.objects.filter(pk=receipt.pk).update(**{column: value})


def test_a_receipt_is_never_deleted(cast: Cast) -> None:
    receipt = cast.available().receipt
    assert receipt

    with refused_by_the_database("never changed or deleted"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM certificates_receipt WHERE id = %s", [receipt.pk])


def test_the_database_numbers_receipts_whatever_the_writer_says(cast: Cast) -> None:
    last = cast.available().receipt
    assert last
    blank = cast.in_stock()

    receipt = receipt_of(cast, number=999_999, numbers=[blank.number])
    allot(blank, receipt)

    receipt.refresh_from_db()
    assert receipt.number == last.number + 1


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE certificates_receiptcounter SET last = last - 1", "only a receipt moves"),
        ("UPDATE certificates_receiptcounter SET last = last + 1", "only a receipt moves"),
        ("UPDATE certificates_receiptcounter SET id = 2", "only a receipt moves"),
        ("DELETE FROM certificates_receiptcounter", "only a receipt moves"),
        ("INSERT INTO certificates_receiptcounter (id, last) VALUES (2, 7)", "only a receipt"),
        ("DELETE FROM certificates_duty", "a duty is never deleted"),
    ],
)
def test_nobody_moves_the_counter_or_deletes_a_duty(cast: Cast, sql: str, words: str) -> None:
    cast.issued()

    with refused_by_the_database(words), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE certificates_price SET unit_usd = 1 WHERE id = %s",
        "UPDATE certificates_price SET valid_from = valid_from + 9999 WHERE id = %s",
        "DELETE FROM certificates_price WHERE id = %s",
    ],
)
@pytest.mark.parametrize("days", [-1, 0, 1])
def test_a_price_that_was_in_force_never_changes(cast: Cast, sql: str, days: int) -> None:
    price = Price.objects.create(valid_from=today() + days * DAY, unit_usd=Decimal(25))

    with connection.cursor() as cursor:
        if days < 0:
            with refused_by_the_database("in force is never changed or deleted"):
                cursor.execute(sql, [price.pk])
        else:
            cursor.execute(sql, [price.pk])
            assert cursor.rowcount == 1


@pytest.mark.parametrize(
    "table",
    [
        "journal_entry",
        "certificates_certificate",
        "certificates_receipt",
        "certificates_receiptcounter",
        "certificates_duty",
    ],
)
def test_a_table_of_record_is_never_emptied(cast: Cast, table: str) -> None:
    cast.issued()
    settle()

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL kpportal.may_truncate = ''")
        with refused_by_the_database(f"the table {table} is never emptied"):
            cursor.execute(f"TRUNCATE {table} CASCADE")
        cursor.execute("RESET kpportal.may_truncate")


def test_a_sale_rolled_back_leaves_no_gap_in_the_receipts(cast: Cast) -> None:
    terms: dict[str, Any] = {
        "licensee": cast.firm_a,
        "paid_usd": Decimal(20),
        "method": "cash",
        "sold_on": today(),
        "contact": cast.contact_a,
        "today": today(),
        "actor": cast.staff,
    }
    first, second, third = (cast.in_stock().number for _ in range(3))
    before = sell(numbers=[first], **terms)
    with transaction.atomic():
        rolled_back = sell(numbers=[second], **terms)
        transaction.set_rollback(True)
    assert rolled_back.number == before.number + 1

    assert sell(numbers=[third], **terms).number == before.number + 1


@pytest.mark.django_db(transaction=True)
def test_half_a_sale_fails_at_the_commit_and_leaves_nothing(cast: Cast) -> None:
    blank = cast.in_stock()
    assert cast.contact_a

    with pytest.raises(IntegrityError, match="receipt of 2 certificates, but 1 allotted"):  # noqa: SIM117 - the commit is what raises
        with transaction.atomic():
            allot(blank, receipt_of(cast, quantity=2, numbers=[1, 2], paid_usd=40))

    assert not Receipt.objects.exists()
    assert Certificate.objects.get().status == Status.IN_STOCK


# Counter-entries


def counter_of(cast: Cast, sale: Receipt, **terms: Any) -> Receipt:
    """A counter-entry to the whole of a sale of one, written past the operation."""
    return receipt_of(
        cast,
        **{
            "reverses": sale,
            "reason": "A mistake",
            "quantity": -len(terms.get("numbers", sale.numbers)),
            "numbers": sale.numbers,
            "paid_usd": -20 * len(terms.get("numbers", sale.numbers)),
            **terms,
        },
    )


BACK: dict[str, Any] = {
    "status": "in_stock",
    "licensee": None,
    "receipt": None,
    "date_of_sale": None,
}


def sold(cast: Cast) -> tuple[Certificate, Receipt]:
    row = cast.available()
    assert row.receipt
    return row, row.receipt


def test_a_whole_counter_entry_passes_the_guard(cast: Cast) -> None:
    row, sale = sold(cast)

    with transaction.atomic():
        counter_of(cast, sale)
        change(row, **BACK)
        settle()


def test_a_sale_is_not_taken_back_without_a_counter_entry(cast: Cast) -> None:
    row, _ = sold(cast)
    other, sale = sold(cast)
    counter_of(cast, sale)
    change(other, **BACK)

    with refused_by_the_database("taken back by a counter-entry only"):
        change(row, **BACK)


def test_a_counter_entry_whose_blank_stays_with_the_firm_is_refused(cast: Cast) -> None:
    _, sale = sold(cast)

    with refused_by_the_database("takes back certificates of its sale, each once"):
        counter_of(cast, sale)


@pytest.mark.parametrize(
    "terms",
    [
        pytest.param(lambda c, sale: {"licensee": c.firm_b}, id="another firm"),
        pytest.param(lambda c, sale: {"unit_price_usd": 10, "paid_usd": -10}, id="another price"),
        pytest.param(
            lambda c, sale: {"numbers": [*sale.numbers, c.in_stock().number]}, id="another number"
        ),
    ],
)
def test_a_counter_entry_is_to_its_own_sale(cast: Cast, terms: Any) -> None:
    row, sale = sold(cast)

    # With a foreign number, the sale itself may be found not to add up before.
    with refused_by_the_database("takes back certificates of its sale|but 2 allotted"):
        counter_of(cast, sale, **terms(cast, sale))
        change(row, **BACK)


def test_a_number_is_taken_back_once_and_a_counter_entry_never(cast: Cast) -> None:
    row, sale = sold(cast)
    counter = counter_of(cast, sale)
    change(row, **BACK)
    settle()

    for again in (sale, counter):
        with refused_by_the_database("takes back certificates of its sale, each once"):
            counter_of(cast, again, numbers=sale.numbers)


def test_a_receipt_of_two_names_two(cast: Cast) -> None:
    with refused_by_the_database("receipt of 2 certificates that names 1"):
        receipt_of(cast, quantity=2, numbers=[cast.in_stock().number], paid_usd=40)


# Stock that is written off, counts and releases


def test_stock_that_was_written_off_is_void_and_nobodys(cast: Cast) -> None:
    row = cast.in_stock()
    void = {
        "status": "void",
        "voided_on": today(),
        "voided_by": cast.staff,
        "void_reason": "damaged",
        "form_disposition": "destroyed",
    }

    assert change(row, **void) == 1
    with refused_by_the_database("the facts of a void certificate never change"):
        change(row, void_reason="other")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("certificates_stockcount", "a row of certificates_stockcount is never"),
        ("certificates_countdifference", "a row of certificates_countdifference is never deleted"),
        ("certificates_release", "a row of certificates_release is never deleted"),
    ],
)
def test_a_row_of_custody_is_never_deleted(cast: Cast, table: str, words: str) -> None:
    difference(stock_count(cast))
    release(cast)

    with refused_by_the_database(words), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


def test_a_count_never_changes_and_a_settled_difference_neither(cast: Cast) -> None:
    row = difference(stock_count(cast))
    rows = CountDifference.objects.filter(pk=row.pk)
    settled = {"settled_by": cast.staff, "settled_at": timezone.now(), "explanation": "x"}

    with refused_by_the_database("a row of certificates_stockcount is never changed"):
        StockCount.objects.update(numbers=[1])
    assert rows.update(state="explained", **settled) == 1
    for changes in ({"state": "incident"}, {"explanation": "y"}, {"number": 7}):
        with refused_by_the_database("what was decided does not change"):
            rows.update(**changes)


# The journal, and the separation of duties


def test_a_journal_entry_never_changes_and_is_never_deleted(cast: Cast) -> None:
    assert cast.staff

    with refused_by_the_database("append-only"):
        Entry.objects.update(actor="somebody else")
    with refused_by_the_database("append-only"):
        Entry.objects.all().delete()


@pytest.mark.parametrize("person", ["staff", "reviewer", "overseer", "administrator"])
def test_somebody_with_an_office_never_acts_for_a_firm(cast: Cast, person: str) -> None:
    user, firm = getattr(cast, person), cast.firm_a

    with refused_by_the_database("cannot act for a firm"):
        Contact.objects.create(licensee=firm, user=user, role="issuer", appointed_at=timezone.now())


@pytest.mark.parametrize("office", ["staff", "reviewer", "administrator"])
def test_somebody_who_acts_for_a_firm_is_given_no_office(cast: Cast, office: str) -> None:
    person = User.objects.filter(pk=cast.issuer.pk)

    with refused_by_the_database("cannot hold an office"):
        person.update(office=office)


def test_a_former_contact_may_hold_an_office_but_not_come_back(cast: Cast) -> None:
    contact = dismiss(cast.contact_a, actor=cast.staff)

    User.objects.filter(pk=contact.user_id).update(office="reviewer")
    with refused_by_the_database("cannot act for a firm"):
        Contact.objects.filter(pk=contact.pk).update(ended_at=None)
