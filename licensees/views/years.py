"""Which year a list is asked for."""

from typing import Final

FIRST: Final = 2000


def chosen_year(text: str | None, *, last: int) -> int:
    """The year in a query, or ``last``; what is no year between 2000 and ``last`` is as good as
    none.
    """
    if text and text.isascii() and text.isdecimal() and len(text) == 4:
        return int(text) if FIRST <= int(text) <= last else last
    return last
