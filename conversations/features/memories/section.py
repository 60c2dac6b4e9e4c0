"""Memories and summaries in our own format."""

from collections.abc import Iterator
from typing import TypedDict

from chatstudio.base.json_types import flag_at, object_in, objects_in
from chatstudio.models import User
from conversations.features.exchange import fields
from conversations.features.exchange.sections import (
    ConversationSection,
    PersonSection,
    Rows,
    register,
)
from conversations.features.exchange.values import Refused
from conversations.features.memories.service import MemoryRefused, clean, remember, set_enabled
from conversations.models import HistorySummary, Memory


class PackedMemory(TypedDict):
    text: str
    is_enabled: bool


class PackedSummary(TypedDict):
    upto: str
    text: str
    model_name: str
    is_edited: bool


def collect_memories(owner: User) -> Iterator[PackedMemory]:
    for memory in Memory.objects.filter(owner=owner).order_by("id"):
        yield {"text": memory.text, "is_enabled": memory.is_enabled}


def restore_memory(owner: User, data: object, write: bool) -> tuple[str, str]:
    """One that is there already stays as it is switched here."""
    facts = object_in(data)
    try:
        text = clean(fields.text_of(facts, "text"))
        if Memory.objects.filter(owner=owner, text=text).exists():
            return "unchanged", "Memory"
        if write and not flag_at(facts, "is_enabled", True):
            set_enabled(remember(owner, text), False)
        elif write:
            remember(owner, text)
    except MemoryRefused as refusal:
        raise Refused(str(refusal)) from refusal
    return "imported", f"Memory: {text[:60]}"


def collect_summaries(rows: Rows) -> list[PackedSummary] | None:
    keys = {id: key for key, id in rows.messages.items()}
    found = HistorySummary.objects.filter(conversation=rows.conversation).order_by("id")
    return [
        {
            "upto": keys[one.upto_id],
            "text": one.text,
            "model_name": one.model_name,
            "is_edited": one.is_edited,
        }
        for one in found
    ] or None


def restore_summaries(rows: Rows, data: object) -> None:
    found = {fields.text_of(one, "upto"): one for one in objects_in(data)}
    HistorySummary.objects.bulk_create(
        HistorySummary(
            conversation=rows.conversation,
            upto_id=rows.messages[key],
            text=fields.text_of(one, "text", HistorySummary.LENGTH),
            model_name=fields.text_of(one, "model_name", 255),
            is_edited=flag_at(one, "is_edited"),
        )
        for key, one in found.items()
        if key in rows.messages and fields.text_of(one, "text").strip()
    )


register(PersonSection("memory", collect_memories, restore_memory))
register(ConversationSection("summaries", collect_summaries, restore_summaries))
