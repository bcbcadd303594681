"""The life of a certificate (domain 3.2): statuses, steps, and the words for a void."""

from enum import StrEnum
from typing import Final, NamedTuple


class Status(StrEnum):
    """Where a certificate stands."""

    IN_STOCK = "in_stock"
    AVAILABLE = "available"
    ISSUED = "issued"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    VOID = "void"

    @property
    def label(self) -> str:
        """The status in words."""
        return self.value.replace("_", " ").capitalize()


STATUS_CHOICES: Final = [(status.value, status.label) for status in Status]

# A certificate in one of these carries all facts of its face.
FILLED: Final = (Status.ISSUED, Status.SHIPPED, Status.DELIVERED)


class Step(NamedTuple):
    """One lawful move: from which statuses, to which."""

    sources: frozenset[Status]
    target: Status


SELL: Final = Step(frozenset({Status.IN_STOCK}), Status.AVAILABLE)  # T1
ISSUE: Final = Step(frozenset({Status.AVAILABLE}), Status.ISSUED)  # T2
SHIP: Final = Step(frozenset({Status.ISSUED}), Status.SHIPPED)  # T3
DELIVER: Final = Step(frozenset({Status.SHIPPED}), Status.DELIVERED)  # T4
VOID: Final = Step(frozenset({Status.AVAILABLE, Status.ISSUED}), Status.VOID)  # T5, T6
WRITE_OFF: Final = Step(frozenset({Status.IN_STOCK}), Status.VOID)  # spoiled or lost unsold
TAKE_BACK: Final = Step(frozenset({Status.AVAILABLE}), Status.VOID)  # returned by the firm
REVERSE: Final = Step(frozenset({Status.AVAILABLE}), Status.IN_STOCK)  # a mistaken sale
STEPS: Final = (SELL, ISSUE, SHIP, DELIVER, VOID, WRITE_OFF, TAKE_BACK, REVERSE)


class VoidReason(NamedTuple):
    """Why a certificate is void (domain R3.12)."""

    code: str
    label: str
    needs_notes: bool = False
    needs_replacement: bool = False


VOID_REASONS: Final = {
    reason.code: reason
    for reason in (
        VoidReason("printer_error", "Printer error"),
        VoidReason("transposition_error", "Transposition error"),
        VoidReason("customer_canceled", "Customer canceled shipment"),
        VoidReason("damaged", "Damaged or illegible"),
        VoidReason("expired_unused", "Expired unused"),
        VoidReason("duplicate_eei", "Duplicate EEI"),
        VoidReason("replaced", "Replaced by another certificate", needs_replacement=True),
        VoidReason("blank_lost", "Blank lost", needs_notes=True),
        VoidReason("blank_stolen", "Blank stolen", needs_notes=True),
        VoidReason("surrendered", "Certificate surrendered"),
        VoidReason("other", "Other", needs_notes=True),
    )
}

# What can happen to a blank that was never sold; a lost or stolen one is an incident (R3.14).
WRITE_OFF_REASONS: Final = ("printer_error", "damaged", "blank_lost", "blank_stolen", "other")
LOST: Final = ("blank_lost", "blank_stolen")

FORM_DISPOSITIONS: Final = {
    "held_defaced": "In hand, defaced",
    "returned": "Returned to USKPA",
    "destroyed": "Destroyed",
    "not_recovered": "Not recovered",
}
