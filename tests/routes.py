"""Every route of the portal, something of firm A for each of them, and everybody who may ask."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from accounts.models import Mail
from certificates.operations.counting import count
from certificates.operations.printing import calibrate
from certificates.operations.releasing import decide_release, request_release
from certificates.operations.stock import sell
from licensees.models import Application, Contact
from licensees.operations.acknowledging import acknowledge
from licensees.operations.addresses import keep_party
from licensees.operations.agreements import record_agreement
from licensees.operations.deciding import ask_for_more
from licensees.operations.licensing import license, suspend
from licensees.operations.money import charge_fee, receive_payment, set_fee_amount
from licensees.operations.papers import keep_paper
from licensees.operations.people import appoint, confirm_people
from licensees.operations.people_requests import request_person
from licensees.operations.training import add_material, hold_training, record_attendance
from reviews.operations import complete, raise_finding, schedule
from tests.cast import Cast, today
from tests.licensees import applying
from tests.licensees.uploads import upload
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
# Steps of an application, and how one comes to the stage at which the step is possible.
APPLICATIONS: dict[str, Callable[..., Application]] = {
    "take_up": lambda staff, **how: applying.applied(**how),
    "ask_for_more": lambda staff, **how: applying.applied(**how),
    "new_link": lambda staff, **how: applying.applied(**how),
    "check_reference": applying.in_review,
    "decide": applying.checked,
    "send_agreement": applying.decided,
    "record_signed": applying.agreement_sent,
    "first_fee": applying.agreement_sent,
    "activate": applying.ready,
}


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
        asked = request_person(
            cast.firm_a, email="asked@tests.example", name="Asked", role="issuer",
            actor=cast.manager,
        )  # fmt: skip
        confirm_people(cast.firm_a, year=today().year, today=today(), actor=cast.manager)
        fee = charge_fee(
            cast.firm_a, year=2026, amount_usd=Decimal(100), due_on=today(), actor=cast.staff
        )
        payment = receive_payment(
            fee, amount_usd=Decimal(1), method="cash", reference="", received_on=today(),
            today=today(), actor=cast.staff,
        )  # fmt: skip
        set_fee_amount(valid_from=today(), amount_usd=Decimal(100), today=today(), actor=cast.staff)
        record_agreement(
            cast.firm_a, version="1", sent_on=None, signed_on=today(), paper=None, today=today(),
            actor=cast.staff,
        )  # fmt: skip
        schedule(cast.firm_a, body="uskpa", planned_on=today(), actor=cast.staff)
        held = complete(
            schedule(cast.firm_a, body="uskpa", planned_on=today(), actor=cast.staff),
            visited_on=today(), today=today(), actor=cast.staff,
        )  # fmt: skip
        raise_finding(
            held, grade="minor", text="Test", raised_on=today(), today=today(), actor=cast.staff
        )
        calibrate(right_mm=Decimal(1), down_mm=Decimal(1), actor=cast.issuer)
        cast.in_stock()
        waiting, released = (
            request_release(
                cast.available(), route="museum", country="US", evidence="Letter", today=today(),
                actor=cast.issuer,
            )
            for _ in range(2)
        )  # fmt: skip
        decide_release(released, released=True, note="", actor=cast.staff)
        # No firm's, and at each stage of its own.
        begun = applying.filled()
        begun_key, papers_of_begun = applying.key_of(begun), begun.papers.get()
        applications = {
            name: way(cast.staff, ein=f"12-000001{number}")
            for number, (name, way) in enumerate(APPLICATIONS.items())
        }
        ask_for_more(applications["ask_for_more"], wanted="More", new_link=True, actor=cast.staff)
        paper = keep_paper(upload(), purpose="authority", licensee=cast.firm_a, actor=cast.staff)
        colleague = Contact.objects.get(user=cast.colleague)
        # Whoever acts for firm A acts for this one too: only a suspended firm is reinstated.
        suspended = license(
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
        # A count costs a firm its standing, and firm A still buys.
        missed = cast.in_stock()
        sell(
            licensee=suspended, numbers=[missed.number], paid_usd=Decimal(20), method="cash",
            sold_on=today(), contact=suspended.contacts.all()[0], today=today(), actor=cast.staff,
        )  # fmt: skip
        counted = count(
            suspended, counted_on=today(), occasion="yearly", numbers=[], today=today(),
            actor=cast.issuer,
        )  # fmt: skip
        suspend(suspended, reason="Fees", today=today(), actor=cast.staff)
        signed = acknowledge(
            cast.firm_a, year=today().year - 2, signer_title="Manager", agreed=True, today=today(),
            actor=cast.manager,
        )  # fmt: skip
        session = hold_training(
            held_on=today(), title="Rules", place="", agencies="Census", topics="ITN",
            today=today(), actor=cast.staff,
        )  # fmt: skip
        record_attendance(session, people=[(cast.firm_a, "Ann")], actor=cast.staff)
        slides = add_material(session, paper=upload(), actor=cast.staff)
        self.arguments: dict[str, list[Any]] = {
            "accounts:user": [cast.census.pk],
            "accounts:try_mail_again": [Mail.objects.latest("pk").pk],
            "licensees:acknowledge": [cast.firm_a.pk, today().year - 1],
            "licensees:acknowledgment": [signed.pk],
            "licensees:acknowledgment_pdf": [signed.pk],
            "licensees:training_session": [session.pk],
            "licensees:record_attendance": [session.pk],
            "licensees:add_material": [session.pk],
            "licensees:withdraw_material": [session.pk, slides.pk],
            "licensees:strike_attendance": [session.attendances.get().pk],
            "licensees:acknowledgments": [cast.firm_a.pk],
            "licensees:firm_training": [cast.firm_a.pk],
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
            "certificates:request_release": [available.number],
            "certificates:release_shipment": [issued.number],
            "certificates:release": [waiting.pk],
            "certificates:decide_release": [waiting.pk],
            "certificates:withdraw_release": [waiting.pk],
            "certificates:revoke_release": [released.pk],
            "firm:certificates": [cast.firm_a.pk],
            "firm:duties": [cast.firm_a.pk],
            "certificates:reverse": [available.receipt.number],
            "certificates:count": [counted.pk],
            **{
                f"certificates:{page}": [counted.differences.get().pk]
                for page in ("explain", "report_lost")
            },
            **{f"firm:{page}": [cast.firm_a.pk] for page in ("stock", "count", "take_back")},
            "duties:discharge": [issued.duties.get().pk],
            **{
                f"licensees:{page}": [cast.firm_a.pk]
                for page in (
                    "detail", "people", "request_person", "confirm_people", "addresses",
                    "add_consignee", "add_principal", "appoint", "suspend", "close",
                    "change_details", "record_agreement", "charge_fee", "money", "history",
                )
            },
            "licensees:reinstate": [suspended.pk],
            "licensees:application": [applications["decide"].pk],
            **{f"licensees:{name}": [row.pk] for name, row in applications.items()},
            "licensees:check_reference": [applications["check_reference"].references.get().pk],
            "licensees:paper": [paper.pk],
            **{
                f"apply:{page}": [begun_key]
                for page in ("overview", "firm", "references", "papers", "send", "withdraw")
            },
            "apply:answer": [applying.key_of(applications["ask_for_more"])],
            "apply:take_out_reference": [begun_key, begun.references.get().pk],
            "apply:paper": [begun_key, papers_of_begun.pk],
            "apply:take_out_paper": [begun_key, papers_of_begun.pk],
            "licensees:receive_payment": [fee.pk],
            "licensees:take_back_payment": [payment.pk],
            "licensees:dismiss": [colleague.pk],
            "licensees:retire_party": [party.pk],
            "licensees:change_party": [party.pk],
            "licensees:decide_request": [asked.pk],
            "licensees:withdraw_request": [asked.pk],
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
