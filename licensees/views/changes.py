"""The directors' yearly list of changes of licensees: page, CSV and PDF (domain R2.7)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.generic import TemplateView

from accounts.web import PermittedMixin, signed_in
from licensees import rules
from licensees.changes import Change, of_year
from licensees.exports.changes import as_csv
from licensees.pdf.changes import directors_list
from licensees.views.documents import made_file
from licensees.views.years import chosen_year


class ChangesBase(PermittedMixin):
    """The changes of one calendar year; this year's, if none is named."""

    permission = rules.VIEW_OFFICE_LISTS

    def year(self) -> int:
        """The year asked for."""
        return chosen_year(self.request.GET.get("year"), last=timezone.localdate().year)

    def changes(self) -> list[Change]:
        """What changed in it."""
        return of_year(self.year(), signed_in(self.request))


class ChangeList(ChangesBase, TemplateView):
    """The list to read."""

    template_name = "licensees/changes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        this = timezone.localdate().year
        return super().get_context_data(
            year=self.year(), years=range(this, this - 12, -1), changes=self.changes(), **kwargs
        )


class ChangesCsv(ChangesBase):
    """The list for a spreadsheet."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer the file."""
        content = as_csv(self.changes())
        return made_file(content, "text/csv; charset=utf-8", f"licensee-changes-{self.year()}.csv")


class ChangesPdf(ChangesBase):
    """The list on paper."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer the file."""
        content = directors_list(self.year(), self.changes(), as_of=timezone.localdate())
        return made_file(content, "application/pdf", f"licensee-changes-{self.year()}.pdf")
