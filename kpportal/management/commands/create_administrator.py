"""Make the first administrator of an installation."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from accounts.notices import invitation_path
from accounts.operations import create_administrator
from journal.errors import OperationRefused


class Command(BaseCommand):
    """``manage.py create_administrator EMAIL NAME``."""

    help = (
        "Make the first administrator and print the link at which they choose a password. Later"
        " administrators are invited by this one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address and the name."""
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("name", metavar="NAME", help="full name, in quotation marks")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        """Write the user and print the link."""
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is not an e-mail address.") from error
        if not name.strip():
            raise CommandError("Say the administrator's name.")
        try:
            user = create_administrator(email=email, name=name)
        except OperationRefused as refusal:
            raise CommandError(refusal.detail) from refusal
        self.stdout.write(f"{user.name} is administrator. The link to choose a password:")
        self.stdout.write(settings.BASE_URL + invitation_path(user))
