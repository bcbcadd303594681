"""How staff read and work applications."""

from typing import Any, NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.views.generic import DetailView, TemplateView

from accounts import keyset
from accounts.web import PermittedMixin, VisibleObjectMixin, signed_in
from journal import story
from journal.models import Entry
from licensees import rules
from licensees.forms.applications import StageFilterForm
from licensees.models import Application, Paper, Reference
from licensees.operations import completeness
from licensees.states import OPEN, Stage
from licensees.views.apply import read_back

# What is being filled in belongs to the applicant alone.
SENT_IN = Application.objects.filter(applied_at__isnull=False)
TOLD_AT_MOST = 200


class ApplicationList(PermittedMixin, TemplateView):
    """The applications that were sent in, newest first."""

    permission = rules.VIEW_APPLICATIONS
    http_method_names = ("get", "head")
    template_name = "licensees/applications/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = StageFilterForm(self.request.GET)
        rows = SENT_IN.visible_to(signed_in(self.request))
        if not form.is_valid():
            rows = rows.none()
        else:
            rows = _narrowed(rows, form.cleaned_data["stage"], form.cleaned_data["search"])
        return super().get_context_data(
            page=keyset.page(rows, self.request.GET, key="id"),
            form=form,
            active=sum(bool(self.request.GET.get(name)) for name in form.fields),
            **kwargs,
        )


def _narrowed(rows: Any, stage: str, search: str) -> Any:
    if stage == "":
        rows = rows.filter(stage__in=OPEN)
    elif stage != "all":
        rows = rows.filter(stage=stage)
    if search:
        rows = rows.filter(Q(legal_name__icontains=search) | Q(ein__icontains=search))
    return rows


class Step(NamedTuple):
    """Something staff can do with an application now."""

    label: str
    url: str


class ApplicationDetail(VisibleObjectMixin, DetailView):
    """One application: what was said, papers, references, its story, and the next step."""

    object: Application
    queryset = SENT_IN.select_related("licensee")
    context_object_name = "application"
    permission = rules.VIEW_APPLICATIONS
    http_method_names = ("get", "head")
    template_name = "licensees/applications/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, user = self.object, signed_in(self.request)
        references = list(row.references.select_related("checked_by"))
        papers = list(row.papers.select_related("uploaded_by"))
        missing = completeness.lacking(row)
        may_work = user.has_perm(rules.WORK_APPLICATIONS, row) and row.stage in OPEN
        return super().get_context_data(
            stage=Stage(row.stage),
            facts=read_back(row),
            references=references,
            papers=[paper for paper in papers if paper.withdrawn_at is None],
            missing=missing,
            may_work=may_work,
            next_step=next_step(row, references, missing) if may_work else None,
            other_steps=other_steps(row) if may_work else [],
            may_check=may_work and row.stage == Stage.IN_REVIEW,
            story=_story(row, references, papers),
            **kwargs,
        )


def next_step(
    row: Application, references: list[Reference], missing: list[completeness.Missing]
) -> Step | None:
    """The one step that brings the application on; None while it waits for the applicant."""

    def step(label: str, route: str, key: int = row.pk) -> Step:
        return Step(label, reverse(f"licensees:{route}", args=[key]))

    lacks = {item.section for item in missing}
    unchecked = [ref for ref in references if ref.withdrawn_at is None and ref.checked_on is None]
    match row.stage:
        case Stage.APPLIED:
            return step("Ask for more", "ask_for_more") if lacks else step("Take up", "take_up")
        case Stage.IN_REVIEW if unchecked:
            first = unchecked[0]
            return step(f"Record what {first.name} said", "check_reference", first.pk)
        case Stage.IN_REVIEW:
            return step("Record the Board’s decision", "decide")
        case Stage.APPROVED:
            return step("Send the agreement", "send_agreement")
        case Stage.AGREEMENT_SENT if "agreement" in lacks:
            return step("Record the signed agreement", "record_signed")
        case Stage.AGREEMENT_SENT if "fee" in lacks:
            return step("Record the first fee", "first_fee")
        case Stage.AGREEMENT_SENT if "papers" in lacks:
            return step("Ask for the proof of ACE", "ask_for_more")
        case Stage.AGREEMENT_SENT:
            return step("Make the firm a licensee", "activate")
        case _:
            return None


def other_steps(row: Application) -> list[Step]:
    """What else can be done at this stage."""
    steps = {
        Stage.IN_REVIEW: [("Record the Board’s decision", "decide")],
        Stage.APPROVED: [("Record the first fee", "first_fee")],
        Stage.AGREEMENT_SENT: [
            ("Record the signed agreement", "record_signed"),
            ("Record the first fee", "first_fee"),
        ],
    }.get(Stage(row.stage), [])
    both = [("Ask for more", "ask_for_more"), ("Send a new link", "new_link")]
    return [
        Step(label, reverse(f"licensees:{route}", args=[row.pk])) for label, route in steps + both
    ]


def _story(
    row: Application, references: list[Reference], papers: list[Paper]
) -> list[dict[str, Any]]:
    """What the journal holds of the application, its references and papers, newest first."""
    entries = Entry.objects.filter(
        Q(subject="application", subject_id=str(row.pk))
        | Q(subject="reference", subject_id__in=[str(ref.pk) for ref in references])
        | Q(subject="paper", subject_id__in=[str(paper.pk) for paper in papers])
    ).order_by("-id")[:TOLD_AT_MOST]
    models = {"application": Application, "reference": Reference, "paper": Paper}
    return [
        {
            "at": line.entry.at,
            # What has no actor here was done with the applicant's link.
            "who": line.entry.actor or "The applicant",
            "what": line.what,
            "changes": line.changes,
        }
        for line in story.tell(entries, models)
    ]
