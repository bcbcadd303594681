"""The base of every page of the audit desk: rows to read, search and filter, never to change."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import BadRequest
from django.db.models import (
    Exists,
    Model,
    OuterRef,
    QuerySet,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from journal import story
from journal.columns import EMPTY, in_words
from journal.desk_list import CappedPaginator, DeskList
from journal.list_filters import DeskFilter
from journal.models import Entry

TOLD_AT_MOST = 100


class Column(NamedTuple):
    """The head of one column of a table."""

    label: str
    numeric: bool = False


class Table(NamedTuple):
    """Rows shown on the page of another row; the first cell heads its row."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str | SafeString]]


class History(NamedTuple):
    """Entries told on a row's page. ``narrowed`` finds the same entries in the journal's list;
    ``unfolded`` shows every fact at once.
    """

    heading: str
    entries: QuerySet[Entry]
    narrowed: Mapping[str, str]
    unfolded: bool = True


class ReadOnlyAdmin(admin.ModelAdmin):
    """Browse, search and filter; never add, change or delete, whoever asks.

    Everything is shown but the fields of ``hidden``, so that a new field cannot be forgotten.
    """

    about: ClassVar[str] = ""
    """One sentence: what these rows are."""
    subject: ClassVar[str] = ""
    """What the journal calls a row of this model; empty if it files nothing under it."""
    subject_key: ClassVar[str] = "pk"
    """The attribute of a row that the journal knows it by."""
    hidden: ClassVar[tuple[str, ...]] = ()
    """Fields that no page shows and no address can ask about."""
    narrowed_by: ClassVar[tuple[str, ...]] = ()
    """Fields that links may narrow the list by, apart from its filters and its keys."""

    actions = None
    list_filter: ClassVar[tuple[tuple[str, type[DeskFilter]], ...]] = ()
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False
    empty_value_display = EMPTY
    paginator = CappedPaginator

    def __init__(self, model: type[Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        self._worded = in_words(model)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may enter the desk reads all of it."""
        return self.admin_site.has_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """As for one row."""
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    has_delete_permission = has_change_permission

    def get_urls(self) -> list[URLPattern]:
        """The list and the row; asking to add or delete is refused, all else does not exist."""
        pages = ("changelist", "change", "add", "delete")
        kept = {f"{self.opts.app_label}_{self.opts.model_name}_{page}" for page in pages}
        return [url for url in super().get_urls() if url.name in kept]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows that the reader may know exist."""
        rows: Any = super().get_queryset(request)
        visible: QuerySet[Any] = rows.visible_to(request.user)
        return visible

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Every column that is not hidden."""
        return [f.name for f in self.opts.concrete_fields if f.name not in self.hidden]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The groups of a row's facts, each fact written for people."""
        return [
            (name, {**options, "fields": self._in_words(options["fields"])})
            for name, options in super().get_fieldsets(request, obj)
        ]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The columns of the list, each written for people."""
        return self._in_words(self.list_display)

    def get_sortable_by(self, request: HttpRequest) -> list[Any]:
        """The columns that can be sorted by."""
        names = self.list_display if self.sortable_by is None else self.sortable_by
        return self._in_words(names)

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """The row, or 404."""
        row = super().get_object(request, object_id, from_field)
        if row is None:
            raise Http404
        return row

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list that knows by what it is narrowed."""
        return DeskList

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The list as asked for; what cannot be read is answered with 400, never ignored."""
        if any("\x00" in value for values in request.GET.lists() for value in values[1]):
            raise BadRequest("A character that cannot be searched.")
        try:
            return super().get_changelist_instance(request)
        except IncorrectLookupParameters as error:
            raise BadRequest("A filter or page that this list does not have.") from error

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only the list's filters, its keys to other rows, and ``narrowed_by``, each exactly.

        Anything freer would let an address guess at hidden fields or run any pattern.
        """
        keys = {f.name for f in self.opts.concrete_fields if f.is_relation}
        filters = {p for path, made in self.list_filter for p in made.parameters_of(path)}
        return lookup in keys.union(filters, self.narrowed_by)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list."""
        name = capfirst(str(self.opts.verbose_name_plural))
        context = {"about": self.about, "breadcrumb": self._crumbs((name, ""))}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page of one row: its facts, what belongs to it, and its history."""
        row = context["original"]
        plural = capfirst(str(self.opts.verbose_name_plural))
        context |= {
            "title": (heading := self.heading(row)),
            "heading": heading,
            "breadcrumb": self._crumbs((plural, self.url("changelist")), (heading, "")),
            "tables": list(self.tables(row)),
            "links": [*self.links(row), *self._links_to_rows_pointing_at(row)],
            "histories": [self._told(history) for history in self.histories(row)],
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def heading(self, row: Any) -> str:
        """What the row's page is called."""
        return str(row)

    def tables(self, row: Any) -> Iterable[Table]:
        """What is shown of other models on the row's page."""
        return ()

    def links(self, row: Any) -> Iterable[tuple[str, str]]:
        """Where else the row is found: label and address."""
        return ()

    def histories(self, row: Any) -> Iterable[History]:
        """What the journal holds about the row, newest first."""
        if self.subject:
            key = str(getattr(row, self.subject_key))
            entries = Entry.objects.about(self.subject, key).order_by("-id")
            yield History("History", entries, {"subject": self.subject, "subject_id": key})

    def url(self, page: str, *args: object) -> str:
        """The address of this model's ``changelist``, or of a row's ``change`` page."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    def _in_words(self, names: Iterable[Any]) -> list[Any]:
        return [self._worded.get(name, name) for name in names]

    def _crumbs(self, *crumbs: tuple[str, str]) -> list[tuple[str, str]]:
        return [(str(self.admin_site.index_title), reverse("admin:index")), *crumbs]

    def _told(self, history: History) -> dict[str, Any]:
        entries = list(history.entries[: TOLD_AT_MOST + 1])
        models = {subject: desk.model for subject, desk in desks(self.admin_site).items()}
        query = urlencode(history.narrowed)
        return {
            "heading": history.heading,
            "unfolded": history.unfolded,
            "lines": story.tell(entries[:TOLD_AT_MOST], models),
            "more": len(entries) > TOLD_AT_MOST,
            "url": f"{reverse('admin:journal_entry_changelist')}?{query}",
        }

    def _links_to_rows_pointing_at(self, row: Model) -> Iterable[tuple[str, str]]:
        """The lists of other models, narrowed to the rows that point to this one, if any do."""
        pointing: dict[str, tuple[str, str]] = {}
        present: dict[str, Exists] = {}
        for relation in self.opts.related_objects:
            desk = self.admin_site._registry.get(relation.related_model)
            if isinstance(desk, ReadOnlyAdmin):
                field = relation.field
                name = capfirst(str(desk.opts.verbose_name_plural))
                if field.name not in (self.opts.model_name, self.subject):
                    name = f"{name}, {field.verbose_name}"
                where = f"{desk.url('changelist')}?{urlencode({field.name: row.pk})}"
                key = f"{desk.opts.model_name}_by_{field.name}"
                pointing[key] = (name, where)
                rows = desk.model._default_manager.filter(**{field.name: OuterRef("pk")})
                present[key] = Exists(rows)
        if not present:
            return []
        answers = self.model._default_manager.filter(pk=row.pk).values(**present).get()
        return [pointing[key] for key, there in answers.items() if there]


def desks(site: admin.AdminSite) -> dict[str, ReadOnlyAdmin]:
    """The pages of one site by what the journal calls their rows."""
    return {
        desk.subject: desk
        for desk in site._registry.values()
        if isinstance(desk, ReadOnlyAdmin) and desk.subject
    }
