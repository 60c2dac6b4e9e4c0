"""How deep a message stands, whoever writes it."""

import importlib
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.apps import apps
from django.db import connection

from conversations.answering import turns
from conversations.answering.history.tree import branch_ids
from conversations.features.exchange.exporting import export_conversations
from conversations.features.exchange.formats import FORMATS
from conversations.features.exchange.runs import run_import
from conversations.models import Message
from conversations.tests.rows import conversation_of, say, turn_in
from conversations.tests.talking import end_of, talk

pytestmark = pytest.mark.django_db(transaction=True)


def wrong_depths() -> list[int]:
    rows = Message.objects.values_list("id", "depth")
    return [key for key, depth in rows if depth != len(branch_ids(key)) - 1]


async def test_turns_set_it(alice, conversation, model) -> None:
    first = await talk(alice, "Hello", conversation)
    second = await talk(alice, "And now?", conversation)
    again = await turns.regenerate_answer(alice, second.answer)
    await end_of(again)
    question = await Message.objects.select_related("conversation").aget(id=first.answer.parent_id)
    edited = await turns.edit_question(alice, question, "Good day", uuid4())
    await end_of(edited)
    assert await Message.objects.acount() == 7
    assert await sync_to_async(wrong_depths)() == []


def test_an_import_sets_it(alice, conversation, tmp_path) -> None:
    first = turn_in(conversation, "One", "Two")
    turn_in(conversation, "Three", "Four")
    say(conversation, "assistant", "Another two", parent=first.parent)
    file = tmp_path / "all.jsonl"
    file.write_bytes(b"".join(export_conversations(alice, FORMATS["own"])))
    conversation.delete()
    run_import(alice, file)
    assert sorted(Message.objects.values_list("depth", flat=True)) == [0, 1, 1, 2, 3]
    assert wrong_depths() == []


def test_the_migration_counts_what_was_there_before(alice) -> None:
    for _ in range(3):
        conversation = conversation_of(alice)
        for _ in range(5):
            turn_in(conversation, "Hi", "Hello")
        first = conversation.messages.order_by("id")[4]
        say(conversation, "user", "Another way", parent=first)
        turn_in(conversation, "Hi", "Hello")
    right = dict(Message.objects.values_list("id", "depth"))
    Message.objects.update(depth=0)
    migration = importlib.import_module("conversations.migrations.0016_depth_of_messages")
    migration.CONVERSATIONS_AT_ONCE = 2
    with connection.schema_editor() as editor:
        migration.count_depths(apps, editor)
    assert dict(Message.objects.values_list("id", "depth")) == right
    assert wrong_depths() == []
