"""Read an answer as a browser would: its elements, its forms and what is in them, its errors."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pypdf

VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})


@dataclass
class Element:
    """One element with what is in it, in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list["Element | str"] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")

    @property
    def text(self) -> str:
        """The words in it, blanks put together."""
        return " ".join("".join(self._texts()).split())

    @property
    def raw(self) -> str:
        """The characters in it as they stand."""
        return "".join(self._texts())

    def _texts(self) -> Iterator[str]:
        for part in self.inside:
            if isinstance(part, str):
                yield part
            else:
                # Words of neighbouring blocks are not one word.
                yield from part._texts()
                yield "" if part.tag in ("a", "span", "strong", "time", "option") else " "

    def all(self, *tags: str, **attributes: str) -> list["Element"]:
        """Every element below with a tag and these attributes (``_`` stands for ``-``)."""
        wanted = {name.rstrip("_").replace("_", "-"): text for name, text in attributes.items()}
        return [
            element
            for element in self.everything()
            if (not tags or element.tag in tags)
            and all(element.attributes.get(name) == text for name, text in wanted.items())
        ]

    def one(self, *tags: str, **attributes: str) -> "Element":
        """The only such element."""
        (found,) = self.all(*tags, **attributes)
        return found

    def everything(self) -> Iterator["Element"]:
        """Every element below, in the order of the page."""
        for part in self.inside:
            if isinstance(part, Element):
                yield part
                yield from part.everything()


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("page")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def page(answer: Any) -> Element:
    """The elements of an HTML answer."""
    assert answer["Content-Type"] == "text/html; charset=utf-8", answer["Content-Type"]
    builder = _Builder()
    builder.feed(answer.content.decode())
    builder.close()
    return builder.root


def main(answer: Any) -> Element:
    """What the page is about, without its frame: the header names one's own firms."""
    return page(answer).one("main")


def values(form: Element) -> dict[str, str]:
    """What a browser would send of a form without touching it; buttons apart."""
    sent = {}
    for box in form.all("input", "textarea", "select"):
        if box["type"] in ("submit", "button"):
            continue
        match box.tag:
            case "textarea":
                # A browser drops one line end right after the opening tag.
                sent[box["name"]] = re.sub(r"\A\r?\n", "", box.raw)
            case "select":
                chosen = [o for o in box.all("option") if "selected" in o.attributes]
                sent[box["name"]] = (chosen or box.all("option"))[0]["value"]
            case _ if box["type"] in ("checkbox", "radio"):
                if "checked" in box.attributes:
                    sent[box["name"]] = box["value"] or "on"
            case _:
                sent[box["name"]] = box["value"]
    return sent


def offered(form: Element, name: str) -> list[str]:
    """The values a select offers, "none" apart."""
    return [o["value"] for o in form.one("select", name=name).all("option") if o["value"]]


def errors(answer: Any) -> dict[str, str]:
    """The error beside each field, in words; every one must also stand in the summary above."""
    shown = main(answer)
    summary = " ".join(alert.text for alert in shown.all("div", role="alert"))
    beside = {}
    for element in shown.all("div", class_="usa-error-message"):
        said = [line.text.removeprefix("Error: ") for line in element.all("div")]
        assert all(text in summary for text in said), (said, summary)
        beside[element["id"].removeprefix("id_").removesuffix("_error")] = " ".join(said)
    return beside


def pdf_text(content: bytes) -> str:
    """The text of a PDF, blanks put together."""
    pages = pypdf.PdfReader(io.BytesIO(content), strict=True).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
