"""The checks of `make check`: all of them run, and every failure is shown."""

import os
import secrets
import subprocess
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from setup.environment import VENV
from setup.steps import ROOT, execute, say

DJANGO = "5.2"  # the version the templates are written for
# From medium severity on. What is skipped ruff asks as well (S608, S108), and reads the answers.
BANDIT = ("-q", "-ll", "--skip", "B608,B108")


@dataclass(frozen=True)
class Check:
    """One command that must succeed; its first word is a program of the virtual environment."""

    name: str
    argv: list[str]
    env: Mapping[str, str] = field(default_factory=dict)


def production() -> dict[str, str]:
    """The environment of a real installation, as far as Django's own checks look at it."""
    return {
        "KPPORTAL_SECRET_KEY": secrets.token_urlsafe(64),
        "KPPORTAL_ALLOWED_HOSTS": "portal.example",
        "KPPORTAL_DEBUG": "off",
        "KPPORTAL_DEMO": "off",
        "KPPORTAL_HTTP_ONLY": "off",
    }


def templates() -> list[str]:
    """Every template of the project."""
    found = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/templates/**/*.html")]
    return sorted(str(path.relative_to(ROOT)) for path in found)


def packages() -> list[str]:
    """Every package of the project, tests apart."""
    found = {path.parent.name for path in ROOT.glob("[a-z]*/__init__.py")}
    return sorted(found - {"tests"})


def all_checks() -> list[Check]:
    """What `make check` checks."""
    manage = ["python", "manage.py"]
    return [
        Check("formatting", ["ruff", "format", "--check", "."]),
        Check("lint", ["ruff", "check", "--output-format", "concise", "."]),
        Check("types", ["mypy"], production()),  # its plug-in reads the settings
        Check("import contracts", ["lint-imports", "--no-logo"]),
        Check("templates", ["djade", "--check", "--target-version", DJANGO, *templates()]),
        Check("security", ["bandit", *BANDIT, "-r", *packages(), "manage.py", "bootstrap.py"]),
        Check(
            "missing migrations", [*manage, "makemigrations", "--check", "--dry-run"], production()
        ),
        Check(
            "deployment", [*manage, "check", "--deploy", "--fail-level", "WARNING"], production()
        ),
    ]


def all_fixes() -> list[Check]:
    """What can be put right without thinking."""
    return [
        Check("lint", ["ruff", "check", "--fix", "--exit-zero", "-q", "."]),
        Check("formatting", ["ruff", "format", "-q", "."]),
        Check("templates", ["djade", "--target-version", DJANGO, *templates()]),
    ]


def run(check: Check) -> tuple[bool, float, str]:
    """Whether a check passed, in how many seconds, and what it said."""
    started = time.monotonic()
    program, *arguments = check.argv
    try:
        said = execute([VENV / "bin" / program, *arguments], check.env)
    except (OSError, subprocess.CalledProcessError) as error:
        said = str(getattr(error, "output", None) or error)
        return False, time.monotonic() - started, said
    return True, time.monotonic() - started, said


def run_all(checks: list[Check]) -> int:
    """Run every check, two or more at once; the exit code is 1 if any failed."""
    failures = 0
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for check, (passed, seconds, said) in zip(checks, pool.map(run, checks), strict=True):
            say(f"  {check.name}: {'passed' if passed else 'FAILED'}, {seconds:.1f} s")
            if not passed:
                failures += 1
                say(f"$ {' '.join(check.argv)[:200]}\n{said.rstrip()}")
    say(f"{len(checks) - failures} checks passed, {failures} failed")
    return 1 if failures else 0
