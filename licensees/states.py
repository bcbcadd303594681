"""From application to licence (domain 2.2): the stages, and what a licence may become."""

from enum import StrEnum
from typing import Final


class Stage(StrEnum):
    """Where an application stands."""

    STARTED = "started"  # being filled in, over as many sittings as it takes
    APPLIED = "applied"
    IN_REVIEW = "in_review"
    REJECTED = "rejected"
    APPROVED = "approved"
    AGREEMENT_SENT = "agreement_sent"
    ACTIVE = "active"  # the firm is a licensee; the rest of its story is the licence's
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The stage in words."""
        return {"started": "Being filled in", "active": "Licensed"}.get(
            self.value, self.value.replace("_", " ").capitalize()
        )


STAGE_CHOICES: Final = [(stage.value, stage.label) for stage in Stage]
# USKPA has it, and it is not decided for good: no second one by the same EIN.
OPEN: Final = (Stage.APPLIED, Stage.IN_REVIEW, Stage.APPROVED, Stage.AGREEMENT_SENT)
CLOSED: Final = (Stage.REJECTED, Stage.ACTIVE, Stage.WITHDRAWN)
