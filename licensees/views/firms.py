"""The list of firms with their standing, and what one firm's licence is."""

import re
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.views.generic import DetailView, TemplateView

from accounts import keyset
from accounts.web import PermittedMixin, signed_in
from licensees import rules
from licensees.forms.licence import FindForm
from licensees.models import Agreement, LicenceStatus, Licensee
from licensees.standing import is_good
from licensees.views.pages import LicenseePage


class LicenseeList(PermittedMixin, TemplateView):
    """Firms with their standing, the last licensed first, a page at a time by licence number."""

    permission = rules.VIEW
    template_name = "licensees/licensee_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        form = FindForm(self.request.GET)
        rows: Any = Licensee.objects.visible_to(signed_in(self.request)).with_standing(today)
        rows = _found(rows, form.cleaned_data) if form.is_valid() else rows.none()
        if form.is_valid() and (wanted := form.cleaned_data["standing"]):
            # Judged by the one rule there is, and not by a second one in SQL.
            found = [
                firm.pk
                for firm in rows.only("status")
                if is_good(firm.standing_facts(today), today=today) == (wanted == "good")
            ]
            rows = rows.filter(pk__in=found)
        page = keyset.page(rows, self.request.GET, key="number")
        return super().get_context_data(
            form=form,
            active=sum(bool(self.request.GET.get(name)) for name in ("status", "kind", "standing")),
            is_filtered=any(self.request.GET.get(name) for name in form.fields),
            page=page,
            firms=[
                (firm, [r.text for r in firm.standing_reasons(today) if not r.holds])
                for firm in page.rows
            ],
            **kwargs,
        )

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """A filter that cannot be understood is the reader's to mend: 400, with the form."""
        status = 200 if context["form"].is_valid() else 400
        return super().render_to_response(context, status=status, **kwargs)


def _found(rows: QuerySet[Licensee], wanted: dict[str, str]) -> QuerySet[Licensee]:
    """By part of a name or EIN, or by a licence number; by status and type."""
    if text := wanted["search"]:
        found = Q(legal_name__icontains=text) | Q(ein__contains=text)
        if re.fullmatch(r"[0-9]{1,9}", text, re.ASCII):
            found |= Q(number=int(text))
        rows = rows.filter(found)
    for fact in ("status", "kind"):
        if wanted[fact]:
            rows = rows.filter(**{fact: wanted[fact]})
    return rows


class LicenseeDetail(LicenseePage, DetailView):
    """One firm's licence: its standing with the reasons, its facts, its agreements."""

    template_name = "licensees/licensee_detail.html"
    tab = "Licence"

    def get_queryset(self) -> Any:
        agreements = Prefetch("agreements", Agreement.objects.select_related("paper"))
        return super().get_queryset().prefetch_related(agreements)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, firm = signed_in(self.request), self.object
        standing = firm.standing_reasons(timezone.localdate())
        return super().get_context_data(
            standing=standing,
            agreements=firm.agreements.all(),
            may_license=user.has_perm(rules.LICENSE, firm),
            acts_for=rules.acts_for(user, firm.pk),
            is_good=all(reason.holds for reason in standing),
            is_suspended=firm.status == LicenceStatus.SUSPENDED,
            **kwargs,
        )
