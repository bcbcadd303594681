"""Writes the lock files anew: exact versions and hashes, and no address of any package index."""

import os
from pathlib import Path

from setup.assets import NODE_LOCK
from setup.environment import DEV_LOCK, RUN_LOCK, VENV, install_uv, pip_settings, uv_environment
from setup.steps import ROOT, execute, step

PYTHON = "3.11"  # the oldest the portal runs on
OPTIONS = (
    *("--generate-hashes", "--universal", "--python-version", PYTHON),
    *("--no-emit-index-url", "--no-emit-find-links", "--no-header", "--quiet"),
)


def compile_lock(lock: str, *source: str | Path) -> None:
    """Write one Python lock; versions already in it are kept while they still fit."""
    settings = pip_settings()
    # A folder of wheels may hold one machine's files only; a lock needs the hashes of all of them.
    for partial in ("find-links", "extra-index-url", "no-index"):
        settings.pop(partial, None)
    env = uv_environment(settings, os.environ)
    with step(f"Writing {lock}"):
        execute([VENV / "bin" / "uv", "pip", "compile", *OPTIONS, "-o", lock, *source], env)


def write_locks() -> None:
    """Write all four locks: run time, development, the wheel that brings npm, and npm's own."""
    with step("Installing uv"):
        install_uv()
    compile_lock(RUN_LOCK, "pyproject.toml")
    # Installing the second must satisfy the first as well; a test compares them.
    compile_lock(DEV_LOCK, "pyproject.toml", "--group", "dev")
    compile_lock(NODE_LOCK, ROOT / "setup" / "node.in")
    with step("Writing package-lock.json"):
        options = ("--omit-lockfile-registry-resolved", "--ignore-scripts", "--no-audit")
        execute(["npm", "install", "--package-lock-only", *options])
