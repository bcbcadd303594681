"""The invented licensees, their customers and their buyers abroad, for demonstration data.

Nobody here exists. Company names say so, streets are called Demonstration or Example, and the
tax numbers start with 00, which is never assigned. Addresses are lines joined by newlines: at
most four of 45 characters, the box on the certificate; the country is never one of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

Kind = Literal["ordinary", "carrier"]


@dataclass(frozen=True, slots=True)
class Party:
    """An exporter or an ultimate consignee; ``country`` is its ISO alpha-2 code."""

    name: str
    address: str
    country: str


@dataclass(frozen=True, slots=True)
class Firm:
    """A licensee. ``principals`` are the third parties a carrier exports for."""

    key: str
    legal_name: str
    kind: Kind
    address: str
    ein: str
    state_of_incorporation: str
    effective_on: date
    principals: tuple[Party, ...] = ()


def _parties(country: str, *rows: tuple[str, str]) -> tuple[Party, ...]:
    return tuple(Party(name, address, country) for name, address in rows)


def _firm(
    key: str,
    trade: str,
    address: str,
    state: str,
    effective_on: str,
    principals: tuple[Party, ...] = (),
) -> Firm:
    """A licensee, named and numbered after its key; with ``principals`` it is a carrier."""
    kind: Kind = "carrier" if principals else "ordinary"
    word = "Carrier" if principals else "Firm"
    return Firm(
        key=key,
        legal_name=f"{word} {key.upper()} {trade} (demonstration)",
        kind=kind,
        address=address,
        ein=f"00-{ord(key) - ord('a') + 1:07d}",
        state_of_incorporation=state,
        effective_on=date.fromisoformat(effective_on),
        principals=principals,
    )


_PRINCIPALS_OF_C: Final = _parties(
    "US",
    ("Customer C1 Rough Stones, Inc. (demonstration)", "1 Example Plaza\nNew York, NY 10036"),
    ("Customer C2 Gem Traders, LLC (demonstration)", "2 Example Plaza\nNew York, NY 10036"),
    ("Customer C3 Diamond Tools Corp. (demonstration)", "3 Sample Works Road\nEdison, NJ 08817"),
    ("Customer C4 Cutting Works, Inc. (demonstration)", "4 Example Plaza\nNew York, NY 10017"),
    ("Customer C5 Carbonado Supply, LLC (demonstration)", "5 Sample Pike\nPhiladelphia, PA 19106"),
    ("Customer C6 Rough Imports, Inc. (demonstration)", "6 Specimen Row\nBoston, MA 02108"),
    ("Customer C7 Stone Partners LP (demonstration)", "7 Example Plaza\nNew York, NY 10036"),
    ("Customer C8 Estate Rough, LLC (demonstration)", "8 Specimen Drive\nStamford, CT 06901"),
)

_PRINCIPALS_OF_H: Final = _parties(
    "US",
    ("Customer H1 Pacific Rough, Inc. (demonstration)", "1 Sample Hill\nLos Angeles, CA 90014"),
    ("Customer H2 Bay Stones, LLC (demonstration)", "2 Example Wharf\nSan Francisco, CA 94103"),
    ("Customer H3 Abrasives, Inc. (demonstration)", "3 Sample Works Road\nHouston, TX 77002"),
    ("Customer H4 Gem Imports Corp. (demonstration)", "4 Sample Hill\nLos Angeles, CA 90013"),
    ("Customer H5 Drill Bits, LLC (demonstration)", "5 Specimen Trail\nSalt Lake City, UT 84101"),
    ("Customer H6 Rough Dealers, Inc. (demonstration)", "6 Example Mesa\nPhoenix, AZ 85004"),
    ("Customer H7 Cutters' Guild, LLC (demonstration)", "7 Sample Hill\nLos Angeles, CA 90014"),
    ("Customer H8 Island Gems, Inc. (demonstration)", "8 Example Shore\nHonolulu, HI 96813"),
)

_PRINCIPALS_OF_L: Final = _parties(
    "US",
    ("Customer L1 Rough Brokers, Inc. (demonstration)", "1 Specimen Quay\nMiami, FL 33131"),
    ("Customer L2 Southern Stones, LLC (demonstration)", "2 Example Terrace\nAtlanta, GA 30303"),
    ("Customer L3 Lake Diamonds Corp. (demonstration)", "3 Sample Loop\nChicago, IL 60602"),
    ("Customer L4 Wheel Dressers, Inc. (demonstration)", "4 Sample Works Road\nDetroit, MI 48226"),
    ("Customer L5 Gem Rough, LLC (demonstration)", "5 Specimen Quay\nMiami, FL 33132"),
    ("Customer L6 River Traders, Inc. (demonstration)", "6 Example Bluff\nMemphis, TN 38103"),
    ("Customer L7 Fancy Colors, LLC (demonstration)", "7 Sample Loop\nChicago, IL 60603"),
    ("Customer L8 Core Drilling Corp. (demonstration)", "8 Specimen Field\nDallas, TX 75201"),
)

_PRINCIPALS_OF_O: Final = _parties(
    "US",
    ("Customer O1 Rough House, Inc. (demonstration)", "1 Example Arcade\nNew York, NY 10036"),
    ("Customer O2 Sieve & Scale, LLC (demonstration)", "2 Example Arcade\nNew York, NY 10036"),
    ("Customer O3 Polishing Works, Inc. (demonstration)", "3 Specimen Way\nNewark, NJ 07102"),
    ("Customer O4 Technical Stones, LLC (demonstration)", "4 Sample Mill\nProvidence, RI 02903"),
    ("Customer O5 Garden Rough, Inc. (demonstration)", "5 Specimen Way\nNewark, NJ 07102"),
    ("Customer O6 Large Stones, LLC (demonstration)", "6 Example Arcade\nNew York, NY 10020"),
    ("Customer O7 Wire Dies Corp. (demonstration)", "7 Sample Mill\nFort Wayne, IN 46802"),
    ("Customer O8 Tender Buyers, LLC (demonstration)", "8 Example Arcade\nNew York, NY 10036"),
)

FIRMS: Final[tuple[Firm, ...]] = (
    _firm(
        "a",
        "Rough Diamonds, Inc.",
        "1 Demonstration Street, Suite 100\nNew York, NY 10036",
        "NY",
        "2006-03-01",
    ),
    _firm(
        "b",
        "Industrial Stones, Inc.",
        "2 Demonstration Works Road\nNewark, NJ 07102",
        "NJ",
        "2006-09-15",
    ),
    _firm(
        "c",
        "Secure Logistics, LLC",
        "3 Demonstration Cargo Road, Building 3\nJamaica, NY 11430",
        "DE",
        "2006-05-01",
        _PRINCIPALS_OF_C,
    ),
    _firm(
        "d",
        "Diamond Cutters, Inc.",
        "4 Demonstration Street, Floor 12\nNew York, NY 10036",
        "NY",
        "2007-02-20",
    ),
    _firm(
        "e",
        "Gem Trading Corp.",
        "5 Demonstration Avenue, Suite 505\nNew York, NY 10017",
        "NY",
        "2008-06-10",
    ),
    _firm(
        "f",
        "Abrasive Products, LLC",
        "6 Demonstration Mill Lane\nBuffalo, NY 14202",
        "DE",
        "2009-11-05",
    ),
    _firm(
        "g",
        "Pacific Diamonds, Inc.",
        "7 Demonstration Hill, Suite 700\nLos Angeles, CA 90014",
        "CA",
        "2010-04-19",
    ),
    _firm(
        "h",
        "Guarded Freight, Inc.",
        "8 Demonstration Airport Way\nLos Angeles, CA 90045",
        "CA",
        "2011-01-24",
        _PRINCIPALS_OF_H,
    ),
    _firm(
        "i",
        "Southern Rough, LLC",
        "9 Demonstration Quay, Suite 9\nMiami, FL 33131",
        "FL",
        "2012-08-13",
    ),
    _firm(
        "j",
        "Lakeside Diamonds, Inc.",
        "10 Demonstration Loop, Suite 1010\nChicago, IL 60602",
        "IL",
        "2013-10-07",
    ),
    _firm(
        "k",
        "Drilling Stones Corp.",
        "11 Demonstration Field Road\nHouston, TX 77002",
        "TX",
        "2014-06-02",
    ),
    _firm(
        "l",
        "Valuable Cargo, Inc.",
        "12 Demonstration Runway Drive\nMiami, FL 33122",
        "FL",
        "2014-09-22",
        _PRINCIPALS_OF_L,
    ),
    _firm(
        "m",
        "Rough and Fancy, LLC",
        "13 Demonstration Street, Floor 13\nNew York, NY 10036",
        "NY",
        "2016-03-14",
    ),
    _firm(
        "n",
        "Tender House, Inc.",
        "14 Demonstration Avenue, Suite 1400\nNew York, NY 10022",
        "DE",
        "2021-05-17",
    ),
    _firm(
        "o",
        "Sealed Couriers, LLC",
        "15 Demonstration Cargo Road, Building 15\nJamaica, NY 11430",
        "DE",
        "2015-07-20",
        _PRINCIPALS_OF_O,
    ),
    _firm(
        "p", "Natural Stones, LLC", "16 Demonstration Bluff\nMemphis, TN 38103", "TN", "2024-04-08"
    ),
)


class Desk(NamedTuple):
    """How busy a firm is in 7102.10, 7102.21 and 7102.31, and its ports, the usual one first."""

    activity: tuple[int, int, int]
    ports: tuple[str, ...]


DESKS: Final[Mapping[str, Desk]] = {
    "a": Desk((2, 1, 14), ("4701", "4770")),
    "b": Desk((1, 16, 2), ("4601", "4670")),
    "c": Desk((3, 10, 15), ("4701", "4770", "1001")),
    "d": Desk((1, 1, 10), ("4701", "4770")),
    "e": Desk((2, 1, 9), ("4701", "4601")),
    "f": Desk((0, 12, 1), ("0901", "4701")),
    "g": Desk((1, 1, 7), ("2720",)),
    "h": Desk((2, 5, 9), ("2720", "2801", "3205")),
    "i": Desk((2, 1, 6), ("5206", "5201")),
    "j": Desk((1, 2, 6), ("3901",)),
    "k": Desk((0, 8, 1), ("5309", "5301")),
    "l": Desk((2, 6, 8), ("5206", "1704", "3901", "3801")),
    "m": Desk((1, 1, 8), ("4701", "4770")),
    "n": Desk((2, 2, 8), ("4701", "4601")),
    "o": Desk((2, 6, 9), ("4701", "4772", "4601", "1108")),
    "p": Desk((1, 1, 3), ("2095", "2006")),
}

CONSIGNEES: Final[Mapping[str, tuple[Party, ...]]] = {
    "AE": _parties(
        "AE",
        ("Demo Rough DMCC", "Unit 1, Example Tower\nDubai"),
        ("Demonstration Tenders DMCC", "Unit 2, Example Tower\nDubai"),
        ("Sample Gulf Diamonds FZE", "Unit 3, Specimen Gate\nDubai"),
    ),
    "AM": _parties("AM", ("Demo Cutting Works CJSC", "1 Example Street\n0001 Yerevan")),
    "AU": _parties("AU", ("Demo Stones Pty Ltd", "1 Example Parade\nPerth WA 6000")),
    "BE": _parties(
        "BE",
        ("Demo Diamonds Antwerp NV", "Voorbeeldstraat 1\n2018 Antwerpen"),
        ("Demonstration Ruwe Steen BV", "Voorbeeldstraat 2\n2018 Antwerpen"),
        ("Exemple Diamants Bruts SA", "Rue de l'Exemple 3\n1000 Bruxelles"),
        ("Sample Rough Traders NV", "Monsterplein 4, Bus 12\n2018 Antwerpen"),
        ("Specimen Boart BV", "Monsterplein 5\n2000 Antwerpen"),
    ),
    "BW": _parties(
        "BW",
        ("Demo Cutting Botswana (Pty) Ltd", "Plot 1, Example Park\nGaborone"),
        ("Sample Aggregators (Pty) Ltd", "Plot 2, Example Park\nGaborone"),
    ),
    "CA": _parties(
        "CA",
        ("Demo Diamond Tools Ltd.", "1 Example Crescent\nMississauga ON L5T 1A1"),
        ("Démonstration Diamants inc.", "2, rue de l'Exemple\nMontréal QC H2Y 1A1"),
        ("Sample Drilling Supplies Ltd.", "3 Specimen Road\nNorth Bay ON P1B 1A1"),
    ),
    "CH": _parties(
        "CH",
        ("Démonstration Diamants Genève SA", "Rue de l'Exemple 1\n1204 Genève"),
        ("Muster Rohsteine AG", "Musterstrasse 2\n8001 Zürich"),
    ),
    "CN": _parties(
        "CN",
        ("Demo Diamond Manufacturing Co., Ltd.", "1 Example Road, Pudong\nShanghai 200120"),
        ("Sample Superhard Materials Co., Ltd.", "2 Example Road\nZhengzhou, Henan 450000"),
    ),
    "DE": _parties(
        "DE",
        ("Muster Diamantwerkzeuge GmbH", "Übungsstraße 1\n55743 Idar-Oberstein"),
        ("Muster Rohdiamanten GmbH", "Übungsstraße 2\n55743 Idar-Oberstein"),
    ),
    "GB": _parties(
        "GB",
        ("Demo Rough Diamonds Ltd", "1 Example Garden\nLondon EC1N 8AA"),
        ("Sample Stones (London) Ltd", "2 Example Garden\nLondon EC1N 8AA"),
    ),
    "HK": _parties(
        "HK",
        ("Demo Rough (Hong Kong) Limited", "Flat A, 1/F, Example Building\nKowloon"),
        ("Demonstration Gems Limited", "Flat B, 2/F, Example Building\nKowloon"),
        ("Sample Diamond Tools Limited", "Flat C, 3/F, Specimen Centre\nKowloon"),
    ),
    "IL": _parties(
        "IL",
        ("Demo Rough Diamonds Ltd.", "1 Example Street, Floor 1\n5252001 Ramat Gan"),
        ("Demonstration Polishing Ltd.", "2 Example Street, Floor 2\n5252002 Ramat Gan"),
        ("Sample Boart and Bort Ltd.", "3 Example Street, Floor 3\n5252003 Ramat Gan"),
        ("Specimen Gems Ltd.", "4 Example Street, Floor 4\n5252004 Ramat Gan"),
        ("Example Stones Netanya Ltd.", "5 Sample Road\n4250001 Netanya"),
    ),
    "IN": _parties(
        "IN",
        ("Demo Diamonds Surat Pvt. Ltd.", "Plot 1, Example Road\nSurat 395006, Gujarat"),
        ("Demonstration Exports", "Tower D, Example Bourse\nMumbai 400051, Maharashtra"),
        ("Sample Gems Pvt. Ltd.", "Plot 3, Specimen Lane\nSurat 395003, Gujarat"),
        ("Specimen Tools Pvt. Ltd.", "Plot 4, Example Estate\nNavsari 396445, Gujarat"),
    ),
    "IT": _parties("IT", ("Esempio Diamanti S.r.l.", "Via dell'Esempio 1\n15048 Valenza AL")),
    "JP": _parties(
        "JP",
        ("Demo Diamond Industrial K.K.", "1-1-1 Example, Chuo-ku\nOsaka 540-0001"),
        ("Sample Tools K.K.", "2-2-2 Example, Taito-ku\nTokyo 110-0001"),
    ),
    "KR": _parties("KR", ("Demo Abrasives Co., Ltd.", "1 Example-ro, Jongno-gu\nSeoul 03001")),
    "LK": _parties("LK", ("Demo Lapidary (Pvt) Ltd", "1 Example Lane\nColombo 00100")),
    "LS": _parties("LS", ("Demo Mountain Diamonds (Pty) Ltd", "1 Example Road\nMaseru 100")),
    "MU": _parties("MU", ("Demo Taille Ltée", "1, rue de l'Exemple\nPort Louis 11301")),
    "MX": _parties(
        "MX", ("Demo Abrasivos, S.A. de C.V.", "Calle del Ejemplo 1\n64000 Monterrey, N.L.")
    ),
    "MY": _parties("MY", ("Demo Stones Sdn. Bhd.", "1 Jalan Contoh\n50000 Kuala Lumpur")),
    "NA": _parties("NA", ("Demo Cutting Namibia (Pty) Ltd", "1 Example Avenue\nWindhoek 10001")),
    "NL": _parties(
        "NL",
        ("Demo Diamant B.V.", "Voorbeeldkade 1\n1018 AA Amsterdam"),
        ("Monster Gereedschap B.V.", "Voorbeeldweg 2\n5431 AA Cuijk"),
    ),
    "QA": _parties("QA", ("Demo Gems W.L.L.", "Building 1, Example Zone\nDoha")),
    "SG": _parties(
        "SG",
        ("Demo Rough Pte. Ltd.", "1 Example Road #01-01\nSingapore 179001"),
        ("Sample Vault Stones Pte. Ltd.", "2 Specimen Way #02-02\nSingapore 498001"),
    ),
    "TH": _parties(
        "TH",
        ("Demo Polishing Co., Ltd.", "1 Soi Example, Bang Rak\nBangkok 10500"),
        ("Sample Gems Co., Ltd.", "2 Soi Example, Bang Rak\nBangkok 10500"),
    ),
    "TR": _parties("TR", ("Örnek Elmas A.Ş.", "Örnek Sokak 1\n34120 İstanbul")),
    "VN": _parties("VN", ("Demo Diamond Vietnam Co., Ltd.", "1 Example Street\nHo Chi Minh City")),
    "ZA": _parties(
        "ZA",
        ("Demo Beneficiation (Pty) Ltd", "1 Example Street\nJohannesburg 2001"),
        ("Sample Rough Tenders (Pty) Ltd", "2 Example Close\nKimberley 8301"),
    ),
}
