"""Drafts that the demonstration's issuers have begun, one of them ready to issue."""

import datetime as dt

from accounts.models import User
from certificates.operations.drafting import save_draft
from kpportal.demo import firms as invented
from kpportal.demo.lately import Blanks, Refiling
from kpportal.demo.licensing import Actors
from kpportal.demo.past import workday
from licensees.models import Contact


def draft(fresh: Refiling, blanks: Blanks, actors: Actors, *, today: dt.date) -> None:
    """Save one complete and lawful draft, one full of mistakes and three that are only begun."""
    issuer = actors.issuers["a"].user
    manager = actors.firms["a"].contacts.get(role=Contact.Role.MANAGER).user
    day = workday(today)
    complete = _complete(actors, day, fresh.itn(day))
    _save(blanks, "a", issuer, complete)
    _save(blanks, "a", manager, _mistaken(complete, day))
    _save(blanks, "a", issuer, {"hs_code": "7102.31", "carat_weight": "48.20"})
    _save(
        blanks,
        "b",
        actors.issuers["b"].user,
        {"consignee_country": "CA", "hs_code": "7102.21", "number_of_parcels": "4"},
    )
    principal = invented.FIRMS[2].principals[0]
    _save(
        blanks,
        "c",
        actors.issuers["c"].user,
        {"exporter_name": principal.name, "exporter_address": principal.address},
    )


def _save(blanks: Blanks, firm_key: str, actor: User, fields: dict[str, str]) -> None:
    save_draft(blanks.next(firm_key), fields=fields, version=None, actor=actor)


def _complete(actors: Actors, day: dt.date, itn: str) -> dict[str, str]:
    firm = actors.firms["a"]
    buyer = invented.CONSIGNEES["IL"][0]
    return {
        "itn": itn,
        "country_of_origin": "BW",
        "date_of_issue": day.isoformat(),
        "date_of_expiry": (day + dt.timedelta(days=60)).isoformat(),
        "value_usd": "48,210.50",
        "exporter_name": firm.legal_name,
        "exporter_address": firm.address,
        "number_of_parcels": "2",
        "consignee_name": buyer.name,
        "consignee_address": buyer.address,
        "consignee_country": buyer.country,
        "carat_weight": "61.35",
        "hs_code": "7102.31",
        "port_of_export": "4701",
    }


def _mistaken(complete: dict[str, str], day: dt.date) -> dict[str, str]:
    """A citation for the ITN, origin and mixed, 70 days, a slipped value, no Participant."""
    return {
        **complete,
        "itn": "NOEEI 30.37(a)",
        "mixed_origin": "on",
        "date_of_expiry": (day + dt.timedelta(days=70)).isoformat(),
        "value_usd": "61.35",
        "consignee_name": "Demo Trading S.A.",
        "consignee_address": "Calle del Ejemplo 2\nSan José",
        "consignee_country": "CR",
    }
