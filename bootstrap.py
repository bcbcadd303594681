"""Sets the portal up on a machine that has only Python, then runs it, its tests or its checks.

The Makefile names its commands; `python3 bootstrap.py` lists them. Needs nothing but the
standard library, because it runs before anything is installed. What is already there is skipped,
so that a second `make run` starts at once.
"""

# Read also by Pythons too old for the portal, to tell them so: hence the plain syntax, and hence
# the rest, in the folder setup, is imported only after the question.
import importlib
import sys


def require_python(major: int, minor: int) -> None:
    """Stop with one line if this Python is older than the portal needs."""
    if (major, minor) < (3, 11):
        sys.exit(
            f"Python {major}.{minor} is too old: the portal needs 3.11 or newer. Install one, for "
            "example with `apt-get install python3.11`, then: make run PYTHON=python3.11"
        )


if __name__ == "__main__":
    require_python(sys.version_info[0], sys.version_info[1])
    importlib.import_module("setup.commands").carry_out(sys.argv[1:])
