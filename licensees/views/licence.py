"""Steps of a licence: suspend, reinstate, end, change its details, record an agreement."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.web import OperationFormView, conflict, signed_in
from licensees import evidence, rules
from licensees.evidence import Act
from licensees.forms.licence import AgreementForm, CloseForm, DetailsForm, ReasonForm
from licensees.models import LicenceStatus
from licensees.operations.agreements import record_agreement
from licensees.operations.details import DETAILS, change_details
from licensees.operations.licensing import close, reinstate, suspend
from licensees.views.pages import LicenseePage

# What must be done first is done under one of the firm's tabs.
DONE_UNDER: Final[Mapping[str, str]] = {
    "blanks_held": "Stock",
    "differences_open": "Stock",
    "issued_not_shipped": "Certificates",
    "shipments_open": "Certificates",
    "review_overdue": "Licence",
}


class LicenceStep(LicenseePage, OperationFormView):
    """A step of staff that starts from some statuses; 409 from any other."""

    permission = rules.LICENSE
    tab = "Licence"
    sources: tuple[LicenceStatus, ...] = tuple(LicenceStatus)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, if the licence stands where the step begins."""
        firm = self.object
        if firm.status in self.sources:
            return super().get(request, *args, **kwargs)
        detail = f"The licence of {firm} is {firm.get_status_display().lower()}."
        url = self.get_success_url()
        return conflict(request, detail, next_url=url, next_label=f"See {firm}")

    def obstacles(self, act: Act) -> list[dict[str, Any]]:
        """What must be done first, with the page where it is done."""
        found = evidence.obstacles(act, self.object.pk, timezone.localdate())
        return [
            {"obstacle": hit, "tab": tab, "url": self.tab_url(tab)}
            for hit in found
            if (tab := DONE_UNDER[hit.code])
        ]


class Suspend(LicenceStep):
    """Suspend a licence."""

    form_class = ReasonForm
    template_name = "licensees/suspend.html"
    sources = (LicenceStatus.ACTIVE,)

    def operate(self, data: dict[str, Any]) -> None:
        suspend(self.object, today=timezone.localdate(), actor=signed_in(self.request), **data)
        messages.success(self.request, f"The licence of {self.object} is suspended.")


class Reinstate(LicenceStep):
    """End a suspension, unless a review comes first."""

    form_class = ReasonForm
    template_name = "licensees/reinstate.html"
    sources = (LicenceStatus.SUSPENDED,)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(obstacles=self.obstacles(Act.REINSTATE), **kwargs)

    def operate(self, data: dict[str, Any]) -> None:
        reinstate(self.object, today=timezone.localdate(), actor=signed_in(self.request), **data)
        messages.success(self.request, f"The licence of {self.object} is active again.")


class Close(LicenceStep):
    """End a licence, once everything is accounted for."""

    form_class = CloseForm
    template_name = "licensees/close.html"
    sources = (LicenceStatus.ACTIVE, LicenceStatus.SUSPENDED)

    def get_initial(self) -> dict[str, Any]:
        return {"ended_on": timezone.localdate()}

    def get_form_kwargs(self) -> dict[str, Any]:
        found = evidence.obstacles(Act.CLOSE, self.object.pk, timezone.localdate())
        return {**super().get_form_kwargs(), "asks_to_take_over": any(o.with_staff for o in found)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.obstacles(Act.CLOSE)
        return super().get_context_data(
            first=[hit for hit in found if not hit["obstacle"].with_staff],
            with_staff=[hit for hit in found if hit["obstacle"].with_staff],
            **kwargs,
        )

    def operate(self, data: dict[str, Any]) -> None:
        close(self.object, today=timezone.localdate(), actor=signed_in(self.request), **data)
        messages.success(self.request, f"The licence of {self.object} has ended.")


class ChangeDetails(LicenceStep):
    """Change what a firm is called and where it is found."""

    form_class = DetailsForm
    template_name = "licensees/details.html"

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in DETAILS}

    def operate(self, data: dict[str, Any]) -> None:
        firm = change_details(self.object, details=data, actor=signed_in(self.request))
        messages.success(self.request, f"The details of {firm} are kept.")


class RecordAgreement(LicenceStep):
    """Record a version of the licence agreement that the firm signed."""

    form_class = AgreementForm
    template_name = "licensees/agreement.html"
    sources = (LicenceStatus.ACTIVE, LicenceStatus.SUSPENDED)
    success_message = "The agreement is recorded."

    def operate(self, data: dict[str, Any]) -> None:
        record_agreement(
            self.object, today=timezone.localdate(), actor=signed_in(self.request), **data
        )
