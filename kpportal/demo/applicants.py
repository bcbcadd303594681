"""Firms that want a licence, each at another step of the way."""

import datetime as dt
import io
from decimal import Decimal
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from reportlab.pdfgen.canvas import Canvas

from kpportal.demo.licensing import ANNUAL_FEE_USD, Actors
from licensees.models import Application, Paper
from licensees.operations import applications as sending
from licensees.operations import deciding
from licensees.operations.application_links import start

# The name, the last digits of the EIN, and how many steps were taken: sent in, taken up with its
# reference checked, approved, agreement signed and first fee paid.
APPLICANTS: Final = (
    ("Applicant Q Rough (demonstration)", "0000101", 1),
    ("Applicant R Imports (demonstration)", "0000102", 2),
    ("Applicant S Stones (demonstration)", "0000103", 3),
    ("Applicant T Trading (demonstration)", "0000104", 4),
)


def apply_for_licences(actors: Actors, *, today: dt.date) -> None:
    """Every applicant as far as it has come."""
    for place, (name, digits, steps) in enumerate(APPLICANTS):
        email = f"contact@applicant-{'qrst'[place]}.example"
        start(email=email)
        application = Application.objects.get(contact_email=email)
        _fill_in(application, name, f"00-{digits}", email, today)
        sending.submit(application, attested=True, path="/apply/", today=today)
        application.refresh_from_db()
        # It came in at this very moment, which may be later than the day of the demonstration.
        _decide(application, steps, actors, max(today, timezone.localdate()))


def _fill_in(application: Application, name: str, ein: str, email: str, today: dt.date) -> None:
    sending.save_firm(
        application,
        facts={
            "legal_name": name,
            "kind": "ordinary",
            "state_of_incorporation": "NY",
            "address": "1 Example Plaza\nNew York, NY 10036",
            "telephone": "(212) 555-0100",
            "fax": "none",
            "email": email,
            "ein": ein,
            "contact_name": "Demo Applicant",
            "ace_account": "ACE-DEMO",
            "in_business_since": today.replace(year=today.year - 6, day=1),
            "business": "Imports rough stones, and sorts and sells them.",
        },
        today=today,
    )
    sending.add_reference(
        application,
        name="Demo Reference",
        firm="Example Diamond Bourse (demonstration)",
        reachable_at="reference@bourse.example",
    )
    for purpose, words in (
        (Paper.Purpose.BUSINESS_PROOF, "Certificate of incorporation (demonstration)"),
        (Paper.Purpose.ACE_PROOF, "ACE exporter account (demonstration)"),
    ):
        sending.add_paper(application, upload=_paper(f"{purpose}.pdf", words), purpose=purpose)


def _decide(application: Application, steps: int, actors: Actors, today: dt.date) -> None:
    staff = actors.staff
    if steps >= 2:
        deciding.take_up(application, actor=staff)
        for reference in application.references.all():
            deciding.check_reference(
                reference,
                checked_on=today,
                outcome="Known in the trade for years; pays and delivers.",
                today=today,
                actor=staff,
            )
    if steps >= 3:
        deciding.decide(
            application,
            outcome="approved",
            decided_on=today,
            minute_reference=f"Board {today.year}-4, item {steps}",
            note="",
            today=today,
            actor=staff,
        )
    if steps >= 4:
        deciding.send_agreement(
            application, version="2026-1", sent_on=today, today=today, actor=staff
        )
        deciding.record_signed(
            application,
            signed_on=today,
            upload=_paper("agreement.pdf", "Licence agreement, signed (demonstration)"),
            today=today,
            actor=staff,
        )
        deciding.receive_first_fee(
            application,
            amount_usd=Decimal(ANNUAL_FEE_USD),
            paid_on=today,
            method="check",
            reference="3001",
            today=today,
            actor=staff,
        )


def _paper(name: str, words: str) -> SimpleUploadedFile:
    page = io.BytesIO()
    canvas = Canvas(page, invariant=1)
    canvas.drawString(72, 720, words)
    canvas.save()
    return SimpleUploadedFile(name, page.getvalue(), content_type="application/pdf")
