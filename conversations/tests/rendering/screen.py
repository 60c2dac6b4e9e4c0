"""A browser's side of a stream: it does with frames what static/js/growing.js does."""

import json
from html.parser import HTMLParser
from random import Random
from uuid import UUID

from conversations.rendering import BlockStream, Changes, render
from conversations.showing import frames

KEY = UUID("12345678-1234-5678-1234-567812345678")
VOID = {"br", "hr", "img", "input"}


class Node(list["Node | str"]):
    """An element's children; no two texts stand beside each other."""

    def __init__(self, tag: str = "", attributes: tuple[tuple[str, str | None], ...] = ()) -> None:
        super().__init__()
        self.tag, self.attributes = tag, attributes

    def __eq__(self, other: object) -> bool:
        alike = isinstance(other, Node) and self.tag == other.tag and list.__eq__(self, other)
        return alike and isinstance(other, Node) and self.attributes == other.attributes

    __hash__ = None  # type: ignore[assignment]

    def put(self, added: "list[Node | str]") -> None:
        for each in added:
            if isinstance(each, str) and self and isinstance(self[-1], str):
                self[-1] += each
            else:
                self.append(each)

    def at(self, path: list[int]) -> "Node":
        node = self
        for behind in path:
            node = [each for each in node if isinstance(each, Node)][-1 - behind]
        return node

    def cut(self, elements: int, units: int) -> None:
        while elements:
            elements -= isinstance(self.pop(), Node)
        if units:
            text = self.pop()
            assert isinstance(text, str)
            left = text.encode("utf-16-le")[: -2 * units].decode("utf-16-le")
            self.put([left] if left else [])


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Node()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, tuple(attrs))
        self.open[-1].append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].put([data])


def parse(html: str) -> Node:
    parser = _Parser()
    parser.feed(html)
    parser.close()
    (root,) = parser.open
    return root


class Screen:
    def __init__(self) -> None:
        self.blocks: list[Node] = []
        self.shown = 0
        self.bytes = 0

    def apply(self, changes: Changes) -> None:
        if changes:
            self.take(frames.growth(KEY, self.shown + 1, 0, changes))

    def take(self, frame: str) -> None:
        beginning, number, position, *all_changes = json.loads(frame)
        assert (beginning, number, position) == ("12345678", self.shown + 1, 0)
        self.shown = number
        self.bytes += len(frame.encode())
        for block, *how in all_changes:
            self._change(block, *how)

    def _change(
        self,
        number: int,
        html: str | None = None,
        path: list[int] | None = None,
        elements: int = 0,
        units: int = 0,
    ) -> None:
        if html is None:
            del self.blocks[number:]
        elif path:
            node = self.blocks[number].at(path)
            node.cut(elements, units)
            node.put(parse(html))
        else:
            self.blocks[number : number + 1] = [parse(html)]

    def shows(self, blocks: list[str]) -> bool:
        return self.blocks == [parse(html) for html in blocks]


def one_shot(markdown: str, *, final: bool) -> list[str]:
    return [block.html for block in render(markdown, final=final)]


def assert_streams_exactly(markdown: str, random: Random, longest: int = 12) -> Screen:
    """Whatever the chunks, each flush shows what a one-shot render of the text so far gives."""
    stream, screen, end = BlockStream(), Screen(), 0
    while end < len(markdown):
        end += random.randint(1, longest)
        screen.apply(stream.update(markdown[:end], final=False))
        assert screen.shows(one_shot(markdown[:end], final=False))
    screen.apply(stream.update(markdown, final=True))
    assert screen.shows(one_shot(markdown, final=True))
    assert one_shot(markdown, final=True) == [block.html for block in stream.blocks]
    return screen
