"""The firms behind the certificates: licences, contacts, fees, address books, standing."""

from django.apps import AppConfig


class LicenseesConfig(AppConfig):
    """Registers the licensees with Django."""

    name = "licensees"
    verbose_name = "Licensees"
