"""Judge the particulars of a certificate: what is unlawful, and what deserves a second look.

Pure: facts in, findings out. Only what law or Census states flatly is a problem and blocks; a
heuristic is a warning that the issuer may acknowledge with a reason (domain 10.1), so that
nobody is stranded at the airport by a guess of ours.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from certificates import classification, itn, lettering
from certificates.particulars import Particulars

CENSUS: Final = "Census Bureau, briefing for licensees, October 2019"

# 15 CFR 30.6(a)(5)(ii) names these as places where goods are often passed on.
HUBS: Final = frozenset({"HK", "BE", "AE", "NL", "SG", "CA", "MX", "PA"})
# Orders against trade in stones of these origins: staff look at the import evidence first.
HELD_ORIGINS: Final = frozenset({"RU"})
DAYS_BEFORE_OLD: Final = 7
DAYS_TO_ARRIVE: Final = 10
MANY_PARCELS: Final = 50
MUCH_CARATS: Final = 100_000


class Finding(NamedTuple):
    """One thing found: the field it is about, a code, words for the person, and the rule."""

    field: str
    code: str
    detail: str
    source: str = ""


class Destination(NamedTuple):
    """A country as a destination on the day judged; ``standing`` is "" for no Participant."""

    name: str
    standing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the particulars are judged against.

    ``today`` is the day in America/New_York; ``validity_days`` at most 60. ``destinations`` maps
    every known country code to its standing today. ``exporters`` are the names a carrier keeps
    in its address book, with their countries.
    """

    today: dt.date
    is_carrier: bool
    firm_name: str
    firm_address: str
    date_of_sale: dt.date
    validity_days: int
    destinations: Mapping[str, Destination]
    ports: frozenset[str]
    exporters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Examination:
    """Problems block the issue; warnings must be acknowledged by their codes."""

    problems: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    itn: itn.Verdict


def examine(facts: Particulars, around: Circumstances) -> Examination:
    """Judge ``facts``; see the functions below for each rule and its code."""
    verdict = itn.check(facts.itn, today=around.today)
    problems = [
        *_missing(facts),
        *_exporter(facts, around),
        *_destination(facts, around),
        *_origin(facts, around),
        *_dates(facts, around),
        *_texts(facts),
        *_amounts(facts),
    ]
    if facts.port_of_export and facts.port_of_export not in around.ports:
        problems.append(
            Finding(
                "port_of_export", "port_unknown", "Choose a port of the list.", "15 CFR 30.6(a)(9)"
            )
        )
    if not verdict.itn:
        problems.append(Finding("itn", verdict.code, verdict.detail))
    return Examination(tuple(problems), tuple(_warnings(facts, around, verdict)), verdict)


_REQUIRED: Final = {
    "date_of_issue": ("Give the date of issue.", "31 CFR 592.307(d)"),
    "date_of_expiry": ("Give the date of expiry.", "31 CFR 592.307(e)"),
    "value_usd": ("Give the value in U.S. dollars.", "31 CFR 592.307(i)"),
    "exporter_name": ("Name the exporter.", "31 CFR 592.307(g)"),
    "exporter_address": ("Give the exporter's address.", "31 CFR 592.307(g)"),
    "number_of_parcels": ("Give the number of parcels.", "31 CFR 592.307(j)"),
    "consignee_name": ("Name the ultimate consignee.", "31 CFR 592.307(g)"),
    "consignee_address": ("Give the consignee's address.", "31 CFR 592.307(g)"),
    "consignee_country": ("Choose the country of destination.", "31 CFR 592.301(a)"),
    "carat_weight": ("Give the weight in carats.", "31 CFR 592.307(h)"),
    "hs_code": ("Choose the one HS subheading of this shipment.", "31 CFR 592.307(k)"),
    "port_of_export": ("Choose the port of export.", "15 CFR 30.6(a)(9)"),
}


def _missing(facts: Particulars) -> Iterator[Finding]:
    """``required`` for every particular of 31 CFR 592.307 not given; the ITN speaks for itself."""
    for field, (detail, source) in _REQUIRED.items():
        if getattr(facts, field) in (None, ""):
            yield Finding(field, "required", detail, source)
    if not facts.mixed_origin and not facts.country_of_origin:
        yield Finding(
            "country_of_origin",
            "required",
            "Choose the country where the stones were mined, or mixed origin.",
            "31 CFR 592.307(b)",
        )


def _exporter(facts: Particulars, around: Circumstances) -> Iterator[Finding]:
    """An ordinary licensee exports for itself only; nobody from a P.O. box."""
    if not around.is_carrier:
        for field, own in (
            ("exporter_name", around.firm_name),
            ("exporter_address", around.firm_address),
        ):
            if getattr(facts, field) != own:
                yield Finding(
                    field,
                    "exporter_not_licensee",
                    "Your licence covers your own exports only; the exporter is your firm.",
                    "USKPA licence agreement",
                )
    lines = facts.exporter_address.splitlines()
    if lines and lines[0].upper().replace(".", "").replace(" ", "").startswith("POBOX"):
        yield Finding(
            "exporter_address",
            "exporter_po_box",
            "Give a street address, not a P.O. box.",
            "15 CFR 30.6(a)(1)(ii)",
        )


