"""Pages of a list by key: as quick on the last page as on the first, and stable while rows come."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, newest first, and the query strings of the pages on either side ("" for none)."""

    rows: list[Any]
    newer: str
    older: str


def page(rows: QuerySet[Any], query: QueryDict, *, key: str, size: int = PAGE_SIZE) -> Page:
    """One page of ``rows`` by the unique whole-number column ``key``, highest first.

    ``query`` may say ``before`` or ``after`` a key; the other parameters are kept in the links.
    A value that is no key is as good as none: the first page.
    """
    before, after = _key(query.get("before")), _key(query.get("after"))
    if after is not None and before is None:
        found = list(rows.filter(**{f"{key}__gt": after}).order_by(key)[: size + 1])
        more_newer, more_older = len(found) > size, True
        found = found[:size][::-1]
    else:
        if before is not None:
            rows = rows.filter(**{f"{key}__lt": before})
        found = list(rows.order_by(f"-{key}")[: size + 1])
        more_newer, more_older = before is not None, len(found) > size
        found = found[:size]
    if not found:
        return Page([], _link(query) if before or after else "", "")
    return Page(
        found,
        _link(query, after=getattr(found[0], key)) if more_newer else "",
        _link(query, before=getattr(found[-1], key)) if more_older else "",
    )


def _key(text: str | None) -> int | None:
    if text and text.isascii() and text.isdecimal() and len(text) < 19:
        return int(text)
    return None


def _link(query: QueryDict, **keys: int) -> str:
    kept = query.copy()
    for name in ("before", "after"):
        kept.pop(name, None)
    for name, value in keys.items():
        kept[name] = str(value)
    pairs = [(name, text) for name, texts in kept.lists() for text in texts]
    # Django's own would fail on half a character (a lone surrogate).
    return f"?{urlencode(pairs, errors='replace')}"
