"""The two clocks of every firm."""

from typing import Any

from django.utils import timezone
from django.views.generic import TemplateView

from accounts.web import PermittedMixin, signed_in
from reviews import rules
from reviews.models import clocks


class ClockList(PermittedMixin, TemplateView):
    """When each firm was visited last by each body, and when it must be again."""

    permission = rules.VIEW
    template_name = "reviews/clock_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = clocks(signed_in(self.request), timezone.localdate())
        return super().get_context_data(clocks=found, **kwargs)
