"""The people of the demonstration and how they sign in; knows nothing of Django."""

from typing import Final, NamedTuple

from kpportal.demo.firms import FIRMS, Firm

# The firm that misses its fee, the one that is suspended, and the one whose issuer acts for the
# next one too; A, B and C do nothing out of the ordinary.
UNPAID_FIRM: Final = "j"
SUSPENDED_FIRM: Final = "n"
DOUBLE_FIRM: Final = "d"
SECOND_OF_DOUBLE: Final = "e"


class Person(NamedTuple):
    """Somebody of an office, or with ``firm_key`` somebody who acts for that firm.

    ``words`` say what they are, for the list of sign-ins; empty for those not listed there.
    """

    email: str
    name: str
    words: str = ""
    office: str = ""
    agency: str = ""
    firm_key: str = ""
    role: str = ""


def _domain(firm: Firm) -> str:
    word = "carrier" if firm.kind == "carrier" else "firm"
    return f"{word}-{firm.key}.example"


_WORDS: Final = {
    "a": "Licensee, issuer",
    "b": "Licensee, another firm",
    "c": "Common carrier",
    DOUBLE_FIRM: "Licensee, two firms",
    UNPAID_FIRM: "Licensee, fee unpaid",
    SUSPENDED_FIRM: "Licensee, suspended",
}


def _people_of(firm: Firm) -> list[Person]:
    letter, domain = firm.key.upper(), _domain(firm)
    people = [
        Person(
            f"issuer@{domain}",
            f"Demo Issuer {letter}",
            words=_WORDS.get(firm.key, ""),
            firm_key=firm.key,
            role="issuer",
        )
    ]
    people.append(
        Person(
            f"manager@{domain}",
            f"Demo Manager {letter}",
            words="Licensee, manager" if firm.key == "a" else "",
            firm_key=firm.key,
            role="manager",
        )
    )
    return people


OF_FIRMS: Final = tuple(person for firm in FIRMS for person in _people_of(firm))

STAFF: Final = Person("staff@uskpa.example", "Demo Staff One", "USKPA staff", office="staff")
STATE: Final = Person(
    "overseer@state.example", "Demo Overseer State", "Overseer, State", "overseer", "state"
)

OF_OFFICES: Final = (
    STAFF,
    Person("staff2@uskpa.example", "Demo Staff Two", "USKPA staff", office="staff"),
    Person("reviewer@uskpa.example", "Demo Reviewer", "USKPA reviewer", office="reviewer"),
    STATE,
    Person(
        "overseer@census.example", "Demo Overseer Census", "Overseer, Census", "overseer", "census"
    ),
    Person("admin@uskpa.example", "Demo Administrator", "Administrator", office="administrator"),
)
