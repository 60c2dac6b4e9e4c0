"""What the database itself refuses, whoever asks."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from conversations.models import Conversation, Generation, Message, MessagePart, ToolCall
from conversations.tests.rows import (
    conversation_of,
    generation_of,
    profile_of,
    say,
    turn_in,
)

refused = pytest.raises(IntegrityError)


def test_a_message_has_one_active_generation(conversation) -> None:
    answer = say(conversation, "assistant", "", "waiting")
    generation_of(answer)
    with refused, transaction.atomic():
        generation_of(answer)


def test_a_message_may_have_many_ended_generations(conversation) -> None:
    answer = turn_in(conversation, "Hi", "Hel", "stopped")
    generation_of(answer)
    assert answer.generations.count() == 2


def test_no_message_is_its_own_parent(conversation) -> None:
    message = say(conversation, "user", "Hi")
    with refused, transaction.atomic():
        Message.objects.filter(id=message.id).update(parent=F("id"))


@pytest.mark.parametrize("role", ["user", "system", "tool"])
def test_only_answers_have_a_status(conversation, role: str) -> None:
    with refused, transaction.atomic():
        say(conversation, role, "Hi", "waiting")


def test_a_tool_call_part_has_its_call(conversation) -> None:
    answer = turn_in(conversation, "Hi", "Hello")
    with refused, transaction.atomic():
        MessagePart.objects.create(message=answer, kind="tool_call", position=1)


def test_a_text_part_has_no_call(conversation) -> None:
    answer = turn_in(conversation, "Hi", "Hello")
    call = ToolCall.objects.create(generation=answer.generations.get(), call_id="1", name="clock")
    with refused, transaction.atomic():
        MessagePart.objects.create(message=answer, kind="text", position=1, tool_call=call)


def test_a_position_holds_one_part(conversation) -> None:
    answer = turn_in(conversation, "Hi", "Hello")
    with refused, transaction.atomic():
        MessagePart.objects.create(message=answer, kind="text", position=0)


def test_a_call_id_is_used_once_in_a_generation(conversation) -> None:
    generation = turn_in(conversation, "Hi", "Hello").generations.get()
    ToolCall.objects.create(generation=generation, call_id="1", name="clock")
    with refused, transaction.atomic():
        ToolCall.objects.create(generation=generation, call_id="1", name="clock")


def test_a_request_makes_one_message(conversation) -> None:
    facts = {"conversation": conversation, "role": "user", "created_at": timezone.now()}
    request_id = uuid4()
    Message.objects.create(request_id=request_id, **facts)
    with refused, transaction.atomic():
        Message.objects.create(request_id=request_id, **facts)


def test_a_person_has_one_default_prompt_profile(alice, bob) -> None:
    profile_of(alice, "Pirate", is_default=True)
    profile_of(bob, "Pirate", is_default=True)
    with refused, transaction.atomic():
        profile_of(alice, "Poet", is_default=True)


@pytest.mark.parametrize("is_shared", [True, False])
def test_a_prompt_profile_name_is_used_once(alice, is_shared: bool) -> None:
    owner = None if is_shared else alice
    profile_of(owner, "Pirate")
    with refused, transaction.atomic():
        profile_of(owner, "Pirate")


def test_deleting_a_prompt_profile_keeps_its_conversations(alice) -> None:
    profile = profile_of(alice)
    conversation = conversation_of(alice, prompt_profile=profile)
    profile.delete()
    conversation.refresh_from_db()
    assert conversation.prompt_profile is None


def test_a_row_is_shown_by_an_id_that_nobody_can_guess(conversation) -> None:
    answer = turn_in(conversation, "Hi", "Hello")
    generation = Generation.objects.get(message=answer)
    keys = {row.public_id for row in (conversation, answer, generation)}
    assert len(keys) == 3
    assert {key.version for key in keys} == {4}


def test_a_conversation_without_a_title_still_has_a_name(alice) -> None:
    assert str(Conversation(owner=alice)) == "New chat"
