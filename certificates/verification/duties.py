"""Compare what is owed for certificates, and was done, with what the journal says of it."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

from certificates.models import Certificate, Duty
from certificates.states import Status
from journal import replay
from journal.models import Entry

CLOSED_BY_VOIDING: Final = {"sent_at": None, **Duty.CLOSED_BY_VOIDING}


def differences() -> Iterator[str]:
    """One line for each certificate whose duties are not as the journal says."""
    certificates = Certificate.objects.only("number", "status", "voided_by_id")
    for some in replay.chunks(certificates, "number"):
        said = replay.told(
            "certificate",
            [row.number for row in some],
            read=_told_of_duty,
            verb="duty:discharged",
        )
        duties: dict[int, dict[str, Duty]] = {row.pk: {} for row in some}
        for duty in Duty.objects.filter(certificate__in=some):
            duties[duty.certificate_id][duty.code] = duty
        for row in some:
            for line in _owed(row, duties[row.pk], said.get(str(row.number), {})):
                yield f"{row}: {line}"


def _owed(
    row: Certificate, duties: Mapping[str, Duty], said: Mapping[str, replay.Facts]
) -> Iterator[str]:
    """What is amiss with the duties of one certificate; ``said`` is told of each, by its code."""
    for code in said.keys() - duties.keys():
        yield f"the journal says that {code} was done, and there is no such duty"
    for code, duty in duties.items():
        expected = said.get(code)
        if expected is None and row.status == Status.VOID and code == Duty.Code.ADVANCE_NOTICE:
            expected = {**CLOSED_BY_VOIDING, "discharged_by_id": row.voided_by_id}
        if expected is None and duty.discharged_at is not None:
            yield f"{code} is done, the journal knows nothing of it"
        elif expected is not None and duty.discharged_at is None:
            yield f"{code} is owed, the journal says that it was done"
        elif expected is not None:
            line = replay.first_difference(_done(duty), expected)
            if line:
                yield f"{code}: {line}"


def _done(duty: Duty) -> dict[str, Any]:
    return {
        "method": duty.method,
        "sent_at": duty.sent_at,
        "reference": duty.reference,
        "discharged_by_id": duty.discharged_by_id,
    }


def _told_of_duty(entry: Entry) -> replay.Facts:
    facts = replay.after(entry)
    return {
        facts["duty"]: {
            **facts,
            # The same moment may be written in another time zone.
            "sent_at": dt.datetime.fromisoformat(facts["sent_at"]),
            "discharged_by_id": entry.actor_id,
        }
    }
