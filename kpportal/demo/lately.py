"""The last days of the demonstration, step by step through the operations, as people work."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Final

from accounts.models import User
from certificates.itn import ITN
from certificates.models import Certificate, Duty, Price
from certificates.operations.duties import discharge
from certificates.operations.issue import issue
from certificates.operations.shipping import deliver, ship
from certificates.operations.stock import register, sell
from certificates.operations.voiding import void
from kpportal.demo.book import Export
from kpportal.demo.licensing import Actors
from kpportal.demo.past import NEW_YORK, particulars, workday

LEAST_BLANKS: Final = 60  # design 8 asks for 50 available blanks; drafts and voids take a few
IN_STOCK: Final = 500
EXPIRED_AFTER: Final = dt.timedelta(days=34)  # one certificate, good for 30 days, never left

# Whatever may be worth a second look in the book, with the reason its issuer would give.
REASONS: Final = {
    "transshipment_hub": "The consignee sorts and cuts the stones there.",
    "expiry_shortened": "Asked for by the consignee's bank.",
    "little_time_to_arrive": "Flown overnight.",
    "issue_date_old": "Signed on the day it carries, entered later.",
}


class Blanks:
    """The available blanks of each firm, handed out in the order of their numbers."""

    def __init__(self, numbers: dict[str, list[int]]) -> None:
        self._left = {key: iter(run) for key, run in numbers.items()}

    def next(self, firm_key: str) -> Certificate:
        """The firm's next blank."""
        return Certificate.objects.get(number=next(self._left[firm_key]))


def stock(
    actors: Actors,
    *,
    first_number: int,
    needed: Mapping[str, int],
    sold_on: dt.date,
    today: dt.date,
) -> Blanks:
    """Register printed blanks and sell each firm ``needed`` and ``LEAST_BLANKS`` more."""
    quantities = {key: needed.get(key, 0) + LEAST_BLANKS for key in actors.firms}
    total = sum(quantities.values()) + IN_STOCK
    register(numbers=range(first_number, first_number + total), actor=actors.staff)
    price = Price.objects.on(sold_on)
    if price is None:
        raise LookupError(f"No price is set for {sold_on}.")
    sold: dict[str, list[int]] = {}
    number = first_number
    for key, firm in actors.firms.items():
        sold[key] = list(range(number, number + quantities[key]))
        number += quantities[key]
        sell(
            licensee=firm,
            numbers=sold[key],
            paid_usd=price.unit_usd * quantities[key],
            method="check",
            sold_on=sold_on,
            contact=actors.issuers[key],
            today=today,
            actor=actors.staff,
        )
    return Blanks(sold)


def trade(exports: Iterable[Export], blanks: Blanks, actors: Actors, *, today: dt.date) -> None:
    """Issue, ship and deliver the book's latest exports, each on its days.

    Most duties are discharged at once; now and then one is not, and is late.
    """
    for place, export in enumerate(exports):
        issuer = actors.issuers[export.firm_key].user
        row = _issued(export, blanks, actors)
        if place % 8 != 3:
            _do(row, Duty.Code.ADVANCE_NOTICE, "email", _entered_on(export), issuer, today)
        ship(
            row,
            shipped_on=export.shipped_on,
            seal_number=export.seal_number,
            today=export.shipped_on,
            actor=issuer,
        )
        if place % 5 != 1:
            _do(row, Duty.Code.CENSUS_COPY, "fax", export.shipped_on, issuer, today)
        if export.delivered_on is not None:
            deliver(row, delivered_on=export.delivered_on, today=export.delivered_on, actor=issuer)
            if place % 3 != 2:
                _do(row, Duty.Code.IMPORT_CONFIRMATION, "email", export.delivered_on, issuer, today)


