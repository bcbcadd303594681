"""A firm's address book: read it, add to it, change it, take entries out."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import DetailView

from accounts.web import OperationFormView, VisibleObjectMixin, conflict, signed_in
from licensees import evidence, rules
from licensees.forms.addresses import ConsigneeForm, PrincipalForm
from licensees.models import Party
from licensees.operations.addresses import change_party, keep_party, retire_party, seal_of
from licensees.views.pages import LicenseePage


class AddressBook(LicenseePage, DetailView):
    """To whom a firm ships, and for whom a carrier ships until when."""

    template_name = "licensees/addresses.html"
    tab = "Addresses"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        firm, today = self.object, timezone.localdate()
        kept = list(firm.parties.filter(retired_at=None).select_related("authority_paper"))
        countries = evidence.destinations()
        may_keep = signed_in(self.request).has_perm(rules.KEEP_ADDRESSES, firm)
        return super().get_context_data(
            consignees=[
                (party, countries.get(party.country, party.country))
                for party in kept
                if party.part == Party.Part.CONSIGNEE
            ],
            principals=[
                (
                    party,
                    countries.get(party.country, party.country),
                    party.has_authority_on(today),
                    party.ends_soon(today),
                )
                for party in kept
                if party.part == Party.Part.EXPORTER
            ],
            today=today,
            may_keep=may_keep and not firm.has_ended,
            **kwargs,
        )


class PartyFormView(OperationFormView):
    """The page with one entry of an address book, new or kept before."""

    template_name = "licensees/addresses_entry.html"
    party: Party | None = None
    part: str = Party.Part.CONSIGNEE

    def get_form_class(self) -> type[forms.Form]:
        return PrincipalForm if self.part == Party.Part.EXPORTER else ConsigneeForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "party": self.party}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry = {"is_principal": self.part == Party.Part.EXPORTER, "party": self.party}
        return super().get_context_data(**{**kwargs, **entry})


class AddParty(LicenseePage, PartyFormView):
    """Put a consignee, or a carrier's principal, into the address book."""

    permission = rules.KEEP_ADDRESSES
    tab = "Addresses"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; an ordinary firm has no principals to keep."""
        if self.part == Party.Part.EXPORTER and not self.object.is_carrier:
            detail = f"{self.object} may issue for its own exports only."
            back = self.get_success_url()
            return conflict(request, detail, next_url=back, next_label="See the address book")
        return super().get(request, *args, **kwargs)

    def operate(self, data: dict[str, Any]) -> None:
        facts = {name: value for name, value in data.items() if name != "seen"}
        party = keep_party(self.object, part=self.part, actor=signed_in(self.request), **facts)
        messages.success(self.request, f"{party.name} is in the address book.")


class ChangeParty(VisibleObjectMixin, PartyFormView):
    """Change an entry, unless somebody else changed it since the page was opened."""

    object: Party
    queryset = Party.objects.filter(retired_at=None).select_related("licensee", "authority_paper")
    permission = rules.KEEP_ADDRESSES

    def subject(self) -> Any:
        """The right to change an address book is the firm's."""
        self.party = self.get_object()
        self.part = self.party.part
        return self.party.licensee

    def get_initial(self) -> dict[str, Any]:
        names = (
            "name", "address", "country", "authority_reference", "authority_from",
            "authority_until",
        )  # fmt: skip
        kept = {name: getattr(self.object, name) for name in names}
        return {**kept, "seen": seal_of(self.object)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(licensee=self.object.licensee, **kwargs)

    def operate(self, data: dict[str, Any]) -> None:
        party = change_party(self.object, actor=signed_in(self.request), **data)
        messages.success(self.request, f"{party.name} is saved.")

    def get_success_url(self) -> str:
        return reverse("licensees:addresses", args=[self.object.licensee_id])


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
        party = retire_party(self.object, actor=signed_in(request))
        messages.success(request, f"{party.name} is taken out of the address book.")
        return HttpResponseRedirect(reverse("licensees:addresses", args=[party.licensee_id]))
