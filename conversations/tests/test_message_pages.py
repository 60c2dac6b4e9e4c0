"""The newest page of a conversation, kept for its revision."""

from uuid import uuid4

from conversations.answering import feedback
from conversations.lookup import conversation_for
from conversations.models import Status
from conversations.revisions import bump_revision
from conversations.showing.article_views import ArticleView, as_typed
from conversations.showing.message_pages import KeptPages, MessagesPage, newest_page
from conversations.tests.rows import conversation_of, say
from conversations.tests.test_branch import queries_for


def words(page: MessagesPage) -> list[str]:
    return [view.plain_text for view in page.articles]


def finished(alice):
    conversation = conversation_of(alice)
    say(conversation, "user", "Hi")
    say(conversation, "assistant", "Hello")
    return conversation_for(alice, conversation.public_id)


def test_the_same_state_is_read_once(alice) -> None:
    conversation = finished(alice)
    assert words(newest_page(conversation)) == ["Hi", "Hello"]
    assert queries_for(lambda: newest_page(conversation)) == 0


def test_a_new_revision_is_read_again(alice) -> None:
    conversation = finished(alice)
    newest_page(conversation)
    answer = conversation.head
    answer.parts.update(content="Good evening")
    bump_revision(conversation.id)
    conversation.refresh_from_db()
    assert words(newest_page(conversation)) == ["Hi", "Good evening"]


def test_a_thumb_is_seen_at_once(alice) -> None:
    conversation = finished(alice)
    newest_page(conversation)
    feedback.rate(conversation.head, "up")
    page = newest_page(conversation_for(alice, conversation.public_id))
    assert page.articles[-1].thumb == "up"


def test_another_branch_is_another_state(alice) -> None:
    conversation = finished(alice)
    newest_page(conversation)
    say(conversation, "assistant", "Hey", parent=conversation.head.parent)
    assert words(newest_page(conversation)) == ["Hi", "Hey"]


def test_what_is_being_written_is_always_read(alice) -> None:
    conversation = conversation_of(alice)
    say(conversation, "user", "Hi")
    answer = say(conversation, "assistant", "Hel", status=Status.GENERATING)
    assert words(newest_page(conversation))[-1] == "Hel"
    answer.parts.update(content="Hello")
    assert words(newest_page(conversation))[-1] == "Hello"


def test_there_may_be_no_message(alice) -> None:
    assert newest_page(None).articles == []
    assert newest_page(conversation_of(alice)).articles == []


def page_of(length: int) -> MessagesPage:
    parts = as_typed("x" * length)
    return MessagesPage([ArticleView(uuid4(), uuid4(), "user", "complete", None, parts=parts)])


def test_the_longest_unused_go_first() -> None:
    pages, keys = KeptPages(most=2_500), [uuid4() for _ in range(3)]
    pages.put(keys[0], (1, 1), page_of(100))
    pages.put(keys[1], (1, 1), page_of(100))
    assert pages.get(keys[0], (1, 1))
    pages.put(keys[2], (1, 1), page_of(100))
    assert [bool(pages.get(key, (1, 1))) for key in keys] == [True, False, True]


def test_a_newer_state_takes_the_place_of_the_older() -> None:
    pages, key = KeptPages(most=2_500), uuid4()
    for revision in range(5):
        pages.put(key, (revision, 1), page_of(200))
    assert pages.get(key, (3, 1)) is None
    assert pages.get(key, (4, 1))


def test_what_is_too_long_is_not_kept() -> None:
    pages, key = KeptPages(most=2_500), uuid4()
    pages.put(key, (1, 1), page_of(3_000))
    assert pages.get(key, (1, 1)) is None
