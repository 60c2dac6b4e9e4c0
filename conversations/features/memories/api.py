"""Doors to memories: what your models know in every conversation."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.paging import PageQuery, newest_first
from chatstudio.base.api.schemas import READS, WRITES, Body, Facts, Page, Success
from chatstudio.base.api.scopes import MANAGE, READ
from conversations.features.memories import service
from conversations.lookup import memories_of, memory_for, person_of
from conversations.models import Memory

router = Router()


class MemoryShape(Schema):
    """A model is told those that are enabled. The ids are those of the message in which a model
    proposed it; null where you wrote it yourself, or the message is gone."""

    id: UUID
    text: str
    is_enabled: bool
    conversation_id: UUID | None
    message_id: UUID | None
    created_at: datetime
    updated_at: datetime


class Memories(Page):
    memories: list[MemoryShape]


class OneMemory(Success):
    memory: MemoryShape


class NewMemory(Body):
    text: str = Field(max_length=Memory.LENGTH, examples=["I am allergic to nuts."])
    is_enabled: bool = True


class MemoryChanges(Body):
    """What is left out stays."""

    text: str | None = Field(None, max_length=Memory.LENGTH)
    is_enabled: bool | None = None


class Switch(Body):
    is_enabled: bool


def memory_shape(row: Memory) -> Facts:
    source = row.source
    is_there = source is not None and source.conversation.deleted_at is None
    return {
        "id": row.public_id,
        "text": row.text,
        "is_enabled": row.is_enabled,
        "conversation_id": source.conversation.public_id if source and is_there else None,
        "message_id": source.public_id if source and is_there else None,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def _clean(text: str) -> str:
    try:
        return service.clean(text)
    except service.MemoryRefused as refusal:
        raise ApiError(422, str(refusal), fields={"text": [str(refusal)]}) from None


@router.get("/memories", auth=READ, response={200: Memories, **READS})
def memories(request: HttpRequest, wanted: Query[PageQuery]) -> Facts:
    """Your memories, the newest first."""
    rows = memories_of(person_of(request)).select_related("source__conversation")
    page, following = newest_first(rows, wanted)
    return {"memories": [memory_shape(row) for row in page], "next_cursor": following}


@router.post("/memories", auth=MANAGE, response={200: OneMemory, **WRITES})
def remember(request: HttpRequest, body: NewMemory) -> Facts:
    """Keeps a fact. One that is there already is not kept twice; you get the one that is there."""
    text = _clean(body.text)
    try:
        row = service.remember(person_of(request), text)
    except service.MemoryRefused as refusal:
        raise ApiError(409, str(refusal), "memory_refused") from None
    if row.is_enabled != body.is_enabled:
        service.set_enabled(row, on=body.is_enabled)
    return {"memory": memory_shape(row)}


@router.post(
    "/memories/switch-all",
    auth=MANAGE,
    response={200: Success, **WRITES},
    summary="Switch all memories",
)
def switch_all(request: HttpRequest, body: Switch) -> Facts:
    """Switches all of your memories on or off."""
    service.set_all_enabled(person_of(request), on=body.is_enabled)
    return {}


@router.patch("/memories/{memory_id}", auth=MANAGE, response={200: OneMemory, **WRITES})
def change_memory(request: HttpRequest, memory_id: UUID, body: MemoryChanges) -> Facts:
    """Writes a memory anew, or switches it on or off."""
    row = memory_for(person_of(request), memory_id)
    if body.text is not None:
        service.change(row, _clean(body.text))
    if body.is_enabled is not None:
        service.set_enabled(row, on=body.is_enabled)
    return {"memory": memory_shape(row)}


@router.delete("/memories/{memory_id}", auth=MANAGE, response={200: Success, **WRITES})
def forget(request: HttpRequest, memory_id: UUID) -> Facts:
    """Deletes a memory for good."""
    memory_for(person_of(request), memory_id).delete()
    return {}
