"""Tells every open page of a person what has changed: in a conversation, and in the sidebar."""

from collections.abc import Sequence
from uuid import UUID

from asgiref.sync import sync_to_async
from django.utils import timezone

from conversations import frames
from conversations.live.hub import Frame, conversation_topic, hub, person_topic
from conversations.models import Conversation, Generation, Message
from conversations.presenting import (
    ArticleView,
    PageState,
    label_of,
    present,
    waiting_sentence,
)
from conversations.routing_shown import expected_name


def being_written(generation: Generation) -> ArticleView:
    """An answer before its first word, from what is at hand: no query."""
    message = generation.answer
    name = expected_name(generation.strategy, generation.model_name)
    return ArticleView(
        public_id=message.public_id,
        conversation_id=message.conversation.public_id,
        role=message.role,
        status=message.status,
        created_at=message.created_at or timezone.now(),
        model_name=name,
        routing_label=label_of(generation.strategy),
        is_active=True,
        status_text=waiting_sentence("", name),
    )


def announce_turn(conversation: Conversation, shown: Sequence[ArticleView]) -> None:
    """New articles at the end of the conversation."""
    html = frames.appended(shown) + frames.composer_action(conversation, shown[-1])
    _publish(conversation, html, append_of=shown[-1].public_id)


def announce_branch(conversation: Conversation, picture: str, writing: UUID | None = None) -> None:
    """Another branch is shown, perhaps with an answer that is about to be written."""
    _publish(conversation, picture, append_of=writing)


def announce_resumed(conversation: Conversation, view: ArticleView) -> None:
    """An answer that is being written on."""
    html = frames.article(view) + frames.composer_action(conversation, view)
    _publish(conversation, html, whole=view.public_id)


async def announce_end(message_id: int) -> None:
    conversation, view = await sync_to_async(_final)(message_id)
    if conversation is None or view is None:
        return
    html = frames.article(view) + frames.composer_action(conversation, None)
    if view.gauge:
        html += frames.gauge([view])
    _publish(conversation, html, whole=view.public_id)


def _final(message_id: int) -> tuple[Conversation | None, ArticleView | None]:
    rows = Message.objects.select_related("conversation", "feedback").prefetch_related(
        "parts__tool_call", "generations"
    )
    message = rows.filter(id=message_id).first()
    return (message.conversation, present(message)) if message else (None, None)


async def announce_article(message_id: int) -> None:
    """A finished answer of which something has changed, such as its thumb. One that is being
    written again meanwhile is shown by its streamer."""
    conversation, view = await sync_to_async(_final)(message_id)
    if conversation is None or view is None or view.is_active:
        return
    state = frames.page_state(PageState(conversation.revision))
    topic = conversation_topic(conversation.public_id)
    hub.publish(topic, Frame(frames.article(view) + state))


def announce_conversation(conversation: Conversation, tags: Sequence[str]) -> None:
    """A new title, for example."""
    _publish(conversation, frames.title(conversation) + frames.tags(conversation, tags))


def announce_sidebar(person_id: int) -> None:
    hub.publish(person_topic(person_id), Frame())


def _publish(
    conversation: Conversation,
    html: str,
    append_of: UUID | None = None,
    whole: UUID | None = None,
) -> None:
    state = frames.page_state(PageState(conversation.revision))
    revision = conversation.revision if append_of else None
    topic = conversation_topic(conversation.public_id)
    hub.publish(topic, Frame(html + state, revision=revision, message=append_of, whole=whole))
    announce_sidebar(conversation.owner_id)
