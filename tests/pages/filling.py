"""What a licensee types into the issue page, and the presses of its buttons."""

import datetime as dt
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from certificates.models import Certificate
from certificates.operations.drafting import save_draft
from certificates.operations.issue import issue
from certificates.particulars import ALL
from journal.record import plain
from licensees.models import Licensee
from tests.cast import Cast, today

MARKUP = "<script>alert(1)</script><b>&amp;"
FORMULA = "=cmd('calc')"


def typed(cast: Cast, firm: Licensee | None = None, **changes: str) -> dict[str, str]:
    """Lawful texts for every field, as a person types them; the expiry is left to the portal."""
    facts = cast.particulars(firm)
    texts = {name: str(plain(getattr(facts, name)) or "") for name in ALL}
    texts |= {"mixed_origin": "", "date_of_expiry": "", "value_usd": "12,345.67"}
    return {**texts, **changes}


def address(route: str, row: Certificate) -> str:
    """A page about one certificate."""
    return reverse(f"certificates:{route}", args=[row.number])


def fill_in(client: Client, row: Certificate, texts: dict[str, str], version: int = 0) -> Any:
    """Press "Continue to read-back"."""
    return client.post(address("issue", row), {**texts, "version": version})


def drafted(cast: Cast, firm: Licensee | None = None, **changes: str) -> Certificate:
    """A blank with a lawful draft."""
    row = cast.available(firm)
    return redraft(cast, row, **changes)


def redraft(cast: Cast, row: Certificate, **changes: str) -> Certificate:
    """The blank with lawful texts, and these changes, as its draft."""
    assert row.licensee is not None
    actor = cast.contact_of(row.licensee).user
    save_draft(row, fields=typed(cast, row.licensee, **changes), version=None, actor=actor)
    return Certificate.objects.get(pk=row.pk)


def issued(
    cast: Cast,
    row: Certificate | None = None,
    *,
    actor: User | None = None,
    on: dt.date | None = None,
    **changes: Any,
) -> Certificate:
    """A certificate of firm A, issued on a day by a contact who had a reason for the unusual."""
    day = on or today()
    if on is not None:
        changes |= {"date_of_issue": on, "date_of_expiry": on + dt.timedelta(days=60)}
    return issue(
        row or cast.available(sold_on=day - dt.timedelta(days=30)),
        facts=cast.particulars(**changes),
        attested=True,
        acknowledged=dict.fromkeys(
            ("issue_date_old", "issue_on_weekend", "transshipment_hub", "many_parcels"), "So it is"
        ),
        draft_version=None,
        today=day,
        actor=actor or cast.issuer,
    )
