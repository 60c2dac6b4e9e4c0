"""What a model gets to read of a branch: read from its end upwards, no further than it can hold."""

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import inf
from operator import itemgetter
from typing import Any

from django.db import connection

from conversations.answering.history.tree import UNLIMITED, branch_ids
from conversations.features.files.sending import with_files
from conversations.models import (
    Attachment,
    Conversation,
    HistorySummary,
    Message,
    MessagePart,
    ToolCall,
)
from routing.types import ChatMessage
from routing.types import ToolCall as Call

OPEN = (ToolCall.Status.PENDING, ToolCall.Status.AWAITING_APPROVAL, ToolCall.Status.RUNNING)
MORE = 4

# One statement for the messages with their parts, as a request is waited for. The chain of parents
# ends where all below has more bytes than are wanted, or behind a message that a summary stands
# for. What may not be sent counts for nothing, so no message is missing that could be sent.
BYTES = {"sqlite": "length(CAST({} AS BLOB))", "postgresql": "octet_length({})"}
SIZE = """
    CASE WHEN CAST(m.message_metadata AS text) LIKE '%%"hidden"%%' THEN 0 ELSE COALESCE((
        SELECT sum({content} + COALESCE({result}, 0))
            + CASE WHEN sum({content} + COALESCE({result}, 0)) > 0 THEN %(each)s ELSE 0 END
        FROM conversations_messagepart p LEFT JOIN conversations_toolcall t
            ON t.id = p.tool_call_id AND m.role = 'assistant'
            AND t.status NOT IN ('pending', 'awaiting_approval', 'running')
        WHERE p.message_id = m.id AND (p.kind = 'text' OR t.id IS NOT NULL)
    ), 0) END
"""
SUMMARY = "(SELECT s.id FROM conversations_historysummary s WHERE s.upto_id = {}.id)"
READ = """
WITH RECURSIVE branch(id, parent_id, step, size) AS (
    SELECT m.id, m.parent_id, 1, CAST({size} AS double precision)
    FROM conversations_message m WHERE m.id = %(leaf)s
    UNION ALL
    SELECT m.id, m.parent_id, branch.step + 1, branch.size + {size}
    FROM branch JOIN conversations_message m ON m.id = branch.parent_id
    WHERE branch.size <= %(most)s AND branch.step < %(limit)s AND (branch.step = 1 OR {end} IS NULL)
)
SELECT m.id, m.parent_id, m.public_id, m.depth, m.role, m.message_metadata, {summary}, EXISTS (
        SELECT 1 FROM conversations_attachment a
        WHERE a.message_id IS NOT NULL AND a.conversation_id = (
            SELECT conversation_id FROM conversations_message WHERE id = %(leaf)s)
    ), p.kind, p.round, p.content, p.tool_call_id
FROM branch JOIN conversations_message m ON m.id = branch.id
LEFT JOIN conversations_messagepart p ON p.message_id = m.id
    AND (p.kind <> 'reasoning' OR m.id = %(leaf)s)
ORDER BY branch.step DESC, p.position
"""
SUMMARISED = """
WITH RECURSIVE branch(id, parent_id) AS (
    SELECT m.id, m.parent_id FROM conversations_message m WHERE m.id = %s
    UNION ALL
    SELECT m.id, m.parent_id FROM branch JOIN conversations_message m ON m.id = branch.parent_id
    WHERE NOT EXISTS (SELECT 1 FROM conversations_historysummary s WHERE s.upto_id = branch.id)
)
SELECT s.id FROM branch JOIN conversations_historysummary s ON s.upto_id = branch.id
"""


@dataclass(frozen=True, slots=True)
class PastPart:
    kind: str
    round: int
    content: str
    call: ToolCall | None


@dataclass(slots=True)
class PastMessage:
    """A message of a branch, with its parts; only the last one has its thoughts too. `summary_id`
    is that of the summary that stands for it and all above it, where one is looked for;
    `has_files`: there are some in its conversation."""

    id: int
    parent_id: int | None
    public_id: str
    depth: int
    role: str
    is_hidden: bool
    summary_id: int | None
    has_files: bool
    parts: Sequence[PastPart]
    files: list[Attachment] = field(default_factory=list)
    text: str = field(init=False)

    def __post_init__(self) -> None:
        words = [part.content for part in self.parts if part.kind == MessagePart.Kind.TEXT]
        self.text = "".join(words)


@dataclass(frozen=True, slots=True)
class Past:
    """The messages that say something, oldest first, with the turn of each: None for what stands
    before the first one. `approved` are calls of the last one that are about to run. `summary`
    stands for what is older.

    Between it and these, or above these, are `unread` messages; `first` and `last` are public ids
    of theirs, the first one empty where it is not known, and `searched` are files of theirs.
    """

    messages: Sequence[PastMessage]
    turns: Sequence[int | None]
    approved: Sequence[ToolCall] = ()
    summary: HistorySummary | None = None
    unread: int = 0
    first: str = ""
    last: str = ""
    searched: Sequence[Attachment] = ()


