"""Waiting for what the tests do not see happen, and not for ever."""

import subprocess
import sys
from pathlib import Path

from kpportal.embedded import place

WAIT = "import fcntl, sys; fcntl.flock(open(sys.argv[1], 'r+'), fcntl.LOCK_EX)"


def wait_until_kept_no_more(folder: Path) -> None:
    """Wait until the keeper of a folder's cluster has gone, which it does after the server."""
    lock = place.locate(folder, durable=True).home / "keeper.lock"
    subprocess.run([sys.executable, "-c", WAIT, lock], check=True, timeout=30)
