"""What every page of the portal shares: permission asked once, operations run once."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.generic import View
from django.views.generic.detail import SingleObjectMixin
from django.views.generic.edit import FormView

from accounts.models import User
from journal.errors import OperationRefused


def signed_in(request: HttpRequest) -> User:
    """The user of a request that has passed the sign-in."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user


class PermittedMixin(View):
    """A page that only those may open whom its ``permission`` allows (403 otherwise).

    Closed by default: a page that names no permission does not work for anyone.
    """

    permission: ClassVar[str] = ""
    # Django's form pages would take a PUT as a POST.
    http_method_names: Sequence[str] = ("get", "head", "post")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Ask the rule before anything else happens."""
        if not self.permission:
            raise ImproperlyConfigured(f"{type(self).__name__} declares no permission.")
        if not signed_in(request).has_perm(self.permission, self.subject()):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def subject(self) -> Any:
        """The row the permission is about; None asks "may they ever?"."""
        return None


class VisibleObjectMixin(SingleObjectMixin, PermittedMixin):
    """A page about one row: 404 if the user cannot see it, 403 if they may not do this to it."""

    def get_queryset(self) -> Any:
        """Start from the rows the user may know exist."""
        rows: Any = super().get_queryset()
        return rows.visible_to(signed_in(self.request))

    def get_object(self, queryset: Any = None) -> Any:
        """The row, read once for the whole request."""
        if not hasattr(self, "object"):
            self.object = super().get_object(queryset)
        return self.object

    def subject(self) -> Any:
        """The permission is asked of the row itself."""
        return self.get_object()


class OperationFormView(FormView):
    """A page with a form whose valid answer runs one operation, then redirects.

    Input that cannot be read comes back with status 422, an operation's refusal with 409; both
    show the form with everything that was typed.
    """

    success_message: ClassVar[str] = ""

    @abstractmethod
    def operate(self, data: dict[str, Any]) -> None:
        """Run the operation with the form's values."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Run the operation; a refusal becomes an error of its field or of the form."""
        try:
            self.operate(form.cleaned_data)
        except OperationRefused as refusal:
            refused_on(form, refusal)
            return self.render_to_response(self.get_context_data(form=form), status=409)
        if self.success_message:
            messages.success(self.request, self.success_message)
        return HttpResponseRedirect(self.get_success_url())

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """Show the form again with what is wrong with it."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


def refused_on(form: BaseForm, refusal: OperationRefused) -> None:
    """Put a refusal where the person can mend it: on its field if the form has it."""
    field = refusal.field if refusal.field in form.fields else None
    text = f"{refusal.detail} ({refusal.source})" if refusal.source else refusal.detail
    form.add_error(field, text)


def conflict(
    request: HttpRequest, detail: str, *, next_url: str = "", next_label: str = ""
) -> HttpResponse:
    """The page that says somebody else was first, and where to go now (409)."""
    context = {"detail": detail, "next_url": next_url, "next_label": next_label}
    return render(request, "409.html", context, status=409)
