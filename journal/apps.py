"""The one record of who did what, chained by hash; it knows no other app."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Registers the journal with Django."""

    name = "journal"
    verbose_name = "Journal"
