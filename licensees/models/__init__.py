"""Firms with a licence: how they came by it, who acts for them, what they owe and have said."""

from licensees.models.addresses import Party
from licensees.models.agreements import Acknowledgment, AcknowledgmentText, Agreement
from licensees.models.applications import Application, Reference
from licensees.models.files import Paper, cabinet
from licensees.models.firm import ENDED, Kind, LicenceStatus, Licensee
from licensees.models.money import AnnualFee, FeeAmount, FeePayment
from licensees.models.people import Contact, PeopleConfirmation, PeopleRequest
from licensees.models.training import Attendance, TrainingSession

__all__ = [
    "ENDED",
    "Acknowledgment",
    "AcknowledgmentText",
    "Agreement",
    "AnnualFee",
    "Application",
    "Attendance",
    "Contact",
    "FeeAmount",
    "FeePayment",
    "Kind",
    "LicenceStatus",
    "Licensee",
    "Paper",
    "Party",
    "PeopleConfirmation",
    "PeopleRequest",
    "Reference",
    "TrainingSession",
    "cabinet",
]