def _destination(facts: Particulars, around: Circumstances) -> Iterator[Finding]:
    """Only a Participant on today's list, never the United States; some wait for staff."""
    code = facts.consignee_country
    if not code:
        return
    where = around.destinations.get(code)
    if where is None or where.standing == "":
        yield Finding(
            "consignee_country",
            "destination_not_participant",
            f"{where.name if where else code} is not on today's list of Participants. Rough"
            " diamonds may go to Participants only.",
            "31 CFR 592.301(a)",
        )
    elif where.standing == "home":
        yield Finding(
            "consignee_country",
            "destination_us",
            f"{where.name} is not a foreign destination.",
            "31 CFR 592.311",
        )
    elif where.standing == "hold":
        yield Finding(
            "consignee_country",
            "destination_on_hold",
            f"Exports to {where.name} wait for USKPA staff. Write to them before you file.",
            "15 CFR part 746",
        )


def _origin(facts: Particulars, around: Circumstances) -> Iterator[Finding]:
    """One country of mining, or mixed; the United States and Russia only through staff."""
    code = facts.country_of_origin
    if facts.mixed_origin and code:
        yield Finding(
            "country_of_origin",
            "origin_and_mixed",
            "Choose either one country or mixed origin, not both.",
            CENSUS,
        )
    if not code:
        return
    where = around.destinations.get(code)
    if where is None:
        yield Finding(
            "country_of_origin", "origin_unknown", "Choose a country of the list.", CENSUS
        )
    elif where.standing == "home":
        yield Finding(
            "country_of_origin",
            "origin_us",
            "Stones found in the United States need a release by USKPA staff first.",
            CENSUS,
        )
    elif code in HELD_ORIGINS:
        yield Finding(
            "country_of_origin",
            "origin_on_hold",
            f"Stones of {where.name} need a release by USKPA staff, with the import evidence.",
            "E.O. 14068",
        )


def _dates(facts: Particulars, around: Circumstances) -> Iterator[Finding]:
    """Sold <= issued < expires <= issued + 60 days, and not expired before it is issued."""
    issued, expires = facts.date_of_issue, facts.date_of_expiry
    if issued is not None and issued > around.today:
        yield Finding(
            "date_of_issue", "issue_in_future", "The date of issue is still to come.", CENSUS
        )
    if issued is not None and issued < around.date_of_sale:
        yield Finding(
            "date_of_issue",
            "issue_before_sale",
            f"You received this certificate on {around.date_of_sale:%m/%d/%Y}; it cannot be"
            " issued before.",
            CENSUS,
        )
    if expires is not None and expires < around.today:
        yield Finding("date_of_expiry", "expired", "This date is past.", "31 CFR 592.307(e)")
    if issued is None or expires is None:
        return
    if expires <= issued:
        yield Finding(
            "date_of_expiry",
            "expiry_not_after_issue",
            "The certificate must expire after it is issued.",
            CENSUS,
        )
    elif (expires - issued).days > around.validity_days:
        yield Finding(
            "date_of_expiry",
            "expiry_too_late",
            f"A certificate is good for {around.validity_days} days at most.",
            CENSUS,
        )
    planned = facts.planned_ship_on
    if planned is not None and not issued <= planned <= expires:
        yield Finding(
            "planned_ship_on",
            "planned_ship_outside_validity",
            "The shipment must leave between the dates of issue and expiry.",
            CENSUS,
        )


_PRINTED: Final = ("exporter_name", "exporter_address", "consignee_name", "consignee_address")


def _texts(facts: Particulars) -> Iterator[Finding]:
    """Only letters the paper can carry, and no more of them than its boxes hold (domain 4.5)."""
    for field in _PRINTED:
        text = getattr(facts, field)
        if strange := lettering.unprintable(text):
            yield Finding(
                field,
                "not_latin",
                f"This cannot be printed: {' '.join(strange[:10])}. Please write it in Latin"
                " letters, as on the invoice.",
                "31 CFR 592.307",
            )
        if field.endswith("_address"):
            for problem in lettering.box_problems(text):
                yield Finding(field, problem.code, problem.detail)


def _amounts(facts: Particulars) -> Iterator[Finding]:
    """More than nothing of everything, and one known subheading."""
    for field, what in (
        ("value_usd", "The value"),
        ("carat_weight", "The weight"),
        ("number_of_parcels", "The number of parcels"),
    ):
        amount = getattr(facts, field)
        if amount is not None and amount <= 0:
            yield Finding(field, "not_positive", f"{what} is more than zero.", "31 CFR 592.307")
    if facts.hs_code and facts.hs_code not in list(classification.HSCode):
        yield Finding(
            "hs_code",
            "hs_code_unknown",
            "Rough diamonds are 7102.10, 7102.21 or 7102.31; choose exactly one.",
            "31 CFR 592.310",
        )


