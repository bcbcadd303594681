"""The shape of the house (design 2 and 3): who writes, who reads the clock, who imports whom."""

import ast
import importlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "certificates", "journal", "kpportal", "licensees", "reviews")
LONGEST = 400  # lines; about 300 is meant


def modules() -> list[str]:
    """Every module of ours but the generated migrations, by its path from the root."""
    found = (path.relative_to(ROOT) for app in APPS for path in (ROOT / app).rglob("*.py"))
    return sorted(str(path) for path in found if "migrations" not in path.parts)


@cache
def tree(module: str) -> ast.Module:
    """A module as Python reads it."""
    return ast.parse((ROOT / module).read_text(encoding="utf-8"), module)


def calls(node: ast.AST) -> Iterator[tuple[ast.Call, str, str]]:
    """Every ``receiver.method(…)`` below a node."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            yield part, ast.unparse(part.func.value), part.func.attr


# Only operations write


WRITES = {
    "abulk_create",
    "acreate",
    "adelete",
    "asave",
    "aupdate",
    "bulk_create",
    "bulk_update",
    "create",
    "delete",
    "get_or_create",
    "save",
    "update",
    "update_or_create",
}
# What is called like a write of the ORM and is none, and why.
NO_WRITES = {
    ("licensees/pdf/document.py", "canvas.save"),  # a page of a PDF
}
SQL_WRITES = ("ALTER ", "COPY ", "DELETE ", "DROP ", "INSERT ", "TRUNCATE ", "UPDATE ")


def may_write(module: str) -> bool:
    """Operations, the outbox, the journal's pen, the loader of reference, demonstration data."""
    parts = Path(module).with_suffix("").parts
    return (
        "operations" in parts[1:]
        or module in ("accounts/outbox.py", "journal/record.py", "certificates/reference/load.py")
        or parts[:2] == ("kpportal", "demo")
    )


def is_write(call: ast.Call, method: str) -> bool:
    """An ORM method's name; ``update`` of a dictionary takes no keywords."""
    return method in WRITES and (method != "update" or (bool(call.keywords) and not call.args))


def writes(module: str) -> set[tuple[str, str]]:
    return {
        (module, f"{receiver}.{method}")
        for call, receiver, method in calls(tree(module))
        if is_write(call, method)
    }


@pytest.mark.parametrize("module", [module for module in modules() if not may_write(module)])
def test_nothing_but_operations_writes(module: str) -> None:
    statements = [
        node.value
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.lstrip().startswith(SQL_WRITES)
    ]

    assert writes(module) - NO_WRITES == set()
    assert statements == []


def test_the_operations_are_found_writing() -> None:
    found = {module for module in modules() if may_write(module) and writes(module)}

    assert {
        "accounts/operations.py",
        "certificates/operations/issue.py",
        "certificates/operations/stock.py",
        "certificates/operations/voiding.py",
        "journal/record.py",
        "licensees/operations/licensing.py",
        "licensees/operations/applications.py",
        "reviews/operations.py",
    } <= found


def test_what_is_excused_from_the_search_for_writes_still_exists() -> None:
    assert set().union(*(writes(module) for module in modules())) >= NO_WRITES


# The clock is read at the edge


CLOCKS = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("time", "time"),
    ("timezone", "localdate"),
    ("timezone", "localtime"),
    ("timezone", "now"),
}
# Where an operation stamps the moment of the event it records. The day is always passed in.
STAMPS = {
    ("certificates/operations/releasing.py", "_turn"),
    ("certificates/operations/releasing.py", "request_release"),
    ("certificates/operations/shipping.py", "release_shipment"),
    ("accounts/outbox.py", "queue"),
    ("accounts/outbox.py", "try_again"),
    ("licensees/operations/acknowledging.py", "acknowledge"),
    ("certificates/operations/counting.py", "_settle"),
    ("certificates/operations/counting.py", "count"),
    ("certificates/operations/drafting.py", "save_draft"),
    ("certificates/operations/duties.py", "close_advance_notice"),
    ("certificates/operations/duties.py", "discharge"),
    ("certificates/operations/issue.py", "_issue"),
    ("licensees/operations/application_links.py", "start"),
    ("licensees/operations/applications.py", "submit"),
    ("licensees/operations/applications.py", "take_out_reference"),
    ("licensees/operations/papers.py", "keep_paper"),
    ("licensees/operations/papers.py", "take_back"),
    ("licensees/operations/addresses.py", "retire_party"),
    ("licensees/operations/people.py", "begin"),
    ("licensees/operations/people.py", "confirm_people"),
    ("licensees/operations/people.py", "end"),
    ("licensees/operations/people.py", "settle"),
    ("licensees/operations/people_requests.py", "request_person"),
}


