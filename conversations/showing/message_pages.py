"""A page of messages: the newest of a conversation, or those before one of them."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from conversations.answering.history.tree import branch
from conversations.models import Conversation
from conversations.showing.article_views import ArticleView, article_views

MESSAGES_PAGE = 30
KEPT_CHARACTERS = 2_000_000
ARTICLE = 1_000
"""What one takes besides its words."""


@dataclass(frozen=True, slots=True)
class MessagesPage:
    """The articles, oldest first, and the id of the oldest one if there are earlier ones."""

    articles: list[ArticleView]
    older_before: str = ""

    @property
    def newest(self) -> str:
        return str(self.articles[-1].public_id) if self.articles else ""

    @property
    def length(self) -> int:
        """Characters, about."""
        return sum(ARTICLE + view.length + len(view.plain_text) for view in self.articles)


def messages_page(conversation: Conversation, leaf_id: int | None) -> MessagesPage:
    """The newest messages that lead to this leaf; the same few queries for any length."""
    rows = branch(leaf_id, MESSAGES_PAGE + 1, page_of=conversation)
    more = len(rows) > MESSAGES_PAGE
    shown = rows[1:] if more else rows
    views = article_views([row for row in shown if not row.is_hidden])
    return MessagesPage(views, str(shown[0].public_id) if more else "")


class KeptPages:
    """The pages shown last, of one state of their conversation each."""

    def __init__(self, most: int) -> None:
        self._most, self._length = most, 0
        self._pages: OrderedDict[UUID, tuple[tuple[int, int], MessagesPage]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: UUID, state: tuple[int, int]) -> MessagesPage | None:
        with self._lock:
            known, page = self._pages.get(key, (None, None))
            if page:
                self._pages.move_to_end(key)
            return page if known == state else None

    def put(self, key: UUID, state: tuple[int, int], page: MessagesPage) -> None:
        with self._lock:
            if before := self._pages.pop(key, None):
                self._length -= before[1].length
            self._pages[key] = (state, page)
            self._length += page.length
            while self._length > self._most:
                self._length -= self._pages.popitem(last=False)[1][1].length


kept = KeptPages(KEPT_CHARACTERS)


def newest_page(conversation: Conversation | None) -> MessagesPage:
    """What was read for the same revision is taken again, as that grows with every change that a
    page shows; an answer that is being written changes without."""
    if conversation is None or conversation.head is None:
        return MessagesPage([])
    head = conversation.head
    if head.is_active:
        return messages_page(conversation, head.id)
    state = (conversation.revision, head.id)
    if found := kept.get(conversation.public_id, state):
        return found
    page = messages_page(conversation, head.id)
    kept.put(conversation.public_id, state, page)
    return page


def busy_article(articles: list[ArticleView]) -> ArticleView | None:
    return next((view for view in reversed(articles) if view.is_active), None)
