"""What is unlawful about a certificate, and what deserves a second look (domain 3.3, 4, 10.1)."""

import ast
import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates import examination
from certificates.examination import (
    Circumstances,
    Destination,
    Examination,
    Principal,
    ReleasedRoute,
    examine,
)
from certificates.particulars import Particulars

TODAY = dt.date(2026, 3, 4)  # a Wednesday
OPEN = dt.date(2003, 7, 30)
PLACES = {
    code: Destination(name, standing, since)
    for code, name, standing, since in [
        ("AE", "United Arab Emirates", "open", OPEN),
        ("BE", "Belgium", "open", OPEN),
        ("BW", "Botswana", "open", OPEN),
        ("BY", "Belarus", "hold", OPEN),
        ("CA", "Canada", "open", OPEN),
        ("GN", "Guinea", "open", OPEN),
        ("HK", "Hong Kong", "open", OPEN),
        ("IL", "Israel", "open", OPEN),
        ("IN", "India", "open", OPEN),
        ("ML", "Mali", "open", OPEN),
        ("MX", "Mexico", "open", OPEN),
        ("NL", "Netherlands", "open", OPEN),
        ("PA", "Panama", "open", OPEN),
        ("PG", "Papua New Guinea", "", dt.date.min),
        ("RU", "Russian Federation", "hold", OPEN),
        ("SG", "Singapore", "open", OPEN),
        ("SO", "Somalia", "", dt.date.min),
        ("US", "United States", "home", OPEN),
        ("UZ", "Uzbekistan", "open", dt.date(2026, 3, 2)),
        ("VE", "Venezuela", "hold", OPEN),
    ]
}
FIRM = {
    "firm_name": "Example Cutters Inc.",
    "firm_address": "1 Example Street\nNew York, NY 10036",
}
AROUND = {
    "today": TODAY,
    "is_carrier": False,
    "date_of_sale": dt.date(2026, 2, 24),
    "validity_days": 60,
    "destinations": PLACES,
    "ports": frozenset({"4701", "8000"}),
    "exporters": {},
    **FIRM,
}
LAWFUL = {
    "exporter_name": FIRM["firm_name"],
    "exporter_address": FIRM["firm_address"],
    "consignee_name": "Example Diamonds Ltd.",
    "consignee_address": "1 Example Road\nRamat Gan 52521",
    "consignee_country": "IL",
    "country_of_origin": "BW",
    "mixed_origin": False,
    "itn": "X20260303123456",
    "date_of_issue": TODAY,
    "date_of_expiry": TODAY + dt.timedelta(days=60),
    "value_usd": Decimal("12345.67"),
    "number_of_parcels": 2,
    "carat_weight": Decimal("98.76"),
    "hs_code": "7102.31",
    "port_of_export": "4701",
}
CRATER = ReleasedRoute("crater", "US", Decimal("3.50"))
MUSEUM = ReleasedRoute("museum", "US")
RUSSIAN = ReleasedRoute("origin", "RU")
TO_BELARUS = ReleasedRoute("destination", "BY")
CARRIER = {
    "is_carrier": True,
    "exporters": {
        "Third Party LLC": Principal("US", OPEN, None),
        "Tiers SA": Principal("BE", OPEN, None),
        "Noted LLC": Principal("US", None, None),
        "From Tomorrow LLC": Principal("US", TODAY + dt.timedelta(days=1), None),
        "From Today LLC": Principal("US", TODAY, None),
        "Until Yesterday LLC": Principal("US", OPEN, TODAY - dt.timedelta(days=1)),
        "Until Today LLC": Principal("US", OPEN, TODAY),
    },
}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def judge(facts: dict[str, Any] | None = None, around: dict[str, Any] | None = None) -> Examination:
    return examine(
        Particulars(**{**LAWFUL, **(facts or {})}),
        Circumstances(**{**AROUND, **(around or {})}),
    )


