"""Load demonstration data and say how to sign in."""

import os
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from journal.errors import OperationRefused
from kpportal.demo import sign_ins
from kpportal.demo.load import load
from kpportal.demo.surroundings import kept, made_up_password


class Command(BaseCommand):
    """``manage.py demo [--certificates N]``; doing it again changes nothing."""

    help = (
        "Load demonstration data into an empty database and print how to sign in. The password"
        " is KPPORTAL_DEMO_PASSWORD, or one made up at first and kept beside the data."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the number of additional certificates."""
        parser.add_argument(
            "--certificates",
            type=_count,
            metavar="N",
            help="have N more certificates of 2019 to 2025, to see how the portal does with them;"
            " the published totals of 2015 to 2018 stay",
        )

    def handle(self, *args: Any, certificates: int | None, verbosity: int, **options: Any) -> None:
        """Load what is missing, then print the sign-ins; with --verbosity 0, print nothing."""
        password, source = _password()
        tell = self.stdout.write if verbosity > 0 else _silence
        try:
            load(
                today=timezone.localdate(), password=password, certificates=certificates, tell=tell
            )
        except OperationRefused as refusal:
            raise CommandError(refusal.detail) from refusal
        width = max(len(words) for words, _ in sign_ins())
        tell(f"\nSign in with the password {password} ({source}) as")
        for words, email in sign_ins():
            tell(f"  {words:<{width}}  {email}")


def _password() -> tuple[str, str]:
    """The password, and where it comes from."""
    given = os.environ.get("KPPORTAL_DEMO_PASSWORD", "")
    if given:
        return given, "from KPPORTAL_DEMO_PASSWORD"
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    path = settings.DATA_DIR / "demo-password"
    return kept(path, made_up_password), f"made up, kept in {path}"


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ArgumentTypeError("say how many, such as 100000")
    return int(text)


def _silence(line: str) -> None:
    """Print nothing."""
