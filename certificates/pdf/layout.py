"""Where everything stands on the certificate, and whether a text fits its place.

Letter paper lying on its long side. Lengths are points (1/72 inch), counted from the upper left
corner of the sheet, rightward and downward. One table of boxes serves the complete certificate, the
overprint for pre-printed forms, the check at entry and the tests.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from licensees.pdf.boxes import FLOOR, Box, DoesNotFit, settle
from licensees.pdf.fonts import Font

PAGE: Final = (792.0, 612.0)
LEFT: Final = 58.0
RIGHT: Final = 734.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A ruled frame of the form, with its label and the boxes that stand in it.

    Without a label there is no frame either.
    """

    label: str
    x: float
    y: float
    w: float
    h: float
    boxes: tuple[Box, ...]


class Area(NamedTuple):
    """A rectangle that holds no text."""

    x: float
    y: float
    w: float
    h: float


def _value(name: str, x: float, y: float, w: float) -> Box:
    return Box(name, x, y, w, 23, Font.BOLD, 13, floor=8)


def _party(role: str, y: float) -> tuple[Box, Box]:
    """Name and address of a firm: 4 lines of 45 capitals W and the country fit at the floor."""
    return (
        Box(f"{role}_name", 62, y + 14, 484, 18, Font.BOLD, 11.5, FLOOR, wraps=True),
        Box(f"{role}_address", 62, y + 33, 484, 61, Font.REGULAR, 9.5, FLOOR, wraps=True),
    )


# In reading order.
CELLS: Final = (
    Cell("", LEFT, 54, 180, 31, (Box("number", 62, 53, 172, 32, Font.BOLD, 21, floor=12),)),
    Cell(
        "Country of Origin",
        LEFT,
        87,
        180,
        33,
        (Box("country_of_origin", 62, 99, 172, 20, Font.BOLD, 12, FLOOR, wraps=True),),
    ),
    Cell(
        "AES Confirmation Number (ITN)",
        554,
        54,
        180,
        66,
        (Box("itn", 558, 70, 172, 27, Font.BOLD, 16, floor=8),),
    ),
    Cell("Date of Issue", LEFT, 202, 242, 38, (_value("date_of_issue", 62, 214, 234),)),
    Cell("Date of Expiry", 308, 202, 242, 38, (_value("date_of_expiry", 312, 214, 234),)),
    Cell("Value in U.S. $", 558, 202, 176, 38, (_value("value_usd", 562, 214, 168),)),
    Cell("Exporter (Name, Address)", LEFT, 248, 492, 98, _party("exporter", 248)),
    Cell(
        "Number of Parcels",
        558,
        248,
        176,
        98,
        (Box("number_of_parcels", 562, 282, 168, 36, Font.BOLD, 19, floor=8),),
    ),
    Cell("Ultimate Consignee (Name, Address)", LEFT, 354, 492, 98, _party("consignee", 354)),
    Cell(
        "Carat Weight/Mass",
        558,
        354,
        176,
        98,
        (Box("carat_weight", 562, 388, 168, 36, Font.BOLD, 19, floor=8),),
    ),
    Cell("Harmonized Commodity Code", LEFT, 460, 242, 38, (_value("hs_code", 62, 472, 234),)),
    Cell(
        "Issuing Authority",
        308,
        460,
        242,
        38,
        (Box("issuing_authority", 312, 472, 234, 23, Font.BOLD, 11.5, FLOOR),),
    ),
    Cell(
        "Certificate Number",
        558,
        460,
        176,
        96,
        (Box("number_again", 562, 527, 168, 27, Font.BOLD, 17, floor=12, align="centre"),),
    ),
)
BAR_CODE: Final = Area(562, 474, 168, 52)
BOXES: Final = {box.name: box for cell in CELLS for box in cell.boxes}
# The rest is printed on the numbered forms beforehand, so an overprint leaves it out.
VARIABLE: Final = tuple(
    box
    for name, box in BOXES.items()
    if name not in {"number", "issuing_authority", "number_again"}
)


def fits(field: str, text: str) -> bool:
    """Whether ``text`` fits its box on the certificate in readable print.

    ``field`` is a name of the table, such as ``exporter_address``. Characters that cannot be
    printed are the affair of ``certificates.lettering``; here they only take room.
    """
    try:
        settle(BOXES[field], text)
    except DoesNotFit:
        return False
    return True
