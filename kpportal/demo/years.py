"""What comes with a licence: agreements, acknowledgments, confirmed people, training."""

import datetime as dt
from typing import Final

from kpportal.demo.licensing import Actors
from kpportal.demo.past import workday
from licensees import evidence
from licensees.operations.acknowledging import acknowledge
from licensees.operations.agreements import record_agreement
from licensees.operations.people import confirm_people
from licensees.operations.people_requests import request_person
from licensees.operations.training import hold_training, record_attendance
from licensees.standing import acknowledgment_year

AGREEMENT: Final = "2014-1"
# Whose list of people nobody confirmed this year, and who was not at the last training.
UNCONFIRMED: Final = ("b", "g", "n")
ABSENT: Final = ("h", "m")
# Days ago, what it was called, who taught, and what.
TRAININGS: Final = (
    (1150, "Exporting rough diamonds", "Census Bureau, CBP",
     "Filing in AES\nCopies of certificates\nSealed containers"),
    (410, "Errors on certificates, and how to avoid them", "Department of State, Census Bureau",
     "One HS subheading a certificate\nDestination within the consignee's address\nVoids"),
)  # fmt: skip


def sign_agreements(actors: Actors) -> None:
    """Every firm signed the agreement on the day its licence took effect."""
    for firm in actors.firms.values():
        record_agreement(
            firm,
            version=AGREEMENT,
            sent_on=workday(firm.effective_on - dt.timedelta(days=14)),
            signed_on=firm.effective_on,
            paper=None,
            today=firm.effective_on,
            actor=actors.staff,
        )


def acknowledge_exports(actors: Actors, *, today: dt.date) -> None:
    """Every firm acknowledges each year that is due and in which it exported; then it may buy."""
    for key, firm in actors.firms.items():
        for year in range(firm.effective_on.year, acknowledgment_year(today) + 1):
            if not evidence.exports(firm.pk, year).shipped:
                continue
            acknowledge(
                firm,
                year=year,
                signer_title="Compliance manager",
                agreed=True,
                today=today,
                actor=actors.managers[key].user,
            )


def look_after_people(actors: Actors, *, today: dt.date) -> None:
    """Managers confirm who acts for their firm; one of them asks for somebody new."""
    for key, firm in actors.firms.items():
        if key not in UNCONFIRMED:
            confirm_people(firm, year=today.year, today=today, actor=actors.managers[key].user)
    request_person(
        actors.firms["b"],
        email="second-issuer@firm-b.example",
        name="Demo Second Issuer B",
        role="issuer",
        actor=actors.managers["b"].user,
    )


def train(actors: Actors, *, today: dt.date) -> None:
    """Two sessions; to the later one some firms sent nobody."""
    for days, title, agencies, topics in TRAININGS:
        held_on = workday(today - dt.timedelta(days=days))
        session = hold_training(
            held_on=held_on,
            title=title,
            place="By video",
            agencies=agencies,
            topics=topics,
            today=today,
            actor=actors.staff,
        )
        came = [
            (firm, actors.issuers[key].user.name)
            for key, firm in actors.firms.items()
            if firm.effective_on <= held_on and not (days < 730 and key in ABSENT)
        ]
        record_attendance(session, people=came, actor=actors.staff)
