"""One's own account, and the administrators' list of users."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.generic import DetailView, ListView, TemplateView, View

from accounts import keyset, operations, rules
from accounts.forms import InviteForm
from accounts.middleware import seconds_left
from accounts.models import User
from accounts.web import (
    OperationFormView,
    PermittedMixin,
    VisibleObjectMixin,
    signed_in,
)


def firms_of(user: User) -> Any:
    """The firms ``user`` acts for now, by way of the user: this app knows no licensees."""
    return user.contacts.current().select_related("licensee")


class AccountPage(PermittedMixin, TemplateView):
    """Who am I here, and what can I change about it."""

    permission = rules.VIEW_USERS
    template_name = "accounts/account.html"

    def subject(self) -> User:
        return signed_in(self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(contacts=firms_of(self.subject()), **kwargs)


@method_decorator(login_not_required, name="dispatch")
class SessionClock(View):
    """Seconds until the idle time-out; asking does not extend it, posting does."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """Answer also when nobody is signed in: that is the question."""
        return JsonResponse(
            {
                "signed_in": request.user.is_authenticated,
                "seconds_left": seconds_left(request),
                "csrf": get_token(request),
                "user": request.user.pk,
            }
        )

    post = get


class UserList(PermittedMixin, ListView):
    """Every user, for administrators and overseers."""

    permission = rules.VIEW_USERS
    template_name = "accounts/user_list.html"

    def get_queryset(self) -> Any:
        return User.objects.visible_to(signed_in(self.request))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = keyset.page(self.get_queryset(), self.request.GET, key="id")
        may_invite = signed_in(self.request).has_perm(rules.MANAGE_USERS)
        return super().get_context_data(page=page, may_invite=may_invite, **kwargs)


class UserInvite(PermittedMixin, OperationFormView):
    """Invite someone to an office."""

    permission = rules.MANAGE_USERS
    form_class = InviteForm
    template_name = "accounts/user_invite.html"
    success_url = reverse_lazy("accounts:users")
    success_message = "The invitation is on its way."

    def operate(self, data: dict[str, Any]) -> None:
        operations.invite(actor=signed_in(self.request), **data)


class UserPage(VisibleObjectMixin, DetailView):
    """One user, with what an administrator can do about the account."""

    model = User
    permission = rules.VIEW_USERS
    template_name = "accounts/user_detail.html"
    context_object_name = "person"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in(self.request)
        return super().get_context_data(
            contacts=firms_of(self.object),
            may_list=user.has_perm(rules.VIEW_USERS),
            may_manage=user.has_perm(rules.MANAGE_USERS, self.object),
            **kwargs,
        )


class UserActivation(VisibleObjectMixin):
    """Close or open an account."""

    model = User
    permission = rules.MANAGE_USERS
    http_method_names = ("post",)
    active = False

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Close or open it, and say so on the user's page."""
        change = operations.reactivate if self.active else operations.deactivate
        person = change(self.object, actor=signed_in(request))
        state = "open again" if self.active else "closed"
        messages.success(request, f"The account of {person} is {state}.")
        return HttpResponseRedirect(reverse_lazy("accounts:user", args=[self.object.pk]))
