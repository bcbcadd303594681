"""Every refusal and warning of the program, read out of its source: code, words and module."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
APPS: Final = ("accounts", "certificates", "journal", "kpportal", "licensees", "reviews")

# Calls that say a code, and where it stands: the position of the argument, or its name.
CALLS: Final[dict[str, int | str]] = {
    "OperationRefused": 0,
    "ParticularsRefused": 0,
    "Finding": 1,
    "Note": 0,
    "Citation": 0,
    "BoxProblem": 0,
    "_refused": 0,
    "Verdict": "code",
}
# Codes that a variable holds where they are said, by module and function. A new one has to be
# written down here, or the test of the documents fails.
BY_VARIABLE: Final = {
    ("accounts/operations.py", "_set_active"): {"not_active", "already_active"},
    ("certificates/examination/problems.py", "_amounts"): {
        "not_positive",
        "too_large",
        "too_precise",
    },
    ("certificates/itn.py", "_mended"): {"itn_lookalike", "itn_no_x", "itn_double_x"},
    ("certificates/itn.py", "check"): {"itn_normalised"},
}
# Functions that hand on, by a variable, what another call of the list has said.
HANDED_ON: Final = {
    ("certificates/examination/doubts.py", "doubts"),
    ("certificates/itn.py", "_refused"),
    ("certificates/operations/issue.py", "__init__"),
    ("licensees/operations/applications.py", "_worded"),
    ("licensees/operations/details.py", "_cleaned"),
}


class Site(NamedTuple):
    """One call that says a code; ``code`` is empty where it is not written there."""

    module: str
    function: str
    code: str


@cache
def sources() -> tuple[tuple[str, ast.Module], ...]:
    """Every module of the program, migrations apart."""
    return tuple(
        (str(path.relative_to(ROOT)), ast.parse(path.read_text()))
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    )


@cache
def sites() -> tuple[Site, ...]:
    """Every call that makes a refusal, a warning or a note about an ITN."""
    return tuple(
        Site(module, function, code)
        for module, tree in sources()
        for function, called, call in _calls(tree)
        if (code := _code(called, call)) is not None
    )


@cache
def codes() -> dict[str, str]:
    """Every code with the module that says it."""
    found = {site.code: site.module for site in sites() if site.code}
    for (module, _), several in BY_VARIABLE.items():
        found |= dict.fromkeys(several, module)
    return found


def unaccounted() -> list[Site]:
    """Calls whose code is neither written there nor written down above."""
    known = HANDED_ON | BY_VARIABLE.keys()
    return [site for site in sites() if not site.code and site[:2] not in known]


@cache
def texts() -> frozenset[str]:
    """Every text in the program, with an ellipsis where a value is put in."""
    found = set()
    for _, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = (
                    part.value if isinstance(part, ast.Constant) else "…" for part in node.values
                )
                found.add("".join(map(str, parts)))
    return frozenset(found)


def _calls(tree: ast.Module) -> Iterator[tuple[str, str, ast.Call]]:
    """Every call: the function or method it stands in, and what is called.

    A refusal's call of its base class counts as a call of that class.
    """
    for part in tree.body:
        is_refusal = "OperationRefused" in [ast.unparse(b) for b in getattr(part, "bases", ())]
        for function in part.body if isinstance(part, ast.ClassDef) else [part]:
            for node in ast.walk(function):
                if isinstance(node, ast.Call):
                    called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    if is_refusal and called == "__init__":
                        called = "OperationRefused"
                    yield getattr(function, "name", ""), called, node


def _code(called: str, call: ast.Call) -> str | None:
    """The code a call says, empty if a variable holds it; None if it says none of its own."""
    place = CALLS.get(called)
    if place is None:
        return None
    if isinstance(place, str):
        found = next((k.value for k in call.keywords if k.arg == place), None)
    else:
        found = call.args[place] if place < len(call.args) else None
    if isinstance(found, ast.Constant):
        return str(found.value)
    # `refusal.code`, `*NOTE` and nothing at all repeat what was said elsewhere, or say nothing.
    return "" if isinstance(found, ast.Name | ast.IfExp | ast.Subscript) else None
