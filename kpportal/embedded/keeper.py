"""Waits in the background until nobody uses a cluster, then stops its server.

Run as a program by `server.start`, one per cluster. It needs nothing of the project, so that it
is small and keeps working while the project's files change.
"""

import fcntl
import os
import signal
import sys
import time
from pathlib import Path

PATIENCE = 120.0  # seconds for the server to stop, per way of asking


def postmaster(data: Path) -> int | None:
    """The process number of a cluster's server if it lives; a reused number is not taken for it."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, 0)
        if Path("/proc/self").exists():
            return pid if Path(f"/proc/{pid}/cwd").samefile(data) else None
    except (FileNotFoundError, ProcessLookupError, PermissionError, ValueError):
        return None
    return pid


def stop(data: Path) -> None:
    """Stop the server if it runs, and wait; open connections are ended, their work rolled back."""
    for how in (signal.SIGINT, signal.SIGQUIT):
        pid = postmaster(data)
        if pid is None:
            return
        os.kill(pid, how)
        deadline = time.monotonic() + PATIENCE
        while postmaster(data) == pid and time.monotonic() < deadline:
            time.sleep(0.02)


def keep(home: Path, known_by: int) -> None:
    """Go into the background and wait; `known_by` is the inherited lock that says we are there."""
    if os.fork():
        return
    try:
        users = os.open(home / "users.lock", os.O_RDWR)
    except FileNotFoundError:
        return  # the folder was removed; PostgreSQL ends itself when its own is gone
    fcntl.flock(users, fcntl.LOCK_EX)
    stop(home / "data")
    # Whoever waits to start the server anew must find that it needs a new keeper.
    os.close(known_by)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), int(sys.argv[2]))
