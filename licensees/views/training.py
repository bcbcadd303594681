"""Training: the sessions, one session with who came, and one firm's."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import DetailView, TemplateView

from accounts import keyset
from accounts.web import (
    OperationFormView,
    PermittedMixin,
    VisibleObjectMixin,
    conflict,
    signed_in,
)
from journal.errors import OperationRefused
from licensees import rules, teaching
from licensees.forms.training import AttendanceForm, MaterialForm, TrainingForm
from licensees.models import Attendance, TrainingSession
from licensees.operations.training import (
    add_material,
    hold_training,
    record_attendance,
    strike_attendance,
    withdraw_material,
)
from licensees.views.pages import LicenseePage
from licensees.views.years import chosen_year


class TrainingList(PermittedMixin, TemplateView):
    """The sessions, newest first; for offices also who was not trained for two years."""

    permission = rules.VIEW
    template_name = "licensees/training.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = signed_in(self.request), timezone.localdate()
        sessions = TrainingSession.objects.visible_to(user)
        page = keyset.page(sessions, self.request.GET, key="id")
        if user.has_perm(rules.VIEW_OFFICE_LISTS):
            year = chosen_year(self.request.GET.get("year"), last=today.year)
            kwargs |= {
                "year": year,
                "years": range(today.year, today.year - 12, -1),
                "sentence": teaching.report_sentence(year, user),
                "since": teaching.years_before(today),
                "untrained": teaching.untrained(user, teaching.years_before(today)),
            }
        came = Attendance.objects.visible_to(user).filter(session__in=page.rows).order_by()
        counts = dict(came.values("session").annotate(of=Count("pk")).values_list("session", "of"))
        rows = [(session, counts.get(session.pk, 0)) for session in page.rows]
        rows.sort(key=lambda row: (row[0].held_on, row[0].pk), reverse=True)
        return super().get_context_data(
            page=page, rows=rows, may_train=user.has_perm(rules.TRAIN), **kwargs
        )


class HoldTraining(PermittedMixin, OperationFormView):
    """Record a session that was held."""

    permission = rules.TRAIN
    form_class = TrainingForm
    template_name = "licensees/training_new.html"
    session: TrainingSession

    def operate(self, data: dict[str, Any]) -> None:
        self.session = hold_training(
            today=timezone.localdate(), actor=signed_in(self.request), **data
        )
        messages.success(self.request, "Recorded. Say now who came.")

    def get_success_url(self) -> str:
        return reverse("licensees:training_session", args=[self.session.pk])


class SessionBase(VisibleObjectMixin):
    """A page about one session."""

    object: TrainingSession
    queryset = TrainingSession.objects.all()
    context_object_name = "session"
    permission = rules.TRAIN

    def get_success_url(self) -> str:
        """Back to the session."""
        return reverse("licensees:training_session", args=[self.object.pk])


class TrainingSessionPage(SessionBase, DetailView):
    """What was taught, the papers, and who came of the firms that one sees."""

    permission = rules.VIEW
    template_name = "licensees/training_session.html"

    def subject(self) -> None:
        """What training there was is nobody's secret: whoever sees any firm may read it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in(self.request)
        came = Attendance.objects.visible_to(user).filter(session=self.object)
        return super().get_context_data(
            attendances=came.select_related("licensee").order_by("licensee__legal_name", "person"),
            materials=self.object.materials.kept(),
            may_train=user.has_perm(rules.TRAIN),
            **kwargs,
        )


class RecordAttendance(SessionBase, OperationFormView):
    """Say who came: several people of several firms."""

    form_class = AttendanceForm
    template_name = "licensees/training_attendance.html"

    def operate(self, data: dict[str, Any]) -> None:
        count = record_attendance(self.object, people=data["people"], actor=signed_in(self.request))
        who = "1 person is" if count == 1 else f"{count} people are"
        messages.success(self.request, f"{who} added to the list.")


class AddMaterial(SessionBase, OperationFormView):
    """Add a paper that was handed out."""

    form_class = MaterialForm
    template_name = "licensees/training_material.html"
    success_message = "The file is added."

    def operate(self, data: dict[str, Any]) -> None:
        add_material(self.object, actor=signed_in(self.request), **data)


class WithdrawMaterial(SessionBase):
    """Show a paper no longer."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int, paper: int) -> HttpResponse:
        """Take it out and go back to the session."""
        url = self.get_success_url()
        row = self.object.materials.filter(pk=paper).first()
        if row is None:
            raise Http404
        try:
            withdraw_material(self.object, paper=row, actor=signed_in(request))
        except OperationRefused as refusal:
            return conflict(request, refusal.detail, next_url=url, next_label="See the session")
        messages.success(request, f"{row} is taken out.")
        return HttpResponseRedirect(url)


class StrikeAttendance(VisibleObjectMixin):
    """Take somebody out of the list who was entered by mistake."""

    object: Attendance
    queryset = Attendance.objects.select_related("licensee", "session")
    permission = rules.TRAIN
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Strike it and go back to the session."""
        row = self.object
        url = reverse("licensees:training_session", args=[row.session_id])
        try:
            strike_attendance(row, actor=signed_in(request))
        except OperationRefused as refusal:
            return conflict(request, refusal.detail, next_url=url, next_label="See the session")
        messages.success(request, f"{row.person} is taken out of the list.")
        return HttpResponseRedirect(url)


class FirmTraining(LicenseePage, DetailView):
    """Who of one firm came to which session."""

    template_name = "licensees/training_firm.html"
    tab = "Training"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        came = self.object.attendances.select_related("session")
        return super().get_context_data(
            attendances=came.order_by("-session__held_on", "-session_id", "person"),
            since=teaching.years_before(timezone.localdate()),
            **kwargs,
        )
