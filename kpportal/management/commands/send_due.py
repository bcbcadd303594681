"""`manage.py send_due`: write the reminders that are due, then send what waits in the outbox."""

import datetime as dt
import logging
import os
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, connection
from django.utils import timezone

from accounts import outbox
from kpportal.reminders import remind
from licensees.operations.papers import sweep

LOG = logging.getLogger(__name__)
GLANCE = 1.0  # seconds between two looks whether the process that started us still lives


class Command(BaseCommand):
    """Once, or again and again until told to stop."""

    help = "Write reminders that are due and send waiting mail; with --every, again and again."
    _reminded_on: dt.date | None = None

    def add_arguments(self, parser: CommandParser) -> None:
        """How often."""
        parser.add_argument(
            "--every",
            type=float,
            metavar="SECONDS",
            help="go on until stopped, or until the process that started this one ends",
        )
        parser.add_argument(
            "--parent",
            type=int,
            metavar="PID",
            help="the process that starts this one, if it may die before this one looks",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one round, or a round every so many seconds."""
        if options["every"] is None:
            self._remind()
            self._send()
            return
        stopping, parent = threading.Event(), options["parent"] or os.getppid()
        for told in (signal.SIGTERM, signal.SIGINT):
            # The message that is being sent is finished first.
            signal.signal(told, lambda *_: stopping.set())
        while not stopping.is_set() and os.getppid() == parent:
            # A reminder that cannot be written must not hold up the mail that is.
            for part in (self._remind, self._send):
                try:
                    part()
                except Error:
                    # The database restarts, perhaps; whatever was to be sent is still there.
                    LOG.exception("No mail in this round")
                    connection.close()
            self._rest(options["every"], stopping, parent)

    def _remind(self) -> None:
        """Once a day: a reminder says nothing new before the next. Stray uploads go then, too."""
        today = timezone.localdate()
        if self._reminded_on != today:
            remind(today)
            sweep(now=timezone.now())
            self._reminded_on = today

    def _send(self) -> None:
        done = outbox.send_due(now=timezone.now())
        if any(done):
            said = f"{done.sent} sent, {done.delayed} delayed, {done.given_up} given up"
            self.stdout.write(said)

    def _rest(self, seconds: float, stopping: threading.Event, parent: int) -> None:
        """Wait, and end early where we are told to or our parent died without telling us."""
        left = seconds
        while left > 0 and os.getppid() == parent and not stopping.wait(min(left, GLANCE)):
            left -= GLANCE
