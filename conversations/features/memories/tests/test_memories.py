"""Facts across conversations: kept, sent within a budget, listed in the receipt."""

import pytest
from django.utils import timezone

from conversations.features.memories import service as memories
from conversations.models import Conversation, Memory
from conversations.tests.rows import conversation_of, profile_of, turn_in
from conversations.tests.test_history import prepared, sent

pytestmark = pytest.mark.django_db


def test_they_are_sent_with_the_system_prompt_in_one_message(alice, conversation) -> None:
    memories.remember(alice, "Eats no nuts.")
    conversation.prompt_profile = profile_of(alice)
    role, text = sent(prepared(conversation))[0]
    assert role == "system"
    assert text.startswith("Talk like a pirate.")
    assert "- Eats no nuts." in text


def test_they_are_told_in_the_order_in_which_they_were_made(alice, conversation) -> None:
    for text in ("First", "Second"):
        memories.remember(alice, text)
    text = sent(prepared(conversation))[0][1]
    assert text.index("First") < text.index("Second")


def test_with_the_memory_off_none_is_sent(alice, conversation) -> None:
    memories.remember(alice, "Eats no nuts.")
    conversation.memory_enabled = False
    assert "nuts" not in str(sent(prepared(conversation)))


def test_one_that_is_switched_off_stays_here(alice, conversation) -> None:
    memories.set_enabled(memories.remember(alice, "Eats no nuts."), on=False)
    assert "nuts" not in str(sent(prepared(conversation)))


def test_nobody_elses_are_sent(alice, bob, conversation) -> None:
    memories.remember(bob, "Is Bob.")
    assert "Bob" not in str(sent(prepared(conversation)))


def test_the_newest_fill_the_budget(alice, conversation) -> None:
    for number in range(12):
        memories.remember(alice, f"{number:02} " + "x" * 900)
    text = sent(prepared(conversation))[0][1]
    assert "- 11 x" in text
    assert "- 00 x" not in text
    assert len(text.encode()) < memories.BUDGET_BYTES + 500


def test_the_receipt_lists_them_without_their_words(alice, conversation) -> None:
    memory = memories.remember(alice, "Eats no nuts.")
    receipt = prepared(conversation).receipt.to_json()
    assert receipt["memories"][0]["id"] == str(memory.public_id)
    assert "nuts" not in str(receipt)


def test_the_same_fact_twice_is_one(alice) -> None:
    memories.remember(alice, "Eats  no nuts. ")
    memories.remember(alice, "Eats no nuts.")
    assert Memory.objects.get().text == "Eats no nuts."


@pytest.mark.parametrize("text", ["", "   \n", "x" * 1001])
def test_what_cannot_be_one_is_refused_with_a_sentence(alice, text: str) -> None:
    with pytest.raises(memories.MemoryRefused, match=r"\w+"):
        memories.remember(alice, text)


def test_there_is_an_end_to_remembering(alice) -> None:
    Memory.objects.bulk_create(Memory(owner=alice, text=str(n)) for n in range(memories.MOST))
    with pytest.raises(memories.MemoryRefused, match="Delete one"):
        memories.remember(alice, "One more")


def test_they_outlive_a_conversation(alice) -> None:
    memories.remember(alice, "Eats no nuts.")
    conversation_of(alice).delete()
    assert Memory.objects.count() == 1


def test_the_page_leads_to_the_conversation_it_came_from(alice, conversation, client) -> None:
    answer = turn_in(conversation, "I eat no nuts", "Noted.")
    memories.remember(alice, "Eats no nuts.", answer)
    page = client.get("/memories/").text
    key = answer.public_id
    assert f'href="/chat/{conversation.public_id}/?message={key}#message-{key}"' in page


def test_from_a_deleted_conversation_it_leads_nowhere(alice, conversation, client) -> None:
    memories.remember(alice, "Eats no nuts.", turn_in(conversation, "I eat no nuts", "Noted."))
    Conversation.objects.update(deleted_at=timezone.now())
    assert "from this conversation" not in client.get("/memories/").text
