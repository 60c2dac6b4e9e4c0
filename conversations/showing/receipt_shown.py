"""A stored receipt in words and numbers for a person, and as it is for a program."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from conversations.answering.tool_calls import state_of
from conversations.models import Generation, Message, ToolCall
from conversations.showing.calls_shown import CallView, call_view
from conversations.showing.presenting import label_of, left_out_sentence
from routing.errors import sentence_for
from routing.parameters import label_of_parameter

CAUSES = {
    Generation.Cause.ANSWER: "Answer",
    Generation.Cause.CONTINUE: "Continued",
    Generation.Cause.RESUME: "Went on after a decision",
}
SOURCES = {
    "request": "as set for this conversation",
    "loaded": "as the model is loaded",
    "refusal": "as the server said when it was too long",
}
ROLES = {"user": "You", "assistant": "Answer", "tool": "Tool result", "system": "System"}


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that was sent or left out. `public_id` is empty where it is no row of ours."""

    label: str
    size: int
    sha256: str
    public_id: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptView:
    public_id: UUID
    title: str
    facts: Sequence[tuple[str, str]]
    sent: Sequence[Sent]
    left_out: str
    used: int
    window: int
    tool_calls: Sequence[CallView]


def shown(generation: Generation) -> ReceiptView:
    receipt = generation.receipt
    usage = receipt.get("usage") or {}
    window = (receipt.get("window") or {}).get("tokens") or 0
    out = receipt.get("left_out")
    return ReceiptView(
        generation.public_id,
        CAUSES.get(Generation.Cause(generation.cause), "Answer"),
        [(name, value) for name, value in _facts(generation, receipt) if value],
        list(_sent(receipt)),
        left_out_sentence(out.get("messages", 0)) if out else "",
        (usage.get("input_tokens") or 0) + (usage.get("output_tokens") or 0),
        window,
        [call_view(state_of(call)) for call in generation.tool_calls.all()],
    )


def _facts(generation: Generation, receipt: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    route, model = receipt.get("route") or {}, receipt.get("model") or {}
    yield "Routing profile", label_of(route.get("strategy") or generation.strategy)
    yield "Why", route.get("reason", "")
    yield "Instead of", _fallback(receipt)
    yield "Model", generation.model_name
    yield "Digest", (model.get("digest") or "")[:19]
    yield "Server", generation.server
    yield "Parameters", _parameters(receipt)
    yield "Prompt profile", (receipt.get("prompt_profile") or {}).get("name", "")
    yield "Memory", "on" if receipt.get("memory") else "off: only this message was sent"
    yield "Memories sent", str(len(receipt.get("memories", ())) or "")
    yield "Sent as a summary", _summarised(receipt)
    yield "Earlier files searched", str(len(receipt.get("searched_again", ())) or "")
    yield "Tools offered", ", ".join(receipt.get("tools", ()))
    yield "Window", _window(receipt)
    yield from _counts(receipt)


def _summarised(receipt: Mapping[str, Any]) -> str:
    count = (receipt.get("summary") or {}).get("messages")
    return f"{count:,} earlier message{'' if count == 1 else 's'}" if count else ""


def _fallback(receipt: Mapping[str, Any]) -> str:
    gone = receipt.get("fallback")
    if not gone:
        return ""
    reason = sentence_for(gone.get("code", ""), gone.get("context", {}))
    return f"{label_of(gone.get('from', ''))}: {reason}"


def _parameters(receipt: Mapping[str, Any]) -> str:
    pairs = receipt.get("parameters") or {}
    named = [(label_of_parameter(name).lower(), value) for name, value in pairs.items()]
    return ", ".join(f"{name} {value}" for name, value in named)


def _window(receipt: Mapping[str, Any]) -> str:
    window = receipt.get("window")
    if not window:
        return ""
    return f"{window['tokens']:,} tokens, {SOURCES.get(window['source'], '')}"


def _counts(receipt: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """As the server counted and measured; what it did not say is left out."""
    usage, timings = receipt.get("usage") or {}, receipt.get("timings") or {}
    yield "Read", _tokens(usage.get("input_tokens"))
    yield "Written", _tokens(usage.get("output_tokens"))
    yield "First word after", _seconds(receipt.get("time_to_first_token_ms"))
    yield "Loading", _seconds(timings.get("load_ms"))
    yield "Reading", _seconds(timings.get("prompt_ms"))
    yield "Writing", _seconds(timings.get("generation_ms"))
    yield "All in all", _seconds(receipt.get("duration_ms"))


def _tokens(count: int | None) -> str:
    return f"{count:,} tokens" if count is not None else ""


def _seconds(ms: float | None) -> str:
    if not ms or ms < 1:
        return ""
    return f"{ms:.0f} ms" if ms < 1000 else f"{ms / 1000:.1f} s"


def _sent(receipt: Mapping[str, Any]) -> Iterator[Sent]:
    if (profile := receipt.get("prompt_profile")) and profile["bytes"]:
        yield Sent("System prompt", profile["bytes"], profile["sha256"])
    for memory in receipt.get("memories", ()):
        yield Sent("Memory", memory["bytes"], memory["sha256"])
    if summary := receipt.get("summary"):
        yield Sent("Summary of what came before", summary["bytes"], summary["sha256"])
    for entry in receipt.get("messages", ()):
        label = ROLES.get(entry["role"], entry["role"])
        yield Sent(label, entry["bytes"], entry["sha256"], entry["id"])
        for file in entry.get("attachments", ()):
            yield Sent(_file_label(file), file["bytes"], file["sha256"])


def _file_label(file: Mapping[str, Any]) -> str:
    if file["kind"] == "image":
        return "Image"
    return "File, searched" if file.get("mode") == "searched" else "File"


def as_json(message: Message) -> dict[str, Any]:
    """How an answer came about: each time that a model has written in it, the first one first."""
    rows = message.generations.prefetch_related("tool_calls")
    return {"message": str(message.public_id), "generations": [_generation(row) for row in rows]}


def _generation(generation: Generation) -> dict[str, Any]:
    return {
        "id": str(generation.public_id),
        "cause": generation.cause,
        "status": generation.status,
        "finish_reason": generation.finish_reason,
        "error_code": generation.error_code,
        "strategy": generation.strategy,
        "model_name": generation.model_name,
        "server": generation.server,
        "created_at": generation.created_at.isoformat(),
        "finished_at": generation.finished_at and generation.finished_at.isoformat(),
        "receipt": generation.receipt,
        "tool_calls": [_call(call) for call in generation.tool_calls.all()],
    }


def _call(call: ToolCall) -> dict[str, Any]:
    return {
        "name": call.name,
        "arguments": call.arguments,
        "status": call.status,
        "decision": call.decision,
        "error": call.error,
    }
