"""Runs a cluster's server for as long as somebody uses it, then stops it.

Run as a program by `server.start`, one per cluster. It needs nothing of the project, so that it
is small and keeps working while the project's files change.
"""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 120.0  # seconds for the server to stop, per way of asking
GLANCE = 0.2  # seconds between two looks at the users and the server


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


def try_lock(handle: int) -> bool:
    """Take the exclusive lock of an open file if nobody holds any."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def follow_us() -> Callable[[], None] | None:
    """What a new process does so that the kernel stops it when we die (Linux only)."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    set_parent_death_signal = 1
    return lambda: prctl(set_parent_death_signal, signal.SIGINT)


def run(home: Path, uid: int, gid: int, command: list[str]) -> "subprocess.Popen[bytes]":
    """Start the server as its account, its output in a file."""
    log = os.open(home / "server.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.fchown(log, uid, gid)
    as_root = os.geteuid() == 0
    return subprocess.Popen(  # noqa: S603 - what server.start asks for
        command,
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        umask=0o077,
        preexec_fn=follow_us(),
        user=uid if as_root else None,
        group=gid if as_root else None,
        extra_groups=[] if as_root else None,
    )


def keep(home: Path, uid: int, gid: int, command: list[str]) -> None:
    """Run the server, or with no command watch the one that runs, until nobody uses it."""
    data = home / "data"
    server = run(home, uid, gid, command) if command else None
    users = os.open(home / "users.lock", os.O_RDWR)
    while not try_lock(users):
        if (server.poll() is not None) if server else (postmaster(data) is None):
            return
        time.sleep(GLANCE)
    stop(data)
    if server:
        server.wait()


if __name__ == "__main__":
    # In the background. The lock by which we are known is inherited, and goes when we do.
    if not os.fork():
        keep(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
