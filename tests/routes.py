"""Every route of the portal, something of firm A for each of them, and everybody who may ask."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from certificates.operations.printing import calibrate
from licensees import operations as licensing
from licensees.models import Contact
from licensees.operations import appoint, charge_fee, keep_party, suspend
from reviews.operations import schedule
from tests.cast import Cast, today
from tests.pages.filling import drafted

PEOPLE = {
    "out": ("anonymous", "inactive"),  # not signed in, or the account was closed
    "lone": ("loner",),  # signed in, acts for no firm
    "strn": ("stranger", "carrier_issuer"),  # act for other firms
    "firm": ("issuer", "colleague", "manager"),  # act for firm A
    "revw": ("reviewer",),
    "staf": ("staff",),
    "over": ("overseer",),
    "admn": ("administrator",),
}
EVERYBODY = [person for people in PEOPLE.values() for person in people]


class Things:
    """Something of firm A for every route, in a status in which its page is shown."""

    def __init__(self, cast: Cast) -> None:
        for person in EVERYBODY[1:]:
            getattr(cast, person)
        available, issued, shipped = drafted(cast), cast.issued(), cast.shipped()
        party = keep_party(
            cast.firm_a, part="consignee", name="Kept", address="1 Road", country="IL",
            actor=cast.issuer,
        )  # fmt: skip
        charge_fee(
            cast.firm_a, year=2026, amount_usd=Decimal(100), due_on=today(), actor=cast.staff
        )
        schedule(cast.firm_a, body="uskpa", planned_on=today(), actor=cast.staff)
        calibrate(right_mm=Decimal(1), down_mm=Decimal(1), actor=cast.issuer)
        cast.in_stock()
        colleague = Contact.objects.get(user=cast.colleague)
        # Whoever acts for firm A acts for this one too: only a suspended firm is reinstated.
        suspended = licensing.license(
            legal_name="Firm S (test)",
            kind="ordinary",
            address="1 S Street",
            ein="00-0000099",
            state_of_incorporation="NY",
            effective_on=today(),
            actor=cast.staff,
        )
        for person in PEOPLE["firm"]:
            email = getattr(cast, person).email
            appoint(suspended, email=email, name="", role="issuer", actor=cast.staff)
        suspend(suspended, reason="Fees", actor=cast.staff)
        self.arguments: dict[str, list[Any]] = {
            "accounts:user": [cast.census.pk],
            "accounts:deactivate": [cast.census.pk],
            "accounts:reactivate": [cast.inactive.pk],
            "account_reset_password_from_key": ["1", "set-password"],
            **{
                f"certificates:{page}": [row.number]
                for page, row in {
                    "receipt": issued.receipt, "receipt_pdf": issued.receipt,
                    "detail": issued, "pdf": issued, "ship": issued, "void": issued,
                    "draft": available, "draft_pdf": available, "issue": available,
                    "read_back": available, "deliver": shipped,
                }.items()
            },
            "duties:discharge": [issued.duties.get().pk],
            **{
                f"licensees:{page}": [cast.firm_a.pk]
                for page in ("detail", "appoint", "suspend")
            },
            "licensees:reinstate": [suspended.pk],
            "licensees:dismiss": [colleague.pk],
            "licensees:retire_party": [party.pk],
            "admin:app_list": ["certificates"],
        }  # fmt: skip

    def address(self, route: str) -> str:
        """The address of a route about firm A, or about nobody in particular."""
        if route.startswith("admin:") and route.endswith(("_change", "_delete")):
            label, model, _ = route.removeprefix("admin:").split("_")
            row = apps.get_model(label, model)._default_manager.order_by("pk").first()
            assert row is not None, route
            return reverse(route, args=[row.pk])
        return reverse(route, args=self.arguments.get(route, []))


def routes() -> list[str]:
    """The full name of every route of the portal."""

    def walk(resolver: URLResolver, spaces: tuple[str, ...]) -> Iterator[str]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from walk(entry, (*spaces, entry.namespace) if entry.namespace else spaces)
            else:
                assert entry.name, f"{entry.pattern} has no name to declare it by"
                yield ":".join((*spaces, entry.name))

    return list(walk(get_resolver(), ()))


def browser_of(cast: Cast, person: str, **options: Any) -> Client:
    """A browser in which somebody has signed in."""
    client = Client(**options)
    if person != "anonymous":
        client.force_login(getattr(cast, person))
    return client
