"""What servers send, made such that one odd piece costs that piece alone and not the session.

The SDK refuses a whole list for one tool whose schema is malformed, a whole result for a schema of
results that does not fit it, and forgets a line that is no JSON, so that whoever asked waits for
the full time. This stands between the transport and the SDK, and sees every message first.
"""

import contextlib
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote

from jsonschema.exceptions import SchemaError
from jsonschema.validators import validator_for
from mcp.shared.message import SessionMessage
from mcp_types import PARSE_ERROR, ErrorData, JSONRPCError, JSONRPCResponse
from mcp_types.jsonrpc import jsonrpc_message_adapter
from pydantic import ValidationError

from chatstudio.base.json_types import (
    JsonMapping,
    JsonObject,
    JsonValue,
    object_at,
    parse_json,
    text_at,
)
from chatstudio.base.text import clean_text, replace_unstorable

if TYPE_CHECKING:
    from mcp.client._transport import Transport, TransportStreams
    from mcp.shared._stream_protocols import ReadStream

UNREADABLE = "It sent an answer that is not JSON."
TOO_DEEP = "It sent an answer that is nested too deep."
MOST_VALUES, MOST_LOOKED_THROUGH = 500, 20_000_000
"""Characters, each as often as a value is looked for among them."""
ID = re.compile(r'"id"\s*:\s*(\d+)')


@dataclass(slots=True)
class Mended:
    """`left_out` has a sentence for each tool that could not be offered."""

    left_out: list[str] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def around(self, transport: "Transport") -> AsyncIterator["TransportStreams"]:
        async with transport as (read, write):
            yield _MendedStream(read, self), write

    def mend(self, item: SessionMessage | Exception) -> SessionMessage | Exception:
        if isinstance(item, Exception):
            item = _read_again(item)
            if isinstance(item, Exception):
                return item
        message = item.message
        if isinstance(message, JSONRPCResponse):
            try:
                self._mend_result(message.result)
            except RecursionError:
                return _told(message.id, TOO_DEEP)
        elif isinstance(message, JSONRPCError) and message.error.code == PARSE_ERROR:
            message.error.message = UNREADABLE
        return item

    def _mend_result(self, result: JsonObject) -> None:
        tools = result.get("tools")
        if isinstance(tools, list):
            result["tools"] = [*self._sound_tools(tools)]
        elif "content" in result or "structuredContent" in result:
            result["content"] = [{"type": "text", "text": text_of(result)}]
            result.pop("structuredContent", None)

    def _sound_tools(self, tools: list[JsonValue]) -> list[JsonObject]:
        sound: list[JsonObject] = []
        for number, tool in enumerate(tools, 1):
            name = text_at(tool, "name") if isinstance(tool, dict) else ""
            if not isinstance(tool, dict) or not name:
                self._leave_out(f"The tool number {number} is not offered: it has no name.")
                continue
            schema = _object_schema(tool.get("inputSchema"))
            if problem := _problem_of(schema):
                self._leave_out(f"The tool {name} is not offered: {problem}")
            else:
                sound.append(_reduced(tool, name, schema or {}))
        return sound

    def _leave_out(self, sentence: str) -> None:
        """Once, however often the list is read."""
        if sentence not in self.left_out:
            self.left_out.append(sentence)


def text_of(result: JsonMapping) -> str:
    """A tool's result for a model: texts as they are, also those of embedded resources; of anything
    else that it was there. Structured content, whatever its schema says, where the texts do not
    hold it already."""
    content = result.get("content")
    blocks = content if isinstance(content, list) else [] if content is None else [content]
    text = "\n".join(map(_block_text, blocks))
    structured = result.get("structuredContent")
    if structured is None or _is_told(structured, text):
        return text
    return "\n".join(filter(None, (text, json.dumps(structured, ensure_ascii=False))))


def _block_text(block: JsonValue) -> str:
    """What is no block is told as it is."""
    if not isinstance(block, dict):
        return _as_text(block)
    kind = text_at(block, "type") or ("text" if "text" in block else "")
    if kind == "text":
        return _as_text(block.get("text"))
    if kind == "resource":
        resource = object_at(block, "resource")
        return text_at(resource, "text") or _shown(resource, "resource")
    return _shown(block, kind.replace("_", " ")) if kind else _as_text(block)


def _as_text(value: JsonValue) -> str:
    if value is None or isinstance(value, str):
        return replace_unstorable(value or "")
    return json.dumps(value, ensure_ascii=False)


def _shown(thing: JsonMapping, kind: str) -> str:
    names = (text_at(thing, name) for name in ("title", "name", "uri", "mimeType"))
    about = ", ".join(dict.fromkeys(filter(None, names)))
    return f"[{kind}: {about}]" if about else f"[{kind} is not shown]"


def _is_told(structured: JsonValue, text: str) -> bool:
    """Whether the text is the same as JSON, or each of its values stands there as a word of its
    own, which is not looked for where that would take long."""
    if parse_json(text) == structured:
        return True
    scalars = set(_scalars(structured))
    if len(scalars) > MOST_VALUES or len(scalars) * len(text) > MOST_LOOKED_THROUGH:
        return False
    return all(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text) for one in scalars)