def found(findings: Any) -> list[tuple[str, str]]:
    return [(finding.field, finding.code) for finding in findings]


def test_a_lawful_certificate_has_no_finding() -> None:
    examined = judge()

    assert found(examined.problems) == []
    assert found(examined.warnings) == []
    assert examined.itn.itn == LAWFUL["itn"]


CASES = [
    # id, changed facts, changed circumstances, the one problem
    *(
        (f"without {name}", {name: empty}, {}, (name, "required"))
        for name, empty in [
            ("date_of_issue", None),
            ("date_of_expiry", None),
            ("value_usd", None),
            ("number_of_parcels", None),
            ("consignee_name", ""),
            ("consignee_address", ""),
            ("consignee_country", ""),
            ("carat_weight", None),
            ("hs_code", ""),
            ("port_of_export", ""),
            ("country_of_origin", ""),
        ]
    ),
    ("a carrier names no exporter", {"exporter_name": ""}, CARRIER, ("exporter_name", "required")),
    (
        "a carrier gives no address",
        {"exporter_address": ""},
        CARRIER,
        ("exporter_address", "required"),
    ),
    (
        "another exporter",
        {"exporter_name": "Third Party LLC"},
        {},
        ("exporter_name", "exporter_not_licensee"),
    ),
    (
        "another exporter by one letter",
        {"exporter_name": "Example Cutters Inc"},
        {},
        ("exporter_name", "exporter_not_licensee"),
    ),
    (
        "another address",
        {"exporter_address": "2 Example Street\nNew York, NY 10036"},
        {},
        ("exporter_address", "exporter_not_licensee"),
    ),
    *(
        (
            f"exporter at {line!r}",
            {"exporter_address": f"{line}\nNew York, NY 10036"},
            CARRIER,
            ("exporter_address", "exporter_po_box"),
        )
        for line in ("P.O. Box 1234", "PO BOX 1", "p. o. box 7, Station A")
    ),
    *(
        (
            f"to {code}",
            {"consignee_country": code},
            {},
            ("consignee_country", "destination_not_participant"),
        )
        for code in ("SO", "PG", "XX", "EU", "Israel", "il")
    ),
    (
        "to the United States",
        {"consignee_country": "US"},
        {},
        ("consignee_country", "destination_us"),
    ),
    *(
        (
            f"to {code}",
            {"consignee_country": code},
            {},
            ("consignee_country", "destination_on_hold"),
        )
        for code in ("RU", "BY", "VE")
    ),
    (
        "dated the day before its destination joined",
        {
            "consignee_country": "UZ",
            "date_of_issue": day("2026-03-01"),
            "date_of_expiry": day("2026-04-30"),
        },
        {},
        ("consignee_country", "destination_not_yet_open"),
    ),
    (
        "both one origin and mixed",
        {"mixed_origin": True},
        {},
        ("country_of_origin", "origin_and_mixed"),
    ),
    *(
        (
            f"mined in {code}",
            {"country_of_origin": code},
            {},
            ("country_of_origin", "origin_unknown"),
        )
        for code in ("EU", "XX", "BW, ZA", "bw", "****")
    ),
    (
        "mined in the United States",
        {"country_of_origin": "US"},
        {},
        ("country_of_origin", "origin_us"),
    ),
    ("mined in Russia", {"country_of_origin": "RU"}, {}, ("country_of_origin", "origin_on_hold")),
    (
        "heavier than the find released",
        {"country_of_origin": "US", "carat_weight": Decimal("3.51")},
        {"releases": [CRATER]},
        ("carat_weight", "origin_weight_above_find"),
    ),
    (
        "found at home, another origin released",
        {"country_of_origin": "US"},
        {"releases": [RUSSIAN, TO_BELARUS]},
        ("country_of_origin", "origin_us"),
    ),
    (
        "mined in Russia, only the destination released",
        {"country_of_origin": "RU"},
        {"releases": [ReleasedRoute("destination", "RU"), MUSEUM]},
        ("country_of_origin", "origin_on_hold"),
    ),
    (
        "bound for Venezuela, Belarus released",
        {"consignee_country": "VE"},
        {"releases": [TO_BELARUS]},
        ("consignee_country", "destination_on_hold"),
    ),
    (
        "bound for Russia, only the origin released",
        {"consignee_country": "RU"},
        {"releases": [RUSSIAN]},
        ("consignee_country", "destination_on_hold"),
    ),
    (
        "bound for the United States, which no release opens",
        {"consignee_country": "US"},
        {"releases": [ReleasedRoute("destination", "US")]},
        ("consignee_country", "destination_us"),
    ),
    (
        "bound for where nobody takes part, which no release opens",
        {"consignee_country": "SO"},
        {"releases": [ReleasedRoute("destination", "SO")]},
        ("consignee_country", "destination_not_participant"),
    ),
    (
        "released, and dated before the list that holds it",
        {
            "consignee_country": "BY",
            "date_of_issue": day("2026-02-26"),
            "date_of_expiry": day("2026-04-27"),
        },
        {
            "releases": [TO_BELARUS],
            "destinations": {**PLACES, "BY": Destination("Belarus", "hold", day("2026-03-02"))},
        },
        ("consignee_country", "destination_not_yet_open"),
    ),
    (
        "issued tomorrow",
        {"date_of_issue": day("2026-03-05"), "date_of_expiry": day("2026-05-03")},
        {},
        ("date_of_issue", "issue_in_future"),
    ),
    (
        "issued the day before it was sold",
        {"date_of_issue": day("2026-03-03"), "date_of_expiry": day("2026-05-02")},
        {"date_of_sale": TODAY},
        ("date_of_issue", "issue_before_sale"),
    ),
    (
        "expired yesterday",
        {"date_of_issue": day("2026-02-26"), "date_of_expiry": day("2026-03-03")},
        {},
        ("date_of_expiry", "expired"),
    ),
    (
        "expiring on the day of issue",
        {"date_of_expiry": TODAY},
        {},
        ("date_of_expiry", "expiry_not_after_issue"),
    ),
    (
        "good for 61 days",
        {"date_of_expiry": TODAY + dt.timedelta(days=61)},
        {},
        ("date_of_expiry", "expiry_too_late"),
    ),
    (
        "good for a day more than configured",
        {"date_of_expiry": TODAY + dt.timedelta(days=46)},
        {"validity_days": 45},
        ("date_of_expiry", "expiry_too_late"),
    ),
    (
        "leaving the day before issue",
        {"planned_ship_on": TODAY - dt.timedelta(days=1)},
        {},
        ("planned_ship_on", "planned_ship_outside_validity"),
    ),
    (
        "leaving the day after expiry",
        {"planned_ship_on": TODAY + dt.timedelta(days=61)},
        {},
        ("planned_ship_on", "planned_ship_outside_validity"),
    ),
    *(
        (f"unprintable {name}", {name: text}, {}, (name, "not_latin"))
        for name, text in [
            ("consignee_name", "דוגמה יהלומים"),
            ("consignee_address", "以色列\nRamat Gan"),
            ("consignee_name", "Example\x00Ltd."),
            ("consignee_name", "Example \ud83d"),
            ("provenance", "BW 1234\x00"),
            ("ftz_number", "区1"),
            ("waybill", "014-\u202e1234"),
        ]
    ),
    (
        "an address of five lines",
        {"consignee_address": "1\n2\n3\n4\n5"},
        {},
        ("consignee_address", "box_too_many_lines"),
    ),
    (
        "a line of 46 characters",
        {"consignee_address": "x" * 46},
        {},
        ("consignee_address", "box_line_too_long"),
    ),
    *(
        (f"{name} of {length + 1} characters", {name: "x" * (length + 1)}, {}, (name, "too_long"))
        for name, length in [
            ("consignee_name", 256),
            ("provenance", 500),
            ("ftz_number", 20),
            ("waybill", 40),
        ]
    ),
    *(
        (f"{name} of {amount}", {name: amount}, {}, (name, "not_positive"))
        for name, amount in [
            ("value_usd", Decimal("0.00")),
            ("value_usd", Decimal("-0.01")),
            ("value_usd", Decimal("NaN")),
            ("value_usd", Decimal("Infinity")),
            ("carat_weight", Decimal("0.00")),
            ("carat_weight", Decimal("-1")),
            ("carat_weight", Decimal("sNaN")),
            ("number_of_parcels", 0),
            ("number_of_parcels", -1),
        ]
    ),
    *(
        (f"{name} of {amount}", {name: amount}, {}, (name, "too_large"))
        for name, amount in [
            ("value_usd", Decimal("1000000000000.00")),
            ("value_usd", Decimal("1E+500")),
            ("carat_weight", Decimal("10000000000.00")),
            ("number_of_parcels", 1_000_001),
        ]
    ),
    *(
        (f"{name} of {amount}", {name: amount}, {}, (name, "too_precise"))
        for name, amount in [
            ("value_usd", Decimal("12345.675")),
            ("carat_weight", Decimal("0.005")),
            ("carat_weight", Decimal("98.7600000000000000000001")),
        ]
    ),
    *(
        (f"subheading {code!r}", {"hs_code": code}, {}, ("hs_code", "hs_code_unknown"))
        for code in ("7102.39", "710231", "7102.21, 7102.31", "7102.31.00.00")
    ),
    ("a port of no list", {"port_of_export": "9999"}, {}, ("port_of_export", "port_unknown")),
    *(
        (f"ITN {typed!r}", {"itn": typed}, {}, ("itn", code))
        for typed, code in [
            ("", "itn_missing"),
            ("TBD", "itn_placeholder"),
            ("X2026030312345", "itn_length"),
            ("X20261303123456", "itn_calendar"),
            ("X20260305123456", "itn_future"),
            ("AESDOWN 123456789 03/03/2026", "itn_downtime"),
            ("AESPOST 12345678912 03/03/2026", "itn_post_departure"),
            ("NOEEI 30.36", "itn_exemption"),
            ("AES X20260303123456 SS", "itn_split_shipment"),
            ("123456789-INV0042", "itn_transaction_number"),
            ("20260303123456", "itn_no_x"),
            ("XX20260303123456", "itn_double_x"),
            ("X2026O303123456", "itn_lookalike"),
            ("hello", "itn_not_an_itn"),
            ("X20030729123456", "itn_before_scheme"),
        ]
    ),
]


