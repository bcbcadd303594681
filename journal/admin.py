"""The audit desk's pages of the journal itself."""

import json
import re
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from psycopg2 import sql

from journal import story
from journal.columns import EMPTY
from journal.list_filters import Days, Offer, OneOf
from journal.models import Entry
from journal.read_only import Column, ReadOnlyAdmin, Table, desks

# A row's number as people type it: plain, padded with zeros, or a certificate's with its prefix.
_NUMBER = re.compile(r"(?P<certificate>[Uu][Ss])?\s*-?\s*0*(?P<digits>[1-9][0-9]{0,8})")
# Each word of an indexed column once: a leap from one to the next, not a walk over all rows.
_LEAPING = sql.SQL(
    """
    WITH RECURSIVE leap(word) AS (
        (SELECT {column} FROM journal_entry ORDER BY {column} LIMIT 1)
        UNION ALL
        SELECT (SELECT {column} FROM journal_entry
                WHERE {column} > leap.word ORDER BY {column} LIMIT 1)
        FROM leap WHERE leap.word IS NOT NULL
    ) SELECT word FROM leap WHERE word IS NOT NULL
    """
)


class Recorded(OneOf):
    """One of the words that stand in a column of the journal, however many entries there are."""

    def offered(self) -> Iterable[Offer]:
        """Each word once, with its phrase."""
        column = sql.Identifier(str(self.field.column))
        with connection.cursor() as cursor:
            cursor.execute(_LEAPING.format(column=column))
            return [(word, story.phrase(word)) for (word,) in cursor.fetchall()]


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """The journal, newest entry first. It names its subjects by value and knows no other app."""

    about = (
        "Everything that was ever done, in order. Each entry carries the hash of the one before "
        "it, so that none can be changed or taken out unnoticed."
    )
    list_display = ("number", "moment", "what", "about_what", "by_whom", "firm")
    sortable_by = ("number",)
    list_filter = (("verb", Recorded), ("subject", Recorded), ("at", Days))
    narrowed_by = ("subject_id", "licensee_id", "actor_id")
    search_fields = ("actor",)
    search_help_text = (
        "A certificate’s number (US12345), part of an actor’s e-mail address, or the name of a "
        "fact such as value usd."
    )
    fieldsets = (
        ("What happened", {"fields": ("number", "moment", "what", "by_whom")}),
        ("Filed under", {"fields": ("verb", "subject", "subject_id", "licensee_id", "actor_id")}),
        ("Chain", {"fields": ("previous_hash", "hash")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """All of it: the journal knows no users, and whoever is let in reads the whole."""
        return Entry.objects.all()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By number, or by words that each stand in the actor's address or name a fact."""
        if typed := _NUMBER.fullmatch(search_term.strip()):
            found = Q(subject_id=typed["digits"])
            if typed["certificate"]:
                found &= Q(subject="certificate")
            return queryset.filter(found), False
        phrase = search_term.strip().lower()
        fact = re.sub(r"[\s_]+", "_", phrase)
        if phrase:
            queryset = queryset.filter(Q(actor__icontains=phrase) | Q(changes__has_key=fact))
        return queryset, False

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The list with the names of its firms, read once for the page."""
        listed = super().get_changelist_instance(request)
        listed.result_list = list(listed.result_list)
        firms: dict[Any, Any] = {}
        if desk := desks(self.admin_site).get("licensee"):
            firms = desk.model._default_manager.in_bulk(
                {entry.licensee_id for entry in listed.result_list} - {None}
            )
        for entry in listed.result_list:
            entry.firm = firms.get(entry.licensee_id, entry.licensee_id)
        return listed

    @admin.display(description="entry", ordering="id")
    def number(self, entry: Any) -> str:
        """Its place in the chain."""
        return str(entry.pk)

    @admin.display(description="recorded at")
    def moment(self, entry: Any) -> str:
        """New York time, to the second."""
        return story.moment(entry.at)

    @admin.display(description="what")
    def what(self, entry: Any) -> str:
        """The verb in words."""
        return story.phrase(entry.verb)

    @admin.display(description="subject")
    def about_what(self, entry: Any) -> str:
        """What it was done to."""
        return f"{entry.subject.replace('_', ' ')} {entry.subject_id}"

    @admin.display(description="actor")
    def by_whom(self, entry: Any) -> str:
        """Who did it, by the address of then."""
        return entry.actor or "Without an account"

    @admin.display(description="licensee", empty_value=EMPTY)
    def firm(self, entry: Any) -> str:
        """The firm it is filed under."""
        return str(entry.firm or "")

    def heading(self, row: Entry) -> str:
        """Its place in the chain, and what happened."""
        return f"Entry {row.pk}: {story.phrase(row.verb)}"

    def tables(self, row: Entry) -> Iterable[Table]:
        """Every fact in words, and beside it exactly as it was recorded."""
        models = {subject: desk.model for subject, desk in desks(self.admin_site).items()}
        (line,) = story.tell([row], models)
        recorded = {
            fact: f"{fact}: {json.dumps(values, ensure_ascii=False)}"
            for fact, *values in story.pairs(row.changes)
        }
        yield Table(
            "What was recorded",
            (Column("Fact"), Column("Before"), Column("After"), Column("As recorded")),
            [
                (
                    change.label,
                    change.before or EMPTY,
                    change.after or EMPTY,
                    recorded[change.fact],
                )
                for change in line.changes
            ],
        )

    def links(self, row: Entry) -> Iterable[tuple[str, str]]:
        """What it was done to, the firm it is filed under, and its neighbours in the chain."""
        known = desks(self.admin_site)
        for subject, key in {row.subject: row.subject_id, "licensee": row.licensee_id}.items():
            if key is not None and (desk := known.get(subject)) and (found := _row(desk, key)):
                name = capfirst(str(desk.opts.verbose_name))
                yield f"{name}: {found}", desk.url("change", found.pk)
        around = Entry.objects.filter(pk__in=[row.pk - 1, row.pk + 1]).order_by("pk")
        for neighbour in around.values_list("pk", flat=True):
            yield f"Entry {neighbour}", self.url("change", neighbour)


def _row(desk: ReadOnlyAdmin, key: str | int) -> Any:
    """The row the journal knows by ``key``; none if there is none, or the key is no key."""
    try:
        return desk.model._default_manager.filter(**{desk.subject_key: key}).first()
    except ValueError:
        return None
