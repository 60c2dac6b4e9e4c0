"""Makes frames of the news, for every open page of a person: of a conversation, of the sidebar."""

from uuid import UUID

from asgiref.sync import sync_to_async

from conversations.answering.news import (
    AnswerChanged,
    AnswerEnded,
    AnswerLaunched,
    AnswerResumed,
    BranchShown,
    ConversationChanged,
    News,
    SidebarChanged,
    TurnBegun,
)
from conversations.carrying.hub import Frame, conversation_topic, hub, person_topic
from conversations.features.files.shown import view_of
from conversations.models import Conversation, Message
from conversations.showing import frames, pages
from conversations.showing.frames import PageState
from conversations.showing.presenting import (
    ArticleView,
    as_typed,
    being_written,
    present,
)
from conversations.showing.streamer import Streamer
from conversations.tagging import names_of


async def announce(news: News) -> None:
    """The listener; see answering.news."""
    match news:
        case TurnBegun():
            _announce_turn(news)
        case BranchShown(conversation, written):
            html = await sync_to_async(pages.fresh_picture)(conversation)
            _publish(conversation, html, append_of=written)
        case AnswerLaunched(live, generation):
            Streamer(live, generation).start()
        case AnswerResumed(message_id):
            await _announce_resumed(message_id)
        case AnswerEnded(message_id):
            await _announce_end(message_id)
        case AnswerChanged(message_id):
            await _announce_article(message_id)
        case ConversationChanged(conversation):
            tags = await sync_to_async(names_of)(conversation)
            _publish(conversation, frames.title(conversation) + frames.tags(conversation, tags))
        case SidebarChanged(person_id):
            announce_sidebar(person_id)


def _announce_turn(news: TurnBegun) -> None:
    """New articles at the end of the conversation."""
    conversation = news.question.conversation
    answer = being_written(news.generation)
    html = frames.appended([_question_view(news), answer])
    html += frames.composer_action(conversation, answer)
    _publish(conversation, html, append_of=answer.public_id)


def _question_view(news: TurnBegun) -> ArticleView:
    question = news.question
    return ArticleView(
        question.public_id,
        question.conversation.public_id,
        question.role,
        question.status,
        question.created_at,
        plain_text=news.text,
        parts=(as_typed(news.text),),
        attachments=tuple(map(view_of, question.files)) if news.has_files else (),
    )


async def _announce_resumed(message_id: int) -> None:
    conversation, view = await sync_to_async(_article_now)(message_id)
    if conversation and view:
        html = frames.article(view) + frames.composer_action(conversation, view)
        _publish(conversation, html, whole=view.public_id)


async def _announce_end(message_id: int) -> None:
    """The answer's final form, from the rows."""
    conversation, view = await sync_to_async(_article_now)(message_id)
    if conversation is None or view is None:
        return
    html = frames.article(view) + frames.composer_action(conversation, None)
    if view.gauge:
        html += frames.gauge([view])
    _publish(conversation, html, whole=view.public_id)


async def _announce_article(message_id: int) -> None:
    """One that is being written again meanwhile is shown by its streamer."""
    conversation, view = await sync_to_async(_article_now)(message_id)
    if conversation is None or view is None or view.is_active:
        return
    state = frames.page_state(PageState(conversation.revision))
    topic = conversation_topic(conversation.public_id)
    hub.publish(topic, Frame(frames.article(view) + state))


def _article_now(message_id: int) -> tuple[Conversation | None, ArticleView | None]:
    rows = Message.objects.select_related("conversation", "feedback").prefetch_related(
        "parts__tool_call", "generations"
    )
    message = rows.filter(id=message_id).first()
    return (message.conversation, present(message)) if message else (None, None)


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
