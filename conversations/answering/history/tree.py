"""The tree of messages: the line that leads to a leaf, what stands beside it, and how a model reads
its rows."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from conversations.features.files.sending import with_files
from conversations.models import Attachment, Conversation, Message, MessagePart, ToolCall
from routing.types import ChatMessage
from routing.types import ToolCall as Call

OPEN = (ToolCall.Status.PENDING, ToolCall.Status.AWAITING_APPROVAL, ToolCall.Status.RUNNING)

# The chain of parents from a leaf upwards. As a recursive query it costs what it returns, however
# long the conversation; the same SQL serves SQLite and PostgreSQL.
BRANCH = """
WITH RECURSIVE branch(id, parent_id, depth) AS (
    SELECT id, parent_id, 1 FROM conversations_message WHERE id = %s
    UNION ALL
    SELECT m.id, m.parent_id, branch.depth + 1
    FROM conversations_message m JOIN branch ON m.id = branch.parent_id
    WHERE branch.depth < %s
)
SELECT id FROM branch ORDER BY depth DESC
"""
UNLIMITED = 10_000_000
AT_ONCE = 5_000


def branch_ids(leaf_id: int, limit: int = UNLIMITED) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(BRANCH, [leaf_id, limit])
        return [row[0] for row in cursor.fetchall()]


def branch(
    leaf_id: int | None, limit: int = UNLIMITED, *, page_of: Conversation | None = None
) -> list[Message]:
    """The last `limit` messages that lead to this leaf, oldest first, with their parts; for a page
    of the conversation with their generations and with itself too."""
    if leaf_id is None:
        return []
    ids = branch_ids(leaf_id, limit)
    rows = Message.objects.prefetch_related("parts__tool_call", "attachments")
    if page_of:
        rows = rows.select_related("feedback").prefetch_related("generations")
    found: dict[int, Message] = {}
    for start in range(0, len(ids), AT_ONCE):
        found.update((row.id, row) for row in rows.filter(id__in=ids[start : start + AT_ONCE]))
    messages = [found[key] for key in ids]
    if page_of:
        for message in messages:
            message.conversation = page_of
        for parent, message in pairwise(messages):
            message.parent = parent
    return messages


# All that stands below a message; a child is always newer than its parent, so the newest of them
# is a leaf.
BELOW = """
WITH RECURSIVE below(id) AS (
    SELECT id FROM conversations_message WHERE id = %s
    UNION ALL
    SELECT m.id FROM conversations_message m JOIN below ON m.parent_id = below.id
)
SELECT max(id) FROM below
"""


def newest_below(message_id: int) -> int:
    """The leaf where this branch was last left; the message itself where nothing follows."""
    with connection.cursor() as cursor:
        cursor.execute(BELOW, [message_id])
        (leaf,) = cursor.fetchone()
    return int(leaf)


@dataclass(frozen=True, slots=True)
class Siblings:
    """The messages that share a parent, in the order in which they were written. `number` counts
    from 1; the neighbours are public ids."""

    number: int
    count: int
    previous: UUID | None
    next: UUID | None


def siblings_of(messages: Sequence[Message]) -> dict[int, Siblings]:
    """For those messages that have any, by id; one query for any number of them."""
    return {
        key: _place(family, number)
        for family in families_of(messages)
        if len(family) > 1
        for number, (key, _) in enumerate(family)
    }


def families_of(messages: Sequence[Message]) -> list[list[tuple[int, UUID]]]:
    """The messages that stand in one place with these, by place: id and public id, oldest first."""
    if not messages:
        return []
    parents = {message.parent_id for message in messages}
    same = Q(parent_id__in=parents - {None})
    if None in parents:
        same |= Q(parent=None, conversation_id=messages[0].conversation_id)
    families: dict[int | None, list[tuple[int, UUID]]] = {}
    rows = Message.objects.filter(same).order_by("id").values_list("parent_id", "id", "public_id")
    for parent_id, key, public_id in rows:
        families.setdefault(parent_id, []).append((key, public_id))
    return list(families.values())


def _place(family: Sequence[tuple[int, UUID]], number: int) -> Siblings:
    before = family[number - 1][1] if number else None
    after = family[number + 1][1] if number + 1 < len(family) else None
    return Siblings(number + 1, len(family), before, after)


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
        role: Any = message.role
        return [ChatMessage(role, text, images=images, extra=len(text) - len(message.text))]
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
            told = row.result or row.error
            yield ChatMessage("tool", told, tool_call_id=row.call_id, tool_name=row.name)


def call_of(row: ToolCall) -> Call:
    return Call(row.call_id, row.name, row.arguments)


def turn_numbers(messages: Iterable[Message]) -> list[int]:
    """The turn of each message, from 0; the same rule as routing.asking.split."""
    numbers: list[int] = []
    turn, before = -1, ""
    for message in messages:
        if turn < 0 or (message.role == Message.Role.USER and before != Message.Role.USER):
            turn += 1
        numbers.append(turn)
        before = message.role
    return numbers
