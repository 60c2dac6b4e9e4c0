"""What the model gets to see, and the receipt of it."""

import hashlib

import pytest

from conversations.answering.history.request import Prepared, build_request
from conversations.models import Conversation, Message
from conversations.tests.rows import profile_of, say, turn_in


def asked(conversation: Conversation, text: str = "And now?") -> Message:
    """A new question's empty answer."""
    say(conversation, "user", text)
    return say(conversation, "assistant", "", "waiting")


def prepared(conversation: Conversation, text: str = "And now?") -> Prepared:
    return build_request(conversation, asked(conversation, text), "echo")


def sent(prepared: Prepared) -> list[tuple[str, str]]:
    return [(message.role, message.content) for message in prepared.request.messages]


def test_the_whole_branch_goes_along_in_order(conversation) -> None:
    turn_in(conversation, "One", "Two")
    assert sent(prepared(conversation, "Three")) == [
        ("user", "One"),
        ("assistant", "Two"),
        ("user", "Three"),
    ]


def test_with_the_memory_off_this_message_goes_alone(conversation) -> None:
    turn_in(conversation, "One", "Two")
    conversation.memory_enabled = False
    assert sent(prepared(conversation, "Three")) == [("user", "Three")]


@pytest.mark.parametrize("memory", [True, False])
def test_the_system_prompt_comes_first(alice, conversation, memory: bool) -> None:
    conversation.prompt_profile = profile_of(alice)
    conversation.memory_enabled = memory
    assert sent(prepared(conversation))[0] == ("system", "Talk like a pirate.")


def test_a_blank_system_prompt_is_not_sent(alice, conversation) -> None:
    conversation.prompt_profile = profile_of(alice, system_prompt="  \n")
    assert sent(prepared(conversation)) == [("user", "And now?")]


def test_failed_answers_without_a_word_are_left_out(conversation) -> None:
    turn_in(conversation, "One", "", status="failed")
    assert sent(prepared(conversation, "Two")) == [("user", "One"), ("user", "Two")]


def test_stopped_answers_with_words_go_along(conversation) -> None:
    turn_in(conversation, "One", "Tw", status="stopped")
    assert ("assistant", "Tw") in sent(prepared(conversation))


def test_other_answers_to_the_same_question_stay_behind(conversation) -> None:
    first = turn_in(conversation, "One", "Two")
    say(conversation, "assistant", "Another two", parent=first.parent)
    assert ("assistant", "Two") not in sent(prepared(conversation))


def test_reasoning_is_not_sent_back(conversation) -> None:
    answer = turn_in(conversation, "One", "Two")
    answer.parts.create(kind="reasoning", position=1, content="Secret thoughts")
    assert "Secret" not in str(sent(prepared(conversation)))


def test_an_answer_that_is_continued_comes_last(conversation) -> None:
    answer = turn_in(conversation, "One", "Tw", status="stopped")
    assert sent(build_request(conversation, answer, "echo"))[-1] == ("assistant", "Tw")


def test_the_profiles_parameters_are_sent(alice, conversation) -> None:
    conversation.prompt_profile = profile_of(alice, parameters={"temperature": 0.2, "top_k": 5})
    parameters = prepared(conversation).request.parameters
    assert (parameters.temperature, parameters.top_k) == (0.2, 5)


def test_the_conversations_own_parameters_win(alice, conversation) -> None:
    conversation.prompt_profile = profile_of(alice, parameters={"temperature": 0.2, "top_k": 5})
    conversation.parameters = {"temperature": 1.5}
    parameters = prepared(conversation).request.parameters
    assert (parameters.temperature, parameters.top_k) == (1.5, 5)


def test_the_receipt_names_each_message_by_hash_and_size(conversation) -> None:
    (entry,) = prepared(conversation, "Grüß Gott").receipt.to_json()["messages"]
    assert entry["sha256"] == hashlib.sha256("Grüß Gott".encode()).hexdigest()
    assert entry["bytes"] == len("Grüß Gott".encode())
    assert entry["role"] == "user"


def test_the_receipt_never_holds_a_text(alice, conversation) -> None:
    conversation.prompt_profile = profile_of(alice, system_prompt="Talk like a pirate.")
    turn_in(conversation, "My password is swordfish", "I forget it at once")
    receipt = str(prepared(conversation, "What was it?").receipt)
    for text in ("swordfish", "forget", "What was it", "pirate."):
        assert text not in receipt


def test_the_receipt_tells_memory_profile_and_parameters(alice, conversation) -> None:
    conversation.prompt_profile = profile_of(alice, parameters={"seed": 7})
    conversation.memory_enabled = False
    receipt = prepared(conversation).receipt
    assert not receipt.memory
    assert receipt.prompt_profile.name == "Pirate"
    assert receipt.parameters == {"seed": 7}
