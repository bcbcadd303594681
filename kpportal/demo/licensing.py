"""License the invented firms and bring in their people, as staff would."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.operations import introduce_for_demonstration
from kpportal.demo import firms as invented
from kpportal.demo import people
from kpportal.demo.book import Export
from licensees.models import Contact, FeePayment, Licensee
from licensees.operations import addresses, licensing, money
from licensees.operations import people as appointing

ANNUAL_FEE_USD: Final = Decimal("500.00")  # invented: the amount is not public
FEES_SINCE: Final = dt.date(2015, 1, 1)
BOOK_OF: Final = 12  # consignees a firm keeps in its address book


@dataclass(frozen=True, slots=True)
class Actors:
    """Who acts in the demonstration: firms, issuers and managers by the firm's key, two offices."""

    firms: dict[str, Licensee]
    issuers: dict[str, Contact]
    managers: dict[str, Contact]
    staff: User
    overseer: User


def bring_in(*, password: str) -> Actors:
    """License the firms and introduce everybody; fees, suspension and addresses come later."""
    password_hash = make_password(password)
    users = {
        person.email: introduce_for_demonstration(
            email=person.email,
            name=person.name,
            password_hash=password_hash,
            office=person.office,
            agency=person.agency,
        )
        for person in (*people.OF_OFFICES, *people.OF_FIRMS)
    }
    staff = users[people.STAFF.email]
    firms = {
        firm.key: licensing.license(
            legal_name=firm.legal_name,
            kind=firm.kind,
            address=firm.address,
            ein=firm.ein,
            state_of_incorporation=firm.state_of_incorporation,
            effective_on=firm.effective_on,
            actor=staff,
        )
        for firm in invented.FIRMS
    }
    acting: dict[str, dict[str, Contact]] = {"issuer": {}, "manager": {}}
    for person in people.OF_FIRMS:
        acting[person.role][person.firm_key] = appointing.appoint(
            firms[person.firm_key],
            email=person.email,
            name=person.name,
            role=person.role,
            actor=staff,
        )
    double = acting["issuer"][people.DOUBLE_FIRM].user
    appointing.appoint(
        firms[people.SECOND_OF_DOUBLE],
        email=double.email,
        name=double.name,
        role=Contact.Role.ISSUER,
        actor=staff,
    )
    return Actors(firms, acting["issuer"], acting["manager"], staff, users[people.STATE.email])


def present() -> Actors:
    """The actors of a demonstration that is loaded already."""
    users = User.objects.in_bulk(
        [person.email for person in (*people.OF_OFFICES, *people.OF_FIRMS)], field_name="email"
    )
    firms = {firm.key: Licensee.objects.get(legal_name=firm.legal_name) for firm in invented.FIRMS}
    acting: dict[str, dict[str, Contact]] = {"issuer": {}, "manager": {}}
    for person in people.OF_FIRMS:
        firm = firms[person.firm_key]
        contact = Contact.objects.current().get(licensee=firm, user=users[person.email])
        acting[person.role][person.firm_key] = contact
    return Actors(
        firms,
        acting["issuer"],
        acting["manager"],
        users[people.STAFF.email],
        users[people.STATE.email],
    )


def charge_fees(actors: Actors, *, today: dt.date) -> None:
    """The fee of this year, paid by everybody."""
    money.set_fee_amount(
        valid_from=FEES_SINCE,
        amount_usd=ANNUAL_FEE_USD,
        today=today,
        actor=actors.staff,
    )
    fees = money.charge_year(year=today.year, due_on=dt.date(today.year, 1, 31), actor=actors.staff)
    for place, fee in enumerate(fees):
        money.receive_payment(
            fee,
            amount_usd=fee.amount_usd,
            method=FeePayment.Method.CHECK,
            reference=f"{2100 + place}",
            received_on=min(today, dt.date(today.year, 1, 5 + place)),
            today=today,
            actor=actors.staff,
        )


def fall_out(actors: Actors, *, today: dt.date) -> None:
    """One firm never paid for last year, another is suspended; both keep the blanks they hold."""
    money.charge_fee(
        actors.firms[people.UNPAID_FIRM],
        year=today.year - 1,
        due_on=dt.date(today.year - 1, 1, 31),
        actor=actors.staff,
    )
    licensing.suspend(
        actors.firms[people.SUSPENDED_FIRM],
        reason="Demonstration: the firm did not answer two letters.",
        today=today,
        actor=actors.staff,
    )


def keep_addresses(actors: Actors, trade: Iterable[Export]) -> None:
    """Each firm keeps the consignees it shipped to most, a carrier its principals too."""
    buyers: dict[str, Counter[invented.Party]] = {key: Counter() for key in actors.firms}
    for export in trade:
        buyers[export.firm_key][
            invented.Party(
                export.consignee_name, export.consignee_address, export.consignee_country
            )
        ] += 1
    for firm in invented.FIRMS:
        parties = [("consignee", party) for party, _ in buyers[firm.key].most_common(BOOK_OF)]
        parties += [("exporter", party) for party in firm.principals]
        for part, party in parties:
            addresses.keep_party(
                actors.firms[firm.key],
                part=part,
                name=party.name,
                address=party.address,
                country=party.country,
                actor=actors.issuers[firm.key].user,
                **(_authority(firm) if part == "exporter" else {}),
            )


def _authority(firm: invented.Firm) -> dict[str, Any]:
    """A principal's written authority, in force since before the carrier's first shipment."""
    return {
        "tax_id": "00-0000000",
        "authority_reference": "Letter of authority (demonstration)",
        "authority_from": firm.effective_on,
    }
