"""Releases: ask for one, read it, decide, take it back; and let a held shipment leave."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
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
from certificates import rules, states
from certificates.forms.releases import (
    DecideReleaseForm,
    ReleaseShipmentForm,
    RequestReleaseForm,
    RevokeReleaseForm,
    WithdrawReleaseForm,
)
from certificates.models import Certificate, Country, Release
from certificates.operations.locking import standing_of
from certificates.operations.releasing import (
    decide_release,
    request_release,
    revoke_release,
    standing_of_release,
    withdraw_release,
)
from certificates.operations.shipping import is_shipment_released, release_shipment
from certificates.states import Status
from certificates.views.steps import Step
from licensees.models import LicenceStatus, Paper
from licensees.operations.papers import keep_paper
from licensees.rules import appointments

SHOWN = 100


class ReleaseList(PermittedMixin, TemplateView):
    """What waits for staff, the oldest on top, and all requests, newest first."""

    permission = rules.VIEW_RELEASES
    template_name = "certificates/releases.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, query = signed_in(self.request), self.request.GET
        rows = Release.objects.visible_to(user).select_related("certificate__licensee")
        waiting = rows.waiting().order_by("id")[:SHOWN]
        return super().get_context_data(
            waiting=[] if "before" in query or "after" in query else waiting,
            page=keyset.page(rows, query, key="id"),
            names_firms=user.sees_every_licensee or len(appointments(user)) > 1,
            decides=user.has_perm(rules.DECIDE_RELEASE),
            **kwargs,
        )


class RequestRelease(Step):
    """Ask staff to open a route for one blank; ``for`` in the address chooses it beforehand."""

    permission = rules.REQUEST_RELEASE
    step = states.ISSUE
    form_class = RequestReleaseForm
    template_name = "certificates/release_request.html"
    success_message = "Asked for. USKPA staff are told, and you get a mail when they have decided."
    release: Release

    def get_initial(self) -> dict[str, Any]:
        return {"route": self.request.GET.get("for", "")}

    def get_form_kwargs(self) -> dict[str, Any]:
        today = timezone.localdate()
        return {**super().get_form_kwargs(), "certificate": self.object, "today": today}

    def operate(self, data: dict[str, Any]) -> None:
        actor = signed_in(self.request)
        stated = dict(data)
        (route, country), upload = stated.pop("route"), stated.pop("paper")
        # A request that is refused keeps no paper either.
        with transaction.atomic():
            papers = [
                keep_paper(
                    paper,
                    purpose=Paper.Purpose.ORIGIN,
                    licensee=self.object.licensee,
                    actor=actor,
                )
                for paper in filter(None, [upload])
            ]
            self.release = request_release(
                self.object,
                route=route,
                country=country,
                papers=papers,
                today=timezone.localdate(),
                actor=actor,
                **stated,
            )

    def get_success_url(self) -> str:
        return reverse("certificates:release", args=[self.release.pk])


class ReleaseBase(VisibleObjectMixin):
    """A page about one request; whether one may is asked of its certificate."""

    object: Release
    queryset = Release.objects.select_related(
        "certificate__licensee", "requested_by", "decided_by"
    ).prefetch_related("papers")
    context_object_name = "release"
    permission = rules.VIEW_RELEASES

    def subject(self) -> Certificate:
        """The certificate says who may."""
        certificate: Certificate = self.get_object().certificate
        return certificate

    def get_success_url(self) -> str:
        """Back to the request."""
        return reverse("certificates:release", args=[self.object.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the country by its name."""
        country = Country.objects.filter(code=self.object.country).first()
        return super().get_context_data(country=country or self.object.country, **kwargs)


class ReleasePage(ReleaseBase, DetailView):
    """One request: what is asked, on which evidence, and what became of it."""

    template_name = "certificates/release.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, row = signed_in(self.request), self.object
        decides = user.has_perm(rules.DECIDE_RELEASE, row.certificate)
        waits = row.state == Release.State.WAITING
        return super().get_context_data(
            may_decide=waits and decides,
            may_withdraw=waits and user.has_perm(rules.REQUEST_RELEASE, row.certificate),
            may_revoke=decides and _is_revocable(row),
            **kwargs,
        )


class ReleaseStep(ReleaseBase, OperationFormView):
    """A page with one form that takes a request on, while it is the moment."""

    def is_the_moment(self) -> bool:
        """Whether the request waits."""
        return self.object.state == Release.State.WAITING

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; for a request that is past this, where it stands."""
        if self.is_the_moment():
            return super().get(request, *args, **kwargs)
        detail = standing_of_release(self.object)
        return conflict(
            request, detail, next_url=self.get_success_url(), next_label="See the request"
        )


class DecideRelease(ReleaseStep):
    """Staff release or refuse."""

    permission = rules.DECIDE_RELEASE
    form_class = DecideReleaseForm
    template_name = "certificates/release_decide.html"
    success_message = "Decided. Whoever asked gets a mail."

    def operate(self, data: dict[str, Any]) -> None:
        decide_release(self.object, actor=signed_in(self.request), **data)


class RevokeRelease(ReleaseStep):
    """Staff take a release back, before the certificate is issued."""

    permission = rules.DECIDE_RELEASE
    form_class = RevokeReleaseForm
    template_name = "certificates/release_revoke.html"
    success_message = "Taken back. Whoever asked gets a mail."

    def is_the_moment(self) -> bool:
        """Whether it is in force and unused."""
        return _is_revocable(self.object)

    def operate(self, data: dict[str, Any]) -> None:
        revoke_release(self.object, actor=signed_in(self.request), **data)


class WithdrawRelease(ReleaseStep):
    """The firm takes its request back."""

    permission = rules.REQUEST_RELEASE
    form_class = WithdrawReleaseForm
    template_name = "certificates/release_withdraw.html"
    success_message = "Taken back."

    def operate(self, data: dict[str, Any]) -> None:
        withdraw_release(self.object, actor=signed_in(self.request))


def _is_revocable(release: Release) -> bool:
    in_force = release.state == Release.State.RELEASED
    return in_force and release.certificate.status == Status.AVAILABLE


class ReleaseShipment(Step):
    """Staff let one issued certificate of a suspended firm leave (domain 2.2)."""

    permission = rules.RELEASE_SHIPMENT
    step = states.SHIP
    form_class = ReleaseShipmentForm
    template_name = "certificates/release_shipment.html"
    success_message = "The firm may record this shipment. Its people get a mail."

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, where a suspension holds the shipment; else what stands there."""
        row, firm = self.object, self.object.licensee
        held = firm is not None and firm.status == LicenceStatus.SUSPENDED
        if row.status != Status.ISSUED or (held and not is_shipment_released(row)):
            return super().get(request, *args, **kwargs)
        why = f"{row} may leave already." if held else f"No suspension holds it: {standing_of(row)}"
        return conflict(request, why, next_url=self.get_success_url(), next_label=f"See {row}")

    def operate(self, data: dict[str, Any]) -> None:
        release_shipment(
            self.object, today=timezone.localdate(), actor=signed_in(self.request), **data
        )
