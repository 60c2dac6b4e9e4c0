"""Putting an answer together from the pieces that a file holds, in the order in which they come."""

import json
from collections.abc import Iterable
from datetime import datetime

from chatstudio.base.json_types import JsonObject, Readable, object_at, objects_at
from chatstudio.base.text import clean_text
from conversations.features.exchange import fields
from conversations.features.exchange.values import (
    ForeignConversation,
    ForeignGeneration,
    ForeignMessage,
    ForeignPart,
    ForeignToolCall,
)

MOST_CITATIONS = 200
ROLES = {
    "user": "user",
    "human": "user",
    "system": "system",
    "developer": "system",
    "tool": "tool",
    "function": "tool",
    "observation": "tool",
}
"""Words for who speaks; whoever has none of these is the model."""

THOUGHTS = ("thinking", "reasoning")
"""Kinds of blocks that hold what a model thought."""


def role_of(value: Readable, name: str = "role") -> str:
    return ROLES.get(fields.text_of(value, name).lower(), "assistant")


def add_text(message: ForeignMessage, text: str) -> None:
    last = message.parts[-1] if message.parts else None
    if not text:
        return
    if last and last.kind == "text":
        last.content += text
    else:
        message.parts.append(ForeignPart("text", text, _round(message)))


def add_reasoning(message: ForeignMessage, text: str, seconds: float | None = None) -> None:
    if text:
        took = _milliseconds(seconds)
        message.parts.append(ForeignPart("reasoning", text, _round(message), took))


def _milliseconds(seconds: float | None) -> int | None:
    return round(seconds * 1000) if seconds is not None and 0 <= seconds < 10**6 else None


def set_duration(message: ForeignMessage, seconds: float | None) -> None:
    """For files that say after the thoughts how long they took."""
    last = next((part for part in reversed(message.parts) if part.kind == "reasoning"), None)
    if last:
        last.duration_ms = _milliseconds(seconds)


def _round(message: ForeignMessage) -> int:
    """A round ends with the calls that the model asked for."""
    last = message.parts[-1] if message.parts else None
    if last is None:
        return 0
    return min(last.round + (last.kind == "tool_call"), 30_000)


def add_call(
    message: ForeignMessage, call_id: str, name: object, arguments: object
) -> ForeignToolCall:
    """Calls that follow each other are of one round. Ids are made unique within the answer."""
    generation = _generation(message)
    taken = {call.call_id for call in generation.tool_calls}
    call_id = call_id[:100] or f"call {len(taken) + 1}"
    while call_id in taken:
        call_id = f"{call_id[:100]}+{len(taken) + 1}"
    called = clean_text(name)[:128] if isinstance(name, str) and name else "tool"
    call = ForeignToolCall(call_id, called, arguments_of(arguments))
    last = message.parts[-1] if message.parts else None
    number = last.round if last else 0
    generation.tool_calls.append(call)
    message.parts.append(ForeignPart("tool_call", "", number, None, call))
    return call


def _generation(message: ForeignMessage) -> ForeignGeneration:
    if not message.generations:
        message.generations.append(
            ForeignGeneration(
                model_name=message.model_name,
                finish_reason="stop",
                created_at=message.created_at,
                finished_at=message.created_at,
            )
        )
    return message.generations[0]


def arguments_of(value: object) -> JsonObject:
    """An object as it is; JSON in a text is read, also in JSON in a text; any other text is kept
    as one."""
    if isinstance(value, str):
        try:
            parsed = json.loads(value)
            parsed = json.loads(parsed) if isinstance(parsed, str) else parsed
        except (ValueError, RecursionError):
            return {"input": clean_text(value)}
        value = parsed if isinstance(parsed, dict) else {"input": clean_text(value)}
    arguments: JsonObject = value if isinstance(value, dict) else {}
    return fields.clean_json(arguments)


def add_function_calls(message: ForeignMessage, calls: Iterable[Readable]) -> None:
    """In the shape in which OpenAI's servers tell them."""
    for call in calls:
        function = object_at(call, "function")
        called = fields.text_of(function, "name")
        add_call(message, fields.text_of(call, "id"), called, function.get("arguments"))


