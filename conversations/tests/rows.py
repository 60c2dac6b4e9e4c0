"""Rows as a finished conversation leaves them, made without a model."""

from datetime import datetime
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.utils import timezone

from chatstudio.models import User
from conversations.models import (
    Attachment,
    Conversation,
    DataSource,
    Generation,
    HistorySummary,
    ImportRun,
    Memory,
    Message,
    MessagePart,
    ModelOrder,
    PromptProfile,
    PromptProfileVersion,
    Status,
    Tag,
    ToolCall,
)


def conversation_of(owner: User, at: datetime | None = None, **fields: Any) -> Conversation:
    facts = {"title": "Heat pumps", "model_name": "echo", "server": "echo:", **fields}
    return Conversation.objects.create(owner=owner, last_message_at=at or timezone.now(), **facts)


def say(
    conversation: Conversation,
    role: str,
    text: str,
    status: str = Status.COMPLETE,
    parent: Message | None = None,
) -> Message:
    """A message at the end of the conversation, which becomes its head."""
    message = Message.objects.create(
        conversation=conversation,
        parent=parent or conversation.head,
        role=role,
        status=status,
        created_at=timezone.now(),
    )
    if text:
        MessagePart.objects.create(message=message, kind="text", position=0, content=text)
    conversation.head = message
    conversation.save(update_fields=["head"])
    return message


def generation_of(message: Message, **fields: Any) -> Generation:
    facts = {"strategy": "direct", "model_name": "echo", "server": "echo:", **fields}
    return Generation.objects.create(message=message, status=message.status, **facts)


def turn_in(
    conversation: Conversation, asked: str, answered: str, status: str = Status.COMPLETE
) -> Message:
    """A question and its answer; the answer."""
    say(conversation, "user", asked)
    message = say(conversation, "assistant", answered, status)
    generation_of(message)
    return message


def waiting_call(answer: Message, argument: str = "Paris", **fields: Any) -> ToolCall:
    """A tool call of this answer on which a person has to decide."""
    generation = answer.generations.last()
    assert generation is not None
    facts = {"status": "awaiting_approval", "risk": "writes", "name": "remember", **fields}
    call = ToolCall.objects.create(
        generation=generation,
        call_id=f"call_{answer.parts.count()}",
        arguments={"text": argument},
        **facts,
    )
    answer.parts.create(kind="tool_call", position=answer.parts.count(), tool_call=call)
    return call


NEW_UUID = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}


def long_chain(conversation: Conversation, length: int) -> None:
    """So many messages, each the parent of the next: copies of a first one, made by the database
    itself, as 20,000 objects take seconds."""
    first = say(conversation, "user", "Words 0")
    _copy(
        first,
        length - 1,
        parent_id="row.id + n.i - 1",
        depth="n.i",
        public_id=NEW_UUID[connection.vendor],
        role="CASE n.i %% 2 WHEN 1 THEN 'assistant' ELSE 'user' END",
    )
    _copy(
        first.parts.get(), length - 1, message_id="row.message_id + n.i", content="'Words ' || n.i"
    )
    conversation.head_id = first.id + length - 1
    conversation.save(update_fields=["head"])


def _copy(row: Message | MessagePart, count: int, **other: str) -> None:
    """Copies with the ids that follow the row's, and with some columns computed from n.i."""
    table = row._meta.db_table
    computed = {"id": "row.id + n.i", **other}
    columns = [field.column for field in row._meta.concrete_fields]
    values = ", ".join(computed.get(column, f"row.{column}") for column in columns)
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s)"
    sql = f"INSERT INTO {table} ({', '.join(columns)}) {numbers} SELECT {values} "
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} FROM {table} row, n WHERE row.id = %s", [count, row.pk])
        for told in connection.ops.sequence_reset_sql(no_style(), [type(row)]):
            cursor.execute(told)


def profile_of(owner: User | None, name: str = "Pirate", **fields: Any) -> PromptProfile:
    return PromptProfile.objects.create(
        owner=owner, name=name, **{"system_prompt": "Talk like a pirate.", **fields}
    )


def source_of(owner: User, name: str = "Sales") -> DataSource:
    """The row of a registered file, without the file."""
    return DataSource.objects.create(
        owner=owner, name=name, kind=DataSource.Kind.CSV, status=DataSource.Status.READY
    )


def order_of(person: User | None, model_name: str = "llama3.2", **fields: Any) -> ModelOrder:
    facts = {"kind": "pull", "server": "echo:", "ordered_by": person, **fields}
    return ModelOrder.objects.create(model_name=model_name, **facts)


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of a conversation's tables, to see that nothing has changed."""
    models = (
        Attachment,
        Conversation,
        Message,
        MessagePart,
        Generation,
        Memory,
        HistorySummary,
        DataSource,
        ModelOrder,
        PromptProfile,
        PromptProfileVersion,
        Tag,
        ImportRun,
    )
    return {model.__name__: list(model.objects.order_by("id").values()) for model in models}