def read_past(conversation: Conversation, leaf_id: int, most: float, each: float) -> Past:
    """As many of the newest turns as have `most` bytes of words, where each message counts for
    `each` more, and at least the last one."""
    rows = read_messages(leaf_id, most, each, to_summary=conversation.summarises)
    if not rows:  # it was deleted for good this very moment
        return Past((), ())
    top, approved = rows[0], approved_calls(rows[-1])
    summary = _summary(top.summary_id) if top.summary_id and top.id != leaf_id else None
    said = _saying(rows[1:] if summary else rows, approved)
    turns = turn_numbers(said)
    if top.parent_id is None or summary:
        return Past(said, turns, approved, summary)
    # The oldest turn may have been read by half. It is not needed: with it there is no room.
    start = next((place for place, turn in enumerate(turns) if turn), None)
    if start is None:
        return read_past(conversation, leaf_id, max(most, 1.0) * MORE, each)
    before = next(one for one in rows if one.id == said[start].parent_id)
    return _with_unread(conversation, said[start:], before, approved)


def read_question(leaf_id: int) -> Past:
    """The last message and the one before it alone."""
    rows = read_messages(leaf_id, limit=2)
    if not rows:
        return Past((), ())
    approved = approved_calls(rows[-1])
    said = _saying(rows, approved)
    return Past(said, turn_numbers(said), approved)


def read_messages(
    leaf_id: int,
    most: float = inf,
    each: float = 0.0,
    *,
    limit: int = UNLIMITED,
    to_summary: bool = False,
) -> list[PastMessage]:
    """Up to the first one that has no room any more, or that a summary stands for, with it."""
    size = BYTES[connection.vendor]
    size = SIZE.format(content=size.format("p.content"), result=size.format("t.result"))
    found = SUMMARY if to_summary else "NULL"
    sql = READ.format(size=size, end=found.format("branch"), summary=found.format("m"))
    with connection.cursor() as cursor:
        cursor.execute(sql, {"leaf": leaf_id, "most": most, "each": each, "limit": limit})
        lines = cursor.fetchall()
    keys = [line[-1] for line in lines if line[-1]]
    calls = ToolCall.objects.in_bulk(keys) if keys else {}
    messages = [_message(list(group), calls) for _, group in groupby(lines, key=itemgetter(0))]
    if messages and messages[0].has_files:
        _add_files(messages)
    return messages


def _message(lines: Sequence[Any], calls: Mapping[int, ToolCall]) -> PastMessage:
    key, parent_id, public_id, depth, role, metadata, summary_id, has_files = lines[0][:8]
    is_hidden = "hidden" in metadata and bool(json.loads(metadata).get("hidden"))
    parts = [
        PastPart(kind, round, content, calls.get(call))
        for *_, kind, round, content, call in lines
        if kind
    ]
    id = _dashed(public_id) if isinstance(public_id, str) else str(public_id)
    return PastMessage(key, parent_id, id, depth, role, is_hidden, summary_id, has_files, parts)


def _dashed(hex: str) -> str:
    return f"{hex[:8]}-{hex[8:12]}-{hex[12:16]}-{hex[16:20]}-{hex[20:]}"


def _add_files(messages: Sequence[PastMessage]) -> None:
    """A child is always newer than its parent."""
    by_id = {message.id: message for message in messages}
    here = Attachment.objects.filter(conversation__messages=messages[-1].id)
    for row in here.filter(message_id__gte=messages[0].id):
        if row.message_id in by_id:
            by_id[row.message_id].files.append(row)


def _saying(rows: Iterable[PastMessage], approved: Sequence[ToolCall]) -> list[PastMessage]:
    ids = {row.id for row in approved}
    return [row for row in rows if says_something(row, ids)]


def _summary(id: int) -> HistorySummary:
    return HistorySummary.objects.select_related("upto").get(id=id)


def newest_summary(conversation: Conversation, leaf_id: int | None) -> HistorySummary | None:
    """Of those on the way to this message, without reading what stands on it."""
    if leaf_id is None or not conversation.summaries.filter(upto_id__lte=leaf_id).exists():
        return None
    with connection.cursor() as cursor:
        cursor.execute(SUMMARISED, [leaf_id])
        found = cursor.fetchone()
    return _summary(found[0]) if found else None


def _with_unread(
    conversation: Conversation,
    kept: Sequence[PastMessage],
    before: PastMessage,
    approved: Sequence[ToolCall],
) -> Past:
    """Of the messages above those that are kept, up to the one `before` them: what stands before
    the first turn, which is sent, and what is to be told of the others."""
    summary = newest_summary(conversation, before.id) if conversation.summarises else None
    upto = summary.upto if summary else None
    oldest, lead = _instructions(conversation, before.id, upto)
    messages = [*lead, *kept]
    return Past(
        messages,
        turn_numbers(messages),
        approved,
        summary,
        unread=kept[0].depth - (upto.depth + 1 if upto else 0) - len(lead),
        first="" if lead else oldest,
        last=before.public_id,
        searched=_searched_above(conversation, before.id, upto) if before.has_files else (),
    )


