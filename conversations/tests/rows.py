"""Rows as a finished conversation leaves them, made without a model."""

from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone

from chatstudio.models import User
from conversations.models import (
    Conversation,
    Generation,
    Message,
    MessagePart,
    PromptProfile,
    Status,
)


def conversation_of(owner: User, at: datetime | None = None, **fields: Any) -> Conversation:
    facts = {"title": "Heat pumps", "model_name": "echo", "server": "echo:", **fields}
    return Conversation.objects.create(
        owner=owner, last_message_at=at or timezone.now(), **facts
    )


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


def long_chain(conversation: Conversation, length: int) -> None:
    """So many messages, each the parent of the next."""
    first = (Message.objects.aggregate(last=Max("id"))["last"] or 0) + 1
    now = timezone.now()
    Message.objects.bulk_create(
        Message(
            id=first + number,
            conversation=conversation,
            parent_id=first + number - 1 if number else None,
            role="assistant" if number % 2 else "user",
            created_at=now,
        )
        for number in range(length)
    )
    MessagePart.objects.bulk_create(
        MessagePart(message_id=first + number, kind="text", position=0, content=f"Words {number}")
        for number in range(length)
    )
    conversation.head_id = first + length - 1
    conversation.save(update_fields=["head"])


def profile_of(owner: User | None, name: str = "Pirate", **fields: Any) -> PromptProfile:
    return PromptProfile.objects.create(
        owner=owner, name=name, **{"system_prompt": "Talk like a pirate.", **fields}
    )


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of a conversation's tables, to see that nothing has changed."""
    models = (Conversation, Message, MessagePart, Generation, PromptProfile)
    return {model.__name__: list(model.objects.order_by("id").values()) for model in models}