def is_edge(module: str) -> bool:
    """Pages, commands, middleware, and the program that serves: they know what day it is."""
    parts = Path(module).with_suffix("").parts
    edges = {"filters", "management", "middleware", "views"}
    return parts[0] == "kpportal" or bool(edges & set(parts))


def reads_the_clock(call: ast.Call, receiver: str, method: str) -> bool:
    """Without an argument, ``localdate`` and ``localtime`` mean now."""
    told = method.startswith("local") and (call.args or call.keywords)
    return (receiver.rpartition(".")[2], method) in CLOCKS and not told


def readers(module: str) -> set[tuple[str, str]]:
    """The functions of a module that read the clock; outside of any, the name is ""."""
    within = {
        id(part): node.name
        for node in reversed(list(ast.walk(tree(module))))
        if isinstance(node, ast.FunctionDef)
        for part in ast.walk(node)
    }
    return {
        (module, within.get(id(call), ""))
        for call, receiver, method in calls(tree(module))
        if reads_the_clock(call, receiver, method)
    }


def test_only_a_stamp_reads_the_clock_inside_the_house() -> None:
    inside = [module for module in modules() if not is_edge(module)]

    assert set().union(*(readers(module) for module in inside)) == STAMPS


def test_no_domain_code_reads_the_clock_under_another_name() -> None:
    imported = {
        (module, alias.name)
        for module in modules()
        if not is_edge(module)
        for node in ast.walk(tree(module))
        if isinstance(node, ast.ImportFrom)
        and node.module in ("django.utils.timezone", "datetime", "time")
        for alias in node.names
        if alias.name in ("now", "localdate", "time")
    }

    assert imported == set()


# Every module says what it is for


@pytest.mark.parametrize("module", modules())
def test_a_module_is_small_and_begins_with_what_it_is_for(module: str) -> None:
    text = (ROOT / module).read_text(encoding="utf-8")

    assert len(text.splitlines()) <= LONGEST
    if text.strip():
        said = ast.get_docstring(tree(module))
        assert said
        assert said.splitlines()[0].endswith((".", ":", "?"))


def undocumented(module: str) -> Iterator[str]:
    """Public functions, classes and methods without a docstring; an override has its base's."""
    for node in tree(module).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            if not ast.get_docstring(node):
                yield node.name
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            if not ast.get_docstring(node):
                yield node.name
            for part in node.body:
                if (
                    isinstance(part, ast.FunctionDef)
                    and not part.name.startswith("_")
                    and not ast.get_docstring(part)
                    and not _overrides(module, node.name, part.name)
                ):
                    yield f"{node.name}.{part.name}"


def _overrides(module: str, class_name: str, method: str) -> bool:
    name = ".".join(Path(module).with_suffix("").parts)
    found = getattr(importlib.import_module(name), class_name)
    return any(hasattr(base, method) for base in found.__mro__[1:])


@pytest.mark.parametrize("module", modules())
def test_everything_public_has_a_docstring(module: str) -> None:
    assert list(undocumented(module)) == []


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    names = {Path(module).stem for module in modules()} | {
        part for module in modules() for part in Path(module).parts[:-1]
    }

    assert not names & {"utils", "helpers", "common", "misc", "signals"}


# Imports run one way


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_run_one_way() -> None:
    answer = lint_imports(ROOT)

    assert answer.returncode == 0, answer.stdout
    assert "0 broken" in answer.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages and their contracts in a folder where they may be spoiled."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for app in APPS:
        shutil.copytree(ROOT / app, folder / app, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.mark.parametrize(
    ("module", "upward"),
    [
        ("journal/record.py", "from accounts.models import User"),
        ("licensees/rules.py", "from certificates.models import Certificate"),
        ("reviews/models/review.py", "from certificates.models import Certificate"),
        ("certificates/models/stock.py", "from certificates import rules"),
        ("certificates/rules.py", "from certificates.operations.issue import issue"),
        ("certificates/itn.py", "from certificates.models import Certificate"),
    ],
)
def test_an_import_the_other_way_is_found(copy: Path, module: str, upward: str) -> None:
    spoiled = copy / module
    lawful = spoiled.read_text(encoding="utf-8")
    spoiled.write_text(f"{lawful}\n{upward}\n", encoding="utf-8")

    answer = lint_imports(copy)

    spoiled.write_text(lawful, encoding="utf-8")
    assert answer.returncode == 1, answer.stdout
    assert "BROKEN" in answer.stdout
    importer = ".".join(Path(module).with_suffix("").parts)
    assert f"{importer} -> {upward.split()[1]}" in answer.stdout
