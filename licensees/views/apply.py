"""The public pages of a firm that applies. Whoever holds the link's key is the applicant.

Pages below a key are kept by no browser or proxy, and the address they name to other pages
(Referer) is only the portal's own. ``no-referrer`` would do that too, but then browsers send
forms with the origin ``null``, which no check against forged forms accepts.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView, View

from accounts.web import OperationFormView, conflict
from licensees.forms import apply as forms
from licensees.jurisdictions import STATES
from licensees.models import Application, Paper, Reference
from licensees.operations import applications as operations
from licensees.operations import completeness
from licensees.operations.application_links import digest, path_of, start
from licensees.states import CLOSED, OPEN, Stage
from licensees.views.papers import handed_out

METHODS: Sequence[str] = ("get", "head", "post")


@method_decorator(login_not_required, name="dispatch")
class Start(OperationFormView):
    """What a licence is and what it takes; an e-mail address gets the link."""

    http_method_names = METHODS
    template_name = "licensees/apply/start.html"
    form_class = forms.StartForm
    success_url = reverse_lazy("apply:sent")

    def operate(self, data: dict[str, Any]) -> None:
        start(email=data["email"])


@method_decorator(login_not_required, name="dispatch")
class Sent(TemplateView):
    """The same words whether a link went out or not."""

    http_method_names = ("get", "head")
    template_name = "licensees/apply/sent.html"


@method_decorator(login_not_required, name="dispatch")
class ApplicantPage(View):
    """A page of one application, found by the key in its address; 404 for any other key."""

    http_method_names: Sequence[str] = METHODS
    application: Application

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the application, and keep the key out of caches and other sites."""
        found = Application.objects.filter(key_hash=digest(kwargs["key"])).first()
        if found is None:
            raise Http404("No application has this key.")
        self.application = found
        answer = super().dispatch(request, *args, **kwargs)
        answer.headers["Cache-Control"] = "private, no-store"
        answer.headers["Referrer-Policy"] = "strict-origin"
        return answer

    @property
    def overview_url(self) -> str:
        """The page all others come back to."""
        return path_of(self.kwargs["key"])

    def get_success_url(self) -> str:
        """Back to the overview."""
        return self.overview_url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What every page of an application shows."""
        parent: Any = super()
        shared = {
            "application": self.application,
            "key": self.kwargs["key"],
            "overview_url": self.overview_url,
            "stage": Stage(self.application.stage),
        }
        context: dict[str, Any] = parent.get_context_data(**(kwargs | shared))
        return context


class Overview(ApplicantPage, TemplateView):
    """The sections with what is missing, and how the application stands."""

    http_method_names = ("get", "head")
    template_name = "licensees/apply/overview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.application
        missing = completeness.for_review(row) if row.stage == Stage.STARTED else []
        key = self.kwargs["key"]
        sections = [
            {
                "label": label,
                "url": reverse(f"apply:{section}", args=[key]),
                "missing": [item.text for item in missing if item.section == section],
            }
            for section, label in SECTIONS.items()
        ]
        return super().get_context_data(
            sections=sections,
            is_whole=not missing,
            is_started=row.stage == Stage.STARTED,
            is_wanted=bool(row.wanted) and row.stage in OPEN,
            may_edit=operations.may_edit(row),
            may_send_papers=operations.may_send_papers(row),
            may_withdraw=row.stage not in CLOSED,
            is_decided=row.decided_on is not None,
            facts=read_back(row),
            references=row.references.filter(withdrawn_at=None),
            papers=row.papers.kept(),
            **kwargs,
        )


SECTIONS = {"firm": "The firm", "references": "References", "papers": "Papers"}


class Section(ApplicantPage, OperationFormView):
    """One section that can be changed now, or the word that it cannot."""

    def is_open(self) -> bool:
        """Whether the applicant can change it now."""
        return operations.may_edit(self.application)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, if it can be sent."""
        if self.is_open():
            return super().get(request, *args, **kwargs)
        detail = "The application is with USKPA; it changes only if staff ask for more."
        label = "See how it stands"
        return conflict(request, detail, next_url=self.overview_url, next_label=label)


class Firm(Section):
    """The data of R2.2."""

    template_name = "licensees/apply/firm.html"
    form_class = forms.FirmForm
    success_message = "Saved."

    def get_initial(self) -> dict[str, Any]:
        return {fact: getattr(self.application, fact) for fact in operations.FIRM_FACTS}

    def operate(self, data: dict[str, Any]) -> None:
        operations.save_firm(self.application, facts=data, today=timezone.localdate())


