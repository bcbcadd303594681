"""Fill the reference tables from the files beside this one; doing it again changes nothing."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
FIRST_DAY = "2003-07-30"  # the scheme's first day in the United States (31 CFR 592.302)
FIRST_PRICE_USD = Decimal("20.00")


def load(apps: Any) -> None:
    """Write Participants, countries, ports and the first price; ``apps`` finds the models.

    What stands there already is left alone: administrators may have changed it since.
    """
    participants = apps.get_model("certificates", "Participant")
    countries = apps.get_model("certificates", "Country")
    ports = apps.get_model("certificates", "Port")
    prices = apps.get_model("certificates", "Price")
    if not participants.objects.exists():
        participants.objects.bulk_create([participants(**row) for row in _rows("participants")])
    countries.objects.bulk_create(
        [countries(**row) for row in _rows("countries")], ignore_conflicts=True
    )
    ports.objects.bulk_create(
        [ports(**{**row, "is_open": row["is_open"] == "yes"}) for row in _rows("ports")],
        ignore_conflicts=True,
    )
    if not prices.objects.exists():
        prices.objects.create(valid_from=FIRST_DAY, unit_usd=FIRST_PRICE_USD)


def _rows(name: str) -> Iterator[dict[str, Any]]:
    # The csv module leaves NA, Namibia's code, as it is; many other readers take it for nothing.
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
