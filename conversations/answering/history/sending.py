"""Rows as a model reads them."""

from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from conversations.features.files.sending import with_files
from conversations.models import Attachment, Message, MessagePart, ToolCall
from routing.types import ChatMessage
from routing.types import ToolCall as Call

OPEN = (ToolCall.Status.PENDING, ToolCall.Status.AWAITING_APPROVAL, ToolCall.Status.RUNNING)


def as_sent(
    message: Message, approved: Container[int] = (), earlier: Sequence[Attachment] = ()
) -> list[ChatMessage]:
    """A message of ours; an answer with tool calls is several of a model's: what it said and asked
    for, the results, and what it said then. Reasoning is not sent back. The calls in `approved`
    (ids of rows) are sent without a result, as they are about to run. `earlier` are files of
    earlier messages that are searched for this one too."""
    if message.role != Message.Role.ASSISTANT:
        with_more = message.files or earlier
        text, images = with_files(message, earlier) if with_more else (message.text, ())
        return [ChatMessage(_role(message), text, images=images)]
    parts = [part for part in message.parts.all() if part.kind != MessagePart.Kind.REASONING]
    rounds = groupby(parts, key=lambda part: part.round)
    return [sent for _, group in rounds for sent in _round(list(group), approved)]


def approved_calls(message: Message) -> Sequence[ToolCall]:
    """Allowed by a person and not run yet; found among the message's parts, which are loaded."""
    allowed = (ToolCall.Decision.ONCE, ToolCall.Decision.ALWAYS)
    calls = [part.tool_call for part in message.parts.all() if part.tool_call]
    return [c for c in calls if c.status == ToolCall.Status.RUNNING and c.decision in allowed]


def searched_before(messages: Sequence[Message]) -> list[Attachment]:
    """The files of all but the last question that are too long to be sent whole."""
    asked = [message for message in messages if message.role == Message.Role.USER]
    return [row for message in asked[:-1] for row in message.files if row.is_searched]


def says_something(message: Message, approved: Container[int] = ()) -> bool:
    """A failed answer without a word is not sent; one that has only used tools is. What an import
    has brought along as hidden is nobody's words."""
    if message.is_hidden:
        return False
    if message.text:
        return True
    return message.role == Message.Role.ASSISTANT and bool(as_sent(message, approved))


def _round(parts: Sequence[MessagePart], approved: Container[int]) -> Iterator[ChatMessage]:
    """Calls whose result is still to come are not sent: half an exchange is none."""
    text = "".join(part.content for part in parts if part.kind == MessagePart.Kind.TEXT)
    rows = [part.tool_call for part in parts if part.tool_call is not None]
    calls = [row for row in rows if row.status not in OPEN or row.id in approved]
    if text or calls:
        yield ChatMessage("assistant", text, tool_calls=tuple(map(call_of, calls)))
    for row in calls:
        if row.id not in approved:
            yield result_of(row)


def result_of(row: ToolCall) -> ChatMessage:
    return ChatMessage(
        "tool", row.result or row.error, tool_call_id=row.call_id, tool_name=row.name
    )


def call_of(row: ToolCall) -> Call:
    return Call(row.call_id, row.name, row.arguments)


def _role(message: Message) -> Any:
    return message.role


def turn_numbers(messages: Iterable[Message]) -> list[int]:
    """The turn of each message, from 0; the same rule as routing.fitting.split."""
    numbers: list[int] = []
    turn, before = -1, ""
    for message in messages:
        if turn < 0 or (message.role == Message.Role.USER and before != Message.Role.USER):
            turn += 1
        numbers.append(turn)
        before = message.role
    return numbers
