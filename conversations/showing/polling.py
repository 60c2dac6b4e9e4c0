"""The news of a page whose websocket does not come through, as one answer.

The page says what it shows, the answer is the difference, and nothing where there is none. An
article that is there already is morphed, so that focus, selection and place are kept.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from chatstudio.models import User
from conversations.answering.history.tree import branch
from conversations.answering.services import mark_read
from conversations.models import Conversation
from conversations.showing import frames, pages
from conversations.showing.article_views import ArticleView, article_view, article_views
from conversations.showing.frames import PageState
from conversations.showing.message_pages import MESSAGES_PAGE, busy_article
from conversations.showing.sidebar import sidebar_for
from conversations.showing.streamer import STREAMERS


@dataclass(frozen=True, slots=True)
class Seen:
    """The page's #page-state, the digest of its sidebar and the id of its last message."""

    revision: str
    version: str
    sidebar: str
    last: str

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Seen":
        return cls(*(query.get(name, "") for name in ("revision", "version", "sidebar", "last")))


def news(
    person: User, conversation: Conversation | None, seen: Seen, written: ArticleView | None
) -> str:
    """`written` is the answer as this process is writing it, if it is the one that does."""
    key = conversation.public_id if conversation else None
    if conversation:
        mark_read(conversation)
    sidebar = sidebar_for(person, key)
    html = frames.sidebar_list(sidebar) if sidebar.digest != seen.sidebar else ""
    state = PageState()
    if conversation:
        article = _being_written(conversation, written)
        version = _version_of(article) if article else ""
        state = PageState(conversation.revision, version)
        if str(conversation.revision) != seen.revision:
            html += _changes(conversation, seen) + article
        elif version != seen.version:
            html += article
    return html + frames.page_state(state) if html else ""


def _being_written(conversation: Conversation, written: ArticleView | None) -> str:
    """Another process' answer is shown from the rows, which are saved once a second, a long one
    less often (answering/transcript.py)."""
    head = conversation.head
    if head is None or not head.is_active:
        return ""
    if written is None:
        (row,) = branch(head.id, 1, page_of=conversation)
        written = article_view(row)
    return frames.article(written)


def _version_of(article: str) -> str:
    """A page counts the seconds of waiting itself."""
    still = re.sub(r' data-seconds="\d+">[^<]*', ">", article)
    return hashlib.sha256(still.encode()).hexdigest()[:16]


def _changes(conversation: Conversation, seen: Seen) -> str:
    """What follows the page's last message; everything where the page shows another branch."""
    rows = branch(conversation.head_id, MESSAGES_PAGE, page_of=conversation)
    known = next((n for n, row in enumerate(rows) if str(row.public_id) == seen.last), None)
    if known is None:
        return pages.fresh_picture(conversation)
    views = article_views(rows[known:])
    return (
        frames.article(views[0])
        + (frames.append_articles(views[1:]) if views[1:] else "")
        + frames.title(conversation)
        + frames.gauge(views)
        + frames.composer_action(conversation, busy_article(views))
    )


def written_here(conversation: Conversation) -> ArticleView | None:
    """Only on the event loop, where nothing is written meanwhile."""
    head = conversation.head
    if head is None or head.public_id not in pages.running_in(conversation):
        return None
    return STREAMERS[head.public_id].snapshot()
