"""The documents say what is there: every link, command, setting, address, label and code."""

import ast
import re
from functools import cache

import pytest
from django.core.management import get_commands, load_command_class
from django.urls import Resolver404, resolve

from kpportal.demo import people, sign_ins
from tests.docs import reading, refusals

ROOT = reading.ROOT
LONGEST_DECISION = 60  # lines: one page
# Absolute paths in the documents that are files, not pages.
FILES = {"/var/lib/kpportal"}
READ_FROM_ENVIRONMENT = ("KPPORTAL_", "DATABASE_URL", "EMAIL_URL", "PORT", "WEB_CONCURRENCY")


@pytest.mark.parametrize("name", reading.NAMES)
def test_every_link_and_picture_leads_somewhere(name: str) -> None:
    for target in reading.links(name):
        if target.startswith("http"):
            continue
        path, _, anchor = target.partition("#")
        file = ((ROOT / name).parent / path).resolve() if path else ROOT / name
        assert file.exists(), f"{name}: {target}"
        if anchor:
            assert anchor in reading.anchors(str(file.relative_to(ROOT))), f"{name}: {target}"


@pytest.mark.parametrize("name", reading.NAMES)
def test_code_does_not_run_over_a_line(name: str) -> None:
    for line in reading.prose(name).splitlines():
        assert line.count("`") % 2 == 0, f"{name}: {line}"


@pytest.mark.parametrize("name", reading.NAMES)
def test_every_file_named_is_there(name: str) -> None:
    known = {path.name for path in ROOT.glob("*")}
    for code in reading.code(name):
        for word in re.findall(r"(?<![\w/])[\w.-]+(?:/[\w.-]+)*/?", code):
            first = word.split("/")[0]
            if "/" in word.rstrip("/") and first in known and first not in {"var", "staticfiles"}:
                assert (ROOT / word).exists(), f"{name}: {word}"


@pytest.mark.parametrize("name", reading.NAMES)
def test_every_make_command_is_in_the_makefile(name: str) -> None:
    for code in reading.code(name):
        for target in re.findall(r"\bmake (\w+)", code):
            assert target in make_targets(), f"{name}: make {target}"


def test_the_readme_names_every_make_command() -> None:
    named = {t for code in reading.code("README.md") for t in re.findall(r"\bmake (\w+)", code)}
    assert named == make_targets()


@pytest.mark.parametrize("name", reading.NAMES)
def test_every_management_command_exists_with_its_options(name: str) -> None:
    for code in reading.code(name):
        for command, rest in re.findall(r"manage\.py ([a-z]\w*)(.*)", code):
            assert command in get_commands(), f"{name}: {command}"
            parser = load_command_class(get_commands()[command], command).create_parser("", command)
            for option in re.findall(r"--[a-z-]+", rest):
                assert option in parser.format_help(), f"{name}: {command} {option}"


@pytest.mark.parametrize("name", reading.NAMES)
def test_every_setting_named_is_read_somewhere(name: str) -> None:
    for code in reading.code(name):
        for variable in re.findall(r"\b(?:KPPORTAL_[A-Z_]+|DATABASE_URL|EMAIL_URL)\b", code):
            assert variable in variables(), f"{name}: {variable}"


def test_the_operators_handbook_explains_every_setting() -> None:
    table = re.findall(r"^\| `([A-Z_]+)` \|.*\S.* \|$", reading.text("docs/operators.md"), re.M)
    assert set(table) == variables()
    assert len(table) == len(set(table))


@pytest.mark.parametrize("name", reading.NAMES)
def test_every_address_named_is_a_page(name: str) -> None:
    for code in reading.code(name):
        for address in re.findall(r"(?<![\w.$\"'])(/[\w/<>.-]+/?)(?![\w:])", code):
            if address in FILES or not code.startswith("/"):
                continue
            assert is_page(re.sub(r"<\w+>", "1", address)), f"{name}: {address}"


@pytest.mark.parametrize("name", ["README.md", *reading.HANDBOOKS])
def test_words_in_bold_stand_on_a_page(name: str) -> None:
    for words in reading.bold(name):
        assert words in on_pages(), f"{name}: {words}"