@pytest.mark.parametrize(
    ("facts", "around", "problem"),
    [pytest.param(*case[1:], id=case[0]) for case in CASES],
)
def test_what_is_unlawful_is_named_with_its_field(
    facts: dict[str, Any], around: dict[str, Any], problem: tuple[str, str]
) -> None:
    examined = judge(facts, around)

    assert found(examined.problems) == [problem]
    assert examined.problems[0].detail


FINE = [
    (
        "a find as heavy as registered",
        {"country_of_origin": "US", "carat_weight": Decimal("3.50")},
        {"releases": [CRATER]},
    ),
    ("a museum's stones, of any weight", {"country_of_origin": "US"}, {"releases": [MUSEUM]}),
    (
        "a museum's stones beside a find",
        {"country_of_origin": "US"},
        {"releases": [CRATER, MUSEUM]},
    ),
    ("mined in Russia, released", {"country_of_origin": "RU"}, {"releases": [RUSSIAN]}),
    ("bound for Belarus, released", {"consignee_country": "BY"}, {"releases": [TO_BELARUS]}),
    ("issued on the day it was sold", {}, {"date_of_sale": TODAY}),
    (
        "good for one day",
        {"date_of_issue": TODAY, "date_of_expiry": TODAY + dt.timedelta(days=1)},
        {},
    ),
    (
        "good until today",
        {"date_of_issue": day("2026-02-26"), "date_of_expiry": TODAY},
        {},
    ),
    ("leaving on the day of issue", {"planned_ship_on": TODAY}, {}),
    ("leaving on the day of expiry", {"planned_ship_on": TODAY + dt.timedelta(days=60)}, {}),
    (
        "dated the day its destination joined",
        {
            "consignee_country": "UZ",
            "date_of_issue": day("2026-03-02"),
            "date_of_expiry": day("2026-05-01"),
        },
        {},
    ),
    ("of mixed origin", {"mixed_origin": True, "country_of_origin": ""}, {}),
    ("an address of four lines", {"consignee_address": "1\n2\n3\n4"}, {}),
    ("a line of 45 characters", {"consignee_address": "x" * 45}, {}),
    (
        "the smallest amounts",
        {"value_usd": Decimal("0.01"), "carat_weight": Decimal("0.01"), "number_of_parcels": 1},
        {},
    ),
    (
        "the largest amounts",
        {
            "value_usd": Decimal("999999999999.99"),
            "carat_weight": Decimal("9999999999.99"),
            "number_of_parcels": 1_000_000,
        },
        {},
    ),
    ("a value typed without cents", {"value_usd": Decimal("5E+3")}, {}),
    ("a weight with a nought too many", {"carat_weight": Decimal("98.760")}, {}),
    ("unsorted", {"hs_code": "7102.10"}, {}),
    ("industrial", {"hs_code": "7102.21"}, {}),
    ("by mail", {"port_of_export": "8000"}, {}),
    (
        "texts as long as can be kept",
        {
            "consignee_name": "x" * 256,
            "provenance": "x" * 500,
            "ftz_number": "x" * 20,
            "waybill": "x" * 40,
        },
        {},
    ),
    ("a Greek and a Cyrillic name", {"consignee_name": "Παράδειγμα Пример Beispiël"}, {}),
    (
        "a post box behind a street",
        {"exporter_address": "1 Example Street\nPO Box 7\nNew York"},
        CARRIER,
    ),
    ("a carrier for itself", {}, CARRIER),
    (
        "a carrier for a customer",
        {"exporter_name": "Third Party LLC", "exporter_address": "3 Third Street\nAtlanta, GA"},
        CARRIER,
    ),
    ("the ITN of today", {"itn": "X20260304000001"}, {}),
    ("an ITN as AES shows it", {"itn": " AES ITN: x2026-0303-123456 "}, {}),
]


