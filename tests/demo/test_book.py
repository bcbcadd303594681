"""The demonstration book adds up to the published tables, and every row could be a certificate."""

import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from statistics import mean, median

import pytest

from kpportal.demo.book import Export, exports, recent
from kpportal.demo.firms import CONSIGNEES, DESKS, FIRMS

TODAY = date(2026, 11, 24)
YEARS = (2015, 2016, 2017, 2018)

# fmt: off
EU_MEMBERS = {
    "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV",
    "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE",
}
# Destinations with the first day of their place on the U.S. list, where that falls in the book.
DESTINATIONS = dict.fromkeys(
    (
        "AE", "AM", "AU", "BE", "BW", "CA", "CH", "CN", "DE", "HK", "IL", "IN", "IT", "JP", "KR",
        "LK", "LS", "MU", "MX", "MY", "NA", "NL", "SG", "TH", "TR", "VN", "ZA",
    ),
    date(2003, 1, 1),
) | {"GB": date(2021, 1, 8), "QA": date(2022, 4, 6)}
MINING = {
    "BW", "CA", "ZA", "NA", "AO", "CD", "SL", "LS", "ZW", "AU", "BR", "GH", "GN", "LR", "TZ", "GY",
}
PORTS = {
    "4701", "1001", "4770", "4772", "4601", "4670", "5206", "5201", "2720", "2704", "3901", "2006",
    "2095", "5301", "5309", "5501", "4110", "4198", "1101", "1108", "4115", "4196", "3801", "3205",
    "3126", "3195", "3196", "4102", "4197", "1704", "0901", "0417", "2801", "3029", "5401", "2003",
    "8000",
}
# fmt: on
# US$ per carat that the portal finds plausible, drawn in by half so that nobody is warned.
BANDS = {
    "7102.10": (Decimal(2), Decimal(2500)),
    "7102.21": (Decimal("0.2"), Decimal(150)),
    "7102.31": (Decimal(10), Decimal(50_000)),
}
ITN = re.compile(r"X([0-9]{8})[0-9]{6}")
SAMPLE_ITNS = {"X20170101987654", "X20060101987654", "X20190308366903"}
FIRM_BY_KEY = {firm.key: firm for firm in FIRMS}


def participant(country: str) -> str:
    if country in EU_MEMBERS:
        return "EU"
    return {"HK": "CN"}.get(country, country)


@cache
def whole_book() -> tuple[Export, ...]:
    years = [export for year in YEARS for export in exports(year)]
    return (*years, *recent(2019, TODAY))


def sums(rows: Iterable[Export], by: Callable[[Export], str]) -> dict[str, tuple[Decimal, Decimal]]:
    totals: dict[str, tuple[Decimal, Decimal]] = defaultdict(lambda: (Decimal(0), Decimal(0)))
    for row in rows:
        carats, value = totals[by(row)]
        totals[by(row)] = (carats + row.carat_weight, value + row.value_usd)
    return dict(totals)


def offenders(is_lawful: Callable[[Export], bool]) -> list[Export]:
    return [row for row in whole_book() if not is_lawful(row)][:3]


# --- The published tables ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "count", "carats", "value"),
    [
        pytest.param(2015, 1116, "1193281.70", "235818546.65", id="2015"),
        pytest.param(2016, 1081, "1192981.39", "789739812.55", id="2016"),
        pytest.param(2017, 1031, "1523692.43", "942670198.59", id="2017"),
        pytest.param(2018, 939, "1621700.15", "508559217.02", id="2018"),
    ],
)
def test_a_year_has_the_published_count_carats_and_dollars(
    year: int, count: int, carats: str, value: str
) -> None:
    rows = exports(year)

    assert len(rows) == count
    assert sum(row.carat_weight for row in rows) == Decimal(carats)
    assert sum(row.value_usd for row in rows) == Decimal(value)
    assert {row.shipped_on.year for row in rows} == {year}


@pytest.mark.parametrize("year", [2014, 2019])
def test_a_year_without_published_totals_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match=str(year)):
        exports(year)


def test_2018_has_the_published_table_by_hs_subheading() -> None:
    assert sums(exports(2018), lambda row: row.hs_code) == {
        "7102.10": (Decimal("5439.83"), Decimal("756874.46")),
        "7102.21": (Decimal("1058543.42"), Decimal("15367173.09")),
        "7102.31": (Decimal("557716.90"), Decimal("492435169.47")),
    }


