"""What every part of the set-up shares: showing a step, running a command, a clear refusal."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class SetupError(Exception):
    """Something the set-up needs is missing; the message says what, and what installs it."""


def say(words: str, end: str = "\n") -> None:
    """Show words at once, even where the output is a file."""
    sys.stdout.write(words + end)
    sys.stdout.flush()


@contextmanager
def step(what: str) -> Iterator[None]:
    """Show what is being done, and how many seconds it took."""
    started = time.monotonic()
    say(f"  {what} …", end="")
    try:
        yield
    except BaseException:
        say(" failed")
        raise
    say(f" {time.monotonic() - started:.1f} s")


def execute(argv: Sequence[str | Path], env: Mapping[str, str] | None = None) -> str:
    """Run a command to its end and return its output; CalledProcessError carries the output."""
    done = subprocess.run(  # noqa: S603 - the set-up's own commands
        [str(arg) for arg in argv],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=True,
    )
    return done.stdout


def install_command(**packages: str) -> str:
    """The command that installs a missing program with this machine's package manager.

    The keywords name the package per manager: `apt_get="nodejs npm", brew="node"`.
    """
    for manager, package in packages.items():
        program = manager.replace("_", "-")
        if shutil.which(program):
            verb = "add" if program == "apk" else "install"
            sudo = "sudo " if os.geteuid() != 0 and program != "brew" else ""
            return f"{sudo}{program} {verb} {package}"
    return f"apt-get install {packages['apt_get']}"


def fingerprint(*parts: str | Path) -> str:
    """A digest of texts and of the contents of files, by which finished work is recognised."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.read_bytes() if isinstance(part, Path) else part.encode())
        digest.update(b"\0")
    return digest.hexdigest()


def tail(error: subprocess.CalledProcessError) -> str:
    """The last telling line of a failed command's output."""
    lines = [line.strip() for line in str(error.output).splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"error|fatal|×|╰", line, re.IGNORECASE)]
    return (telling or lines or ["it gave no reason"])[-1]
