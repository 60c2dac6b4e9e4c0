"""search_conversations: what a model is told of earlier conversations."""

import pytest
from asgiref.sync import async_to_sync

from conversations.features.search.tool import NOTHING, SOME, search_conversations
from conversations.models import Message
from conversations.tests.rows import conversation_of, say, turn_in
from routing.tools.base import ToolContext

pytestmark = pytest.mark.django_db(transaction=True)


def told(person, query: str, answer: Message | None = None) -> str:
    context = ToolContext(person.id, message_id=answer.id if answer else None)
    return async_to_sync(search_conversations().run)({"query": query}, context)


@pytest.fixture
def talk(alice) -> None:
    turn_in(conversation_of(alice), "How do heat pumps work?", "They move heat uphill.")
    turn_in(conversation_of(alice), "How do sails work?", "They turn wind into speed.")


def test_the_question_being_answered_is_never_found(alice, talk) -> None:
    here = conversation_of(alice)
    answer = turn_in(here, "What did I ask about heat pumps?", "", "generating")
    found = told(alice, "heat pumps", answer)
    assert "How do heat pumps work?" in found
    assert "What did I ask" not in found


def test_nor_are_its_other_versions(alice, conversation) -> None:
    turn_in(conversation, "About zeppelins?", "Big.")
    first = Message.objects.get(role="user")
    edited = say(conversation, "user", "About old zeppelins?")
    Message.objects.filter(id=edited.id).update(parent=first.parent)
    answer = say(conversation, "assistant", "", "generating")
    Message.objects.filter(id=answer.id).update(parent=edited)
    assert told(alice, "zeppelins", answer) == NOTHING


def test_not_every_word_has_to_occur(alice, talk) -> None:
    found = told(alice, "what did I say about heat pumps efficiency")
    assert found.startswith(SOME)
    assert "heat pumps" in found.partition("\n\n")[2].partition("\n\n")[0]


def test_with_all_words_only_those_are_told(alice, talk) -> None:
    assert "sails" not in told(alice, "heat pumps work")


def test_what_is_excluded_stays_so(alice, talk) -> None:
    found = told(alice, "efficiency work -pumps")
    assert "sails" in found
    assert "heat pumps" not in found


def test_nothing_is_nothing(alice, talk) -> None:
    assert told(alice, "submarine engines") == NOTHING


def test_nobody_is_told_of_others(alice, bob) -> None:
    turn_in(conversation_of(bob), "Secret heat pumps", "Bob's")
    assert told(alice, "my secret pumps") == NOTHING
