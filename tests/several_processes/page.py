"""As much of a browser's page as applying frames takes: elements with ids, and hx-swap-oob."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

VOID = {"br", "hr", "img", "input", "link", "meta", "use", "path"}


class Element:
    def __init__(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Element | str] = []
        self.parent: Element | None = None

    def add(self, child: Element | str) -> None:
        self.children.append(child)
        if isinstance(child, Element):
            child.parent = self

    @property
    def elements(self) -> list[Element]:
        return [child for child in self.children if isinstance(child, Element)]

    def change(self, number: int, html: str = "", path: list[int] | None = None, *cut: int) -> None:
        """One of its blocks: gone with all behind it, whole, or grown at the end of an element."""
        if not html and path is None:
            self.children = list(self.elements[:number])
            return
        if number == len(self.elements):
            self.add(Element("div", {"class": "block"}))
        element = self.elements[number]
        if path is None:
            element.children = []
        for behind in path or []:
            element = element.elements[-1 - behind]
        element.cut(*cut)
        for child in Parsed(html).root.children:
            element.add(child)

    def cut(self, elements: int = 0, characters: int = 0) -> None:
        while elements:
            elements -= isinstance(self.children.pop(), Element)
        while characters:
            text = self.children.pop()
            assert isinstance(text, str)
            if len(text) > characters:
                self.children.append(text[:-characters])
            characters -= min(characters, len(text))

    def all(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.all()

    def find(self, key: str) -> Element | None:
        found = [element for element in self.all() if element.attributes.get("id") == key]
        assert len(found) < 2, f"{key} is there {len(found)} times"
        return found[0] if found else None

    def of_class(self, name: str) -> list[Element]:
        return [e for e in self.all() if name in (e.attributes.get("class") or "").split()]

    @property
    def text(self) -> str:
        if self.tag in ("template", "svg"):
            return ""
        return "".join(c if isinstance(c, str) else c.text for c in self.children)


class Parsed(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = self.open = Element("root", {})
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.open.add(element)
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.add(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.tag == tag, f"</{tag}> closes <{self.open.tag}>"
            assert self.open.parent
            self.open = self.open.parent

    def handle_data(self, data: str) -> None:
        self.open.add(data)


class Page:
    """What does not fit what the page shows is in `strays`."""

    def __init__(self, html: str) -> None:
        self.root = Parsed(html).root
        self.strays: list[str] = []

    def apply(self, frame: str) -> None:
        if frame.startswith("["):
            self._grow(*json.loads(frame))
            return
        for element in Parsed(frame).root.children:
            if isinstance(element, Element) and element.tag != "title":
                self._swap(element, element.attributes.pop("hx-swap-oob", None) or "")

    def _swap(self, element: Element, how: str) -> None:
        style, _, selector = how.partition(":#")
        target = self.root.find(selector or str(element.attributes["id"]))
        if target is None or target.parent is None:
            self.strays.append(selector or str(element.attributes["id"]))
        elif style == "beforeend":
            for child in element.children:
                target.add(child)
        else:
            at = target.parent.children.index(target)
            target.parent.children[at : at + 1] = [] if style == "delete" else [element]
            element.parent = target.parent

    def _grow(self, beginning: str, number: int, position: int, *changes: list[Any]) -> None:
        """As static/js/growing.js does; what does not follow what is shown is a stray."""
        start = f"message-{beginning}"
        for article in self.root.of_class("is-active"):
            key = str(article.attributes["id"])
            missing = number - int(article.attributes.get("data-shown") or 0) - 1
            if not key.startswith(start) or missing < 0:
                continue
            if missing:
                self.strays.append(key)
                continue
            article.attributes["data-shown"] = str(number)
            part = self.root.find(f"part-{key.removeprefix('message-')}-{position}")
            assert part
            for block, *how in changes:
                part.change(block, *how)

    def answer(self) -> Element:
        return self.root.of_class("message-assistant")[-1]

    def words(self) -> list[str]:
        return " ".join(part.text for part in self.answer().of_class("part-text")).split()

    def is_busy(self) -> bool:
        return bool(self.root.of_class("is-active"))

    def link(self, ending: str) -> str:
        """The address behind a button of the page that ends so."""
        for element in self.root.all():
            for name in ("hx-post", "formaction", "action"):
                if (element.attributes.get(name) or "").endswith(ending):
                    return str(element.attributes[name])
        raise AssertionError(f"Nothing on the page leads to …{ending}")

    def socket_url(self) -> str:
        urls = (element.attributes.get("hx-ws:connect") for element in self.root.all())
        return next(url for url in urls if url)
