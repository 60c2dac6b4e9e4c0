"""Makes frames of the news, for every open page of a person: of a conversation, of the sidebar."""

from uuid import UUID

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
from conversations.answering.saving import part_rows
from conversations.answering.seam import in_thread
from conversations.answering.transcript import Transcript
from conversations.carrying.hub import Frame, conversation_topic, hub, person_topic
from conversations.features.files.attachment_views import attachment_view
from conversations.models import Conversation, Generation, Message
from conversations.showing import frames, pages
from conversations.showing.article_views import (
    ArticleView,
    active_article_view,
    article_view,
    as_typed,
    ended_article_view,
    text_to_copy,
)
from conversations.showing.frames import PageState
from conversations.showing.streamer import Streamer

LONG = 4_000
"""Characters of an answer that are rendered in the time that the way to a thread takes."""


async def announce(news: News) -> None:
    """The listener; see answering.news."""
    match news:
        case TurnBegun():
            _announce_turn(news)
        case BranchShown(conversation, written):
            html = await in_thread(pages.fresh_picture, conversation)
            _publish(conversation, html, append_of=written)
        case AnswerLaunched(live, generation, follower):
            Streamer(live, generation).start(follower)
        case AnswerEnded(_, written) if written and written[0].answers_alone:
            view = await _view_of_end(*written)
            _announce_answer(news, written[0].answer.conversation, view)
        case AnswerResumed(message_id) | AnswerEnded(message_id) | AnswerChanged(message_id):
            if answer := await in_thread(_answer_now, message_id):
                _announce_answer(news, *answer)
        case ConversationChanged(conversation, tags):
            _publish(conversation, frames.title(conversation) + frames.tags(conversation, tags))
        case SidebarChanged(person_id):
            announce_sidebar(person_id)


def _announce_turn(news: TurnBegun) -> None:
    """New articles at the end of the conversation."""
    conversation = news.question.conversation
    answer = active_article_view(news.generation)
    html = frames.append_articles([question_view(news), answer])
    html += frames.composer_action(conversation, answer)
    _publish(conversation, html, append_of=answer.public_id)


def question_view(news: TurnBegun) -> ArticleView:
    """From what is at hand: no query."""
    question = news.question
    plain_text, is_long = text_to_copy(news.text)
    return ArticleView(
        question.public_id,
        question.conversation.public_id,
        question.role,
        question.status,
        question.created_at,
        plain_text=plain_text,
        is_long=is_long,
        parts=as_typed(news.text),
        attachments=tuple(map(attachment_view, question.files)) if news.has_files else (),
    )


def _announce_answer(
    news: AnswerResumed | AnswerEnded | AnswerChanged, conversation: Conversation, view: ArticleView
) -> None:
    if isinstance(news, AnswerChanged):
        if not view.is_active:  # one that is being written again is shown by its streamer
            state = frames.page_state(PageState(conversation.revision))
            topic = conversation_topic(conversation.public_id)
            hub.publish(topic, Frame(frames.article(view) + state))
        return
    goes_on = isinstance(news, AnswerResumed)
    html = frames.article(view) + frames.composer_action(conversation, view if goes_on else None)
    if view.gauge and not goes_on:
        html += frames.gauge([view])
    _publish(conversation, html, whole=view.public_id)


async def _view_of_end(generation: Generation, transcript: Transcript) -> ArticleView:
    """Without a query. A long answer takes its time to render, so that is not done on the loop."""
    parts = part_rows(generation.answer.id, transcript.parts)
    if sum(len(part.content) for part in parts) > LONG:
        return await in_thread(ended_article_view, generation, parts)
    return ended_article_view(generation, parts)


def _answer_now(message_id: int) -> tuple[Conversation, ArticleView] | None:
    rows = Message.objects.select_related("conversation", "feedback").prefetch_related(
        "parts__tool_call", "generations"
    )
    message = rows.filter(id=message_id).first()
    return (message.conversation, article_view(message)) if message else None


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
