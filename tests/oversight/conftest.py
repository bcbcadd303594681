"""What the tests of the audit desk share: somebody who may sit at it, and a row of every kind."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db.models import Model
from django.test import Client

from certificates.models import (
    Country,
    Duty,
    Participant,
    Port,
    Price,
    Receipt,
    ReceiptCounter,
)
from certificates.operations.drafting import save_draft
from certificates.operations.printing import calibrate
from journal.models import Entry
from licensees.operations import charge_fee, keep_party
from reviews.operations import schedule
from tests.cast import Cast, today

Rows = dict[type[Model], Model]


@pytest.fixture
def desk(cast: Cast, client: Client) -> Client:
    """A browser in which an overseer has signed in."""
    client.force_login(cast.overseer)
    return client


@pytest.fixture
def rows(cast: Cast) -> Rows:
    """One row of every model of ours, made by the operations. A new model needs one here too."""
    shipped, blank = cast.shipped(), cast.available()
    made: list[Model] = [
        cast.issuer,
        cast.firm_a,
        cast.contact_a,
        shipped,
        charge_fee(
            cast.firm_a, year=2026, amount_usd=Decimal(100), due_on=today(), actor=cast.staff
        ),
        keep_party(
            cast.firm_a,
            part="consignee",
            name="Example Diamonds Ltd.",
            address="1 Example Road",
            country="IL",
            actor=cast.issuer,
        ),
        save_draft(blank, fields={"itn": "typed so far"}, version=None, actor=cast.issuer),
        calibrate(right_mm=Decimal(1), down_mm=Decimal(2), actor=cast.issuer),
        schedule(
            cast.firm_a, body="uskpa", planned_on=today() + dt.timedelta(days=30), actor=cast.staff
        ),
    ]
    for model in (Country, Duty, Participant, Port, Price, Receipt, ReceiptCounter, Entry):
        row = model._default_manager.order_by("pk").first()
        assert row is not None, model
        made.append(row)
    return {type(row): row for row in made}
