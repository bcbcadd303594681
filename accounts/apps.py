"""Who may come in: users, offices, sign-in, and the one backend that grants permissions."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the accounts with Django."""

    name = "accounts"
    verbose_name = "Accounts"
