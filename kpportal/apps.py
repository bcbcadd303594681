"""What composes the apps: addresses, navigation, front page, the overseers' admin, commands."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class KPPortalConfig(AppConfig):
    """Registers the composing package, for its commands and templates."""

    name = "kpportal"
    verbose_name = "Portal"


class OversightConfig(AdminConfig):
    """Puts the overseers' admin in the place of Django's default one."""

    default_site = "kpportal.oversight.OversightSite"
