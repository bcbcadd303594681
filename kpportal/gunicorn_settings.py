"""How gunicorn serves the portal: a few processes of several threads each, and one that mails."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
graceful_timeout = 10  # seconds
loglevel = "warning"
# Two portals of one user would fight over its one default name, and nobody asks it anything.
control_socket_disable = True

MANAGE = Path(__file__).resolve().parent.parent / "manage.py"
MAIL_EVERY = "15"  # seconds
_mailing: list[subprocess.Popen[bytes]] = []


def when_ready(server: Any) -> None:
    """Say where the portal is, at the moment it can be reached, and start sending its mail."""
    addresses = ", ".join(f"{listener}/" for listener in server.LISTENERS)
    sys.stdout.write(f"\nThe portal is at {addresses} (Ctrl-C ends it)\n\n")
    sys.stdout.flush()
    ourselves = ["--parent", str(os.getpid())]
    command = [sys.executable, str(MANAGE), "send_due", "--every", MAIL_EVERY, *ourselves]
    _mailing.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))  # noqa: S603 - our own


def on_exit(server: Any) -> None:
    """End the sending with the portal; if the portal is killed, the sender sees that itself."""
    for process in _mailing:
        process.terminate()
        process.wait(timeout=graceful_timeout)
    _mailing.clear()
