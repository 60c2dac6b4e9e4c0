"""One ForeignConversation's messages to rows, in as many statements as there are tables and
batches, whatever the shape of the tree."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from uuid import uuid4

from django.db import connection
from django.db.models import Model

from conversations.features.exchange.formats.own.shapes import GENERATION, TOOL_CALL, same
from conversations.features.exchange.receipts import with_ids
from conversations.features.exchange.sections import Rows
from conversations.features.exchange.values import (
    ForeignConversation,
    ForeignGeneration,
    ForeignMessage,
)
from conversations.models import Conversation, Generation, Message, MessagePart, ToolCall

BATCH = 500


class MessageWriter:
    """Within a transaction. `rows` says afterwards which keys became which rows."""

    def __init__(self, conversation: Conversation, foreign: ForeignConversation) -> None:
        self.conversation = conversation
        self.foreign = foreign
        self.rows = Rows(conversation)
        self.public = {message.key: str(uuid4()) for message in foreign.messages}
        self.calls: dict[int, int] = {}  # which row a ForeignToolCall became, by its identity

    def write(self) -> Rows:
        first = reserve(Message, len(self.foreign.messages))
        for number, message in enumerate(self.foreign.messages):
            self.rows.messages[message.key] = first + number
        self._create(Message, self._messages())
        self._write_generations()
        self._create(MessagePart, self._parts())
        return self.rows

    def _create[M: Model](self, model: type[M], rows: Iterator[M]) -> list[M]:
        created: list[M] = []
        while batch := list(islice(rows, BATCH)):
            done = model._default_manager.bulk_create(batch)
            if model in (Generation, ToolCall):
                created += done
        return created

    def _messages(self) -> Iterator[Message]:
        before: datetime = self.conversation.created_at
        times: dict[str, datetime] = {}
        depths: dict[str, int] = {}
        for message in self.foreign.messages:
            parent = message.parent or ""
            times[message.key] = message.created_at or times.get(parent, before)
            depths[message.key] = depths.get(parent, -1) + 1
            yield self._message(message, times[message.key], depths[message.key])

    def _message(self, message: ForeignMessage, moment: datetime, depth: int) -> Message:
        is_answer = message.role == Message.Role.ASSISTANT
        return Message(
            id=self.rows.messages[message.key],
            public_id=self.public[message.key],
            conversation=self.conversation,
            parent_id=self.rows.messages[message.parent] if message.parent else None,
            depth=depth,
            role=message.role,
            status=message.status if is_answer else "complete",
            model_name=message.model_name,
            server=message.server,
            routing_profile=message.routing_profile,
            message_metadata=message.metadata,
            created_at=moment,
        )

    def _write_generations(self) -> None:
        found = [
            (f"{message.key}.{number}", message, generation)
            for message in self.foreign.messages
            for number, generation in enumerate(message.generations)
        ]
        rows = self._create(Generation, (self._generation(m, g) for _, m, g in found))
        for (key, _, _), row in zip(found, rows, strict=True):
            self.rows.generations[key] = row.id
        calls = [
            (call, row)
            for (_, _, generation), row in zip(found, rows, strict=True)
            for call in generation.tool_calls
        ]
        rows_of_calls = (ToolCall(generation=row, **same(call, TOOL_CALL)) for call, row in calls)
        made = self._create(ToolCall, rows_of_calls)
        for (call, _), made_row in zip(calls, made, strict=True):
            self.calls[id(call)] = made_row.id

    def _generation(self, message: ForeignMessage, value: ForeignGeneration) -> Generation:
        moment = value.created_at or message.created_at or self.conversation.created_at
        receipt = with_ids(value.receipt, self.public)
        return Generation(
            message_id=self.rows.messages[message.key],
            **same(value, GENERATION, receipt=receipt, created_at=moment),
        )

    def _parts(self) -> Iterator[MessagePart]:
        for message in self.foreign.messages:
            for position, part in enumerate(message.parts):
                call = part.tool_call
                yield MessagePart(
                    message_id=self.rows.messages[message.key],
                    kind=part.kind,
                    round=part.round,
                    position=position,
                    content=part.content,
                    duration_ms=part.duration_ms,
                    tool_call_id=self.calls[id(call)] if call else None,
                )


def reserve(model: type[Model], count: int) -> int:
    """The first of `count` keys that follow each other and are nobody else's: primary keys before
    their rows, so that a message can name its parent in the same statement. Within a transaction:
    SQLite has one writer at a time, PostgreSQL's sequence is asked for all of them under a lock."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            row = cursor.fetchone()
            return int(row[0]) + 1 if row else 1
        # The lock makes the keys follow each other, though others write messages meanwhile.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"keys of {table}"])
        cursor.execute(
            "SELECT setval(s, nextval(s) + %s) FROM (SELECT pg_get_serial_sequence(%s, 'id') AS s)"
            " AS sequence",
            [count, table],
        )
        return int(cursor.fetchone()[0]) - count
