"""Reads the documents: their links, their words in bold, their code, their tables."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PATHS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")])
NAMES = [str(path.relative_to(ROOT)) for path in PATHS]
HANDBOOKS = [f"docs/{name}.md" for name in ("licensees", "operators", "overseers", "staff")]

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"(?<!\\)\[[^\]]*\]\(([^)\s]+)\)")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


class Row(NamedTuple):
    """A line of a table whose last cell is a code, with what the page says in the first."""

    said: list[str]
    code: str


def text(name: str) -> str:
    """A document as it is."""
    return (ROOT / name).read_text(encoding="utf-8")


def prose(name: str) -> str:
    """A document without its blocks of code."""
    return _FENCE.sub("", text(name))


def code(name: str) -> Iterator[str]:
    """Everything a document shows as code: spans, and the lines of its blocks."""
    yield from _CODE.findall(prose(name))
    for block in _FENCE.findall(text(name)):
        yield from block.splitlines()[1:-1]


def links(name: str) -> list[str]:
    """The targets of a document's links and images."""
    return _LINK.findall(prose(name))


def bold(name: str) -> list[str]:
    """A document's words in bold: the labels of pages."""
    return [" ".join(words.split()) for words in _BOLD.findall(_CODE.sub("", prose(name)))]


def anchors(name: str) -> set[str]:
    """The names under which a document's headings can be linked to."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in _HEADING.findall(prose(name))
    }


def rows(name: str) -> Iterator[Row]:
    """The lines of a document's tables whose head ends with "code"."""
    inside = False
    for line in prose(name).splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells[-1] == "code":
            inside = True
        elif inside and not line.startswith("| ---"):
            yield Row(re.findall(r'"([^"]+)"', cells[0]), cells[-1].strip("`"))
