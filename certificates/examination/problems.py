"""What is unlawful about a certificate's particulars. Each function is one part of the paper."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from certificates import classification, lettering
from certificates.examination.findings import CENSUS, Circumstances, Finding, ReleasedRoute
from certificates.particulars import Particulars

# Orders against trade in stones of these origins: staff look at the import evidence first.
HELD_ORIGINS: Final = frozenset({"RU"})
# Held destinations that U.S. export controls reach; another may be held for another reason.
EXPORT_CONTROLLED: Final = frozenset({"RU", "BY"})

# The most of each amount the register can hold. Far beyond any shipment: a slip of the keys.
MOST: Final[Mapping[str, Decimal | int]] = {
    "value_usd": Decimal("999999999999.99"),
    "carat_weight": Decimal("9999999999.99"),
    "number_of_parcels": 1_000_000,
}
# The most characters of a text the register can hold; what is printed must also fit its box.
LONGEST: Final = {
    "exporter_name": 256,
    "consignee_name": 256,
    "provenance": 500,
    "ftz_number": 20,
    "waybill": 40,
}
_CENT: Final = Decimal("0.01")


def problems(facts: Particulars, around: Circumstances) -> Iterator[Finding]:
    """Every reason not to issue with ``facts``, the ITN apart."""
    yield from _missing(facts)
    yield from _exporter(facts, around)
    yield from _destination(facts, around)
    yield from _origin(facts, around)
    yield from _dates(facts, around)
    yield from _texts(facts)
    yield from _amounts(facts)
    if facts.port_of_export and facts.port_of_export not in around.ports:
        yield Finding(
            "port_of_export", "port_unknown", "Choose a port of the list.", "15 CFR 30.6(a)(9)"
        )


def lawful_amount(field: str, amount: Decimal | int | None) -> Decimal | None:
    """An amount, if it is a number above zero, not above ``MOST``, to two places at most."""
    lawful = amount is not None and fault_of_amount(field, amount) == ""
    return Decimal(amount) if lawful and amount is not None else None


def fault_of_amount(field: str, amount: Decimal | int) -> str:
    """The code of what is wrong with an amount, or ""."""
    exact = Decimal(amount)
    if not exact.is_finite() or exact <= 0:
        return "not_positive"
    if exact > MOST[field]:
        return "too_large"
    return "too_precise" if exact % _CENT else ""


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
    elif where.standing == "hold" and not around.released(code, "destination"):
        yield Finding(
            "consignee_country",
            "destination_on_hold",
            f"Exports to {where.name} wait for USKPA staff. Ask for a release of this certificate"
            " before you file.",
            "15 CFR part 746" if code in EXPORT_CONTROLLED else "",
        )
    elif facts.date_of_issue is not None and facts.date_of_issue < where.since:
        yield Finding(
            "consignee_country",
            "destination_not_yet_open",
            f"{where.name} is open since {where.since:%m/%d/%Y}; a certificate for it cannot be"
            " dated before.",
            "31 CFR 592.301(a)",
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
        yield from _found_at_home(facts, around.released(code, "crater", "museum"))
    elif code in HELD_ORIGINS and not around.released(code, "origin"):
        yield Finding(
            "country_of_origin",
            "origin_on_hold",
            f"Stones of {where.name} need a release by USKPA staff. Ask for a release of this"
            " certificate, with the import evidence.",
            "E.O. 14068",
        )


def _found_at_home(facts: Particulars, releases: list[ReleasedRoute]) -> Iterator[Finding]:
    """Stones mined in the United States: released, and of a find no more than was registered."""
    if not releases:
        yield Finding(
            "country_of_origin",
            "origin_us",
            "Stones found in the United States need a release by USKPA staff. Ask for a release of"
            " this certificate, with the evidence.",
            CENSUS,
        )
        return
    limits = [found.at_most_carats for found in releases]
    registered = max((limit for limit in limits if limit is not None), default=None)
    weight = facts.carat_weight
    # A release of a museum's stones has no limit, and covers the find, too.
    if registered is None or None in limits or weight is None:
        return
    if weight > registered:
        yield Finding(
            "carat_weight",
            "origin_weight_above_find",
            f"The find was registered with {registered:,} carats; the certificate may not say"
            " more.",
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
_BESIDE: Final = ("provenance", "ftz_number", "waybill")


def _texts(facts: Particulars) -> Iterator[Finding]:
    """Only letters the paper can carry, and no more of them than there is room for (domain 4.5).

    What is not printed is held to the same letters: it is read by the same authorities.
    """
    for field in (*_PRINTED, *_BESIDE):
        text = getattr(facts, field)
        if strange := lettering.unprintable(text):
            yield Finding(
                field,
                "not_latin",
                f"This cannot be printed: {' '.join(strange[:10])}. Please write it in Latin"
                " letters, as on the invoice.",
                "31 CFR 592.307",
            )
        if len(text) > LONGEST.get(field, len(text)):
            yield Finding(field, "too_long", f"At most {LONGEST[field]} characters can be kept.")
        if field.endswith("_address"):
            for problem in lettering.box_problems(text):
                yield Finding(field, problem.code, problem.detail)


def _amounts(facts: Particulars) -> Iterator[Finding]:
    """More than nothing of everything, to two places, and one known subheading."""
    for field, what in (
        ("value_usd", "The value"),
        ("carat_weight", "The weight"),
        ("number_of_parcels", "The number of parcels"),
    ):
        amount = getattr(facts, field)
        if amount is not None and (code := fault_of_amount(field, amount)):
            detail = {
                "not_positive": f"{what} is more than zero.",
                "too_large": f"{what} is at most {MOST[field]:,}.",
                "too_precise": f"{what} has two decimals at most.",
            }[code]
            yield Finding(field, code, detail, "31 CFR 592.307")
    if facts.hs_code and facts.hs_code not in list(classification.HSCode):
        yield Finding(
            "hs_code",
            "hs_code_unknown",
            "Rough diamonds are 7102.10, 7102.21 or 7102.31; choose exactly one.",
            "31 CFR 592.310",
        )
