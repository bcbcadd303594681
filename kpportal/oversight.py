"""The overseers' admin: every model, for reading only, and nobody else's workbench."""

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import User
from accounts.rules import ENTER_OVERSIGHT


class OversightSite(admin.AdminSite):
    """Django's admin with our own question at the door."""

    site_header = "USKPA portal: audit desk"
    site_title = "Audit desk"
    index_title = "Every record, for reading"
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Overseers and administrators; they sign in like everyone else."""
        return isinstance(request.user, User) and request.user.has_perm(ENTER_OVERSIGHT)
