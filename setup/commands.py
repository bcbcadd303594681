"""The commands of bootstrap.py."""

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn

from setup.assets import set_up_assets
from setup.checks import all_checks, all_fixes, run_all
from setup.environment import DEV_LOCK, RUN_LOCK, VENV_PYTHON, set_up_python
from setup.locks import write_locks
from setup.steps import ROOT, SetupError, tail

PROGRAMS = {
    "run": ["-m", "kpportal.serve"],
    "test": ["-m", "pytest", "-n", "auto"],
    "bench": ["-m", "bench"],
    "pictures": ["tests/browser/pictures.py"],
}
INSTALLED_FOR = {"run": RUN_LOCK, "setup": RUN_LOCK, "assets": None}  # all others: DEV_LOCK


def free_port(environ: Mapping[str, str]) -> int:
    """The port to serve on, from PORT or 8000; SetupError if it is none or is taken."""
    wanted = environ.get("PORT") or "8000"
    if not wanted.isascii() or not wanted.isdigit() or not 0 < int(wanted) < 65536:
        raise SetupError(f"PORT={wanted} is not a port number. Say for example: PORT=8001 make run")
    port = int(wanted)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise SetupError(
                f"Port {port} is for root only. Choose one above 1023: PORT=8001 make run"
            ) from error
        except OSError as error:
            another = port + 1 if port < 65535 else 8001
            raise SetupError(
                f"Port {port} is in use. Choose another: PORT={another} make run"
            ) from error
    return port


def set_up(lock: str | None) -> None:
    """Install what a command needs; two set-ups of the same folder wait for each other."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if lock is not None:
            set_up_python(lock)
        set_up_assets()
    finally:
        os.close(folder)


def end_with_make() -> None:
    """Have the kernel end this process when the `make` that started it is killed (Linux only)."""
    if "MAKELEVEL" in os.environ and sys.platform == "linux":
        parent = os.getppid()
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit(1)


def main(command: str, *arguments: str) -> int:
    """Carry out one command; returns its exit code, or becomes the program it names."""
    if command == "run":
        free_port(os.environ)
    set_up(INSTALLED_FOR.get(command, DEV_LOCK))
    if command in PROGRAMS:
        os.chdir(ROOT)
        end_with_make()
        sys.stdout.flush()
        os.execv(  # noqa: S606 - our own Python
            VENV_PYTHON, [str(VENV_PYTHON), *PROGRAMS[command], *arguments]
        )
    if command == "check":
        return run_all(all_checks())
    if command == "fix":
        return run_all(all_fixes())
    if command == "lock":
        write_locks()
    return 0


COMMANDS = (*PROGRAMS, "check", "fix", "lock", "setup", "setup-dev", "assets")


def carry_out(arguments: Sequence[str]) -> NoReturn:
    """Carry out the command of a command line; what is missing is said in one line."""
    if not arguments or arguments[0] not in COMMANDS:
        sys.exit(f"Say one of: python3 bootstrap.py {' | '.join(COMMANDS)}")
    try:
        sys.exit(main(*arguments))
    except SetupError as missing:
        sys.exit(f"\n{missing}")
    except subprocess.CalledProcessError as failed:
        sys.exit(f"\n{failed.cmd[0]} failed: {tail(failed)}")
    except KeyboardInterrupt:
        sys.exit(130)
