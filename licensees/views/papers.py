"""Hand out a paper: only through a rule, always as a download, never as a page of ours."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from accounts.web import VisibleObjectMixin
from licensees import rules
from licensees.models import Paper, cabinet


class PaperFile(VisibleObjectMixin):
    """A paper's bytes, for whoever may see the paper."""

    object: Paper
    queryset = Paper.objects.select_related("licensee")
    permission = rules.VIEW_PAPERS
    http_method_names = ("get", "head")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The file as it was sent."""
        return handed_out(self.object)


def handed_out(paper: Paper) -> HttpResponse:
    """The answer that carries a paper; a browser saves it and runs nothing in it.

    404 where the file is gone although its row is there, such as in a copy of the database alone.
    """
    try:
        with cabinet().open(paper.stored_as) as file:
            content = file.read()
    except FileNotFoundError as error:
        raise Http404(f"The file of paper {paper.pk} is not there.") from error
    return HttpResponse(
        content,
        content_type=paper.content_type,
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": content_disposition_header(True, paper.name) or "attachment",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )
