"""What each field of our own lines may hold. A state that nobody is in after an import, such as
being written, becomes the one that a crash would have left."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from chatstudio.base.json_types import JsonMapping, JsonObject, flag_at, object_at, objects_at
from conversations.features.exchange import fields
from conversations.features.exchange.receipts import receipt_of
from conversations.features.exchange.values import Refused
from conversations.models import Generation, Message, MessagePart, Status, ToolCall
from conversations.tool_names import read_tool_names

type Reader[T] = Callable[[JsonMapping, str], T]

UNSETTLED = (Status.WAITING, Status.GENERATING, Status.AWAITING_APPROVAL)
DIALOGUE = ("question", "schema", "answer")
UNSETTLED_CALLS = (
    ToolCall.Status.PENDING,
    ToolCall.Status.AWAITING_APPROVAL,
    ToolCall.Status.RUNNING,
)


def fill_shape(shape: Mapping[str, Reader[object]], value: JsonMapping) -> dict[str, Any]:
    """Arguments of a dataclass, each of the type that its reader gives."""
    return {name: read(value, name) for name, read in shape.items() if name in value}


def same(source: object, shape: Iterable[str], **others: object) -> dict[str, Any]:
    """What a row and its dataclass call the same, and the `others`, which are not."""
    return {name: getattr(source, name) for name in shape if name not in others} | others


def text(limit: int | None = None) -> Reader[str]:
    return lambda source, name: fields.text_of(source, name, limit)


def one_of(allowed: Iterable[str]) -> Reader[str]:
    def read(source: JsonMapping, name: str) -> str:
        if source[name] not in {str(one) for one in allowed}:
            raise Refused(f"Its {name} {str(source[name])[:40]!r} is unknown.")
        return str(source[name])

    return read


def json_dict(source: JsonMapping, name: str) -> JsonObject:
    return fields.clean_json(object_at(source, name))


def settle_status(status: str) -> str:
    return str(Status.INTERRUPTED) if status in UNSETTLED else status


def settle_call_status(status: str) -> str:
    return str(ToolCall.Status.FAILED) if status in UNSETTLED_CALLS else status


def settled_decision(decision: str | None) -> str | None:
    """What a person allowed once and for all is allowed where they said it, and nowhere else."""
    is_for_all = decision == ToolCall.Decision.ALWAYS
    return str(ToolCall.Decision.ONCE) if is_for_all else decision


def _status(source: JsonMapping, name: str) -> str:
    return settle_status(one_of(Status.values)(source, name))


def _call_status(source: JsonMapping, name: str) -> str:
    return settle_call_status(one_of(ToolCall.Status.values)(source, name))


def _decision(source: JsonMapping, name: str) -> str | None:
    if source[name] is None:
        return None
    return settled_decision(one_of(ToolCall.Decision.values)(source, name))


def _dialogue(source: JsonMapping, name: str) -> list[JsonObject]:
    """What a tool asked, and was answered; a question that waits for an answer waits no more."""
    entries = (
        {key: one[key] for key in DIALOGUE if key in one} for one in objects_at(source, name)
    )
    return [fields.clean_json(one) for one in entries if "answer" in one]


def _round(source: JsonMapping, name: str) -> int:
    return fields.count_of(source, name, 32_767) or 0


def _receipt(source: JsonMapping, name: str) -> JsonObject:
    return receipt_of(json_dict(source, name))


def _metadata(source: JsonMapping, name: str) -> JsonObject:
    """What the pages look into has the form that they expect."""
    found = json_dict(source, name)
    if "citations" in found:
        found["citations"] = [
            {"title": fields.line_of(one, "title", 300), "url": fields.line_of(one, "url", 2000)}
            for one in objects_at(found, "citations")
        ]
    return found


def _context(source: JsonMapping, name: str) -> JsonObject:
    """The values that an error's sentence is made from."""
    found = json_dict(source, name)
    return {key: value for key, value in found.items() if isinstance(value, str | int | float)}


CONVERSATION: dict[str, Reader[object]] = {
    "title": text(200),
    "created_at": fields.moment_of,
    "updated_at": fields.moment_of,
    "model_name": text(255),
    "server": text(255),
    "routing_profile": text(32),
    "prompt_profile": text(80),
    "parameters": json_dict,
    "memory_enabled": lambda source, name: flag_at(source, name, True),
    "tools_enabled": flag_at,
    "summarises": flag_at,
    "chosen_tools": lambda source, name: read_tool_names(source[name]),
    "is_pinned": flag_at,
    "is_archived": flag_at,
}
MESSAGE: dict[str, Reader[object]] = {
    "role": one_of(Message.Role.values),
    "created_at": fields.moment_of,
    "status": _status,
    "model_name": text(255),
    "server": text(255),
    "routing_profile": text(32),
    "metadata": _metadata,
}
GENERATION: dict[str, Reader[object]] = {
    "cause": one_of(Generation.Cause.values),
    "status": _status,
    "strategy": text(32),
    "model_name": text(255),
    "server": text(255),
    "finish_reason": text(64),
    "error_code": text(64),
    "error_context": _context,
    "receipt": _receipt,
    "created_at": fields.moment_of,
    "finished_at": fields.moment_of,
}
TOOL_CALL: dict[str, Reader[object]] = {
    "call_id": text(128),
    "name": text(128),
    "arguments": lambda source, name: fields.clean_json(source[name]),
    "result": text(),
    "error": text(),
    "status": _call_status,
    "risk": text(16),
    "decision": _decision,
    "decision_reason": text(),
    "decided_at": fields.moment_of,
    "dialogue": _dialogue,
    "started_at": fields.moment_of,
    "finished_at": fields.moment_of,
}
PART: dict[str, Reader[object]] = {
    "kind": one_of(MessagePart.Kind.values),
    "content": text(),
    "round": _round,
    "duration_ms": fields.count_of,
}
