"""The audit desk's pages of releases."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.urls import reverse

from certificates.admin.finding import FIND_NUMBER, FoundByNumber
from certificates.models import Release
from journal.list_filters import Days, OneOf
from journal.read_only import Column, Table


@admin.register(Release)
class ReleaseAdmin(FoundByNumber):
    """What firms asked staff to let through, and the decisions."""

    about = (
        "Requests to issue by a route that waits for staff: stones mined in the United States,"
        " held origins and destinations."
    )
    subject = "release"
    list_display = (
        "certificate", "route", "country", "state", "requested_at", "requested_by", "decided_at",
        "decided_by",
    )  # fmt: skip
    sortable_by = ("requested_at", "decided_at")
    list_select_related = ("certificate", "requested_by", "decided_by")
    list_filter = (
        ("state", OneOf), ("route", OneOf), ("requested_at", Days), ("decided_at", Days),
    )  # fmt: skip
    search_fields = ("evidence", "registration", "note")
    search_help_text = f"{FIND_NUMBER} Or part of the evidence, reference or note."

    def tables(self, row: Any) -> Iterable[Table]:
        """The papers sent as evidence."""
        papers = [
            (paper.name, paper.get_content_type_display(), f"{paper.size:,}")
            for paper in row.papers.all()
        ]
        if papers:
            columns = [Column("Paper"), Column("Kind"), Column("Bytes", numeric=True)]
            yield Table("Evidence", columns, papers)

    def links(self, row: Any) -> Iterable[tuple[str, str]]:
        """The same request as its firm sees it."""
        yield "The request in the portal", reverse("certificates:release", args=[row.pk])