def _warnings(facts: Particulars, around: Circumstances, verdict: itn.Verdict) -> Iterator[Finding]:
    """Everything worth a second look, in the order of the paper."""
    if facts.country_of_origin == "VE":
        yield Finding(
            "country_of_origin",
            "origin_venezuela",
            "Sources disagree whether Venezuela trades under the scheme: is its certificate on"
            " file?",
        )
    if facts.consignee_country in HUBS:
        yield Finding(
            "consignee_country",
            "transshipment_hub",
            f"Goods sent to {around.destinations[facts.consignee_country].name} are often passed"
            " on: is the consignee there the last one?"
            if facts.consignee_country in around.destinations
            else "Goods sent there are often passed on: is the consignee there the last one?",
            "15 CFR 30.6(a)(5)(ii)",
        )
    yield from _party_warnings(facts, around)
    yield from _date_warnings(facts, around)
    yield from _amount_warnings(facts)
    for code, detail in verdict.warnings:
        yield Finding("itn", code, detail)
    if verdict.accepted_on is not None:
        for code, detail in itn.relation_warnings(
            verdict.accepted_on, facts.date_of_issue, facts.date_of_expiry
        ):
            yield Finding("itn", code, detail)


def _party_warnings(facts: Particulars, around: Circumstances) -> Iterator[Finding]:
    if facts.consignee_name and facts.consignee_name == facts.exporter_name:
        yield Finding(
            "consignee_name",
            "related_party",
            "Exporter and consignee have the same name: is this a shipment to a related firm?",
            "31 CFR 592.307(g)",
        )
    if around.is_carrier and facts.exporter_name and facts.exporter_name != around.firm_name:
        country = around.exporters.get(facts.exporter_name)
        if country is None:
            yield Finding(
                "exporter_name",
                "exporter_not_in_address_book",
                "This exporter is not in your address book: is its written authority on file?",
                "15 CFR 30.3(f)",
            )
        elif country != "US":
            yield Finding(
                "exporter_address",
                "exporter_not_us",
                "This exporter has no U.S. address: was the buyer in the United States?",
                "15 CFR 30.3(b)(2)",
            )
    for name in _other_countries(facts, around):
        yield Finding(
            "consignee_address",
            "address_names_country",
            f"The address names {name}, which is not the destination chosen.",
            CENSUS,
        )
        return


def _other_countries(facts: Particulars, around: Circumstances) -> Iterator[str]:
    """Countries named alone on a line of the consignee's address, other than its own."""
    lines = {line.strip(" ,.").casefold() for line in facts.consignee_address.splitlines()}
    for code, where in around.destinations.items():
        if code != facts.consignee_country and where.name.casefold() in lines:
            yield where.name


def _date_warnings(facts: Particulars, around: Circumstances) -> Iterator[Finding]:
    issued, expires, planned = facts.date_of_issue, facts.date_of_expiry, facts.planned_ship_on
    if issued is not None and (around.today - issued).days > DAYS_BEFORE_OLD:
        yield Finding(
            "date_of_issue",
            "issue_date_old",
            f"The date of issue is more than {DAYS_BEFORE_OLD} days ago.",
        )
    if issued is not None and issued.weekday() >= 5:
        yield Finding("date_of_issue", "issue_on_weekend", "The date of issue is a weekend day.")
    if issued is None or expires is None:
        return
    if (expires - issued).days < min(around.validity_days, 60):
        yield Finding(
            "date_of_expiry",
            "expiry_shortened",
            "The certificate is good for fewer days than it could be.",
        )
    leaves = planned or around.today
    if (expires - leaves).days < DAYS_TO_ARRIVE:
        yield Finding(
            "date_of_expiry",
            "little_time_to_arrive",
            f"Fewer than {DAYS_TO_ARRIVE} days are left from shipment to expiry: an import after"
            " the expiry is a violation.",
            "CBP briefing for licensees, October 2019",
        )


def _amount_warnings(facts: Particulars) -> Iterator[Finding]:
    value, carats = facts.value_usd, facts.carat_weight
    if facts.number_of_parcels is not None and facts.number_of_parcels > MANY_PARCELS:
        yield Finding(
            "number_of_parcels", "many_parcels", f"More than {MANY_PARCELS} parcels: is it right?"
        )
    if carats is not None and carats > MUCH_CARATS:
        yield Finding(
            "carat_weight", "much_weight", f"More than {MUCH_CARATS:,} carats: is it right?"
        )
    if value is None or carats is None or carats <= 0 or value <= 0:
        return
    if facts.hs_code not in list(classification.HSCode):
        return
    code = classification.HSCode(facts.hs_code)
    if classification.outside_band(code, value, carats):
        yield Finding(
            "value_usd",
            "value_per_carat",
            f"${classification.value_per_carat(value, carats):,} a carat is unusual for"
            f" {code}: are value, weight and subheading right?",
        )
