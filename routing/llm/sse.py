"""Server-sent events as model servers write them: JSON objects, put together from lines.

What the standard allows is understood (comments, names, numbers, data on several lines), and what
is seen besides: no blank line between events, JSON without a field's name, `data:` twice.
"""

import contextlib
import json
from collections.abc import AsyncGenerator

import httpx

from chatstudio.base.json_types import JsonObject, JsonValue, objects_in
from routing.errors import BadAnswer
from routing.llm.client import Patience
from routing.llm.packets import read_lines

DONE: JsonObject = {"done": True}
BOM = b"\xef\xbb\xbf"
FIELDS = (b"", b"data", b"event", b"id", b"retry", b"error")
LONGEST_STRAY = 300
LONGEST_UNFINISHED = 1024 * 1024


class NotJson(Exception):
    """An event that has ended without becoming JSON."""


class EventReader:
    """Takes lines and gives an object as soon as there is one: `DONE` for the mark of the end, an
    empty one for whatever says nothing."""

    def __init__(self) -> None:
        self._name = b""
        self._unfinished = b""
        self._is_bare = False
        self.has_json = False
        self.stray = b""
        """The first line that belongs to no event."""

    def take(self, line: bytes) -> JsonObject:
        line = line.strip()
        if not line:
            self.end()
            return {}
        value = self._value_of(line)
        if not value:
            return {}
        if value == b"[DONE]":
            self.end()
            return DONE
        return self._put_together(value)

    def end(self) -> None:
        """The end of an event, or of all of them. Within a whole answer an empty line is none."""
        self._name = b""
        if self._unfinished and not self._is_bare:
            raise NotJson

    def _value_of(self, line: bytes) -> bytes:
        line = line.removeprefix(BOM)
        if line.startswith((b"{", b"[")) or self._is_bare:
            self._is_bare = True
            return line
        name, _, value = line.partition(b":")
        value = value.strip()
        if name == b"event":
            self._name = value
        if name == b"error":
            self._name, name = name, b"data"
        if name not in FIELDS:
            self.stray = self.stray or line
        if name != b"data":
            return b""
        return value.removeprefix(b"data:").strip()

    def _put_together(self, value: bytes) -> JsonObject:
        text = self._unfinished + b"\n" + value if self._unfinished else value
        try:
            found: JsonValue = json.loads(text.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            if len(text) > LONGEST_UNFINISHED:
                raise NotJson from None
            self._unfinished = text
            return {}
        self._unfinished, self._is_bare, self.has_json = b"", False, True
        if self._name == b"error" and found:
            is_named = isinstance(found, dict) and "error" in found
            found = found if is_named else {"error": found}
        if isinstance(found, list):  # Gemini's errors stand in one
            found = next(iter(objects_in(found)), {})
        return found if isinstance(found, dict) else {}


async def read_chunks(response: httpx.Response, patience: Patience) -> AsyncGenerator[JsonObject]:
    """The objects of a stream, or the only one of an answer that came whole."""
    reader = EventReader()
    try:
        async with contextlib.aclosing(read_lines(response, patience)) as batches:
            async for lines in batches:
                for line in lines:
                    if chunk := reader.take(line):
                        yield chunk
        reader.end()
    except NotJson:
        raise BadAnswer(server=patience.server, detail="a line that is not JSON") from None
    if reader.stray and not reader.has_json:
        is_page = "html" in response.headers.get("content-type", "")
        said = reader.stray[:LONGEST_STRAY].decode("utf-8", "replace")
        raise BadAnswer(server=patience.server, detail="a web page" if is_page else said)
