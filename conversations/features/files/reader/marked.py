"""The text of an office file's XML: which elements hold words, and which end a line."""

from collections.abc import Container, Iterator, Mapping
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError, iterparse

from conversations.features.files.reader.result import Unreadable


def text_of(
    data: bytes,
    words: Container[str],
    ends: Mapping[str, str],
    marks: Mapping[str, str] | None = None,
) -> str:
    """The text of the elements named in `words`, and what stands in `ends` behind the others;
    `marks` stand for characters inside of words. Names are without their namespace."""
    pieces: list[str] = []
    for element in _elements(data):
        name = element.tag.rpartition("}")[2]
        if marks and name in marks:
            element.text = marks[name]
        if name in words:
            pieces.append("".join(element.itertext()))
        if name in ends:
            pieces.append(ends[name])
        if name in words or name in ends:
            tail, element.tail = element.tail, None
            element.clear()  # its words are taken, and are not taken again with those around it
            element.tail = tail
    return "".join(pieces)


def _elements(data: bytes) -> Iterator[Element]:
    # Office files declare no document type; entities that unfold without end need one.
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Unreadable("bomb")
    try:
        for _, element in iterparse(BytesIO(data)):  # noqa: S314
            yield element
    except ParseError as error:
        raise Unreadable("broken") from error
