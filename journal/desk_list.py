"""The lists of the audit desk: pages that count no further than they must, and how they narrow."""

from typing import Any, cast

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Field, QuerySet
from django.utils.functional import cached_property

from journal.list_filters import DeskFilter

LISTED_AT_MOST = 10_000


class CappedPaginator(Paginator):
    """Pages of the first 10,000 rows: counting half a million for every page would be slow.

    ``has_more`` says that there are rows beyond; searching and filtering reach them.
    """

    @cached_property
    def _counted(self) -> int:
        rows = cast("QuerySet[Any]", self.object_list)
        return rows.order_by().values("pk")[: LISTED_AT_MOST + 1].count()

    @property
    def count(self) -> int:
        """How many rows the pages show."""
        return min(self._counted, LISTED_AT_MOST)

    @property
    def has_more(self) -> bool:
        """Whether there are rows that no page shows."""
        return self._counted > LISTED_AT_MOST


class DeskList(ChangeList):
    """A list that can say by what it is narrowed, apart from its search and its filters."""

    def narrowed(self) -> list[tuple[str, str, str, str]]:
        """What a link from another page asked for: label, parameter, value, value in words."""
        shown = {name for spec in self.filter_specs for name in spec.expected_parameters()}
        found = []
        for name, values in self.get_filters_params().items():
            if name not in shown:
                field = cast("Field", self.opts.get_field(name))
                words: object = values[-1]
                if isinstance(field.related_model, type):
                    words = field.related_model._default_manager.filter(pk=words).first() or words
                found.append((str(field.verbose_name), name, values[-1], str(words)))
        return found

    def narrowings(self) -> int:
        """How many filters are on, those of ``narrowed`` included."""
        on = sum(bool(spec.chosen) for spec in self.filter_specs if isinstance(spec, DeskFilter))
        return on + len(self.narrowed())
