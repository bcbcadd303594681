"""Compare everything about firms with what the journal says of it."""

from collections.abc import Iterator

from licensees.verification import (
    addresses,
    agreements,
    applications,
    firms,
    money,
    people,
    training,
)


def differences() -> Iterator[str]:
    """One line for each row that is not what the journal's entries add up to."""
    for room in (addresses, agreements, applications, firms, money, people, training):
        yield from room.differences()