class References(Section):
    """Who speaks for the firm."""

    template_name = "licensees/apply/references.html"
    form_class = forms.ReferenceForm
    success_message = "Added."

    def get_success_url(self) -> str:
        return reverse("apply:references", args=[self.kwargs["key"]])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.application.references.filter(withdrawn_at=None)
        return super().get_context_data(references=rows, **kwargs)

    def operate(self, data: dict[str, Any]) -> None:
        operations.add_reference(self.application, **data)


class Papers(Section):
    """The papers: add, read one's own, take out."""

    template_name = "licensees/apply/papers.html"
    form_class = forms.AddPaperForm
    success_message = "The paper is here."

    def is_open(self) -> bool:
        return operations.may_send_papers(self.application)

    def get_success_url(self) -> str:
        return reverse("apply:papers", args=[self.kwargs["key"]])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(papers=self.application.papers.kept(), **kwargs)

    def operate(self, data: dict[str, Any]) -> None:
        operations.add_paper(self.application, upload=data["paper"], purpose=data["purpose"])


class OfApplication(ApplicantPage):
    """A button for one reference or paper of the application; 404 for those of others."""

    section: ClassVar[str]
    http_method_names: Sequence[str] = ("post",)

    def back(self, text: str) -> HttpResponse:
        """Say what was done, and show the section again."""
        messages.success(self.request, text)
        return HttpResponseRedirect(reverse(f"apply:{self.section}", args=[self.kwargs["key"]]))

    def row(self, rows: Any) -> Any:
        """The row that the address names."""
        found = rows.filter(application=self.application, pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404("This application has no such row.")
        return found


class TakeOutReference(OfApplication):
    """Take a reference out."""

    section = "references"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take it out and show the others."""
        reference: Reference = self.row(Reference.objects.all())
        operations.take_out_reference(reference)
        return self.back(f"{reference.name} is taken out.")


class TakeOutPaper(OfApplication):
    """Take a paper out."""

    section = "papers"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take it out and show the others."""
        paper: Paper = self.row(Paper.objects.all())
        operations.take_out_paper(paper)
        return self.back(f"{paper.name} is taken out.")


class OwnPaper(OfApplication):
    """A paper of the application, for the applicant."""

    section = "papers"
    http_method_names = ("get", "head")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The file as it was sent."""
        return handed_out(self.row(Paper.objects.kept()))


class Send(Section):
    """Everything read back, the word that it is true, and the button."""

    template_name = "licensees/apply/send.html"
    form_class = forms.SendForm
    success_message = "The application is with USKPA now."

    def is_open(self) -> bool:
        return self.application.stage == Stage.STARTED

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.application
        return super().get_context_data(
            missing=completeness.for_review(row) if self.is_open() else [],
            facts=read_back(row),
            references=row.references.filter(withdrawn_at=None),
            papers=row.papers.kept(),
            **kwargs,
        )

    def operate(self, data: dict[str, Any]) -> None:
        operations.submit(
            self.application, path=self.overview_url, today=timezone.localdate(), **data
        )


class Answer(Section):
    """Say that what USKPA asked for is there."""

    template_name = "licensees/apply/answer.html"
    form_class = forms.AnswerForm
    success_message = "USKPA staff have your answer."

    def is_open(self) -> bool:
        return operations.may_send_papers(self.application) and bool(self.application.wanted)

    def operate(self, data: dict[str, Any]) -> None:
        operations.answer(self.application, **data)


class Withdraw(Section):
    """Take the application back."""

    template_name = "licensees/apply/withdraw.html"
    form_class = forms.WithdrawForm
    success_message = "The application is withdrawn."

    def is_open(self) -> bool:
        return self.application.stage not in CLOSED

    def operate(self, data: dict[str, Any]) -> None:
        operations.withdraw(self.application)


def read_back(row: Application) -> list[tuple[str, Any]]:
    """What was said of the firm, in the words of the form and in its order."""
    labels = {name: field.label for name, field in forms.FirmForm.base_fields.items()}
    shown = {
        "kind": row.get_kind_display(),
        "state_of_incorporation": STATES.get(row.state_of_incorporation, ""),
        "in_business_since": f"{row.in_business_since:%m/%d/%Y}" if row.in_business_since else "",
    }
    return [(str(labels[name]), shown.get(name, getattr(row, name))) for name in labels]
