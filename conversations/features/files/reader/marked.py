"""The text of an office file's XML: which elements hold words, which end a line, which are rows
and cells of a table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate

from conversations.features.files.reader.result import LONGEST_TEXT, Unreadable

type Attributes = Mapping[str, str]
MOST_REPEATED = 200
"""A sheet's last row may state that it is repeated a million times."""


@dataclass(frozen=True, slots=True)
class Marking:
    """Element names, without their namespace. What stands in `ends` comes behind an element, in
    `starts` before it; each row of a table is a line, its cells separated by tabs."""

    words: frozenset[str]
    ends: Mapping[str, str]
    starts: Mapping[str, Callable[[Attributes], str]] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    row: str = "tr"
    cells: frozenset[str] = frozenset({"tc"})


def text_of(data: bytes, marking: Marking) -> str:
    """Raises Unreadable."""
    collector = _Collector(marking)
    parser = ParserCreate()
    parser.StartElementHandler = collector.start
    parser.EndElementHandler = collector.end
    parser.CharacterDataHandler = collector.add_words
    parser.EntityDeclHandler = _refuse_entities
    try:
        parser.Parse(data, True)
    except (ExpatError, ValueError) as error:
        raise Unreadable("broken") from error
    return "".join(collector.pieces)


def _refuse_entities(*_: object) -> None:
    """Office files declare none; those that unfold without end have to."""
    raise Unreadable("bomb")


class _Collector:
    def __init__(self, marking: Marking) -> None:
        self.marking = marking
        self.pieces: list[str] = []
        self.waiting: list[list[str]] = []
        """The pieces around an open row or cell."""
        self.in_words = self.in_skipped = self.length = 0
        self.repeated: list[int] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        name, marking = _local(tag), self.marking
        if self.in_skipped or name in marking.skipped:
            self.in_skipped += 1
            return
        if name in marking.words:
            self.in_words += 1
        if name in marking.starts:
            self.add(marking.starts[name](attributes))
        if name == marking.row or name in marking.cells:
            self.waiting.append(self.pieces)
            self.pieces = []
            self.repeated.append(_times(attributes))

    def end(self, tag: str) -> None:
        name, marking = _local(tag), self.marking
        if self.in_skipped:
            self.in_skipped -= 1
            return
        if name in marking.words:
            self.in_words -= 1
        if name == marking.row or name in marking.cells:
            self._close(is_row=name == marking.row)
        if name in marking.ends:
            self.add(marking.ends[name])

    def _close(self, *, is_row: bool) -> None:
        inner = "".join(self.pieces)
        self.pieces = self.waiting.pop()
        times = self.repeated.pop()
        if is_row:
            line = inner.rstrip("\t ")
            for _ in range(times if line else 1):
                self.add(f"{line}\n")
        else:
            cell = " ".join(inner.split())
            for _ in range(times):
                self.add(f"{cell}\t")

    def add_words(self, words: str) -> None:
        if self.in_words and not self.in_skipped:
            self.add(words.replace("\n", " "))

    def add(self, piece: str) -> None:
        self.length += len(piece)
        if self.length > 4 * LONGEST_TEXT:
            raise Unreadable("too_long")
        self.pieces.append(piece)


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _times(attributes: Attributes) -> int:
    for name, value in attributes.items():
        if name.endswith("-repeated") and value.isdecimal():
            return min(int(value), MOST_REPEATED)
    return 1
