"""Certificate numbers as people type them: ``US12345`` for 12345, and lists of them.

How they are shown is known below the register, where a firm's acknowledgment lists them.
"""

import re
from typing import Final

from licensees.numbers import display, runs, spans

__all__ = ["display", "parse", "parse_list", "runs", "spans"]

MAX_DIGITS: Final = 9
MAX_LISTED: Final = 1_000

_LONGEST_SHOWN: Final = 40

# Spelled-out classes: \d and case folding would let other scripts' digits and letters in.
_PREFIX_MARKS: Final = r"\s*(?:-\s*)?"
_NUMBER: Final = rf"(?:[Uu][Ss]{_PREFIX_MARKS})?[0-9]+"
_ONE: Final = re.compile(_NUMBER)
_OTHER_PREFIX: Final = re.compile(rf"(?P<prefix>[A-Za-z]{{1,3}}){_PREFIX_MARKS}[0-9]+")
_DIGITS: Final = re.compile(r"[0-9]+")
# A number, or two with a hyphen or dash between them; else whatever stands to the next separator.
_PIECE: Final = re.compile(
    rf"(?P<first>{_NUMBER})(?:\s*[-\u2013\u2014]\s*(?P<last>{_NUMBER}))?(?=[\s,;]|\Z)"
    r"|(?P<bad>[^\s,;]+)"
)


def parse(text: str) -> int:
    """Read one typed number: ``US12345``, ``us 12345``, ``US-12345``, ``0012345`` or ``12345``.

    Raises ValueError, with a sentence for the person who typed it, for anything else: nothing
    typed, another prefix, zero, a minus sign, more than nine digits, digits that are not 0 to 9.
    """
    typed = text.strip()
    if not typed:
        raise ValueError("Type a certificate number, such as US12345.")
    if _ONE.fullmatch(typed) is None:
        raise _not_a_number(typed)
    digits = _DIGITS.findall(typed)[0]
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"{_shown(typed)} has more than {MAX_DIGITS} digits.")
    number = int(digits)
    if number == 0:
        raise ValueError(f"{_shown(typed)} is not a certificate number: they begin at 1.")
    return number


def parse_list(text: str) -> list[int]:
    """Read runs and single numbers, such as ``US10001-US10050, 10060 10061``, in typed order.

    Pieces are parted by commas, semicolons, blanks or line ends; both ends of a run are included.
    Raises ValueError naming the bad piece: anything `parse` refuses, a run that goes backwards, a
    number named twice, or the piece that brings the list over 1,000 numbers.
    """
    # A dict keeps the order and finds a repeated number at once.
    numbers: dict[int, None] = {}
    for piece in _PIECE.finditer(text):
        if piece["bad"] is not None:
            raise _not_a_number(piece["bad"])
        first = parse(piece["first"])
        last = first if piece["last"] is None else parse(piece["last"])
        if last < first:
            raise ValueError(f"The run {_shown(piece[0])} goes backwards.")
        # Counted before it is unrolled: nine digits would fill the memory.
        if len(numbers) + last - first + 1 > MAX_LISTED:
            raise ValueError(
                f"With {_shown(piece[0])} there are more than {MAX_LISTED:,} numbers: "
                "enter them in several parts."
            )
        for number in range(first, last + 1):
            if number in numbers:
                raise ValueError(f"{_shown(piece[0])} repeats {display(number)}.")
            numbers[number] = None
    if not numbers:
        raise ValueError("Type at least one certificate number, such as US12345.")
    return list(numbers)


def _not_a_number(typed: str) -> ValueError:
    """The refusal of text that is not made like a certificate number."""
    other = _OTHER_PREFIX.fullmatch(typed)
    if other is not None:
        return ValueError(
            f"{_shown(typed)} begins with {other['prefix']}; certificates of the United States "
            "begin with US."
        )
    return ValueError(
        f"{_shown(typed)} is not a certificate number: type US and the digits, such as US12345."
    )


def _shown(typed: str) -> str:
    """What was typed, for use inside a sentence, cut short if it is long."""
    if len(typed) <= _LONGEST_SHOWN:
        return typed
    return f"{typed[:_LONGEST_SHOWN]}\u2026"
