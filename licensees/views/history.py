"""Everything the journal has filed under a firm, in words, newest first."""

from typing import Any, Final

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpResponse
from django.views.generic import DetailView

from accounts import keyset
from journal import story
from journal.models import Entry
from journal.read_only import desks
from licensees.numbers import display
from licensees.views.pages import LicenseePage

CERTIFICATE: Final = "certificate"
# What an entry is about, where the number alone says which.
_NUMBERED: Final = {"receipt": "receipt {}"}


class AboutForm(forms.Form):
    """Which part of the history is shown; the certificates fill most of it."""

    about = forms.ChoiceField(
        label="Show",
        choices=[
            ("", "Everything"),
            ("firm", "Everything but certificates"),
            ("certificates", "Certificates"),
        ],
        required=False,
    )


class FirmHistory(LicenseePage, DetailView):
    """What was done about a firm, by whom; the firm's people read their own."""

    template_name = "licensees/history.html"
    tab = "History"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = AboutForm(self.request.GET)
        entries = Entry.objects.filter(licensee_id=self.object.pk)
        about = form.cleaned_data["about"] if form.is_valid() else ""
        page = keyset.page(_about(entries, about), self.request.GET, key="id")
        return super().get_context_data(form=form, page=page, lines=_told(page.rows), **kwargs)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """A filter that cannot be understood is the reader's to mend: 400, with the form."""
        status = 200 if context["form"].is_valid() else 400
        return super().render_to_response(context, status=status, **kwargs)


def _about(entries: QuerySet[Entry], about: str) -> QuerySet[Entry]:
    match about:
        case "firm":
            return entries.exclude(subject=CERTIFICATE)
        case "certificates":
            return entries.filter(subject=CERTIFICATE)
        case _:
            return entries


def _told(entries: list[Entry]) -> list[dict[str, Any]]:
    """Each entry as the timeline shows it; what was no change is left out."""
    models = {subject: desk.model for subject, desk in desks(admin.site).items()}
    return [
        {
            "at": line.entry.at,
            "who": line.who,
            "what": _what(line),
            "changes": [change for change in line.changes if change.before != change.after],
        }
        for line in story.tell(entries, models)
    ]


def _what(line: story.Line) -> str:
    """What was done, and to which certificate or receipt."""
    subject, subject_id = line.entry.subject, line.entry.subject_id
    if subject == CERTIFICATE and subject_id.isascii() and subject_id.isdecimal():
        return f"{line.what}: {display(int(subject_id))}"
    if subject in _NUMBERED:
        return f"{line.what}: {_NUMBERED[subject].format(subject_id)}"
    return line.what
