"""Firms, their people, their address books."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
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
from licensees import operations, rules
from licensees.forms import AppointForm, ReasonForm
from licensees.models import Contact, LicenceStatus, Licensee, Party
from licensees.standing import is_good


class LicenseeList(PermittedMixin, TemplateView):
    """Firms with their standing."""

    permission = rules.VIEW
    template_name = "licensees/licensee_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Licensee.objects.visible_to(signed_in(self.request)).with_unpaid_fee()
        page = keyset.page(rows, self.request.GET, key="id", size=50)
        today = timezone.localdate()
        firms = sorted(page.rows, key=lambda firm: firm.legal_name)
        listed = [(firm, is_good(firm.standing_facts(), today=today)) for firm in firms]
        return super().get_context_data(page=page, firms=listed, **kwargs)


class LicenseePage(VisibleObjectMixin):
    """A page about one firm."""

    object: Licensee
    queryset = Licensee.objects.all()
    context_object_name = "licensee"
    permission = rules.VIEW

    def get_success_url(self) -> str:
        """Back to the firm."""
        return reverse("licensees:detail", args=[self.object.pk])


class LicenseeDetail(LicenseePage, DetailView):
    """One firm: its licence, standing, people, fees and address book."""

    template_name = "licensees/licensee_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, firm = signed_in(self.request), self.object
        return super().get_context_data(
            standing=firm.standing_reasons(timezone.localdate()),
            contacts=firm.contacts.current().select_related("user"),
            fees=firm.fees.all()[:5],
            parties=firm.parties.filter(retired_at=None),
            may_license=user.has_perm(rules.LICENSE, firm),
            may_appoint=user.has_perm(rules.APPOINT, firm),
            may_keep=user.has_perm(rules.KEEP_ADDRESSES, firm),
            is_good=is_good(firm.standing_facts(), today=timezone.localdate()),
            is_suspended=firm.status == LicenceStatus.SUSPENDED,
            **kwargs,
        )


class Appoint(LicenseePage, OperationFormView):
    """Let a person act for the firm."""

    permission = rules.APPOINT
    form_class = AppointForm
    template_name = "licensees/appoint.html"
    success_message = "Appointed. Someone without an account gets an invitation by e-mail."

    def operate(self, data: dict[str, Any]) -> None:
        operations.appoint(self.object, actor=signed_in(self.request), **data)


class Suspend(LicenseePage, OperationFormView):
    """Suspend a licence, or end the suspension."""

    permission = rules.LICENSE
    form_class = ReasonForm
    template_name = "licensees/suspend.html"
    reinstating = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, if there is anything to suspend or to reinstate."""
        firm = self.object
        source = LicenceStatus.SUSPENDED if self.reinstating else LicenceStatus.ACTIVE
        if firm.status == source:
            return super().get(request, *args, **kwargs)
        detail = f"The licence of {firm} is {firm.get_status_display().lower()}."
        url = self.get_success_url()
        return conflict(request, detail, next_url=url, next_label=f"See {firm}")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(reinstating=self.reinstating, **kwargs)

    def operate(self, data: dict[str, Any]) -> None:
        step = operations.reinstate if self.reinstating else operations.suspend
        step(self.object, actor=signed_in(self.request), **data)
        state = "active again" if self.reinstating else "suspended"
        messages.success(self.request, f"The licence of {self.object} is {state}.")


class Dismiss(VisibleObjectMixin):
    """End a person's acting for a firm."""

    object: Contact
    queryset = Contact.objects.current().select_related("licensee", "user")
    permission = rules.APPOINT
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End it and go back to the firm."""
        contact = operations.dismiss(self.object, actor=signed_in(request))
        messages.success(request, f"{contact.user} no longer acts for {contact.licensee}.")
        return HttpResponseRedirect(reverse("licensees:detail", args=[contact.licensee_id]))


class RetireParty(VisibleObjectMixin):
    """Take an entry out of the address book."""

    object: Party
    queryset = Party.objects.filter(retired_at=None).select_related("licensee")
    permission = rules.KEEP_ADDRESSES
    http_method_names = ("post",)

    def subject(self) -> Any:
        """The right to change an address book is the firm's."""
        return self.get_object().licensee

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take it out and go back to the firm."""
        party = operations.retire_party(self.object, actor=signed_in(request))
        messages.success(request, f"{party.name} is taken out of the address book.")
        return HttpResponseRedirect(reverse("licensees:detail", args=[party.licensee_id]))