class Refiling:
    """Makes further certificates of the book's exports, each filed anew on a day of its own."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)

    def itn(self, accepted_on: dt.date) -> str:
        """An ITN of that day that nobody has."""
        free = (f"X{accepted_on:%Y%m%d}{serial}" for serial in count(990_001))
        itn = next(itn for itn in free if itn not in self._taken)
        self._taken.add(itn)
        return itn

    def redated(self, export: Export, issued_on: dt.date, days_good: int = 60) -> Export:
        """The export once more, issued and filed on ``issued_on``."""
        return replace(
            export,
            itn=self.itn(issued_on),
            date_of_issue=issued_on,
            date_of_expiry=issued_on + dt.timedelta(days=days_good),
        )


def wait(
    templates: list[Export],
    fresh: Refiling,
    blanks: Blanks,
    actors: Actors,
    *,
    today: dt.date,
) -> None:
    """Issue certificates whose shipments have not left; the last of them is past its expiry."""
    *waiting, expired = templates
    for place, template in enumerate(waiting):
        issued_on = workday(today - dt.timedelta(days=place % 4))
        _issued(fresh.redated(template, issued_on), blanks, actors)
    _issued(fresh.redated(expired, workday(today - EXPIRED_AFTER), 30), blanks, actors)


def spoil(
    templates: list[Export],
    fresh: Refiling,
    blanks: Blanks,
    actors: Actors,
    *,
    today: dt.date,
) -> None:
    """Void three issued certificates and two blanks; some of what that makes due is done."""
    withdrawn, replaced, doubled = templates
    on = workday(today - dt.timedelta(days=2))

    issuer = actors.issuers[withdrawn.firm_key].user
    row = _issued(fresh.redated(withdrawn, on), blanks, actors)
    _void(row, "customer_canceled", "returned", on, issuer)
    for code, method in ((Duty.Code.VOID_COPY, "fax"), (Duty.Code.AES_CORRECTION, "aes")):
        _do(row, code, method, on, issuer, today)

    issuer = actors.issuers[replaced.firm_key].user
    row = _issued(fresh.redated(replaced, on), blanks, actors)
    by = blanks.next(replaced.firm_key)
    _void(row, "replaced", "held_defaced", on, issuer, replacement=by)

    row = _issued(fresh.redated(doubled, on), blanks, actors)
    _void(row, "duplicate_eei", "held_defaced", today, actors.staff)

    _void(blanks.next("b"), "damaged", "destroyed", today, actors.issuers["b"].user)
    _void(
        blanks.next("e"),
        "blank_lost",
        "not_recovered",
        on,
        actors.issuers["e"].user,
        notes="Demonstration: missing at the monthly count.",
    )


def latest_of(exports: list[Export], firm_keys: Sequence[str]) -> Iterator[Export]:
    """The latest exports of the firms, as many of each as it is named, in the order named."""
    latest = {
        key: (export for export in reversed(exports) if export.firm_key == key) for key in firm_keys
    }
    for key in firm_keys:
        yield next(latest[key])


def _issued(export: Export, blanks: Blanks, actors: Actors) -> Certificate:
    return issue(
        blanks.next(export.firm_key),
        facts=particulars(export),
        attested=True,
        acknowledged=REASONS,
        draft_version=None,
        today=_entered_on(export),
        actor=actors.issuers[export.firm_key].user,
    )


def _entered_on(export: Export) -> dt.date:
    """The day the issuer pressed the button: the ITN may have come after the date of issue."""
    return max(export.date_of_issue, ITN.parse(export.itn).accepted_on)


def _void(
    row: Certificate,
    reason: str,
    disposition: str,
    on: dt.date,
    actor: User,
    *,
    replacement: Certificate | None = None,
    notes: str = "",
) -> None:
    void(
        row,
        reason=reason,
        notes=notes,
        form_disposition=disposition,
        replacement=replacement,
        today=on,
        actor=actor,
    )


def _do(row: Certificate, code: str, method: str, on: dt.date, actor: User, today: dt.date) -> None:
    """Discharge a duty in the afternoon of a day that is past."""
    if on < today:
        discharge(
            Duty.objects.get(certificate=row, code=code),
            method=method,
            sent_at=dt.datetime.combine(on, dt.time(16, 30), NEW_YORK),
            reference=f"DEMO-{row.number}",
            actor=actor,
        )
