"""What people type where an ITN belongs: other filing citations, references, placeholders.

The export rules know several citations for a filing (15 CFR 30, Appendix B). Each is lawful for
some goods; for rough diamonds only the ITN is, and the refusal says why.
"""

import re
from typing import Final, NamedTuple


class Citation(NamedTuple):
    """A kind of text that is not an ITN: its refusal code, and what the refusal teaches."""

    code: str
    lesson: str


POST_DEPARTURE: Final = Citation(
    "itn_post_departure",
    "This is the citation for filing after departure. Rough diamonds must always be filed in AES "
    "before they leave: type the ITN of that filing (15 CFR 30.4(a)(10)).",
)
DOWNTIME: Final = Citation(
    "itn_downtime",
    "This is the AES downtime citation. Other goods may leave on it; rough diamonds need an ITN "
    "before export and on the certificate, so wait for AES (31 CFR 592.301(a)(5)).",
)
EXEMPTION: Final = Citation(
    "itn_exemption",
    "This is an exemption legend. No exemption from filing reaches rough diamonds, whatever their "
    "value or destination: file in AES and type the ITN "
    "(15 CFR 30.2(a)(1)(iv)(G), 30.36(b)(6)).",
)
TRANSACTION_NUMBER: Final = Citation(
    "itn_transaction_number",
    "This is an external transaction number, the exporter's own reference for the filing. Type "
    "the ITN with which AES answered it (31 CFR 592.301(a)(5)).",
)
SPLIT_SHIPMENT: Final = Citation(
    "itn_split_shipment",
    "SS marks a shipment that the carrier divided. One certificate covers one shipment that moves "
    "together, so ask USKPA before going on (15 CFR 30.28).",
)
PLACEHOLDER: Final = Citation(
    "itn_placeholder",
    "This only holds the place of an ITN. A certificate is validated when the ITN is on it: keep "
    "the draft and come back when AES has answered (31 CFR 592.301(a)(5)(ii)).",
)

# The name of the box on the form is often typed along.
_LABEL: Final = r"(?:(?:AES|ITN)[\W_]*)*"
# Known by how they begin.
_BEGINNINGS: Final = (
    (re.compile(_LABEL + r"AES[\s-]*POST"), POST_DEPARTURE),
    (re.compile(_LABEL + r"AES[\s-]*DOWN"), DOWNTIME),
    (re.compile(_LABEL + r"NO[\s-]*EEI"), EXEMPTION),
    (
        re.compile(_LABEL + r"(?:FTR\s*)?(?:\u00a7\s*)?30\.(?:2|3[6-9]|40)(?![0-9.])"),
        EXEMPTION,
    ),
)
# The exporter's EIN (perhaps with a suffix) or DUNS number, before the filer's own reference.
_TRANSACTION_NUMBER: Final = re.compile(
    r"(?:(?:AES|XTN|SRN)[\s:#-]*)?"
    r"(?:[0-9]{9}|[0-9]{11}|[0-9]{2}-[0-9]{7}(?:[0-9]{2})?)[\s/-]+[0-9A-Z]"
)
# Fourteen digits that begin with a year and a month: an ITN without its X, broken by a dash.
_DATED: Final = re.compile(r"20[0-9]{2}(?:0[1-9]|1[0-2])[0-9]{8}")
_SPLIT: Final = re.compile(r".*[0-9]SS")
_SIGNS: Final = re.compile(r"[\W_]+")
# Compared without signs, so that "N/A" is NA and a row of dashes is nothing at all.
_PLACEHOLDER: Final = re.compile(
    r"X*|N|NA|NO|NONE|NIL|NULL|TB[ACD]|TO(?:BE|FOLLOW).*|PEND(?:ING)?|AWAIT(?:ED|ING)|WAITING"
    r"|LATER|UNKNOWN|NOT(?:AVAILABLE|APPLICABLE|KNOWN|YET.*)|TEST"
)


def recognise(folded: str, bare: str) -> Citation | None:
    """Name the kind of text that was typed instead of an ITN, if it is one of those known.

    ``folded`` is what was typed in capitals with its marks and blanks, ``bare`` the same as
    `certificates.itn.normalise` leaves it.
    """
    for beginning, citation in _BEGINNINGS:
        if beginning.match(folded):
            return citation
    if _TRANSACTION_NUMBER.match(folded) and not _DATED.fullmatch(bare):
        return TRANSACTION_NUMBER
    if _SPLIT.fullmatch(bare):
        return SPLIT_SHIPMENT
    if _PLACEHOLDER.fullmatch(_SIGNS.sub("", bare)):
        return PLACEHOLDER
    return None
