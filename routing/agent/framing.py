"""The objects of an answer: one JSON body, a JSON object a line, or server-sent events."""

import contextlib
import json
from collections.abc import AsyncGenerator, Callable

import httpx

from chatstudio.base.json_types import JsonObject
from routing.agent.service import AgentPatience, Service
from routing.errors import AgentBadAnswer, AgentSentPage
from routing.llm.packets import read_body, read_lines

LINES = (
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonlines",
    "application/json-lines",
    "application/stream+json",
)
EVENTS = "text/event-stream"
PAGES = ("text/html", "application/xhtml+xml")
DONE: JsonObject = {"done": True}


def kind_of(response: httpx.Response) -> str:
    named: str = response.headers.get("content-type", "")
    return named.partition(";")[0].strip().lower()


async def objects(
    response: httpx.Response, patience: AgentPatience, service: Service
) -> AsyncGenerator[JsonObject]:
    """A whole body is complete when it is there, so that DONE follows it."""
    kind = kind_of(response)
    if kind in PAGES:
        raise AgentSentPage(**service.facts)
    if kind == "application/json" or (kind.endswith("+json") and kind not in LINES):
        yield parse_json(await read_body(response, patience), service)
        yield DONE
        return
    if kind != EVENTS and kind not in LINES:
        named = f"its content type is {kind[:80]}" if kind else "it names no content type"
        raise AgentBadAnswer(detail=f"{named}; JSON, NDJSON or SSE is", **service.facts)
    data_of: Callable[[bytes], bytes] = Events().data_of if kind == EVENTS else bytes.strip
    async with contextlib.aclosing(read_lines(response, patience)) as batches:
        async for lines in batches:
            for data in map(data_of, lines):
                if data == b"[DONE]":
                    yield DONE
                elif data:
                    yield parse_json(data, service)


class Events:
    """The data of server-sent events, line by line; one named `error` becomes an error object."""

    def __init__(self) -> None:
        self.name = b""

    def data_of(self, line: bytes) -> bytes:
        line = line.strip()
        if line.startswith(b"{"):  # some leave the field's name out
            return line
        field, _, value = line.partition(b":")
        value = value.strip()
        if field == b"data":
            return _as_error(value) if value and self.name == b"error" else value
        if field == b"event" or not line:
            self.name = value
        return b""


def _as_error(value: bytes) -> bytes:
    if b'"error"' in value:
        return value
    is_json = value.startswith((b"{", b'"'))
    words = value if is_json else json.dumps(value.decode("utf-8", "replace")).encode()
    return b'{"error":' + words + b"}"


def parse_json(data: bytes, service: Service) -> JsonObject:
    """Broken characters are a fault here: what an agent does is not a model's slip of a byte."""
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise AgentBadAnswer(detail="text that is not UTF-8", **service.facts) from None
    except (ValueError, RecursionError):
        raise AgentBadAnswer(detail="what should be JSON is not", **service.facts) from None
    if not isinstance(value, dict):
        raise AgentBadAnswer(detail="JSON that is not an object", **service.facts)
    return value