def test_2018_has_the_published_top_three_by_volume() -> None:
    volume = {
        partner: carats
        for partner, (carats, _) in sums(
            exports(2018), lambda row: participant(row.consignee_country)
        ).items()
    }
    ranked = sorted(volume, key=lambda partner: -volume[partner])

    assert [(partner, volume[partner]) for partner in ranked[:3]] == [
        ("IL", Decimal("498892.32")),
        ("EU", Decimal("457040.68")),
        ("CA", Decimal("323779.12")),
    ]
    assert volume[ranked[3]] < volume["CA"]
    assert sum(volume[partner] for partner in ranked[3:]) == Decimal("341988.03")


def test_2018_has_the_published_top_three_by_value() -> None:
    value = {
        partner: dollars
        for partner, (_, dollars) in sums(
            exports(2018), lambda row: participant(row.consignee_country)
        ).items()
    }
    ranked = sorted(value, key=lambda partner: -value[partner])

    assert [(partner, value[partner]) for partner in ranked[:3]] == [
        ("EU", Decimal("222808783.23")),
        ("IL", Decimal("106160302.99")),
        ("IN", Decimal("30918670.29")),
    ]
    assert value[ranked[3]] < value["IN"]
    assert sum(value[partner] for partner in ranked[3:]) == Decimal("148671460.51")


def test_2018_went_to_23_participants_each_with_some_of_the_trade() -> None:
    partners = Counter(participant(row.consignee_country) for row in exports(2018))

    assert len(partners) == 23
    assert min(partners.values()) >= 2


def test_the_first_three_quarters_of_2019_have_668_exports_at_the_published_average_price() -> None:
    rows = [row for row in recent(2019, TODAY) if row.shipped_on < date(2019, 10, 1)]
    carats = sum(row.carat_weight for row in rows)
    value = sum(row.value_usd for row in rows)

    assert len(rows) == 668
    assert round(value / carats, 2) == Decimal("196.55")
    assert round(carats / 1_000_000, 2) == Decimal("1.18")
    assert round(value / 1_000_000, 1) == Decimal("232.3")


def test_2019_has_about_890_exports_and_later_years_fall_to_about_600() -> None:
    per_year = Counter(row.shipped_on.year for row in recent(2019, date(2027, 1, 1)))

    assert per_year[2019] == 890
    assert per_year[2026] == 600
    assert all(per_year[year] > per_year[year + 1] for year in range(2019, 2026))


# --- Every row --------------------------------------------------------------------------------


def test_the_value_per_carat_lies_well_inside_the_band_of_its_hs_subheading() -> None:
    def is_plausible(row: Export) -> bool:
        low, high = BANDS[row.hs_code]
        return low <= row.value_usd / row.carat_weight <= high

    assert offenders(is_plausible) == []


def test_weights_and_values_are_positive_with_two_decimals() -> None:
    def is_well_formed(row: Export) -> bool:
        return (
            row.carat_weight.as_tuple().exponent == row.value_usd.as_tuple().exponent == -2
            and Decimal("0.01") <= row.carat_weight <= 100_000
            and row.value_usd > 0
            and 1 <= row.number_of_parcels <= 50
        )

    assert offenders(is_well_formed) == []


@pytest.mark.parametrize("year", [*YEARS, 2023])
def test_most_gem_exports_are_small_and_a_few_are_large(year: int) -> None:
    carats = [
        row.carat_weight
        for row in whole_book()
        if row.shipped_on.year == year and row.hs_code == "7102.31"
    ]

    assert mean(carats) > 2 * median(carats)
    assert min(carats) < 20 < 2000 < max(carats)


def test_dates_follow_each_other_as_the_rules_require() -> None:
    def is_in_order(row: Export) -> bool:
        validity = row.date_of_expiry - row.date_of_issue
        return (
            timedelta(0) < validity <= timedelta(days=60)
            and timedelta(0) <= row.shipped_on - row.date_of_issue <= timedelta(days=10)
            and row.shipped_on <= row.date_of_expiry
            and (
                row.delivered_on is None
                or timedelta(days=1) <= row.delivered_on - row.shipped_on <= timedelta(days=12)
            )
        )

    assert offenders(is_in_order) == []
    validities = Counter(row.date_of_expiry - row.date_of_issue for row in whole_book())
    assert 0.85 < validities[timedelta(days=60)] / validities.total() < 1


def test_papers_are_signed_and_goods_move_on_business_days_only() -> None:
    def is_on_business_days(row: Export) -> bool:
        days = [row.date_of_issue, row.shipped_on, row.delivered_on or row.shipped_on]
        return all(
            day.weekday() < 5 and (day.month, day.day) not in {(1, 1), (7, 4), (12, 25)}
            for day in days
        )

    assert offenders(is_on_business_days) == []