@pytest.mark.parametrize(
    ("facts", "around"), [pytest.param(*case[1:], id=case[0]) for case in FINE]
)
def test_the_lawful_end_of_each_range_is_no_problem(
    facts: dict[str, Any], around: dict[str, Any]
) -> None:
    assert found(judge(facts, around).problems) == []


@pytest.mark.parametrize(
    ("issued", "expires"),
    [("2026-01-01", "2026-03-02"), ("2024-01-01", "2024-03-01"), ("2025-12-15", "2026-02-13")],
    ids=["into March", "in a leap year", "over the new year"],
)
def test_a_certificate_is_good_for_sixty_days_by_the_calendar(issued: str, expires: str) -> None:
    on_the_day = {"today": day(issued), "date_of_sale": day(issued)}
    facts = {
        "date_of_issue": day(issued),
        "date_of_expiry": day(expires),
        "itn": f"X{issued.replace('-', '')}123456",
    }

    assert found(judge(facts, on_the_day).problems) == []
    longer = {**facts, "date_of_expiry": day(expires) + dt.timedelta(days=1)}
    assert found(judge(longer, on_the_day).problems) == [("date_of_expiry", "expiry_too_late")]


WEEK = dt.timedelta(days=7)
SECOND_LOOKS = [
    # id, changed facts, changed circumstances, the one warning, the changes of the near miss
    (
        "origin Venezuela",
        {"country_of_origin": "VE"},
        {},
        ("country_of_origin", "origin_venezuela"),
        {"country_of_origin": "GN"},
    ),
    *(
        (
            f"to the hub {code}",
            {"consignee_country": code},
            {},
            ("consignee_country", "transshipment_hub"),
            {"consignee_country": "IN"},
        )
        for code in ("HK", "BE", "AE", "NL", "SG", "CA", "MX", "PA")
    ),
    (
        "to a firm of the same name",
        {"consignee_name": FIRM["firm_name"]},
        {},
        ("consignee_name", "related_party"),
        {"consignee_name": "Example Cutters Ltd."},
    ),
    (
        "for a customer not in the book",
        {"exporter_name": "Nobody LLC"},
        CARRIER,
        ("exporter_name", "exporter_not_in_address_book"),
        {"exporter_name": "Third Party LLC"},
    ),
    (
        "for a customer without written authority",
        {"exporter_name": "Noted LLC"},
        CARRIER,
        ("exporter_name", "exporter_without_authority"),
        {"exporter_name": "Third Party LLC"},
    ),
    (
        "for a customer whose authority begins the day after issue",
        {"exporter_name": "From Tomorrow LLC"},
        CARRIER,
        ("exporter_name", "exporter_without_authority"),
        {"exporter_name": "From Today LLC"},
    ),
    (
        "for a customer whose authority ended the day before issue",
        {"exporter_name": "Until Yesterday LLC"},
        CARRIER,
        ("exporter_name", "exporter_without_authority"),
        {"exporter_name": "Until Today LLC"},
    ),
    (
        "for a foreign customer",
        {"exporter_name": "Tiers SA"},
        CARRIER,
        ("exporter_address", "exporter_not_us"),
        {"exporter_name": "Third Party LLC"},
    ),
    (
        "the address names another country",
        {"consignee_address": "1 Example Road\nBotswana"},
        {},
        ("consignee_address", "address_names_country"),
        {"consignee_address": "1 Example Road\nISRAEL."},
    ),
    (
        "issued eight days ago",
        {"date_of_issue": day("2026-02-24"), "date_of_expiry": day("2026-04-25")},
        {},
        ("date_of_issue", "issue_date_old"),
        {"date_of_issue": day("2026-02-25"), "date_of_expiry": day("2026-04-26")},
    ),
    (
        "issued on a Saturday",
        {"date_of_issue": day("2026-02-28"), "date_of_expiry": day("2026-04-29")},
        {},
        ("date_of_issue", "issue_on_weekend"),
        {"date_of_issue": day("2026-02-27"), "date_of_expiry": day("2026-04-28")},
    ),
    (
        "issued on a Sunday",
        {"date_of_issue": day("2026-03-01"), "date_of_expiry": day("2026-04-30")},
        {},
        ("date_of_issue", "issue_on_weekend"),
        {"date_of_issue": day("2026-03-02"), "date_of_expiry": day("2026-05-01")},
    ),
    (
        "good for 59 days",
        {"date_of_expiry": TODAY + dt.timedelta(days=59)},
        {},
        ("date_of_expiry", "expiry_shortened"),
        {"date_of_expiry": TODAY + dt.timedelta(days=60)},
    ),
    (
        "leaving nine days before expiry",
        {"planned_ship_on": TODAY + dt.timedelta(days=51)},
        {},
        ("date_of_expiry", "little_time_to_arrive"),
        {"planned_ship_on": TODAY + dt.timedelta(days=50)},
    ),
    (
        "leaving today, nine days before the expiry allowed",
        {"date_of_expiry": TODAY + dt.timedelta(days=9)},
        {"validity_days": 9},
        ("date_of_expiry", "little_time_to_arrive"),
        {},
    ),
    (
        "51 parcels",
        {"number_of_parcels": 51},
        {},
        ("number_of_parcels", "many_parcels"),
        {"number_of_parcels": 50},
    ),
    (
        "more than 100,000 carats",
        {"carat_weight": Decimal("100000.01"), "value_usd": Decimal("9999999.00")},
        {},
        ("carat_weight", "much_weight"),
        {"carat_weight": Decimal("100000.00"), "value_usd": Decimal("9999999.00")},
    ),
    *(
        (
            f"{code} at {value} a carat",
            {"hs_code": code, "carat_weight": Decimal(1), "value_usd": Decimal(value)},
            {},
            ("value_usd", "value_per_carat"),
            {"hs_code": code, "carat_weight": Decimal(1), "value_usd": Decimal(edge)},
        )
        for code, value, edge in [
            ("7102.10", "0.99", "1.00"),
            ("7102.10", "5000.01", "5000.00"),
            ("7102.21", "0.09", "0.10"),
            ("7102.21", "300.01", "300.00"),
            ("7102.31", "4.99", "5.00"),
            ("7102.31", "100000.01", "100000.00"),
        ]
    ),
    *(
        (
            f"ITN {typed}",
            {"itn": typed},
            {},
            ("itn", code),
            {"itn": near},
        )
        for typed, code, near in [
            ("X20260303000000", "itn_serial_zero", "X20260303000001"),
            ("X20260201123456", "itn_far_from_issue", "X20260202123456"),
        ]
    ),
    (
        "the sample ITN of the Census Bureau",
        {
            "itn": "X20190308366903",
            "date_of_issue": day("2019-03-08"),
            "date_of_expiry": day("2019-05-07"),
        },
        {"today": day("2019-03-08"), "date_of_sale": day("2019-03-08")},
        ("itn", "itn_sample"),
        {
            "itn": "X20190308366904",
            "date_of_issue": day("2019-03-08"),
            "date_of_expiry": day("2019-05-07"),
        },
    ),
]


