"""How gunicorn serves the portal: a few processes of several threads each."""

import os
import sys
from typing import Any

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
graceful_timeout = 10  # seconds
loglevel = "warning"
# Two portals of one user would fight over its one default name, and nobody asks it anything.
control_socket_disable = True


def when_ready(server: Any) -> None:
    """Say where the portal is, at the moment it can be reached."""
    addresses = ", ".join(f"{listener}/" for listener in server.LISTENERS)
    sys.stdout.write(f"\nThe portal is at {addresses} (Ctrl-C ends it)\n\n")
    sys.stdout.flush()
