"""Journal entries told in plain words: who did what, and each fact before and after.

The journal knows no other app, so whoever asks says which model stands behind which subject; a
fact that no model explains is shown as it was recorded. Nothing recorded is ever left out, and
nothing an entry may carry, also one inserted by plain SQL, makes the telling fail.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.utils.dateformat import format as written
from django.utils.text import capfirst
from django.utils.timezone import localtime

from journal.models import Entry

DAY: Final = "M j, Y"
MOMENT: Final = "M j, Y, g:i:s A T"

_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]{5,15}(?:[+-][0-9:]{5}|Z)?)?")

Models = Mapping[str, type[Model]]


@dataclass(frozen=True, slots=True)
class Change:
    """One fact: its name as recorded and in words, its value before and after in words."""

    fact: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in words."""

    entry: Entry
    what: str
    who: str
    changes: tuple[Change, ...]


def tell(entries: Iterable[Entry], models: Models) -> list[Line]:
    """Tell entries in the order given; ``models`` names the model of each subject.

    The names of the rows that facts point to cost one query for each model pointed to, however
    many entries there are.
    """
    told = list(entries)
    names = _names(told, models)
    return [
        Line(
            entry,
            phrase(entry.verb),
            entry.actor or "Without an account",
            tuple(
                _change(fact, before, after, _field(models, entry.subject, fact), names)
                for fact, before, after in _in_order(entry, models)
            ),
        )
        for entry in told
    ]


def phrase(verb: str) -> str:
    """A verb in words: ``certificate:taken_over`` is "Certificate taken over"."""
    return capfirst(verb.replace(":", " ").replace("_", " "))


def moment(value: dt.datetime) -> str:
    """An aware moment on New York's clock, to the second: "Nov 24, 2026, 6:05:09 PM EST"."""
    return written(localtime(value), MOMENT)


def day(value: dt.date) -> str:
    """A day of New York's calendar: "Nov 24, 2026"."""
    return written(value, DAY)


def pairs(changes: Any) -> Iterator[tuple[str, Any, Any]]:
    """Each fact with its value before and after; what is no pair counts as the value after."""
    if not isinstance(changes, dict):
        changes = {"changes": changes}
    for fact, values in changes.items():
        if isinstance(values, list) and len(values) == 2:
            yield fact, values[0], values[1]
        else:
            yield fact, None, values


def shown(value: Any) -> str:
    """A recorded value in words; nothing is an empty text."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(shown(part) for part in value)
        case dict():
            return "; ".join(f"{_words(key)}: {shown(part)}" for key, part in value.items())
        case str() if _ISO.fullmatch(value):
            return _calendar(value)
        case _:
            return str(value)


def _calendar(text: str) -> str:
    try:
        when = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment(when) if when.tzinfo else day(when) if len(text) == 10 else text


def _change(
    fact: str, before: Any, after: Any, field: Field | None, names: Mapping[tuple[Field, Any], str]
) -> Change:
    if field is None:
        return Change(fact, _words(fact), shown(before), shown(after))
    choices = dict(field.flatchoices)

    def said(value: Any) -> str:
        if isinstance(value, str) and value in choices:
            return str(choices[value])
        if isinstance(value, int) and (field, value) in names:
            return f"{names[field, value]} (id {value})"
        return shown(value)

    return Change(fact, capfirst(str(field.verbose_name)), said(before), said(after))


def _in_order(entry: Entry, models: Models) -> list[tuple[str, Any, Any]]:
    """The facts as their model lists them, then the others: the journal keeps no order of facts."""
    model = models.get(entry.subject)
    columns = [field.attname for field in model._meta.concrete_fields] if model else []
    places = {column: place for place, column in enumerate(columns)}
    return sorted(
        pairs(entry.changes), key=lambda change: (places.get(change[0], len(places)), change[0])
    )


def _field(models: Models, subject: str, fact: str) -> Field | None:
    """The model field a fact was read from, if it is one of its own columns."""
    model = models.get(subject)
    if model is None:
        return None
    try:
        field = model._meta.get_field(fact)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) and fact == field.attname else None


def _names(entries: list[Entry], models: Models) -> dict[tuple[Field, Any], str]:
    """The rows that facts point to, by field and key, each as its own model writes it."""
    wanted: dict[type[Model], dict[Field, set[int]]] = {}
    for entry in entries:
        for fact, *values in pairs(entry.changes):
            field = _field(models, entry.subject, fact)
            if field is not None and isinstance(field.related_model, type):
                keys = {v for v in values if type(v) is int}
                wanted.setdefault(field.related_model, {}).setdefault(field, set()).update(keys)
    found = {}
    for model, fields in wanted.items():
        keys = set().union(*fields.values())
        rows = model._default_manager.in_bulk(keys) if keys else {}
        found.update(
            {
                (field, key): str(rows[key])
                for field in fields
                for key in fields[field] & rows.keys()
            }
        )
    return found


def _words(name: str) -> str:
    return capfirst(name.replace("_", " ").strip())
