"""The pages on which staff take one step with an application."""

from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.web import OperationFormView, VisibleObjectMixin, conflict, signed_in
from licensees import rules
from licensees.forms import applications as forms
from licensees.models import Application, FeeAmount, Reference
from licensees.operations import completeness, deciding
from licensees.operations.activation import activate
from licensees.operations.application_links import send_new_link
from licensees.states import OPEN, Stage
from licensees.views.applications import SENT_IN


class ApplicationStep(VisibleObjectMixin, OperationFormView):
    """A step that is possible only at some stages; at others the page says so."""

    object: Any
    queryset: QuerySet[Any] | None = SENT_IN
    permission = rules.WORK_APPLICATIONS
    template_name = "licensees/applications/step.html"
    stages: ClassVar[tuple[Stage, ...]] = OPEN
    heading: ClassVar[str]
    intro: ClassVar[str] = ""
    label: ClassVar[str]
    danger: ClassVar[bool] = False

    @property
    def application(self) -> Application:
        """The application the step is about."""
        row: Application = self.get_object()
        return row

    def get_success_url(self) -> str:
        """Back to the application."""
        return reverse("licensees:application", args=[self.application.pk])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, if the application stands where the step is possible."""
        row = self.application
        if row.stage in self.stages:
            return super().get(request, *args, **kwargs)
        detail = f"Application {row.pk} is {Stage(row.stage).label.lower()}."
        url = self.get_success_url()
        return conflict(request, detail, next_url=url, next_label=f"See application {row.pk}")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.application
        context = {
            "application": row,
            "application_url": self.get_success_url(),
            "heading": self.heading,
            "intro": self.intro,
            "label": self.label,
            "danger": self.danger,
            "missing": self.missing() if row.stage in self.stages else [],
        }
        return super().get_context_data(**(context | kwargs))

    def missing(self) -> list[completeness.Missing]:
        """What would make the step be refused."""
        return []


class TakeUp(ApplicationStep):
    """Begin the review."""

    form_class = forms.TakeUpForm
    stages = (Stage.APPLIED,)
    heading = "Take up the application"
    intro = "Everything that has to be there to begin the review is checked once more."
    label = "Take it up"
    success_message = "The review has begun."

    def missing(self) -> list[completeness.Missing]:
        return completeness.for_review(self.application)

    def operate(self, data: dict[str, Any]) -> None:
        deciding.take_up(self.application, actor=signed_in(self.request))


class AskForMore(ApplicationStep):
    """Ask the applicant for something."""

    form_class = forms.AskForm
    heading = "Ask the applicant for more"
    intro = (
        "Until they answer, the applicant can change the application; after the Board’s decision"
        " they can only add papers."
    )
    label = "Ask"
    success_message = "The applicant is told that something is needed."

    def get_initial(self) -> dict[str, Any]:
        return {"wanted": self.application.wanted}

    def operate(self, data: dict[str, Any]) -> None:
        deciding.ask_for_more(self.application, actor=signed_in(self.request), **data)


class NewLink(ApplicationStep):
    """Send a new link."""

    form_class = forms.TakeUpForm
    heading = "Send a new link"
    label = "Send a new link"
    success_message = "A new link is on its way."
    intro = (
        "It goes to the address the application was begun with. The link the applicant has opens"
        " nothing from then on."
    )

    def operate(self, data: dict[str, Any]) -> None:
        send_new_link(self.application, actor=signed_in(self.request))


class CheckReference(ApplicationStep):
    """Record what a reference said."""

    queryset = Reference.objects.select_related("application").filter(
        application__applied_at__isnull=False, withdrawn_at=None
    )
    form_class = forms.ReferenceCheckForm
    stages = (Stage.IN_REVIEW,)
    heading = "Record what the reference said"
    label = "Record it"
    success_message = "Recorded."

    @property
    def application(self) -> Application:
        reference: Reference = self.get_object()
        return reference.application

    def subject(self) -> Any:
        """The right is about the application."""
        return self.application

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, once."""
        if self.object.checked_on is None:
            return super().get(request, *args, **kwargs)
        detail = f"{self.object.name} was checked already."
        url = self.get_success_url()
        return conflict(request, detail, next_url=url, next_label="See the application")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reference: Reference = self.object
        about = f"{reference.name}, {reference.firm}: {reference.reachable_at}"
        return super().get_context_data(intro=about, **kwargs)

    def operate(self, data: dict[str, Any]) -> None:
        deciding.check_reference(
            self.object, today=timezone.localdate(), actor=signed_in(self.request), **data
        )


