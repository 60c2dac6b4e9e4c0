"""A server's error, whatever its shape, as the `RoutingError` that says what to do.

`error` may be a text, JSON inside a text, or an object; a body may be plain text or empty.
"""

import re
from dataclasses import dataclass, field

from chatstudio.base.json_types import JsonMapping, JsonObject, integer_at, parse_object
from routing import errors
from routing.llm.client import Patience

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
UNREADABLE_CALL = re.compile(
    r"pars(?:e|ing) (?:the )?tool.?call|failed to parse input at pos", re.IGNORECASE
)
"""Ollama's words and llama.cpp's for what a model has written, not for what we have sent."""
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


def refusal(status: int, body: bytes, *, server: str, model_name: str = "") -> errors.RoutingError:
    """For an answer that is not 200. Without a model's name a 404 speaks of the address."""
    said = read_complaint(body)
    return by_words(said, model_name=model_name) or _by_status(status, said, server, model_name)


def read_chunk(data: bytes, model_name: str, patience: Patience) -> JsonObject:
    """A line of a stream; empty where it says nothing."""
    if not data.strip():
        return {}
    chunk = parse_object(data)
    if chunk is None:
        raise errors.BadAnswer(server=patience.server, detail="a line that is not JSON")
    if misplaced := [name for name in chunk if UNREADABLE_CALL.search(name)]:
        chunk = {"error": f"{misplaced[0]}: {chunk[misplaced[0]]}"}  # older Ollama
    if chunk.get("error"):  # in a stream whose status was 200
        said = complaint_of(chunk)
        if UNREADABLE_CALL.search(said.detail):
            raise errors.UnreadableCall(model_name=model_name, detail=said.detail)
        # A cause is looked for before the answer.
        known = None if patience.answering else by_words(said, model_name=model_name)
        raise known or errors.StreamFailed(server=patience.server, detail=said.detail)
    return chunk


def by_words(said: Complaint, *, model_name: str) -> errors.RoutingError | None:
    kind = said.fields.get("type"), said.fields.get("code")
    is_too_long = "exceed_context_size_error" in kind or "context_length_exceeded" in kind
    if is_too_long or TOO_LONG.search(said.detail):
        return errors.ContextExceeded(
            model_name=model_name,
            prompt_tokens=integer_at(said.fields, "n_prompt_tokens"),
            context_length=integer_at(said.fields, "n_ctx"),
        )
    for capability, pattern in CANNOT.items():
        if pattern.search(said.detail):
            return errors.ModelCannot(model_name=model_name, capability=capability)
    if UNREADABLE_CALL.search(said.detail):
        return errors.UnreadableCall(model_name=model_name, detail=said.detail)
    if NOT_LOADED.search(said.detail):
        return errors.ModelLoadFailed(model_name=model_name, detail=said.detail)
    return None


def _by_status(status: int, said: Complaint, server: str, model_name: str) -> errors.RoutingError:
    detail = said.detail or f"status {status}"
    if status in (404, 405):
        found = status == 404 and said.is_json and model_name
        missing = errors.ModelNotFound(model_name=model_name, server=server)
        return missing if found else errors.NotAModelServer(server=server)
    if status == 503:
        starting = "loading model" in detail.lower()
        return (errors.ServerStarting if starting else errors.ServerBusy)(server=server)
    if status == 403:
        return errors.ServerRefused(server=server, detail=said.detail)
    if status in (401, 429):
        return (errors.AuthenticationFailed if status == 401 else errors.RateLimited)(server=server)
    if status >= 500 and not OUR_MISTAKE.search(detail):
        return errors.ServerFailed(server=server, detail=detail)
    if status >= 400:
        return errors.RequestRejected(server=server, detail=detail)
    return errors.BadAnswer(server=server, detail=detail)
