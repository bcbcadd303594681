"""Certificate numbers as people read them: ``US12345`` for 12345.

A certificate's unique number carries the country code of the issuing Participant (31 CFR
592.307(c)). The register stores the digits alone; ``US`` is how they are shown.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby


def display(number: int) -> str:
    """Return the number as the certificate shows it, such as ``US12345``."""
    return f"US{number}"


def runs(listed: Iterable[int]) -> list[str]:
    """Numbers in rising order as a reader takes them in: ``US10001-US10050``, ``US10060``.

    ``certificates.numbers.parse_list`` reads each entry back.
    """
    return [
        display(first) if first == last else f"{display(first)}-{display(last)}"
        for first, last in spans(listed)
    ]


def spans(listed: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of each run of consecutive numbers, in rising order."""
    for _, run in groupby(enumerate(sorted(listed)), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in run]
        yield members[0], members[-1]