def add_result(
    message: ForeignMessage, call_id: str, text: str, *, failed: bool = False, name: str = ""
) -> None:
    """To the call of that id, else to the first of the last round that has no result, else to one
    of its own."""
    calls = message.generations[0].tool_calls if message.generations else []
    call = next((one for one in calls if call_id and one.call_id == call_id), None)
    call = call or _waiting_call(message) or add_call(message, call_id, name, {})
    if failed:
        call.error, call.status = call.error + text, "failed"
    else:
        call.result += text


def _waiting_call(message: ForeignMessage) -> ForeignToolCall | None:
    waiting = [
        part
        for part in message.parts
        if part.tool_call and not part.tool_call.result and not part.tool_call.error
    ]
    last = waiting[-1].round if waiting else 0
    return next((part.tool_call for part in waiting if part.round == last), None)


def fold_results(messages: list[ForeignMessage]) -> list[ForeignMessage]:
    """Without the messages in which tools answer: they become results of the calls before them."""
    by_key = {message.key: message for message in messages}
    into: dict[str, str] = {}
    kept: list[ForeignMessage] = []
    for message in messages:
        message.parent = into.get(message.parent or "", message.parent)
        above = by_key.get(message.parent or "")
        if message.role == "tool" and above is not None and above.role == "assistant":
            add_result(above, fields.text_of(message.metadata, "call_id"), message.text)
            into[message.key] = above.key
        else:
            kept.append(message)
    for message in kept:
        message.metadata.pop("call_id", None)
    return kept


def words_of(content: object) -> str:
    """A result's text, whether it is text itself or a list of blocks that hold some."""
    if isinstance(content, str):
        return clean_text(content)
    if not isinstance(content, list):
        return ""
    pieces = [one if isinstance(one, str) else _block_words(one) for one in content]
    return clean_text("\n".join(piece for piece in pieces if piece))


def add_blocks(message: ForeignMessage, content: object, conversation: ForeignConversation) -> None:
    """Words as they are, or blocks of them; what is no words is noted."""
    if isinstance(content, dict):
        content = [content]
    if not isinstance(content, list):
        add_text(message, words_of(content))
        return
    said = False
    for block in content:
        if isinstance(block, dict) and block.get("type") in THOUGHTS:
            words = fields.text_of(block, "thinking") or clean_text(_block_words(block))
            add_reasoning(message, words)
        elif words := block if isinstance(block, str) else _block_words(block):
            add_text(message, "\n\n" * said + clean_text(words))
            said = True
        elif isinstance(block, dict):
            note_left_out(conversation, fields.line_of(block, "type", 40))


def note_left_out(conversation: ForeignConversation, kind: str, name: str = "") -> None:
    """`kind` is the file's own word for what is no words."""
    word = "A picture" if "image" in kind.lower() else f"A piece of the kind {kind or 'unknown'!r}"
    called = f" ({name})" if name else ""
    conversation.notes.append(f"{word}{called} was left out: only words are imported.")


def note_files(conversation: ForeignConversation, names: Iterable[str]) -> None:
    for name in names:
        conversation.notes.append(f"The file {name or 'without a name'} is not in the export.")


def _block_words(block: object) -> str:
    if not isinstance(block, dict):
        return ""
    text = block.get("text", block.get("refusal", ""))
    if isinstance(text, dict):
        text = text.get("value", "")
    return text if isinstance(text, str) else ""


def add_citations(message: ForeignMessage, found: Iterable[Readable]) -> None:
    """Title and address of each, once; nothing else of them is shown or kept."""
    known = objects_at(message.metadata, "citations")
    seen = {(one["title"], one["url"]) for one in message.citations}
    for one in found:
        url = fields.line_of(one, "url", 2000)
        title = fields.line_of(one, "title", 300) or url
        if title and (title, url) not in seen and len(known) < MOST_CITATIONS:
            seen.add((title, url))
            known.append({"title": title, "url": url})
    if known:
        message.metadata["citations"] = [*known]


def seconds_between(value: JsonObject, start: str, end: str) -> float | None:
    first: datetime | None = fields.moment_of(value, start)
    last = fields.moment_of(value, end)
    return (last - first).total_seconds() if first and last else None


def fenced(text: str, language: str = "") -> str:
    """Between fences that are longer than any run of backticks within."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text}\n{fence}"
