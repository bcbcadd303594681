"""License the invented firms and bring in their people, as staff would."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.operations import introduce_for_demonstration
from kpportal.demo import firms as invented
from kpportal.demo import people
from kpportal.demo.book import Export
from licensees import operations as licences
from licensees.models import Contact, Licensee

ANNUAL_FEE_USD: Final = Decimal("500.00")  # invented: the amount is not public
BOOK_OF: Final = 12  # consignees a firm keeps in its address book


@dataclass(frozen=True, slots=True)
class Actors:
    """Who acts in the demonstration: the firms and their issuers by key, and two offices."""

    firms: dict[str, Licensee]
    issuers: dict[str, Contact]
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
        firm.key: licences.license(
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
    issuers: dict[str, Contact] = {}
    for person in people.OF_FIRMS:
        contact = licences.appoint(
            firms[person.firm_key],
            email=person.email,
            name=person.name,
            role=person.role,
            actor=staff,
        )
        issuers.setdefault(person.firm_key, contact)
    double = issuers[people.DOUBLE_FIRM].user
    licences.appoint(
        firms[people.SECOND_OF_DOUBLE],
        email=double.email,
        name=double.name,
        role=Contact.Role.ISSUER,
        actor=staff,
    )
    return Actors(firms, issuers, staff, users[people.STATE.email])


def present() -> Actors:
    """The actors of a demonstration that is loaded already."""
    users = User.objects.in_bulk(
        [person.email for person in (*people.OF_OFFICES, *people.OF_FIRMS)], field_name="email"
    )
    firms = {firm.key: Licensee.objects.get(legal_name=firm.legal_name) for firm in invented.FIRMS}
    issuers: dict[str, Contact] = {}
    for person in people.OF_FIRMS:
        firm = firms[person.firm_key]
        contact = Contact.objects.current().get(licensee=firm, user=users[person.email])
        issuers.setdefault(person.firm_key, contact)
    return Actors(firms, issuers, users[people.STAFF.email], users[people.STATE.email])


def charge_fees(actors: Actors, *, today: dt.date) -> None:
    """The fee of this year, paid by everybody."""
    for place, firm in enumerate(actors.firms.values()):
        licences.charge_fee(
            firm,
            year=today.year,
            amount_usd=ANNUAL_FEE_USD,
            due_on=dt.date(today.year, 1, 31),
            paid_on=min(today, dt.date(today.year, 1, 5 + place)),
            actor=actors.staff,
        )


def fall_out(actors: Actors, *, today: dt.date) -> None:
    """One firm never paid for last year, another is suspended; both keep the blanks they hold."""
    licences.charge_fee(
        actors.firms[people.UNPAID_FIRM],
        year=today.year - 1,
        amount_usd=ANNUAL_FEE_USD,
        due_on=dt.date(today.year - 1, 1, 31),
        actor=actors.staff,
    )
    licences.suspend(
        actors.firms[people.SUSPENDED_FIRM],
        reason="Demonstration: the firm did not answer two letters.",
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
            licences.keep_party(
                actors.firms[firm.key],
                part=part,
                name=party.name,
                address=party.address,
                country=party.country,
                actor=actors.issuers[firm.key].user,
            )
