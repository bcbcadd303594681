"""How the lists of the audit desk are narrowed: one of a few values, or a span of days.

Each filter is a control of the one form above the list, not a column of links. A value that was
not offered is refused, never ignored: a list must not show more than was asked for.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.admin import FieldListFilter, ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import BooleanField, DateTimeField, Field, Model, QuerySet
from django.http import HttpRequest
from django.utils.timezone import make_aware

Offer = tuple[str, str]

# A span begins with its first day and ends before the day after its last.
BOUNDS = (("gte", 0), ("lt", 1))


class DeskFilter(FieldListFilter):
    """A filter on one field of a list; ``suffixes`` make its parameters out of the field's name."""

    suffixes: ClassVar[tuple[str, ...]] = ("",)
    label: ClassVar[str] = ""
    """What the control is called, if not as its field."""

    def __init__(
        self,
        field: Field,
        request: HttpRequest,
        params: dict[str, list[str]],
        model: type[Model],
        model_admin: ModelAdmin,
        field_path: str,
    ) -> None:
        self.parameters = self.parameters_of(field_path)
        self.chosen = {
            name: values[-1]
            for name in self.parameters
            if (values := params.pop(name, None)) and values[-1]
        }
        super().__init__(field, request, params, model, model_admin, field_path)
        self.title = self.label or self.title

    @classmethod
    def parameters_of(cls, field_path: str) -> list[str]:
        """The names under which the address carries this filter."""
        return [field_path + suffix for suffix in cls.suffixes]

    def expected_parameters(self) -> list[str | None]:
        """What this filter reads from the address."""
        return [*self.parameters]

    def has_output(self) -> bool:
        """Every control is shown always, so that the form does not change under the hand."""
        return True

    def choices(self, changelist: ChangeList) -> Any:
        """No links: the template draws a control."""
        return iter(())


class OneOf(DeskFilter):
    """One value of a field: of its choices, of yes and no, or of the rows it points to."""

    template = "admin/one_of.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers = list(self.offered())
        self.value = self.chosen.get(self.parameters[0], "")
        if self.value and self.value not in dict(self.offers):
            raise IncorrectLookupParameters(f"{self.title} has no such value.")

    def offered(self) -> Iterable[Offer]:
        """The values to choose from, each with its label."""
        if isinstance(self.field, BooleanField):
            return [("1", "Yes"), ("0", "No")]
        if isinstance(self.field.related_model, type):
            rows: Any = self.field.related_model._default_manager.get_queryset()
            return [(str(row.pk), str(row)) for row in rows.visible_to(self.request.user)]
        return [(str(value), str(label)) for value, label in self.field.flatchoices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with the chosen value."""
        return queryset.filter(**{self.field_path: self.value}) if self.value else queryset


class Days(DeskFilter):
    """A span of New York days, both included; either end may be open."""

    suffixes = ("_from", "_until")
    template = "admin/days.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ends = [
            (parameter, self.chosen.get(parameter, ""), word)
            for parameter, word in zip(self.parameters, ("from", "until"), strict=True)
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows whose day lies in the span."""
        for (_, text, _), (lookup, days_on) in zip(self.ends, BOUNDS, strict=True):
            if text:
                bound: dt.date = _day(text) + dt.timedelta(days=days_on)
                if isinstance(self.field, DateTimeField):
                    bound = make_aware(dt.datetime.combine(bound, dt.time.min))
                queryset = queryset.filter(**{f"{self.field_path}__{lookup}": bound})
        return queryset


def _day(text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise IncorrectLookupParameters(f"{text[:40]} is not a day.") from error
    if not 1 < day.year < 9999:
        raise IncorrectLookupParameters(f"{day} is no day of this register.")
    return day
