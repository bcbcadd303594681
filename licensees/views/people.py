"""Who acts for a firm: read, appoint, ask for, decide, dismiss, confirm."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.generic import DetailView, TemplateView

from accounts import keyset
from accounts.web import OperationFormView, PermittedMixin, VisibleObjectMixin, conflict, signed_in
from licensees import rules
from licensees.forms.people import AppointForm, ConfirmForm, DecisionForm, RequestForm
from licensees.models import Contact, Licensee, PeopleConfirmation, PeopleRequest
from licensees.operations.people import appoint, confirm_people, dismiss
from licensees.operations.people_requests import decide_request, request_person, withdraw_request
from licensees.views.pages import LicenseePage


class People(LicenseePage, DetailView):
    """Who acts and acted for a firm, what is asked for, and whether the list is confirmed."""

    template_name = "licensees/people.html"
    tab = "People"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, firm, year = signed_in(self.request), self.object, timezone.localdate().year
        contacts = list(firm.contacts.select_related("user").order_by("appointed_at"))
        firms = Licensee.objects.filter(pk=firm.pk)
        confirmed = firm.people_confirmations.select_related("confirmed_by")
        return super().get_context_data(
            contacts=[contact for contact in contacts if contact.ended_at is None],
            former=[contact for contact in contacts if contact.ended_at is not None][::-1],
            requests=firm.people_requests.select_related("requested_by", "decided_by")[:20],
            confirmation=confirmed.first(),
            owes_confirmation=PeopleConfirmation.objects.owed_by(firms, year).exists(),
            year=year,
            may_appoint=user.has_perm(rules.APPOINT, firm) and not firm.has_ended,
            may_decide=user.has_perm(rules.APPOINT, firm),
            may_ask=user.has_perm(rules.MANAGE_PEOPLE, firm),
            may_dismiss=user.has_perm(rules.DISMISS, firm),
            **kwargs,
        )


class Appoint(LicenseePage, OperationFormView):
    """Let a person act for the firm."""

    permission = rules.APPOINT
    form_class = AppointForm
    template_name = "licensees/appoint.html"
    success_message = "Appointed. Someone without an account gets an invitation by e-mail."
    tab = "People"

    def operate(self, data: dict[str, Any]) -> None:
        appoint(self.object, actor=signed_in(self.request), **data)


class RequestPerson(LicenseePage, OperationFormView):
    """Ask USKPA that a person may act for the firm, or in another role."""

    permission = rules.MANAGE_PEOPLE
    form_class = RequestForm
    template_name = "licensees/people_request.html"
    success_message = "USKPA staff are asked. You get a mail when they have decided."
    tab = "People"

    def operate(self, data: dict[str, Any]) -> None:
        request_person(self.object, actor=signed_in(self.request), **data)


class ConfirmPeople(LicenseePage, OperationFormView):
    """Read the list of the firm's people, and say that it is right."""

    permission = rules.MANAGE_PEOPLE
    form_class = ConfirmForm
    template_name = "licensees/people_confirm.html"
    tab = "People"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The list, unless it is confirmed."""
        year = timezone.localdate().year
        if not self.object.people_confirmations.filter(year=year).exists():
            return super().get(request, *args, **kwargs)
        detail = f"The people of {self.object} were confirmed for {year} already."
        url = self.get_success_url()
        return conflict(request, detail, next_url=url, next_label="See the people of the firm")

    def people(self) -> list[Contact]:
        """Who acts for the firm now, by name."""
        if not hasattr(self, "_people"):
            rows = self.object.contacts.current().select_related("user")
            self._people = list(rows.order_by("user__name", "pk"))
        return self._people

    def get_initial(self) -> dict[str, Any]:
        seen = ",".join(str(contact.pk) for contact in self.people())
        return {"year": timezone.localdate().year, "seen": seen}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(
            contacts=self.people(), year=timezone.localdate().year, **kwargs
        )
        if context["form"].is_bound:
            # Shown again it is about the list as it is now, which is to be read and ticked anew.
            context["form"].data = self.get_initial()
        return context

    def operate(self, data: dict[str, Any]) -> None:
        confirmation = confirm_people(
            self.object,
            year=data["year"],
            seen=data["seen"],
            today=timezone.localdate(),
            actor=signed_in(self.request),
        )
        said = f"The people of {self.object} are confirmed for {confirmation.year}."
        messages.success(self.request, said)


class Dismiss(VisibleObjectMixin):
    """End a person's acting for a firm."""

    object: Contact
    queryset = Contact.objects.current().select_related("licensee", "user")
    permission = rules.DISMISS
    http_method_names = ("post",)

    def subject(self) -> Any:
        """The right to end it is about the firm."""
        return self.get_object().licensee

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End it and go back to the firm, or to the sign-in for whoever took themselves out."""
        contact = dismiss(self.object, actor=signed_in(request))
        messages.success(request, f"{contact.user} no longer acts for {contact.licensee}.")
        return HttpResponseRedirect(reverse("licensees:people", args=[contact.licensee_id]))


class PeopleRequestList(PermittedMixin, TemplateView):
    """Every request that waits for staff, the latest first."""

    permission = rules.VIEW_OFFICE_LISTS
    template_name = "licensees/people_requests.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in(self.request)
        rows = PeopleRequest.objects.visible_to(user).waiting()
        rows = rows.select_related("licensee", "requested_by")
        page = keyset.page(rows, self.request.GET, key="id")
        may_decide = user.has_perm(rules.APPOINT)
        return super().get_context_data(page=page, may_decide=may_decide, **kwargs)


class DecideRequest(VisibleObjectMixin, OperationFormView):
    """One request: approve it or decline it."""

    object: PeopleRequest
    queryset = PeopleRequest.objects.select_related("licensee", "requested_by", "decided_by")
    permission = rules.APPOINT
    form_class = DecisionForm
    template_name = "licensees/people_decide.html"
    context_object_name = "asked"
    success_url = reverse_lazy("licensees:people_requests")

    def subject(self) -> Any:
        """Who decides is a question about the firm."""
        return self.get_object().licensee

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The request, unless it is decided."""
        asked = self.object
        if asked.state == PeopleRequest.State.WAITING:
            return super().get(request, *args, **kwargs)
        detail = f"This request was {asked.get_state_display().lower()} by {asked.decided_by}."
        url = reverse("licensees:people", args=[asked.licensee_id])
        return conflict(request, detail, next_url=url, next_label=f"See {asked.licensee}")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        acting = self.object.licensee.contacts.current().filter(
            user__email__iexact=self.object.email
        )
        return super().get_context_data(acting=acting.first(), **kwargs)

    def operate(self, data: dict[str, Any]) -> None:
        approve = data["decision"] == "approve"
        actor = signed_in(self.request)
        asked = decide_request(self.object, approve=approve, note=data["note"], actor=actor)
        state = asked.get_state_display().lower()
        messages.success(self.request, f"{asked.name} for {asked.licensee}: {state}.")


class WithdrawRequest(VisibleObjectMixin):
    """Take a request back."""

    object: PeopleRequest
    queryset = PeopleRequest.objects.select_related("licensee")
    permission = rules.MANAGE_PEOPLE
    http_method_names = ("post",)

    def subject(self) -> Any:
        """The firm's managers speak for it."""
        return self.get_object().licensee

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take it back and return to the people of the firm."""
        asked = withdraw_request(self.object, actor=signed_in(request))
        messages.success(request, f"The request for {asked.name} is withdrawn.")
        return HttpResponseRedirect(reverse("licensees:people", args=[asked.licensee_id]))


class ConfirmationList(PermittedMixin, TemplateView):
    """Which firms have confirmed their people this year, and which owe it."""

    permission = rules.VIEW_OFFICE_LISTS
    template_name = "licensees/people_confirmations.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, year = signed_in(self.request), timezone.localdate().year
        firms = Licensee.objects.visible_to(user)
        said = PeopleConfirmation.objects.visible_to(user).filter(year=year)
        return super().get_context_data(
            year=year,
            owing=PeopleConfirmation.objects.owed_by(firms, year),
            confirmed=said.select_related("licensee", "confirmed_by").order_by(
                "licensee__legal_name"
            ),
            **kwargs,
        )
