"""Applications at every stage, made by the operations an applicant and staff use."""

import datetime as dt
import re
from decimal import Decimal
from itertools import count
from typing import Any

from accounts.models import Mail, User
from licensees.models import Application, Licensee
from licensees.operations import applications, deciding
from licensees.operations.activation import activate
from licensees.operations.application_links import start
from licensees.states import Stage
from tests.cast import today
from tests.licensees.uploads import upload

_SERIAL = count(1)
PATH = "/apply/a-key/"
FIRM: dict[str, Any] = {
    "legal_name": "Applicant Gems Inc.",
    "kind": "ordinary",
    "state_of_incorporation": "NY",
    "address": "5 Applicant Street\nNew York, NY 10036",
    "telephone": "212 555 0100",
    "fax": "none",
    "email": "office@applicant.example",
    "ein": "12-0000001",
    "contact_name": "Pat Applicant",
    "ace_account": "ACE-1",
    "in_business_since": dt.date(2015, 5, 1),
    "business": "",
}


def key_of(application: Application) -> str:
    """The key in the last letter that carries a link of the application's."""
    letters = Mail.objects.filter(
        recipient=application.contact_email, text__contains="/apply/"
    ).exclude(text__contains=PATH)
    found = re.findall(r"/apply/([\w-]{20,})/", letters.latest("pk").text)
    return str(found[0])


def started(email: str = "") -> Application:
    """One that nobody has filled in yet, from an address of its own."""
    assert start(email=email or f"pat{next(_SERIAL)}@applicant.example")
    return Application.objects.latest("pk")


def filled(**changes: Any) -> Application:
    """One with everything that is needed to send it in."""
    row = started()
    facts = {**FIRM, **changes}
    applications.save_firm(row, facts=facts, today=today())
    applications.add_reference(row, name="Lee Dealer", firm="Dealers Ltd.", reachable_at="555 0199")
    applications.add_paper(row, upload=upload("tax.pdf"), purpose="business_proof")
    row.refresh_from_db()
    return row


def applied(**changes: Any) -> Application:
    """One that was sent in today."""
    return applications.submit(filled(**changes), attested=True, path=PATH, today=today())


def in_review(staff: User, **changes: Any) -> Application:
    """One that staff took up."""
    return deciding.take_up(applied(**changes), actor=staff)


def checked(staff: User, **changes: Any) -> Application:
    """One whose references were checked."""
    row = in_review(staff, **changes)
    deciding.check_reference(
        row.references.get(), checked_on=today(), outcome="Honest.", today=today(), actor=staff
    )
    return row


def decided(staff: User, outcome: str = "approved", **changes: Any) -> Application:
    """One the Board decided on."""
    return deciding.decide(
        checked(staff, **changes), outcome=outcome, decided_on=today(), minute_reference="2026/4",
        note="", today=today(), actor=staff,
    )  # fmt: skip


def agreement_sent(staff: User, **changes: Any) -> Application:
    """One that waits for the signed agreement."""
    return deciding.send_agreement(
        decided(staff, **changes), version="2026-1", sent_on=today(), today=today(), actor=staff
    )


def ready(
    staff: User, *, ace: bool = True, signed: bool = True, fee: bool = True, **changes: Any
) -> Application:
    """One that lacks nothing, or only what is left out, to become a licence."""
    row = agreement_sent(staff, **changes)
    if ace:
        deciding.ask_for_more(row, wanted="Proof of ACE", new_link=False, actor=staff)
        applications.add_paper(row, upload=upload("ace.pdf"), purpose="ace_proof")
        applications.answer(row, note="")
    if signed:
        deciding.record_signed(
            row, signed_on=today(), upload=upload("signed.pdf"), today=today(), actor=staff
        )
    if fee:
        deciding.receive_first_fee(
            row, amount_usd=Decimal("1500.00"), paid_on=today(), method="check", reference="17",
            today=today(), actor=staff,
        )  # fmt: skip
    row.refresh_from_db()
    return row


def licensed(staff: User, **changes: Any) -> Licensee:
    """The firm of an application that became a licence today."""
    return become(ready(staff), staff, **changes)


def become(row: Application, staff: User, **changes: Any) -> Licensee:
    """Take the last step."""
    facts: dict[str, Any] = {
        "kind": "ordinary", "effective_on": today(), "name": "Pat Applicant",
        "email": "pat@applicant.example", "today": today(), "actor": staff, **changes,
    }  # fmt: skip
    return activate(row, **facts)


WAYS = {
    Stage.STARTED: lambda staff: filled(),
    Stage.APPLIED: lambda staff: applied(),
    Stage.IN_REVIEW: checked,
    Stage.REJECTED: lambda staff: decided(staff, "rejected"),
    Stage.APPROVED: decided,
    Stage.AGREEMENT_SENT: ready,
    Stage.ACTIVE: lambda staff: licensed(staff).application,
    Stage.WITHDRAWN: lambda staff: applications.withdraw(applied()),
}