@pytest.mark.parametrize(
    ("facts", "around", "warning", "near_miss"),
    [pytest.param(*case[1:], id=case[0]) for case in SECOND_LOOKS],
)
def test_what_deserves_a_second_look_warns_and_does_not_block(
    facts: dict[str, Any],
    around: dict[str, Any],
    warning: tuple[str, str],
    near_miss: dict[str, Any],
) -> None:
    examined = judge(facts, around)

    assert found(examined.warnings) == [warning]
    assert found(examined.problems) == []
    if near_miss:
        assert found(judge(near_miss, around).warnings) == []


def test_an_itn_dated_after_the_expiry_warns() -> None:
    facts = {"date_of_issue": day("2026-02-26"), "date_of_expiry": day("2026-03-03")}

    late = judge({**facts, "itn": "X20260304123456"})
    in_time = judge({**facts, "itn": "X20260303123456"})

    assert ("itn", "itn_after_expiry") in found(late.warnings)
    assert ("itn", "itn_after_expiry") not in found(in_time.warnings)


@pytest.mark.parametrize(
    ("address", "chosen", "problem"),
    [
        ("1 Main Street\nIndianapolis", "IN", None),
        ("India Street 5\nMumbai", "IN", None),
        ("1 Main Street\nIndiana\nIndia", "", "required"),
        ("5 Road\nMogadishu\nSomalia", "ML", None),
        ("5 Road\nBamako\nMali", "SO", "destination_not_participant"),
        ("5 Road\nPort Moresby\nPapua New Guinea", "GN", None),
        ("5 Road\nConakry\nGuinea", "PG", "destination_not_participant"),
        ("5 Road\nTel Aviv\nIsrael", "US", "destination_us"),
        ("5 Road\nTel Aviv\nIsrael", "", "required"),
    ],
)
def test_the_destination_is_chosen_and_never_read_out_of_an_address(
    address: str, chosen: str, problem: str | None
) -> None:
    examined = judge({"consignee_address": address, "consignee_country": chosen})

    destination = [f.code for f in examined.problems if f.field == "consignee_country"]
    assert destination == ([problem] if problem else [])


