"""The virtual environment: made, and brought to what a lock file says."""

import ast
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from setup.steps import ROOT, SetupError, execute, fingerprint, install_command, say, step, tail

VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
RUN_LOCK = "requirements.lock"
DEV_LOCK = "requirements-dev.lock"
NETWORK_TROUBLE = re.compile(
    r"no matching distribution|could not find a version|not found in the package registry"
    r"|connection|timed? ?out|resol(?:ve|ution)|network|unreachable|ssl|certificate"
    r"|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|failed to fetch|error sending request",
    re.IGNORECASE,
)


def venv_python_version() -> str | None:
    """What the virtual environment's Python calls itself, or None if it does not start."""
    try:
        return execute([VENV_PYTHON, "-c", "import sys; print(sys.version)"]).strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def make_venv() -> None:
    """Make a fresh virtual environment with pip in it."""
    if find_spec("venv") is None or find_spec("ensurepip") is None:
        command = install_command(apt_get="python3-venv", dnf="python3-pip", apk="py3-pip")
        raise SetupError(
            f"Python cannot make virtual environments. Install what it lacks: {command}"
        )
    try:
        execute([sys.executable, "-m", "venv", "--clear", VENV])
    except subprocess.CalledProcessError as error:
        raise SetupError(f"The virtual environment could not be made: {tail(error)}") from error


def pip_settings() -> dict[str, str]:
    """pip's own settings, from its files and environment, the more particular ones winning."""
    found: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in execute([VENV_PYTHON, "-m", "pip", "config", "list"]).splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.strip().rpartition(".")
        if section in found:
            found[section][name] = ast.literal_eval(value)
    return {**found["global"], **found["install"], **found[":env:"]}


def uv_environment(settings: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """pip's index settings in uv's words, because uv does not read pip's configuration.

    Passed by environment, so that a password in an address is not shown in the process list. What
    the caller has set for uv himself is left alone.
    """
    translated = {
        "UV_DEFAULT_INDEX": settings.get("index-url"),
        "UV_INDEX": settings.get("extra-index-url"),
        "UV_FIND_LINKS": settings.get("find-links"),
        "UV_NO_INDEX": settings.get("no-index"),
        "UV_INSECURE_HOST": settings.get("trusted-host"),
        "UV_HTTP_TIMEOUT": settings.get("timeout") or settings.get("default-timeout"),
        "SSL_CERT_FILE": settings.get("cert"),
        "HTTPS_PROXY": settings.get("proxy"),
        # pip looks at every index; uv would stop at the first that knows the name.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_PYTHON_DOWNLOADS": "never",
    }
    translated["UV_FIND_LINKS"] = re.sub(r"\s+", ",", translated["UV_FIND_LINKS"] or "") or None
    return {
        name: value.strip() for name, value in translated.items() if value and name not in environ
    }


def lock_entry(lock: Path, name: str) -> str:
    """The lines of one package in a lock file: the pinned version and its hashes."""
    entry = re.search(rf"^{re.escape(name)}==.*\n(?:[ \t].*\n)*", lock.read_text(), re.MULTILINE)
    if entry is None:
        raise SetupError(f"{lock.name} does not name {name}. Write it anew: make lock")
    return entry.group()


def pip_install(*arguments: str | Path) -> None:
    """Install with pip, hashes required."""
    options = ("--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes")
    execute([VENV_PYTHON, "-m", "pip", "install", *options, *arguments])


def install_uv() -> None:
    """Install the pinned uv, which installs everything else six times faster than pip."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder, "uv.txt")
        wanted.write_text(lock_entry(ROOT / DEV_LOCK, "uv"))
        pip_install("--no-deps", "--retries", "1", "-r", wanted)


def install_packages(lock: str) -> None:
    """Install the packages of a lock file: with uv, or with pip where uv does not work."""
    try:
        install_uv()
        uv = (VENV / "bin" / "uv", "pip", "install", "--python", VENV_PYTHON)
        execute([*uv, "--require-hashes", "-r", lock], uv_environment(pip_settings(), os.environ))
        return
    except (OSError, subprocess.CalledProcessError):
        say(" with pip …", end="")
    try:
        pip_install("-r", lock)
    except subprocess.CalledProcessError as error:
        raise SetupError(install_failure(error)) from error


def install_failure(error: subprocess.CalledProcessError) -> str:
    """Why packages could not be installed, and what helps."""
    if NETWORK_TROUBLE.search(str(error.output)):
        return (
            "No package index could be reached. Check the network, or name a mirror: "
            f"PIP_INDEX_URL=<its address> make run ({tail(error)})"
        )
    return f"The packages could not be installed: {tail(error)}"


def set_up_python(lock: str) -> None:
    """Bring the virtual environment to what a lock file says; nothing is done if it is there."""
    stamp_file = VENV / "installed.json"
    stamp = json.loads(stamp_file.read_text()) if stamp_file.is_file() else {}
    if stamp.get(lock) == fingerprint(ROOT / lock) and stamp["place"] == place():
        return
    if not is_usable(stamp):
        with step("Making the virtual environment"):
            make_venv()
    with step(f"Installing the packages of {lock}"):
        # A set-up that is interrupted from here on has no stamp of its own to show.
        stamp_file.write_text(json.dumps({"unfinished": lock}))
        install_packages(lock)
    # The development lock holds all of the other one.
    done = {name: fingerprint(ROOT / name) for name in (RUN_LOCK, lock)}
    stamp_file.write_text(json.dumps({"place": place(), **done}))


def place() -> str:
    """Which Python the environment is of, and where: a moved one's scripts name the old place."""
    return fingerprint(venv_python_version() or "", str(ROOT))


def is_usable(stamp: Mapping[str, str]) -> bool:
    """Whether the environment can be added to, rather than be made anew."""
    if "unfinished" in stamp or stamp.get("place", place()) != place():
        return False
    try:
        execute([VENV_PYTHON, "-m", "pip", "--version"])
    except (OSError, subprocess.CalledProcessError):
        return False
    return True
