"""What each field of our own lines may hold. A state that nobody is in after an import, such as
being written, becomes the one that a crash would have left."""

from collections.abc import Callable, Mapping
from typing import Any

from conversations.features.exchange import fields
from conversations.features.exchange.receipts import receipt_of
from conversations.features.exchange.values import Refused
from conversations.models import Generation, Message, MessagePart, Status, ToolCall

type Reader = Callable[[Mapping[str, Any], str], Any]

UNSETTLED = (Status.WAITING, Status.GENERATING, Status.AWAITING_APPROVAL)
UNSETTLED_CALLS = (
    ToolCall.Status.PENDING,
    ToolCall.Status.AWAITING_APPROVAL,
    ToolCall.Status.RUNNING,
)


def filled(shape: Mapping[str, Reader], value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: read(value, name) for name, read in shape.items() if name in value}


def text(limit: int | None = None) -> Reader:
    return lambda source, name: fields.text_of(source, name, limit)


def one_of(allowed: Any) -> Reader:
    def read(source: Mapping[str, Any], name: str) -> str:
        if source[name] not in {str(one) for one in allowed}:
            raise Refused(f"Its {name} {str(source[name])[:40]!r} is unknown.")
        return str(source[name])

    return read


def json_dict(source: Mapping[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = fields.json_of(fields.dict_of(source, name))
    return found


def small_number(source: Mapping[str, Any], name: str) -> int | None:
    return fields.number_of(source, name)


def settled(status: str) -> str:
    return str(Status.INTERRUPTED) if status in UNSETTLED else status


def settled_call(status: str) -> str:
    return str(ToolCall.Status.FAILED) if status in UNSETTLED_CALLS else status


def settled_decision(decision: str | None) -> str | None:
    """What a person allowed once and for all is allowed where they said it, and nowhere else."""
    is_for_all = decision == ToolCall.Decision.ALWAYS
    return str(ToolCall.Decision.ONCE) if is_for_all else decision


def _status(source: Mapping[str, Any], name: str) -> str:
    return settled(one_of(Status.values)(source, name))


def _call_status(source: Mapping[str, Any], name: str) -> str:
    return settled_call(one_of(ToolCall.Status.values)(source, name))


def _decision(source: Mapping[str, Any], name: str) -> str | None:
    if source[name] is None:
        return None
    return settled_decision(one_of(ToolCall.Decision.values)(source, name))


def _round(source: Mapping[str, Any], name: str) -> int:
    return fields.number_of(source, name, 32_767) or 0


def _receipt(source: Mapping[str, Any], name: str) -> dict[str, Any]:
    return receipt_of(json_dict(source, name))


def _metadata(source: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What the pages look into has the form that they expect."""
    found = json_dict(source, name)
    if "citations" in found:
        found["citations"] = [
            {"title": fields.line_of(one, "title", 300), "url": fields.line_of(one, "url", 2000)}
            for one in fields.dicts_of(found, "citations")
        ]
    return found


def _context(source: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The values that an error's sentence is made from."""
    found = json_dict(source, name)
    return {key: value for key, value in found.items() if isinstance(value, str | int | float)}


CONVERSATION: dict[str, Reader] = {
    "title": text(200),
    "created_at": fields.moment_of,
    "updated_at": fields.moment_of,
    "model_name": text(255),
    "server": text(255),
    "routing_profile": text(32),
    "prompt_profile": text(80),
    "parameters": json_dict,
    "memory_enabled": lambda source, name: fields.flag_of(source, name, True),
    "tools_enabled": fields.flag_of,
    "summarises": fields.flag_of,
    "is_pinned": fields.flag_of,
    "is_archived": fields.flag_of,
}
MESSAGE: dict[str, Reader] = {
    "role": one_of(Message.Role.values),
    "created_at": fields.moment_of,
    "status": _status,
    "model_name": text(255),
    "server": text(255),
    "routing_profile": text(32),
    "metadata": _metadata,
}
GENERATION: dict[str, Reader] = {
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
TOOL_CALL: dict[str, Reader] = {
    "call_id": text(128),
    "name": text(128),
    "arguments": lambda source, name: fields.json_of(source[name]),
    "result": text(),
    "error": text(),
    "status": _call_status,
    "risk": text(16),
    "decision": _decision,
    "decision_reason": text(),
    "decided_at": fields.moment_of,
    "started_at": fields.moment_of,
    "finished_at": fields.moment_of,
}
PART: dict[str, Reader] = {
    "kind": one_of(MessagePart.Kind.values),
    "content": text(),
    "round": _round,
    "duration_ms": small_number,
}