@pytest.mark.parametrize(
    ("line", "chosen", "warned"),
    [
        ("Somalia", "ML", True),
        ("Papua New Guinea", "GN", True),
        ("Guinea", "PG", True),
        ("Indianapolis", "IL", False),
        ("Malibu", "IL", False),
        ("New Guinea Street 1", "IL", False),
        ("India House", "IL", False),
        ("  india. ", "IL", True),
        ("India", "IN", False),
    ],
)
def test_an_address_warns_only_of_a_country_that_is_a_whole_line(
    line: str, chosen: str, warned: bool
) -> None:
    examined = judge({"consignee_address": f"5 Road\n{line}", "consignee_country": chosen})

    assert ("address_names_country" in [f.code for f in examined.warnings]) is warned


def test_everything_wrong_is_said_at_once() -> None:
    examined = judge(
        {
            "exporter_name": "",
            "exporter_address": "",
            "consignee_name": "",
            "consignee_address": "",
            "consignee_country": "",
            "country_of_origin": "",
            "itn": "",
            "date_of_issue": None,
            "date_of_expiry": None,
            "value_usd": None,
            "number_of_parcels": None,
            "carat_weight": None,
            "hs_code": "",
            "port_of_export": "",
        },
        CARRIER,
    )

    required = {f.field for f in examined.problems if f.code == "required"}
    assert required == set(LAWFUL) - {"itn", "mixed_origin"}
    assert ("itn", "itn_missing") in found(examined.problems)
    assert all(f.source for f in examined.problems if f.code == "required")