@pytest.mark.parametrize("name", reading.NAMES)
def test_every_sign_in_named_is_one_of_the_demonstration(name: str) -> None:
    there = {person.email for person in (*people.OF_FIRMS, *people.OF_OFFICES)}
    there.add("portal@uskpa.example")  # the sender of mail
    for address in re.findall(r"[\w.]+@[\w-]+\.example(?![\w.])", reading.text(name)):
        assert address in there, f"{name}: {address}"


def test_the_readme_shows_the_sign_ins_that_are_printed() -> None:
    one_each: dict[str, str] = {}
    for role, email in sign_ins():
        one_each.setdefault(role, email)
    shown = re.findall(r"^  (\S.*\S) {2,}(\S+@\S+)$", reading.text("README.md"), re.MULTILINE)
    assert dict(shown) == one_each


def test_every_refusal_and_warning_is_explained() -> None:
    explained = [row.code for name in reading.HANDBOOKS for row in reading.rows(name)]
    missing = refusals.codes().keys() - set(explained)
    assert not missing, {code: refusals.codes()[code] for code in missing}


def test_no_document_explains_a_code_that_is_gone() -> None:
    for name in reading.HANDBOOKS:
        gone = {row.code for row in reading.rows(name)} - refusals.codes().keys()
        assert not gone, name


@pytest.mark.parametrize("name", reading.HANDBOOKS)
def test_what_the_page_is_said_to_say_is_what_it_says(name: str) -> None:
    for row in reading.rows(name):
        assert row.said or row.code == "particulars_refused", f"{name}: {row.code}"
        for words in row.said:
            assert is_said(words), f"{name}: {words}"


def test_codes_that_a_variable_holds_are_accounted_for() -> None:
    assert refusals.unaccounted() == []
    for (module, _), several in refusals.BY_VARIABLE.items():
        tree = ast.parse((ROOT / module).read_text())
        there = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        assert several <= there, module


def test_decisions_are_numbered_short_and_alike() -> None:
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    contributing = reading.text("CONTRIBUTING.md")
    for number, path in enumerate(decisions, start=1):
        content = path.read_text()
        title, *headings = re.findall(r"^#+ (.+)$", content, re.MULTILINE)
        assert path.name.startswith(f"{number:04}-")
        assert headings == ["Context", "Decision", "Consequences"], path.name
        assert len(content.splitlines()) <= LONGEST_DECISION, path.name
        words = title.removeprefix(f"{number}. ")
        assert f"{number}. [{words}](docs/adr/{path.name})" in contributing, path.name


@cache
def make_targets() -> set[str]:
    """The targets of the Makefile."""
    return set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@cache
def variables() -> set[str]:
    """Every environment variable that the program or its container files read."""
    found = {
        call.args[0].value
        for _, tree in refusals.sources()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and str(call.args[0].value).startswith(READ_FROM_ENVIRONMENT)
        and ast.unparse(call.func).startswith(("env.", "os.environ.get"))
    }
    subscripts = {
        node.slice.value
        for _, tree in refusals.sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and ast.unparse(node.value) in {"os.environ", "environ"}
        and isinstance(node.slice, ast.Constant)
        and str(node.slice.value).startswith(READ_FROM_ENVIRONMENT)
    }
    compose = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    return found | subscripts | compose


def is_page(address: str) -> bool:
    """Whether an address of the portal leads anywhere."""
    try:
        resolve(address)
    except Resolver404:
        return False
    return True


@cache
def on_pages() -> str:
    """All words that templates, forms and scripts can put on a page."""
    templates = [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>|{%.*?%}", " ", path.read_text()))
        for path in (ROOT / "templates").rglob("*.html")
    ]
    tags = [
        word
        for path in (ROOT / "templates").rglob("*.html")
        for word in re.findall(r'(?:label|heading)="([^"]+)"', path.read_text())
    ]
    scripts = [path.read_text() for path in (ROOT / "static" / "js").glob("*.js")]
    return "\n".join([*templates, *tags, *scripts, *refusals.texts()])


def is_said(words: str) -> bool:
    """Whether the program can say these words, an ellipsis standing for what is put in."""
    pattern = re.compile(".*".join(re.escape(part) for part in words.split("…")), re.DOTALL)
    return any(pattern.search(text) for text in refusals.texts())
