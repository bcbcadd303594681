"""How the audit desk writes the values of a row that Django would write for programmers."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import BooleanField, DateField, DateTimeField, Field, Model
from django.utils.html import format_html

from journal import story

EMPTY = "—"

Column = Callable[[Any], str]


def in_words(model: type[Model]) -> dict[str, Column]:
    """The columns of a model that are better read in words, by the name of their field."""
    columns = {}
    for field in model._meta.concrete_fields:
        if speak := _speaker(field):
            columns[field.name] = _column(field, speak)
    return columns


def yes_or_no(value: bool) -> str:
    """A word instead of a coloured mark: red is not wrong here."""
    return "Yes" if value else "No"


def _speaker(field: Field) -> Callable[[Any], str] | None:
    if isinstance(field, BooleanField):
        return yes_or_no
    if isinstance(field, DateTimeField):
        return story.moment
    return story.day if isinstance(field, DateField) else None


def _column(field: Field, speak: Callable[[Any], str]) -> Column:
    @admin.display(description=field.verbose_name, ordering=field.name)
    def column(row: Any) -> str:
        value = getattr(row, field.name)
        if value is None:
            return EMPTY
        return format_html('<span class="portal-nowrap">{}</span>', speak(value))

    column.__name__ = field.name  # Django finds the field's help by it
    return column