class Decide(ApplicationStep):
    """Record the Board's decision."""

    form_class = forms.DecideForm
    stages = (Stage.IN_REVIEW,)
    heading = "Record the Board’s decision"
    intro = "It is final: an application that was rejected stays so, and the firm may apply again."
    label = "Record the decision"
    success_message = "The decision is recorded, and the applicant is told."

    def missing(self) -> list[completeness.Missing]:
        return completeness.for_approval(self.application)

    def operate(self, data: dict[str, Any]) -> None:
        deciding.decide(
            self.application, today=timezone.localdate(), actor=signed_in(self.request), **data
        )


class SendAgreement(ApplicationStep):
    """Record that the agreement was sent."""

    form_class = forms.SendAgreementForm
    stages = (Stage.APPROVED,)
    heading = "Send the agreement"
    intro = "Send the agreement to the firm, then record which version and when."
    label = "Record that it was sent"
    success_message = "Recorded, and the applicant is told."

    def operate(self, data: dict[str, Any]) -> None:
        deciding.send_agreement(
            self.application, today=timezone.localdate(), actor=signed_in(self.request), **data
        )


class RecordSigned(ApplicationStep):
    """Keep the signed agreement."""

    form_class = forms.SignedForm
    stages = (Stage.AGREEMENT_SENT,)
    heading = "Record the signed agreement"
    intro = "A better copy takes the place of one that is here."
    label = "Keep the agreement"
    success_message = "The agreement is here."

    def operate(self, data: dict[str, Any]) -> None:
        deciding.record_signed(
            self.application,
            signed_on=data["signed_on"],
            upload=data["paper"],
            today=timezone.localdate(),
            actor=signed_in(self.request),
        )


class FirstFee(ApplicationStep):
    """Record the first fee."""

    form_class = forms.FirstFeeForm
    stages = (Stage.APPROVED, Stage.AGREEMENT_SENT)
    heading = "Record the first annual fee"
    intro = "It counts for the year in which the licence begins."
    label = "Record the fee"
    success_message = "The fee is recorded."

    def get_initial(self) -> dict[str, Any]:
        row, today = self.application, timezone.localdate()
        known = FeeAmount.objects.on(today)
        return {
            "amount_usd": row.fee_usd or (known.amount_usd if known else None),
            "paid_on": row.fee_paid_on or today,
            "method": row.fee_method,
            "reference": row.fee_reference,
        }

    def operate(self, data: dict[str, Any]) -> None:
        deciding.receive_first_fee(
            self.application, today=timezone.localdate(), actor=signed_in(self.request), **data
        )


class Activate(ApplicationStep):
    """Make the firm a licensee."""

    form_class = forms.ActivateForm
    stages = (Stage.AGREEMENT_SENT,)
    heading = "Make the firm a licensee"
    intro = (
        "The firm gets its licence number, and its manager an invitation. From then on it can buy"
        " blanks and issue."
    )
    label = "Make it a licensee"
    success_message = "The firm is a licensee now."

    def missing(self) -> list[completeness.Missing]:
        return completeness.for_licence(self.application)

    def get_initial(self) -> dict[str, Any]:
        row = self.application
        return {
            "kind": row.kind,
            "effective_on": timezone.localdate(),
            "name": row.contact_name,
            "email": row.contact_email,
        }

    def operate(self, data: dict[str, Any]) -> None:
        firm = activate(
            self.application, today=timezone.localdate(), actor=signed_in(self.request), **data
        )
        messages.info(self.request, f"{firm} has licence number {firm.number}.")
