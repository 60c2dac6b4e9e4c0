"""Doors to conversations: list, begin, read, change, delete, take back."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.paging import PageQuery, page_of
from chatstudio.base.api.schemas import READS, WRITES, Body, Facts, Success
from chatstudio.base.api.scopes import CHAT, MANAGE, SEE
from conversations.answering import runner, services
from conversations.answering.history.tree import branch
from conversations.answering.news import SidebarChanged
from conversations.answering.seam import in_one_thread, in_thread, leave, with_models
from conversations.api.asking import ChoicesBody, choices
from conversations.lookup import (
    conversation_for,
    conversations_of,
    deleted_conversation_for,
    message_for,
    person_of,
)
from conversations.models import Conversation
from conversations.showing.api.rows import conversation_shape, message_shapes
from conversations.showing.api.shapes import (
    Conversations,
    ConversationWithMessages,
    OneConversation,
)
from conversations.tagging import MOST_TAGS
from routing.llm.catalogue import Catalogue
from routing.llm.servers import known_models

router = Router()


class NewConversation(ChoicesBody):
    title: str = Field("", max_length=Conversation.TITLE_LENGTH)


class Listed(PageQuery):
    tag: str = Field("", max_length=80)
    archived: bool = False


class Part(Body):
    """Of a conversation's messages: the last `limit` of those before `before`."""

    before: UUID | None = None
    limit: int = Field(50, ge=1, le=200)


class Changes(Body):
    """What is left out stays."""

    title: str | None = Field(None, min_length=1, max_length=Conversation.TITLE_LENGTH)
    tags: list[str] | None = Field(None, max_length=MOST_TAGS)
    is_pinned: bool | None = None
    is_archived: bool | None = None


@router.get("", auth=SEE, response={200: Conversations, **READS})
def conversations(request: HttpRequest, wanted: Query[Listed]) -> Facts:
    """Your conversations, the newest message first."""
    rows = conversations_of(person_of(request)).filter(is_archived=wanted.archived)
    if wanted.tag:
        rows = rows.filter(tags__name=wanted.tag)
    listed = rows.select_related("head", "prompt_profile").prefetch_related("tags")
    page, following = page_of(listed, "last_message_at", wanted.cursor, wanted.limit)
    return {"conversations": [conversation_shape(row) for row in page], "next_cursor": following}


@router.post("", auth=CHAT, response={200: OneConversation, **WRITES})
@with_models(known_models)
def begin(request: HttpRequest, catalogue: Catalogue, body: NewConversation) -> Facts:
    """Begins an empty conversation, to which messages are sent later."""
    person = person_of(request)
    found = choices(person, None, body, catalogue)
    row = Conversation.objects.create(
        owner=person,
        title=services.clean_title(body.title),
        model_name=found.model_name,
        server=found.server,
        routing_profile=found.routing_profile,
        prompt_profile=found.prompt_profile,
        memory_enabled=found.memory,
        tools_enabled=found.tools,
        last_message_at=timezone.now(),
    )
    leave(SidebarChanged(person.pk))
    return {"conversation": conversation_shape(row)}


@router.get("/{conversation_id}", auth=SEE, response={200: ConversationWithMessages, **READS})
def conversation(request: HttpRequest, conversation_id: UUID, wanted: Query[Part]) -> Facts:
    """A conversation with the newest messages of the branch that is shown."""
    person = person_of(request)
    row = conversation_for(person, conversation_id)
    before = wanted.before
    leaf = message_for(person, conversation_id, before).parent_id if before else row.head_id
    rows = branch(leaf, wanted.limit + 1, page_of=row)
    more, rows = len(rows) > wanted.limit, rows[-wanted.limit :]
    shown = message_shapes([message for message in rows if not message.is_hidden])
    older = rows[0].public_id if more else None
    return {"conversation": conversation_shape(row), "messages": shown, "older_before": older}


@router.patch("/{conversation_id}", auth=MANAGE, response={200: OneConversation, **WRITES})
@in_one_thread
def change(request: HttpRequest, conversation_id: UUID, body: Changes) -> Facts:
    """Renames, tags, pins or archives a conversation."""
    row = conversation_for(person_of(request), conversation_id)
    title = row.title if body.title is None else services.clean_title(body.title)
    if body.title is not None and not title:
        raise ApiError(422, fields={"title": ["A title needs a word."]})
    if body.title is not None or body.tags is not None:
        services.rename(row, title, body.tags)
    if body.is_pinned not in (None, row.is_pinned):
        services.toggle_pin(row)
    if body.is_archived not in (None, row.is_archived):
        services.toggle_archived(row)
    return _as_it_is(request, conversation_id)


def _as_it_is(request: HttpRequest, conversation_id: UUID) -> Facts:
    row = conversation_for(person_of(request), conversation_id)
    return {"conversation": conversation_shape(row)}


@router.delete("/{conversation_id}", auth=MANAGE, response={200: Success, **WRITES})
async def delete(request: HttpRequest, conversation_id: UUID) -> Facts:
    """Deletes a conversation. It can be taken back for ten minutes."""
    person = person_of(request)
    row = await in_thread(lambda: services.hide(conversation_for(person, conversation_id)))
    await runner.stop_all(row)
    return {}


@router.post(
    "/{conversation_id}/undo-delete", auth=MANAGE, response={200: OneConversation, **WRITES}
)
@in_one_thread
def undo_delete(request: HttpRequest, conversation_id: UUID) -> Facts:
    """Takes back that a conversation was deleted, within ten minutes."""
    services.undo_delete(deleted_conversation_for(person_of(request), conversation_id))
    return _as_it_is(request, conversation_id)