@pytest.mark.parametrize("year", [*YEARS, 2019, 2025])
def test_exports_are_spread_over_the_whole_year_in_order_of_shipment(year: int) -> None:
    shipped = [row.shipped_on for row in whole_book() if row.shipped_on.year == year]
    per_month = Counter(day.month for day in shipped)

    assert shipped == sorted(shipped)
    assert min(per_month[month] for month in range(1, 13)) > 0.06 * len(shipped)


def test_everything_shipped_by_2018_has_been_delivered() -> None:
    assert all(row.delivered_on for year in YEARS for row in exports(year))


def test_destinations_were_participants_when_the_certificate_was_issued() -> None:
    def is_open(row: Export) -> bool:
        listed_on = DESTINATIONS.get(row.consignee_country)
        return listed_on is not None and listed_on <= row.date_of_issue

    assert offenders(is_open) == []
    used = {row.consignee_country for row in whole_book()}
    assert used == set(DESTINATIONS)


def test_the_origin_is_one_mining_country_or_mixed() -> None:
    def is_single_or_mixed(row: Export) -> bool:
        if row.mixed_origin:
            return row.country_of_origin is None
        return row.country_of_origin in MINING

    assert offenders(is_single_or_mixed) == []
    mixed = sum(row.mixed_origin for row in whole_book())
    assert 0.28 < mixed / len(whole_book()) < 0.39
    origins = Counter(row.country_of_origin for row in whole_book())
    assert set(origins) == MINING | {None}
    assert origins["NA"] > 500


def test_an_ordinary_firm_exports_in_its_own_name_and_a_carrier_mostly_for_its_principals() -> None:
    def is_entitled(row: Export) -> bool:
        firm = FIRM_BY_KEY[row.firm_key]
        entitled = {(firm.legal_name, firm.address)}
        if firm.kind == "carrier":
            entitled |= {(party.name, party.address) for party in firm.principals}
        return (row.exporter_name, row.exporter_address) in entitled

    assert offenders(is_entitled) == []
    of_carriers = [row for row in whole_book() if FIRM_BY_KEY[row.firm_key].kind == "carrier"]
    own = sum(row.exporter_name == FIRM_BY_KEY[row.firm_key].legal_name for row in of_carriers)
    assert 0.05 < own / len(of_carriers) < 0.25


def test_firms_issue_only_once_licensed_and_all_sixteen_do() -> None:
    assert offenders(lambda row: FIRM_BY_KEY[row.firm_key].effective_on < row.date_of_issue) == []
    assert {row.firm_key for row in whole_book()} == set(FIRM_BY_KEY)


def test_the_consignee_is_a_buyer_in_the_destination() -> None:
    def is_known(row: Export) -> bool:
        return any(
            (party.name, party.address) == (row.consignee_name, row.consignee_address)
            for party in CONSIGNEES[row.consignee_country]
        )

    assert offenders(is_known) == []


def test_ports_are_those_of_schedule_d_and_of_the_firm() -> None:
    assert offenders(lambda row: row.port_of_export in DESKS[row.firm_key].ports) == []
    assert {port for desk in DESKS.values() for port in desk.ports} <= PORTS


# --- ITNs and seals ---------------------------------------------------------------------------


def test_the_itn_is_well_formed_and_accepted_before_the_shipment() -> None:
    def is_well_formed(row: Export) -> bool:
        found = ITN.fullmatch(row.itn)
        if found is None or row.itn in SAMPLE_ITNS or row.itn.endswith("000000"):
            return False
        accepted_on = date.fromisoformat(found[1])
        return row.date_of_issue - timedelta(days=5) <= accepted_on <= row.shipped_on

    assert offenders(is_well_formed) == []


def test_an_itn_repeats_only_on_a_pair_that_moved_as_one_shipment() -> None:
    sharing: dict[str, list[Export]] = defaultdict(list)
    for row in whole_book():
        sharing[row.itn].append(row)
    groups = [rows for rows in sharing.values() if len(rows) > 1]

    assert 24 <= len(groups) <= 60
    for rows in groups:
        assert len(rows) == 2
        assert len({row.hs_code for row in rows}) == 2
        shipments = {
            (
                row.firm_key,
                row.exporter_name,
                row.exporter_address,
                row.consignee_name,
                row.consignee_address,
                row.consignee_country,
                row.port_of_export,
                row.shipped_on,
                row.delivered_on,
            )
            for row in rows
        }
        assert len(shipments) == 1


def test_no_seal_is_used_twice() -> None:
    seals = Counter(row.seal_number for row in whole_book())

    assert all(re.fullmatch(r"[A-Z0-9]{6,20}", seal) for seal in seals)
    assert max(seals.values()) == 1


