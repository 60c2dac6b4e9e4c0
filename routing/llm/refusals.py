"""A server's error, whatever its shape, as the `RoutingError` that says what to do.

`error` may be a text, JSON inside a text, or an object; a body may be plain text or empty.
"""

import re
from dataclasses import dataclass, field

from chatstudio.base.json_types import JsonMapping, integer_at, parse_object
from routing.errors import (
    AuthenticationFailed,
    BadAnswer,
    ContextExceeded,
    ModelCannot,
    ModelLoadFailed,
    ModelNotFound,
    NotAModelServer,
    RateLimited,
    RequestRejected,
    RoutingError,
    ServerBusy,
    ServerFailed,
    ServerRefused,
    ServerStarting,
    StreamFailed,
)

LONGEST_DETAIL = 500

TOO_LONG = re.compile(
    r"exceeds the available context size|longer than the context length"
    r"|exceeds the context length|maximum context length",
    re.IGNORECASE,
)
CANNOT = {
    "tools": re.compile(
        r"does not support (tools|function)|tool-call-parser|tools param requires", re.IGNORECASE
    ),
    "thinking": re.compile(r"does not support (thinking|reasoning)", re.IGNORECASE),
    "images": re.compile(
        r"support multimodal|support (images|vision)|image input is not supported", re.IGNORECASE
    ),
    "embeddings": re.compile(r"does not support embeddings", re.IGNORECASE),
    "chat": re.compile(r"does not support (chat|generate|completion)", re.IGNORECASE),
}
NOT_LOADED = re.compile(
    r"(llama-server|llama runner) process|out[- ]of[- ]memory|more system memory"
    r"|timed out waiting for (llama|server)|unable to (load|allocate)"
    r"|(failed|error) (to load|loading)|cudamalloc",
    re.IGNORECASE,
)
OUR_MISTAKE = re.compile(r"option \"\w+\" must be of type|invalid format", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a server said. `is_json` tells an answer of its protocol from a web server's page."""

    detail: str
    is_json: bool = True
    fields: JsonMapping = field(default_factory=dict)


def read_complaint(body: bytes) -> Complaint:
    data = parse_object(body)
    if data is None:
        plain = body.decode("utf-8", "replace").strip()
        return Complaint("" if plain.startswith("<") else plain[:LONGEST_DETAIL], is_json=False)
    return complaint_of(data)


def complaint_of(data: JsonMapping) -> Complaint:
    error = data.get("error", data.get("message", data.get("detail")))
    if isinstance(error, str) and (inner := parse_object(error)) is not None:
        return complaint_of(inner)
    if isinstance(error, dict):
        return Complaint(_words(error.get("message")), fields=error)
    return Complaint(_words(error), fields=data)


def _words(value: object) -> str:
    return "" if value is None else str(value).strip()[:LONGEST_DETAIL]


def refusal(status: int, body: bytes, *, server: str, model_name: str = "") -> RoutingError:
    """For an answer that is not 200. Without a model's name a 404 speaks of the address."""
    said = read_complaint(body)
    known = by_words(said, model_name=model_name)
    return known or _by_status(status, said, server, model_name)


def failed_stream(
    data: JsonMapping, *, server: str, model_name: str, answering: bool
) -> RoutingError:
    """For an error in a stream whose status was 200; a cause is looked for before the answer."""
    said = complaint_of(data)
    known = None if answering else by_words(said, model_name=model_name)
    return known or StreamFailed(server=server, detail=said.detail)


def by_words(said: Complaint, *, model_name: str) -> RoutingError | None:
    kind = said.fields.get("type"), said.fields.get("code")
    if "exceed_context_size_error" in kind or "context_length_exceeded" in kind:
        return _too_long(said, model_name)
    if TOO_LONG.search(said.detail):
        return _too_long(said, model_name)
    for capability, pattern in CANNOT.items():
        if pattern.search(said.detail):
            return ModelCannot(model_name=model_name, capability=capability)
    if NOT_LOADED.search(said.detail):
        return ModelLoadFailed(model_name=model_name, detail=said.detail)
    return None


def _too_long(said: Complaint, model_name: str) -> ContextExceeded:
    return ContextExceeded(
        model_name=model_name,
        prompt_tokens=integer_at(said.fields, "n_prompt_tokens"),
        context_length=integer_at(said.fields, "n_ctx"),
    )


def _by_status(status: int, said: Complaint, server: str, model_name: str) -> RoutingError:
    detail = said.detail or f"status {status}"
    if status in (404, 405):
        found = status == 404 and said.is_json and model_name
        missing = ModelNotFound(model_name=model_name, server=server)
        return missing if found else NotAModelServer(server=server)
    if status == 503:
        starting = "loading model" in detail.lower()
        return ServerStarting(server=server) if starting else ServerBusy(server=server)
    if status == 403:
        return ServerRefused(server=server, detail=said.detail)
    if status in (401, 429):
        return (AuthenticationFailed if status == 401 else RateLimited)(server=server)
    return _by_range(status, detail, server)


def _by_range(status: int, detail: str, server: str) -> RoutingError:
    if status >= 500 and not OUR_MISTAKE.search(detail):
        return ServerFailed(server=server, detail=detail)
    if status >= 400:
        return RequestRejected(server=server, detail=detail)
    return BadAnswer(server=server, detail=detail)
