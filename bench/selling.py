"""Blanks for the bench, and many sales at the same moment."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import cycle
from time import perf_counter
from typing import Final

from accounts.models import User
from bench.pages import LICENSEE, OTHER_STAFF, STAFF, Site
from bench.person import PATIENCE
from bench.report import Line
from certificates.models import Certificate, Price, Receipt
from certificates.numbers import display
from certificates.operations.stock import register, sell
from licensees.models import Contact
from licensees.standing import is_good

FIRST_NUMBER: Final = 20_000_001  # far above every number of the demonstration
SALE: Final = 1000  # blanks in one sale


def blanks(count: int, *, today: dt.date) -> Sequence[Certificate]:
    """So many new blanks of the firm whose people issue in the bench."""
    staff = User.objects.get(email=STAFF)
    contact = Contact.objects.current().select_related("licensee").get(user__email=LICENSEE)
    numbers = range(FIRST_NUMBER, FIRST_NUMBER + count)
    register(numbers=numbers, actor=staff)
    for first in range(0, count, SALE):
        some = numbers[first : first + SALE]
        sell(
            licensee=contact.licensee,
            numbers=some,
            paid_usd=len(some) * _price(today),
            method="check",
            sold_on=today,
            contact=contact,
            today=today,
            actor=staff,
        )
    return list(Certificate.objects.filter(number__in=numbers).order_by("number"))


def at_once(site: Site, count: int, *, after: int, today: dt.date) -> Iterator[Line]:
    """Two of the staff sell one blank each in ``count`` windows at the same moment, to every firm
    that may buy; ``after`` is the highest number there is."""
    numbers = range(after + 1, after + 1 + count)
    register(numbers=numbers, actor=User.objects.get(email=STAFF))
    buyers = cycle(_buyers(today))
    price = _price(today)
    sales = [
        {
            "licensee": str(buyer.licensee_id),
            "contact": str(buyer.pk),
            "numbers": display(number),
            "sold_on": today.isoformat(),
            "paid_usd": str(price),
            "method": "check",
        }
        for number, buyer in zip(numbers, buyers, strict=False)
    ]
    people = cycle([site.person(STAFF), site.person(OTHER_STAFF)])
    windows = [next(people).double() for _ in sales]
    all_together = threading.Barrier(count, timeout=PATIENCE)
    before = Receipt.objects.count()

    def press(place: int) -> int:
        all_together.wait()
        path = "/certificates/sales/new/"
        return windows[place].post(path, sales[place], expect=range(200, 600)).status

    began = perf_counter()
    with ThreadPoolExecutor(count) as pool:
        statuses = Counter(pool.map(press, range(count)))
    seconds = perf_counter() - began
    for window in windows:
        window.close()
    given = sorted(Receipt.objects.values_list("number", flat=True))
    gaps = given[-1] - len(given)
    yield Line(
        f"{count} sales at once: receipts given",
        len(given) - before,
        "receipts",
        count,
        exactly=True,
        beside=f"{seconds:.1f} s; answers: "
        + ", ".join(f"{times} times {status}" for status, times in sorted(statuses.items())),
    )
    yield Line(f"{count} sales at once: gaps in the receipt numbers", gaps, "gaps", 0, exactly=True)
    yield Line(
        f"{count} sales at once: errors",
        count - statuses[302],
        "errors",
        0,
        exactly=True,
    )


def _buyers(today: dt.date) -> list[Contact]:
    """One contact of each firm in good standing."""
    people = Contact.objects.current().select_related("licensee").order_by("licensee", "pk")
    firms = {person.licensee_id: person for person in people}
    return [
        person
        for person in firms.values()
        if is_good(person.licensee.standing_facts(today), today=today)
    ]


def _price(day: dt.date) -> Decimal:
    price = Price.objects.on(day)
    if price is None:
        raise LookupError(f"No price is set for {day}.")
    return price.unit_usd