def _codes_in_source() -> set[str]:
    """The codes of every ``Finding`` written in the package, wherever they are plain text."""
    folder = Path(examination.__file__).parent
    calls = (
        node
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding"
    )
    return {
        call.args[1].value
        for call in calls
        if len(call.args) > 1 and isinstance(call.args[1], ast.Constant)
    }


def test_every_code_of_the_examination_stands_in_a_table_above() -> None:
    tested = {case[3][1] for case in CASES} | {case[3][1] for case in SECOND_LOOKS}

    assert len(_codes_in_source()) > 20
    assert _codes_in_source() - tested == set()


_texts = st.text(max_size=60) | st.sampled_from([*LAWFUL["consignee_address"].splitlines(), "IL"])
_decimals = st.none() | st.decimals(allow_nan=True, allow_infinity=True)
_dates = st.none() | st.dates()
_codes = st.text(max_size=3) | st.sampled_from([*PLACES, "EU"])


@settings(max_examples=300, deadline=None)
@given(
    st.builds(
        Particulars,
        exporter_name=_texts,
        exporter_address=_texts,
        consignee_name=_texts,
        consignee_address=_texts,
        consignee_country=_codes,
        country_of_origin=_codes,
        mixed_origin=st.booleans(),
        itn=_texts | st.from_regex(r"X20[0-9]{12}", fullmatch=True),
        date_of_issue=_dates,
        date_of_expiry=_dates,
        value_usd=_decimals,
        number_of_parcels=st.none() | st.integers(),
        carat_weight=_decimals,
        hs_code=_texts | st.sampled_from(["7102.10", "7102.21", "7102.31"]),
        port_of_export=_texts,
        planned_ship_on=_dates,
        provenance=_texts,
        ftz_number=_texts,
        waybill=_texts,
    ),
    st.booleans(),
)
def test_examining_never_raises(facts: Particulars, is_carrier: bool) -> None:
    examined = examine(facts, Circumstances(**{**AROUND, "is_carrier": is_carrier}))

    for finding in (*examined.problems, *examined.warnings):
        assert finding.code
        assert finding.detail
        assert hasattr(facts, finding.field)
