"""A stored receipt in words and numbers for a person, and as it is for a program."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from chatstudio.base.json_types import JsonObject, JsonValue
from chatstudio.base.words import count_of, group_digits, moment_in_words
from conversations.answering.tool_calls import state_of
from conversations.models import Generation, Message, ToolCall
from conversations.receipts import Receipt, SentFile
from conversations.showing.article_views import label_of, left_out_sentence
from conversations.showing.call_views import CallView, call_view
from conversations.showing.window_parts import WindowPart, window_parts
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
class FactGroup:
    title: str
    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """`used` says how much of the window was taken, with the answer; empty if nobody counted."""

    public_id: UUID
    title: str
    groups: Sequence[FactGroup]
    sent: Sequence[Sent]
    left_out: str
    used: str
    window: Sequence[WindowPart]
    tool_calls: Sequence[CallView]


def receipt_view(generation: Generation) -> ReceiptView:
    receipt = generation.read_receipt()
    out, parts = receipt.left_out, window_parts(receipt)
    return ReceiptView(
        generation.public_id,
        CAUSES.get(Generation.Cause(generation.cause), "Answer"),
        list(_groups(generation, receipt)),
        list(_sent_pieces(receipt)),
        left_out_sentence(out.messages) if out and out.messages else "",
        _used(receipt, parts),
        parts,
        [call_view(state_of(call)) for call in generation.tool_calls.all()],
    )


def _used(receipt: Receipt, parts: Sequence[WindowPart]) -> str:
    used = sum(part.tokens for part in parts if part.kind != "free")
    if not used or not receipt.window.tokens:
        return count_of(used, "token") if used else ""
    return f"{group_digits(used)} of {count_of(receipt.window.tokens, 'token')}"


def _groups(generation: Generation, receipt: Receipt) -> Iterator[FactGroup]:
    groups = [
        ("Route and model", _route(generation, receipt)),
        ("Window", _window(receipt)),
        ("Time", _times(receipt)),
    ]
    for title, facts in groups:
        if told := [(name, value) for name, value in facts if value]:
            yield FactGroup(title, told)


def _route(generation: Generation, receipt: Receipt) -> Iterator[tuple[str, str]]:
    route, gone = receipt.route, receipt.fallback
    yield "Routing profile", label_of(route.strategy or generation.strategy)
    yield "Why", route.reason
    if gone:
        yield "Instead of", f"{label_of(gone.from_)}: {sentence_for(gone.code, gone.context)}"
    yield "Model", generation.model_name
    yield "Digest", receipt.model.digest[:19]
    yield "Server", generation.server
    yield "Parameters", _parameters(receipt.parameters)
    yield "Prompt profile", receipt.prompt_profile.name


def _window(receipt: Receipt) -> Iterator[tuple[str, str]]:
    """Tokens are the server's own count; what it did not say is left out."""
    summary, usage = receipt.summary, receipt.usage
    summarised = summary.messages if summary else 0
    if tokens := receipt.window.tokens:
        yield "Size", f"{count_of(tokens, 'token')}, {SOURCES.get(receipt.window.source, '')}"
    yield "Memory", "on" if receipt.memory else "off: only this message was sent"
    yield "Memories sent", str(len(receipt.memories) or "")
    yield "Sent as a summary", count_of(summarised, "earlier message") if summarised else ""
    yield "Earlier files searched", str(len(receipt.searched_again) or "")
    yield "Tools offered", _tools(receipt)
    yield "Tools not chosen", ", ".join(receipt.tools_not_chosen)
    yield "Chosen tools not there", ", ".join(receipt.tools_away)
    yield "Read", _tokens(usage.input_tokens)
    yield "Written", _tokens(usage.output_tokens)


def _times(receipt: Receipt) -> Iterator[tuple[str, str]]:
    """As the server measured."""
    timings = receipt.timings
    yield "First word after", _seconds(receipt.time_to_first_token_ms)
    yield "Loading", _seconds(timings.load_ms)
    yield "Reading", _seconds(timings.prompt_ms)
    yield "Writing", _seconds(timings.generation_ms)
    yield "All in all", _seconds(receipt.duration_ms)


def _tools(receipt: Receipt) -> str:
    names = ", ".join(receipt.tools)
    away = len(receipt.tools_put_away)
    return " · ".join(
        filter(
            None,
            [
                names,
                f"about {count_of(receipt.tool_tokens, 'token')}" if receipt.tool_tokens else "",
                f"{count_of(away, 'more tool')} on request" if names and away else "",
            ],
        )
    )


def _parameters(pairs: JsonObject) -> str:
    told = (f"{label_of_parameter(name).lower()} {_value(name, of)}" for name, of in pairs.items())
    return ", ".join(told)


def _value(name: str, value: JsonValue) -> JsonValue:
    """A seed is no amount."""
    return group_digits(value) if type(value) is int and name != "seed" else value


def _tokens(count: int | None) -> str:
    return count_of(count, "token") if count is not None else ""


def _seconds(ms: float | None) -> str:
    return moment_in_words(ms) if ms and ms >= 1 else ""


def _sent_pieces(receipt: Receipt) -> Iterator[Sent]:
    if (profile := receipt.prompt_profile).bytes:
        yield Sent("System prompt", profile.bytes, profile.sha256)
    for memory in receipt.memories:
        yield Sent("Memory", memory.bytes, memory.sha256)
    if summary := receipt.summary:
        yield Sent("Summary of what came before", summary.bytes, summary.sha256)
    for entry in receipt.messages:
        yield Sent(ROLES.get(entry.role, entry.role), entry.bytes, entry.sha256, entry.id)
        for file in entry.attachments:
            yield Sent(_file_label(file), file.bytes, file.sha256)


def _file_label(file: SentFile) -> str:
    if file.kind == "image":
        return "Image"
    return "File, searched" if file.mode == "searched" else "File"


def as_json(message: Message) -> JsonObject:
    """How an answer came about: each time that a model has written in it, the first one first."""
    rows = message.generations.prefetch_related("tool_calls")
    return {"message": str(message.public_id), "generations": [_generation(row) for row in rows]}


def _generation(generation: Generation) -> JsonObject:
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


def _call(call: ToolCall) -> JsonObject:
    return {
        "name": call.name,
        "arguments": call.arguments,
        "status": call.status,
        "decision": call.decision,
        "error": call.error,
    }
