"""Where the blanks are: counts, a sale taken back, spoiled stock, and routes that staff open."""

import datetime as dt
from decimal import Decimal
from typing import Final

from certificates.models import Certificate, Price
from certificates.operations.counter_entry import reverse
from certificates.operations.counting import count
from certificates.operations.custody import write_off
from certificates.operations.releasing import decide_release, request_release
from certificates.operations.stock import sell
from certificates.states import Status
from kpportal.demo.licensing import Actors

# Counted this year: all there, and one blank that nobody finds.
COUNTED: Final = ("a", "f", "k")
SHORT: Final = "l"


def look_after_stock(actors: Actors, *, today: dt.date) -> None:
    """Yearly counts, one mistaken sale of ten blanks, and two that water spoiled."""
    for key in (*COUNTED, SHORT):
        held = _available(actors, key)
        count(
            actors.firms[key],
            counted_on=today,
            occasion="yearly",
            numbers=held[:-1] if key == SHORT else held,
            today=today,
            actor=actors.issuers[key].user,
        )
    stock = list(
        Certificate.objects.filter(status=Status.IN_STOCK)
        .order_by("-number")
        .values_list("number", flat=True)[:12]
    )
    _sell_by_mistake(actors, sorted(stock[:10]), today)
    write_off(
        numbers=sorted(stock[10:]),
        reason="damaged",
        notes="Water in the store room.",
        form_disposition="destroyed",
        today=today,
        actor=actors.staff,
    )


def ask_for_releases(actors: Actors, *, today: dt.date) -> None:
    """A carrier asks for two finds of the park; staff released one of them."""
    blanks = Certificate.objects.filter(licensee=actors.firms["c"], status=Status.AVAILABLE)
    for place, blank in enumerate(blanks.order_by("-number")[:2]):
        release = request_release(
            blank,
            route="crater",
            country="US",
            evidence="The finder's card of the park, with weight and date.",
            registration=f"CDSP-DEMO-{place + 1}",
            found_on=today - dt.timedelta(days=90 + place),
            carat_weight=Decimal("3.02") + place,
            today=today,
            actor=actors.issuers["c"].user,
        )
        if place == 0:
            decide_release(release, released=True, note="Seen by staff.", actor=actors.staff)


def _sell_by_mistake(actors: Actors, numbers: list[int], today: dt.date) -> None:
    price = Price.objects.on(today)
    if price is None:
        raise LookupError(f"No price is set for {today}.")
    receipt = sell(
        licensee=actors.firms["f"],
        numbers=numbers,
        paid_usd=price.unit_usd * len(numbers),
        method="check",
        sold_on=today,
        contact=actors.issuers["f"],
        today=today,
        actor=actors.staff,
    )
    reverse(
        receipt,
        numbers=numbers,
        reason="Meant for another firm; the envelope came back unopened.",
        today=today,
        actor=actors.staff,
    )


def _available(actors: Actors, key: str) -> list[int]:
    held = Certificate.objects.filter(licensee=actors.firms[key], status=Status.AVAILABLE)
    return list(held.order_by("number").values_list("number", flat=True))
