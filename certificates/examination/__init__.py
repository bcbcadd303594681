"""Judge the particulars of a certificate: what is unlawful, and what deserves a second look.

Pure: facts in, findings out. Only what law or Census states flatly is a problem and blocks; a
heuristic is a warning that the issuer may acknowledge with a reason (domain 10.1), so that
nobody is stranded at the airport by a guess of ours.
"""

from certificates import itn
from certificates.examination.doubts import doubts
from certificates.examination.findings import (
    CENSUS,
    Circumstances,
    Destination,
    Examination,
    Finding,
    Principal,
    ReleasedRoute,
)
from certificates.examination.problems import HELD_ORIGINS, problems
from certificates.particulars import Particulars

__all__ = [
    "CENSUS",
    "HELD_ORIGINS",
    "Circumstances",
    "Destination",
    "Examination",
    "Finding",
    "Principal",
    "ReleasedRoute",
    "examine",
]


def examine(facts: Particulars, around: Circumstances) -> Examination:
    """Judge ``facts``; never raises, whatever they are. Each rule and its code stands with it.

    ``problems`` come in the order of the paper, the ITN's last; ``warnings`` likewise.
    """
    verdict = itn.check(facts.itn, today=around.today)
    found = list(problems(facts, around))
    if not verdict.itn:
        found.append(Finding("itn", verdict.code, verdict.detail))
    return Examination(tuple(found), tuple(doubts(facts, around, verdict)), verdict)
