"""Servers that do not know `stream_options`, or do not stream: they are asked once more without.

What a server has refused is remembered while the process runs, so that it costs one request.
"""

import re
from dataclasses import dataclass
from typing import Self

from chatstudio.base.json_types import JsonObject, JsonValue
from routing.llm.refusals import read_complaint
from routing.types import ChatRequest

NOT_ABOUT_FIELDS = (401, 402, 403, 404, 405, 429)
OPTIONS = re.compile(r"stream[ _]?options?|include[ _]usage", re.IGNORECASE)
NO_STREAM = re.compile(
    r"\bstream(ing)?\b(?! (error|id)\b).{0,40}"
    r"(\bnot\b|n['’]t\b|\bun(supported|available)|\bmust be false|\bdisabled|\bonly)"
    r"|(\bnot|n['’]t|\bno|\bun(supported|known)|\binvalid)\b.{0,40}"
    r"\bstream(ing)?\b(?! (error|id)\b)|\bstream\W{1,4}false\b",
    re.IGNORECASE | re.DOTALL,
)

_refused: dict[tuple[object, ...], set[str]] = {}
"""Names by server, and by place: some models stream and others of the server do not, or not with
tools or a given shape."""


@dataclass(frozen=True, slots=True)
class Place:
    server: str
    model_name: str
    wish: tuple[bool, bool] = (False, False)
    """Whether tools go along, and a shape of the answer."""

    @classmethod
    def of(cls, request: ChatRequest, server: str) -> Self:
        wish = (bool(request.tools), request.answer_schema is not None)
        return cls(server, request.model_name, wish)

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.server, self.model_name, self.wish)

    def without_refused(self, payload: JsonObject) -> JsonObject:
        if not _refused:
            return payload
        names = (_refused.get(key, set()) for key in ((self.server,), self._key))
        return without(payload, set().union(*names))

    def remember(self, payload: JsonObject) -> None:
        """The server has taken it like this."""
        if "stream_options" not in payload and payload["stream"]:
            _refused.setdefault((self.server,), set()).add("stream_options")
        if not payload["stream"]:
            _refused.setdefault(self._key, set()).add("stream")


def without(payload: JsonObject, names: set[str]) -> JsonObject:
    left: dict[str, JsonValue] = dict(payload)
    if "stream" in names:
        left["stream"] = False
    if names:
        left.pop("stream_options", None)
    return left


def without_named(payload: JsonObject, status: int, body: bytes) -> JsonObject | None:
    """The request without what a refusal names; None where it names nothing of these."""
    if status in NOT_ABOUT_FIELDS or status == 503:
        return None
    said = read_complaint(body)
    words = said.detail + str(said.fields.get("param") or "") + body.decode("utf-8", "replace")
    if "stream_options" in payload and OPTIONS.search(words):
        return without(payload, {"stream_options"})
    is_named = said.fields.get("param") == "stream"
    if payload["stream"] and (is_named or NO_STREAM.search(said.detail)):
        return without(payload, {"stream"})
    return None