def _scalars(value: JsonValue) -> list[str]:
    if isinstance(value, dict):
        return [one for inner in value.values() for one in _scalars(inner)]
    if isinstance(value, list):
        return [one for inner in value for one in _scalars(inner)]
    return [value if isinstance(value, str) else json.dumps(value)]


class _MendedStream:
    """A transport's stream of messages, each mended as it is taken."""

    def __init__(self, inner: "ReadStream[SessionMessage | Exception]", mended: Mended) -> None:
        self._inner = inner
        self._mended = mended

    async def receive(self) -> SessionMessage | Exception:
        return self._mended.mend(await self._inner.receive())

    async def aclose(self) -> None:
        await self._inner.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        return self._mended.mend(await self._inner.__anext__())

    async def __aenter__(self) -> Self:
        await self._inner.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        return await self._inner.__aexit__(kind, error, traceback)

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


def _read_again(error: Exception) -> SessionMessage | Exception:
    """A line that the SDK could not read: JSON with half a character in it is read all the same,
    and of an answer that is no JSON whoever waits for it is told so."""
    line = _line_of(error)
    try:
        found = json.loads(clean_text(_whole_characters(line)))
        return SessionMessage(jsonrpc_message_adapter.validate_python(found, by_name=False))
    except (ValueError, RecursionError):
        asked = ID.search(line)
    if asked is None or '"jsonrpc"' not in line:
        return error  # something that a program prints beside its messages
    return _told(int(asked[1]), UNREADABLE)


def _told(asked: str | int, sentence: str) -> SessionMessage:
    told = ErrorData(code=PARSE_ERROR, message=sentence)
    return SessionMessage(JSONRPCError(jsonrpc="2.0", id=asked, error=told))


def _line_of(error: Exception) -> str:
    if isinstance(error, ValidationError):
        for one in error.errors(include_url=False, include_context=False):
            if isinstance(one["input"], str):
                return one["input"]
    return ""


def _whole_characters(line: str) -> str:
    r"""Half a pair that is written as an escape (`\ud83d`) becomes U+FFFD; two halves stay."""
    return LONE_HALF.sub(lambda found: found[0] if len(found[0]) > 6 else r"\ufffd", line)


LONE_HALF = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)


def _object_schema(schema: JsonValue) -> JsonObject | None:
    """What is left out of it has one meaning only: a tool's arguments are an object."""
    if not isinstance(schema, dict | None):
        return None
    given = schema or {}
    properties = given.get("properties")
    return {**given, "type": "object", "properties": {} if properties is None else properties}


def _problem_of(schema: JsonObject | None) -> str:
    """What is wrong with the schema of a tool's arguments, or nothing."""
    if schema is None:
        return "its schema is not an object."
    try:
        validator_for(schema).check_schema(schema)
        missing = _missing_reference(schema, schema)
    except SchemaError as wrong:
        where = ".".join(map(str, wrong.absolute_path)) or "as a whole"
        return f"its schema is malformed at {where}: {wrong.message[:200]}."
    except RecursionError:
        return "its schema is nested too deep."
    except Exception:  # whatever a stranger's schema holds, the other tools are offered
        return "its schema cannot be read."
    return f"its schema names {missing}, which is not in it." if missing else ""


def _missing_reference(part: JsonValue, whole: JsonMapping) -> str:
    if isinstance(part, list):
        return next(filter(None, (_missing_reference(one, whole) for one in part)), "")
    if not isinstance(part, dict):
        return ""
    reference = part.get("$ref")
    if isinstance(reference, str) and not _resolves(reference, whole):
        return reference
    inner = (one for name, one in part.items() if name not in VALUES)
    return next(filter(None, (_missing_reference(one, whole) for one in inner)), "")


VALUES = ("enum", "const", "default", "examples")
"""What stands in them is no schema."""


def _resolves(reference: str, whole: JsonMapping) -> bool:
    """Within the schema itself; of an address elsewhere nobody can tell."""
    if not reference.startswith("#/"):
        return True
    found: JsonValue = dict(whole)
    for step in reference.removeprefix("#/").split("/"):
        key = unquote(step).replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict) and key in found:
            found = found[key]
        elif isinstance(found, list) and key.isdecimal() and int(key) < len(found):
            found = found[int(key)]
        else:
            return False
    return True


def _reduced(tool: JsonObject, name: str, schema: JsonObject) -> JsonObject:
    """Without the schema of its results, which say more when they come as they are, and without
    what is there for show."""
    kept: JsonObject = {"name": name, "inputSchema": schema}
    if description := text_at(tool, "description"):
        kept["description"] = description
    hints = tool.get("annotations")
    if isinstance(hints, dict):
        kept["annotations"] = {
            name: value
            for name, value in hints.items()
            if name.endswith("Hint") and isinstance(value, bool)
        }
    return kept
