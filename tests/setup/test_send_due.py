"""The command that reminds and sends: once, again and again, and no longer than its parent."""

import os
import select
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.core.management import call_command
from django.db import OperationalError, connection

from accounts.outbox import queue
from kpportal import gunicorn_settings
from kpportal.management.commands import send_due

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
def test_one_round_reminds_and_sends(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    days = []
    monkeypatch.setattr(send_due, "remind", days.append)
    queue("ann@tests.example", "S", ["T"])

    call_command("send_due")

    assert len(days) == 1
    assert [message.to for message in sent_mail.outbox] == [["ann@tests.example"]]
    assert capsys.readouterr().out == "1 sent, 0 delayed, 0 given up\n"
    call_command("send_due")
    assert capsys.readouterr().out == ""


@pytest.mark.django_db
def test_reminders_are_written_once_a_day_and_trouble_with_them_holds_up_no_mail(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rounds = []

    def remind(day: Any) -> None:
        rounds.append(day)
        if len(rounds) == 1:
            queue("ann@tests.example", "S", ["T"])
            raise OperationalError("gone")

    def rest(command: Any, seconds: float, stopping: Any, parent: int) -> None:
        if len(sent_mail.outbox) + len(rounds) > 2:
            stopping.set()

    monkeypatch.setattr(send_due, "remind", remind)
    monkeypatch.setattr(send_due.Command, "_rest", rest)
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(signal, "signal", lambda *args: None)

    call_command("send_due", every=15.0)

    assert len(rounds) == 2
    assert len(sent_mail.outbox) == 1
    assert "No mail in this round" in caplog.text


# What gunicorn does, without gunicorn: a parent that starts the command as its settings do.
PARENT = textwrap.dedent(
    """
    import sys, time
    from types import SimpleNamespace
    from kpportal import gunicorn_settings
    gunicorn_settings.when_ready(SimpleNamespace(LISTENERS=[]))
    print(gunicorn_settings._mailing[0].pid, flush=True)
    sys.stdin.read()
    gunicorn_settings.on_exit(None)
    """
)


@pytest.mark.parametrize("how", ["asked", "killed"])
def test_the_sender_ends_with_the_portal(how: str) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert parent.stdout is not None
    lines = iter(parent.stdout.readline, "")
    pid = int(next(line for line in lines if line.strip().isdecimal()))
    sender = os.pidfd_open(pid)
    assert select.select([sender], [], [], 0)[0] == []

    if how == "killed":
        parent.kill()
    parent.communicate("", timeout=30)

    ended = select.select([sender], [], [], 30)[0] == [sender]
    os.close(sender)
    assert ended


def test_the_sender_is_started_as_the_command_wants_it() -> None:
    assert gunicorn_settings.MANAGE.is_file()
    assert float(gunicorn_settings.MAIL_EVERY) > 0
