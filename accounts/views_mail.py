"""The outbox for whoever looks after mail: what became of each message, and another try."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.generic import TemplateView

from accounts import keyset, outbox, rules
from accounts.models import Mail
from accounts.web import PermittedMixin, VisibleObjectMixin, conflict, signed_in
from journal.errors import OperationRefused


class MailList(PermittedMixin, TemplateView):
    """Every message, newest first, by what became of it; never its words."""

    permission = rules.VIEW_MAIL
    template_name = "accounts/mail_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in(self.request)
        rows = Mail.objects.visible_to(user).defer("text", "html")
        asked = self.request.GET.get("state", "")
        if asked in Mail.State.values:
            rows = rows.filter(state=asked)
        troubled = Mail.objects.visible_to(user).troubled().count()
        return super().get_context_data(
            page=keyset.page(rows, self.request.GET, key="id"),
            states=Mail.State.choices,
            asked=asked if asked in Mail.State.values else "",
            troubled=troubled,
            may_retry=user.has_perm(rules.RETRY_MAIL),
            **kwargs,
        )


class TryAgain(VisibleObjectMixin):
    """Let a message go out with the next round."""

    object: Mail
    queryset = Mail.objects.defer("text", "html")
    permission = rules.RETRY_MAIL
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Queue it anew and go back to the list."""
        url = reverse("accounts:mail")
        try:
            row = outbox.try_again(self.object, actor=signed_in(request))
        except OperationRefused as refusal:
            return conflict(request, refusal.detail, next_url=url, next_label="See the outbox")
        messages.success(request, f"The message to {row.recipient} goes out within a minute.")
        return HttpResponseRedirect(url)
