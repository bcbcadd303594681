"""The public page that says how rough diamonds are exported, and through which carriers."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from licensees.models import Kind, LicenceStatus, Licensee


@login_not_required
@require_safe
def how_to_export(request: HttpRequest) -> HttpResponse:
    """Steps, the common carriers with an active licence (names only), and the warranty."""
    carriers = Licensee.objects.filter(kind=Kind.CARRIER, status=LicenceStatus.ACTIVE)
    names = carriers.order_by("legal_name").values_list("legal_name", flat=True)
    return render(request, "home/how_to_export.html", {"carriers": names})