def _instructions(
    conversation: Conversation, leaf_id: int, upto: Message | None
) -> tuple[str, list[PastMessage]]:
    """The system messages with which the way to this message begins, at the root or behind what is
    summarised, and before them the id of the first message, where there is but one that it can be.
    Only where there are several does somebody have to walk there."""
    known = Message.objects.values_list("id", "public_id", "role", "message_metadata__hidden")
    here = known.filter(conversation=conversation, parent=upto).order_by()
    first = level = [*here]
    last: int | None = None
    count = 0
    while last != leaf_id:
        lead = [key for key, _, role, hidden in level if role == Message.Role.SYSTEM or hidden]
        if lead and len(level) > 1:
            way = set(branch_ids(leaf_id))
            lead = [key for key in lead if key in way]
        if not lead:
            break
        last, count = lead[0], count + 1
        level = [*known.filter(parent_id=last)]
    found = _saying(read_messages(last, limit=count), ()) if last else []
    return str(first[0][1]) if len(first) == 1 else "", found


def _searched_above(
    conversation: Conversation, leaf_id: int, upto: Message | None
) -> list[Attachment]:
    """The files of these questions that are too long to be sent whole."""
    files = Attachment.objects.filter(conversation=conversation, mode=Attachment.Mode.SEARCHED)
    asked = files.filter(message_id__lte=leaf_id, message__role=Message.Role.USER)
    if upto:
        asked = asked.filter(message_id__gt=upto.id)
    rows = list(asked.select_related("message").order_by("message_id", "id"))
    way = set(branch_ids(leaf_id)) if rows else set()
    return [
        row for row in rows if row.message_id in way and row.message and not row.message.is_hidden
    ]


def as_sent(
    message: PastMessage, approved: Container[int] = (), earlier: Sequence[Attachment] = ()
) -> list[ChatMessage]:
    """A message of ours; an answer with tool calls is several of a model's: what it said and asked
    for, the results, and what it said then. Thoughts are sent back with the calls that followed
    them, while the answer is still being written. The calls in `approved`
    (ids of rows) are sent without a result, as they are about to run. `earlier` are files of
    earlier messages that are searched for this one too."""
    if message.role != Message.Role.ASSISTANT:
        with_more = message.files or earlier
        words = message.text
        text, images = with_files(words, message.files, earlier) if with_more else (words, ())
        role: Any = message.role
        return [ChatMessage(role, text, images=images, extra=len(text) - len(words))]
    if not any(part.call for part in message.parts):
        return [ChatMessage("assistant", message.text)] if message.text else []
    rounds = groupby(message.parts, key=lambda part: part.round)
    return [sent for _, group in rounds for sent in _round(list(group), approved)]


def _round(parts: Sequence[PastPart], approved: Container[int]) -> Iterator[ChatMessage]:
    """Calls whose result is still to come are not sent: half an exchange is none."""
    text = "".join(part.content for part in parts if part.kind == MessagePart.Kind.TEXT)
    thoughts = "".join(part.content for part in parts if part.kind == MessagePart.Kind.REASONING)
    rows = [part.call for part in parts if part.call is not None]
    calls = [row for row in rows if row.status not in OPEN or row.id in approved]
    if text or calls:
        asked = tuple(map(call_of, calls))
        yield ChatMessage("assistant", text, tool_calls=asked, thoughts=thoughts if asked else "")
    for row in calls:
        if row.id not in approved:
            told = row.result or row.error
            yield ChatMessage("tool", told, tool_call_id=row.call_id, tool_name=row.name)


def call_of(row: ToolCall) -> Call:
    answers = tuple(one["answer"] for one in row.dialogue if "answer" in one)
    return Call(row.call_id, row.name, row.arguments, answers)


def approved_calls(message: PastMessage) -> list[ToolCall]:
    """Allowed by a person and not run yet."""
    allowed = (ToolCall.Decision.ONCE, ToolCall.Decision.ALWAYS)
    calls = [part.call for part in message.parts if part.call]
    return [c for c in calls if c.status == ToolCall.Status.RUNNING and c.decision in allowed]


def searched_before(messages: Sequence[PastMessage]) -> list[Attachment]:
    """The files of all but the last question that are too long to be sent whole."""
    asked = [message for message in messages if message.role == Message.Role.USER]
    return [row for message in asked[:-1] for row in message.files if row.is_searched]


def says_something(message: PastMessage, approved: Container[int] = ()) -> bool:
    """A failed answer without a word is not sent; one that has only used tools is. What an import
    has brought along as hidden is nobody's words."""
    if message.is_hidden:
        return False
    if message.text or (message.role == Message.Role.USER and message.files):
        return True
    return message.role == Message.Role.ASSISTANT and bool(as_sent(message, approved))


def turn_numbers(messages: Iterable[PastMessage]) -> list[int | None]:
    """The turn of each message, from 0; the same rule as routing.asking.split."""
    numbers: list[int | None] = []
    turn, before = -1, ""
    for message in messages:
        is_question = message.role == Message.Role.USER and before != Message.Role.USER
        if is_question or (turn < 0 and message.role != Message.Role.SYSTEM):
            turn += 1
        numbers.append(turn if turn >= 0 else None)
        before = message.role
    return numbers
