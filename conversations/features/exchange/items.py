"""A stream of JSON to its single values, in memory that depends on the largest of them alone.

An array gives its elements, JSON Lines one value a line, anything else the objects that stand one
after the other. Each value is cut out by its brackets before it is parsed: so one that is broken
inside is a Problem, and the rest still comes. Streaming parsers end at the first mistake.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import IO

from chatstudio.base.json_types import JsonObject
from conversations.features.exchange.encodings import Utf8
from conversations.features.exchange.values import Problem, Unreadable

CHUNK = 256 * 1024
LARGEST = 64 * 1024 * 1024
DEEPEST = 2000

# Whole strings at once, so that what they hold costs nothing; possessive, so that it takes linear
# time. An unclosed one ends where the buffer does: more has to be read.
OPENING, CLOSING = b"[{", b"]}"
TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+("?)|[\[\]{}]', re.S)


@dataclass(frozen=True, slots=True)
class Item:
    """`number` counts from 1."""

    number: int
    value: JsonObject


def items(stream: IO[bytes]) -> Iterator[Item | Problem]:
    window = _Window(Utf8(stream))
    first = window.first_sign()
    if first == b"[":
        yield from _Values(window, inside=1).items()
    elif first == b"{":
        if window.begins_with_a_line():
            yield from _lines(window)
        else:
            yield from _Values(window, inside=0).items()
    else:
        raise Unreadable(
            "This is no JSON: it begins with neither [ nor {. Choose the file that the other "
            "application exported, or the ZIP that it is in."
        )


class _Window:
    """The part of a stream that is in memory: read at the end, dropped at the beginning."""

    def __init__(self, stream: Utf8) -> None:
        self.stream = stream
        self.data = bytearray()
        self.at_end = False

    def more(self) -> bool:
        """Doubles what it holds, so that a long string is not looked through too often."""
        read = self.stream.read(max(CHUNK, min(len(self.data), 32 * CHUNK)))
        self.data += read
        self.at_end = not read
        return bool(read)

    def first_sign(self) -> bytes:
        self.more()
        self.data = self.data.removeprefix(b"\xef\xbb\xbf")
        while True:
            self.data = bytearray(self.data.lstrip())
            if self.data or not self.more():
                return bytes(self.data[:1])

    def begins_with_a_line(self) -> bool:
        """Whether what stands before the first line's end is a value of its own."""
        while b"\n" not in self.data and len(self.data) <= LARGEST:
            if not self.more():
                break
        end = self.data.find(b"\n")
        end = end if end >= 0 else len(self.data)
        return end <= LARGEST and isinstance(_parse(self.text(0, end), "line", 1), Item)

    def text(self, start: int, end: int) -> str:
        with memoryview(self.data) as view, view[start:end] as piece:
            return str(piece, "utf-8", "replace")

    def next_line(self) -> str | None:
        """None where it is too long; raises EOFError at the end."""
        is_too_long = False
        while True:
            end = self.data.find(b"\n")
            if end < 0 and len(self.data) > LARGEST:
                is_too_long = True
                self.data.clear()
            elif end >= 0 or not self.more():
                return self._take_line(end, is_too_long)

    def _take_line(self, end: int, is_too_long: bool) -> str | None:
        if end < 0 and not self.data:
            raise EOFError
        end = end if end >= 0 else len(self.data)
        line = None if is_too_long else self.text(0, end)
        del self.data[: end + 1]
        return line


def _lines(window: _Window) -> Iterator[Item | Problem]:
    for number in count(1):
        try:
            line = window.next_line()
        except EOFError:
            return
        if line is None:
            yield Problem(too_large(), f"line {number}")
        elif line.strip():
            found = _parse(line, "line", number)
            del line  # it may be large, and what comes of it stays for a while
            yield found


class _Values:
    """The objects at one depth: 1 within an array, 0 without."""

    def __init__(self, window: _Window, inside: int) -> None:
        self.window = window
        self.inside = inside
        self.depth = 0
        self.deepest = 0
        self.number = 0
        self.position = 0
        self.start: int | None = None
        self.end_of_last = 0
        self.is_skipping = False

    def items(self) -> Iterator[Item | Problem]:
        """One step a token, millions of them: what is not the edge of a value costs little."""
        while True:
            token = TOKEN.search(self.window.data, self.position)
            if token is None or token[1] == b"":
                self.position = token.start() if token else len(self.window.data)
                del token  # it holds on to the buffer, which could not change then
                self._make_room()
                if len(self.window.data) > LARGEST + 32 * CHUNK:  # one text alone is too large
                    raise Unreadable(too_large())
                if not self.window.more():
                    yield from self._at_the_end()
                    return
                continue
            start, self.position = token.span()
            sign = self.window.data[start]
            del token
            if sign in OPENING:
                self.depth += 1
                self.deepest = max(self.deepest, self.depth)
                if self.depth == self.inside + 1 and sign == OPENING[1]:
                    yield from self._between(start)
                    self.start, self.deepest = start, self.depth
            elif sign in CLOSING:
                self.depth -= 1
                if self.depth == self.inside and self.start is not None:
                    yield self._value(self.position)

    def _between(self, start: int) -> Iterator[Problem]:
        """What is neither comma nor space stands where a conversation should."""
        between = self.window.data[self.end_of_last : start].strip(b"[, \t\r\n")
        if between:
            self.number += 1
            yield Problem("This is not a conversation.", f"entry {self.number}")

    def _value(self, end: int) -> Item | Problem:
        start, self.start = self.start or 0, None
        self.number += 1
        where = f"entry {self.number}"
        was_skipped, self.is_skipping = self.is_skipping, False
        text = "" if was_skipped else self.window.text(start, end)
        # What is done goes before it is parsed: a large value need not be there twice.
        del self.window.data[:end]
        self.position, self.end_of_last = 0, 0
        if was_skipped:
            return Problem(too_large(), where)
        if self.deepest - self.inside > DEEPEST:
            return Problem(too_deep(), where)
        return _parse(text, "entry", self.number)

    def _make_room(self) -> None:
        """Forgets what is done; of a value that is too large, also what came of it so far."""
        if self.start is not None and self.position - self.start > LARGEST:
            self.is_skipping, self.start = True, self.position
        keep = self.start if self.start is not None else self.position
        keep = min(keep, self.position)
        if self.start is None and self.position - self.end_of_last <= CHUNK:
            keep = min(keep, self.end_of_last)
        del self.window.data[:keep]
        self.position -= keep
        self.end_of_last = max(0, self.end_of_last - keep)
        if self.start is not None:
            self.start -= keep

    def _at_the_end(self) -> Iterator[Problem]:
        if self.start is not None or self.depth > 0:
            yield Problem(
                "The file ends in the middle of it. Export it again, or copy the file anew.",
                f"entry {self.number + 1}",
            )


def _parse(text: str, kind: str, number: int) -> Item | Problem:
    where = f"{kind} {number}"
    try:
        value = json.loads(text)
    except RecursionError:
        return Problem(too_deep(), where)
    except ValueError as error:
        return Problem(f"This is not valid JSON: {error}.", where)
    if not isinstance(value, dict):
        return Problem("This is not a conversation.", where)
    return Item(number, value)


def too_large() -> str:
    return f"It is larger than {LARGEST // 2**20} MB, which is too much for one conversation."


def too_deep() -> str:
    return (
        f"It is nested more than {DEEPEST} deep. Export it as a list of messages instead of a tree."
    )
