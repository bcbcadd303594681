"""The overseers' admin: every model, for reading only, and nobody else's workbench."""

from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path, re_path, reverse
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView

from accounts.models import User
from accounts.rules import ENTER_OVERSIGHT
from journal.read_only import ReadOnlyAdmin

FIRST = ("certificates", "licensees", "reviews", "journal")
SAFE_METHODS = ("GET", "HEAD")


class OversightSite(admin.AdminSite):
    """Django's admin with our own question at the door, and nothing behind it that writes."""

    site_header = "USKPA portal: audit desk"
    site_title = "Audit desk"
    index_title = "Audit desk"
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Overseers and administrators; they sign in like everyone else."""
        return isinstance(request.user, User) and request.user.has_perm(ENTER_OVERSIGHT)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take in what only reads. What other packages bring with them, groups or e-mail
        addresses to be edited, stays out.
        """
        if isinstance(admin_class, type) and issubclass(admin_class, ReadOnlyAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Let in whom the rule lets in (403), and only to read (405). No page is kept by a cache.

        Whoever is not signed in has been sent to the sign-in before.
        """

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request):
                raise PermissionDenied
            if request.method not in SAFE_METHODS:
                return HttpResponseNotAllowed(SAFE_METHODS)
            answer: HttpResponse = view(request, *args, **kwargs)
            return answer

        return update_wrapper(never_cache(guarded), view)

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """The front page, the lists and the rows.

        Signing in and out are the portal's; Django's own pages for that, for passwords, scripts
        and look-ups are not there at all.
        """
        pages: list[URLResolver | URLPattern] = [
            path("", self.admin_view(self.index), name="index"),
            path("login/", self.admin_view(_to_front), name="login"),
            path("logout/", RedirectView.as_view(pattern_name="account_logout"), name="logout"),
        ]
        labels = set()
        for model, desk in self._registry.items():
            labels.add(model._meta.app_label)
            place = f"{model._meta.app_label}/{model._meta.model_name}/"
            pages.append(path(place, include(desk.urls)))
        apps = rf"^(?P<app_label>{'|'.join(sorted(labels))})/$"
        return [*pages, re_path(apps, self.admin_view(self.app_index), name="app_list")]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Every page says where to report what looks wrong."""
        return {**super().each_context(request), "report_to": settings.STAFF_EMAIL}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """What overseers come for first, with a sentence for each model."""
        apps = super().get_app_list(request, app_label)
        places = {label: place for place, label in enumerate(FIRST)}
        apps.sort(key=lambda app: places.get(app["app_label"], len(places)))
        for app in apps:
            for entry in app["models"]:
                entry["about"] = getattr(self._registry[entry["model"]], "about", "")
        return apps


def _to_front(request: HttpRequest) -> HttpResponse:
    """Whoever asked to sign in here has done so by now."""
    return redirect(reverse("admin:index"))
