"""What deserves a second look before a certificate is issued, in the order of the paper."""

from collections.abc import Iterator
from typing import Final

from certificates import classification, itn
from certificates.examination.findings import CENSUS, Circumstances, Finding
from certificates.examination.problems import lawful_amount
from certificates.particulars import Particulars

# 15 CFR 30.6(a)(5)(ii) names these as places where goods are often passed on.
HUBS: Final = frozenset({"HK", "BE", "AE", "NL", "SG", "CA", "MX", "PA"})
DAYS_BEFORE_OLD: Final = 7
DAYS_TO_ARRIVE: Final = 10
MANY_PARCELS: Final = 50
MUCH_CARATS: Final = 100_000


def doubts(facts: Particulars, around: Circumstances, verdict: itn.Verdict) -> Iterator[Finding]:
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
        yield from _principal_warnings(facts, around)
    for name in _other_countries(facts, around):
        yield Finding(
            "consignee_address",
            "address_names_country",
            f"The address names {name}, which is not the destination chosen.",
            CENSUS,
        )
        return


def _principal_warnings(facts: Particulars, around: Circumstances) -> Iterator[Finding]:
    """Of an exporter that is not the carrier itself: whether it may ship for it on that day."""
    kept = around.exporters.get(facts.exporter_name)
    if kept is None:
        yield Finding(
            "exporter_name",
            "exporter_not_in_address_book",
            "This exporter is not in your address book: is its written authority on file?",
            "15 CFR 30.3(f)",
        )
        return
    if not kept.authorizes_on(facts.date_of_issue or around.today):
        yield Finding(
            "exporter_name",
            "exporter_without_authority",
            "Your address book has no written authority of this exporter for the day of issue:"
            " may you act for it?",
            "15 CFR 30.3(f)",
        )
    if kept.country != "US":
        yield Finding(
            "exporter_address",
            "exporter_not_us",
            "This exporter has no U.S. address: was the buyer in the United States?",
            "15 CFR 30.3(b)(2)",
        )


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
    """Judges lawful amounts only: of the others something worse is said already."""
    value = lawful_amount("value_usd", facts.value_usd)
    carats = lawful_amount("carat_weight", facts.carat_weight)
    parcels = lawful_amount("number_of_parcels", facts.number_of_parcels)
    if parcels is not None and parcels > MANY_PARCELS:
        yield Finding(
            "number_of_parcels", "many_parcels", f"More than {MANY_PARCELS} parcels: is it right?"
        )
    if carats is not None and carats > MUCH_CARATS:
        yield Finding(
            "carat_weight", "much_weight", f"More than {MUCH_CARATS:,} carats: is it right?"
        )
    if value is None or carats is None:
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
