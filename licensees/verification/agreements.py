"""Compare acknowledgments, and the words that are signed, with what the journal says of them."""

from collections.abc import Iterator
from typing import Final

from journal import replay
from journal.record import plain
from licensees.models import Acknowledgment, AcknowledgmentText

FIRST: Final = "1"  # came with the portal, so no entry tells of it
FACTS: Final = (
    "year",
    "agreement_version",
    "certificates_issued",
    "certificates_shipped",
    "certificate_numbers",
    "signer_name",
    "signer_title",
)


def differences() -> Iterator[str]:
    """One line for each acknowledgment or wording that is not what the journal tells."""
    wordings = AcknowledgmentText.objects.exclude(version=FIRST)
    yield from replay.compare("wording", wordings, _wording, named=_named_wording)
    signed = Acknowledgment.objects.select_related("licensee", "wording")
    yield from replay.compare("acknowledgment", signed, _facts, named=_named)
    for row in signed.iterator(chunk_size=replay.CHUNK):
        if row.text != row.wording.text:
            yield f"{_named(row)}: its words are not those of {row.wording}"


def _facts(row: Acknowledgment) -> replay.Facts:
    return {**{fact: getattr(row, fact) for fact in FACTS}, "wording": row.wording.version}


def _wording(row: AcknowledgmentText) -> replay.Facts:
    return {"version": row.version, "valid_from": plain(row.valid_from), "text": row.text}


def _named(row: Acknowledgment) -> str:
    return f"acknowledgment {row.reference}"


def _named_wording(row: AcknowledgmentText) -> str:
    return f"wording {row.version}"