# --- The recent book --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "today",
    [
        pytest.param(TODAY, id="a Tuesday"),
        pytest.param(date(2025, 6, 15), id="a Sunday"),
        pytest.param(date(2024, 2, 29), id="leap day"),
        pytest.param(date(2026, 1, 2), id="just after New Year"),
        pytest.param(date(2030, 7, 1), id="years later"),
    ],
)
def test_the_recent_book_ends_days_before_today_with_the_latest_dozen_under_way(
    today: date,
) -> None:
    rows = recent(2019, today)

    assert timedelta(0) < today - rows[-1].shipped_on <= timedelta(days=5)
    assert all(row.delivered_on is None for row in rows[-12:])
    assert all(row.delivered_on for row in rows[:-40])
    assert all(row.delivered_on is None or row.delivered_on <= today for row in rows)


def test_a_later_today_adds_exports_and_deliveries_and_changes_nothing_else() -> None:
    earlier = recent(2019, date(2026, 8, 3))
    later = recent(2019, TODAY)

    assert len(earlier) < len(later)
    for before, after in zip(earlier, later, strict=False):
        assert before.delivered_on in {None, after.delivered_on}
        assert (before.itn, before.seal_number, before.value_usd) == (
            after.itn,
            after.seal_number,
            after.value_usd,
        )


def test_the_recent_book_can_begin_later_but_not_before_2019() -> None:
    assert recent(2025, TODAY) == [r for r in recent(2019, TODAY) if r.shipped_on.year >= 2025]
    assert recent(2019, date(2019, 1, 1)) == []
    with pytest.raises(ValueError, match="2018"):
        recent(2018, TODAY)


def test_another_process_makes_the_same_book() -> None:
    program = (
        "from datetime import date; from hashlib import sha256;"
        "from kpportal.demo.book import exports, recent;"
        "rows = [e for y in (2015, 2016, 2017, 2018) for e in exports(y)];"
        f"rows += recent(2019, date({TODAY.year}, {TODAY.month}, {TODAY.day}));"
        "print(sha256(repr(tuple(rows)).encode()).hexdigest())"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert answer.stdout.strip() == sha256(repr(whole_book()).encode()).hexdigest()


# --- The invented people ----------------------------------------------------------------------


def test_there_are_sixteen_firms_four_of_them_carriers_with_principals() -> None:
    carriers = [firm for firm in FIRMS if firm.kind == "carrier"]

    assert [firm.key for firm in FIRMS] == list("abcdefghijklmnop")
    assert [firm.key for firm in carriers] == ["c", "h", "l", "o"]
    assert all(len(firm.principals) == 8 for firm in carriers)
    assert not any(firm.principals for firm in FIRMS if firm.kind == "ordinary")
    assert all(re.fullmatch(r"00-[0-9]{7}", firm.ein) for firm in FIRMS)
    assert len({firm.ein for firm in FIRMS}) == 16
    assert all(2006 <= firm.effective_on.year <= 2024 for firm in FIRMS)


def test_names_and_addresses_fit_the_paper() -> None:
    parties = [party for firm in FIRMS for party in firm.principals]
    parties += [party for buyers in CONSIGNEES.values() for party in buyers]
    texts = [(firm.legal_name, firm.address) for firm in FIRMS]
    texts += [(party.name, party.address) for party in parties]

    names = [name for name, _ in texts]
    assert len(set(names)) == len(names)
    for name, address in texts:
        assert 0 < len(name) <= 60
        lines = address.split("\n")
        assert 1 <= len(lines) <= 4
        assert all(0 < len(line) <= 45 and line == line.strip() for line in lines)
        assert "\n" not in name
        assert name.isprintable()
        assert all(line.isprintable() for line in lines)


def test_exporters_are_obviously_invented_and_have_a_street_in_the_united_states() -> None:
    exporters = [(firm.legal_name, firm.address) for firm in FIRMS]
    exporters += [(p.name, p.address) for firm in FIRMS for p in firm.principals]

    for name, address in exporters:
        assert name.endswith("(demonstration)")
        assert re.search(r"\d+ (Demonstration|Example|Sample|Specimen) ", address)
        assert re.search(r"\n[A-Z][A-Za-z. ]+, [A-Z]{2} [0-9]{5}$", address)
        assert "box" not in address.lower()


def test_the_country_of_a_buyer_is_the_one_it_is_filed_under() -> None:
    for country, buyers in CONSIGNEES.items():
        assert buyers
        assert {buyer.country for buyer in buyers} == {country}
