"""The index holds what the rows say, whatever happens to them, and whoever does it."""

import pytest
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from conversations.answering.course import Outcome
from conversations.answering.processes import purge_deleted_conversations
from conversations.answering.saving import checkpoint, finish_generation
from conversations.answering.transcript import Part, Transcript
from conversations.apps import after_migrations, before_migrations
from conversations.features.search import index, index_problems, search
from conversations.models import Conversation, Message, MessagePart
from conversations.tests.rows import conversation_of, generation_of, say, turn_in
from routing.types import Finished

pytestmark = pytest.mark.django_db


def found(person, text: str) -> list[str]:
    """The snippets of what is found, newest first; and the index agrees with the rows."""
    assert index_problems(thorough=True) == []
    page = search(person, text)
    return ["".join(piece.text for piece in hit.snippet) for hit in page.hits]


def test_everything_is_there_after_all_migrations() -> None:
    assert index.is_up()
    assert index_problems(thorough=True) == []


def test_a_question_and_its_answer_are_found(alice, conversation) -> None:
    turn_in(conversation, "What is a heat pump?", "A pump that moves heat.")
    assert found(alice, "heat pump") == ["A pump that moves heat.", "What is a heat pump?"]


@pytest.mark.parametrize("status", ["waiting", "generating"])
def test_an_answer_is_found_when_it_is_finished(alice, conversation, status) -> None:
    answer = say(conversation, "assistant", "Half of it", status)
    assert found(alice, "half") == []
    answer.status = "stopped"
    answer.save()
    assert found(alice, "half") == ["Half of it"]


def test_an_answer_that_is_continued_is_found_again_at_its_end(alice, conversation) -> None:
    answer = turn_in(conversation, "Hi", "One two", "stopped")
    Message.objects.filter(id=answer.id).update(status="waiting")
    assert found(alice, "two") == []
    answer.parts.update(content="One two three")
    Message.objects.filter(id=answer.id).update(status="complete")
    assert found(alice, "two three") == ["One two three"]


def test_a_checkpoint_writes_nothing_into_the_index(alice, conversation) -> None:
    answer = say(conversation, "assistant", "", "generating")
    for words in ("One", "One two", "One two three"):
        checkpoint(0, {answer.id: [Part("text", 0, words)]})
        assert entries() == 0


def test_the_end_of_a_generation_brings_its_words(alice, conversation) -> None:
    say(conversation, "user", "Hi")
    answer = say(conversation, "assistant", "", "generating")
    generation = generation_of(answer)
    parts = [Part("text", 0, "Well,"), Part("reasoning", 1, "hm"), Part("text", 2, "warm air")]
    finish_generation(generation, Transcript(parts), Outcome(Finished("stop"), duration_ms=5))
    assert found(alice, "warm well") == ["Well, warm air"]
    assert found(alice, "hm") == []


def test_parts_that_come_change_and_go(alice, conversation) -> None:
    message = say(conversation, "user", "first")
    second = MessagePart.objects.create(message=message, kind="text", position=1, content="second")
    assert found(alice, "first second") == ["first second"]
    second.content = "other"
    second.save()
    assert (found(alice, "second"), found(alice, "other")) == ([], ["first other"])
    MessagePart.objects.filter(message=message).delete()
    assert found(alice, "first") == []


def test_parts_that_are_written_over_are_found_once(alice, conversation) -> None:
    message = say(conversation, "user", "old words")
    rows = [
        MessagePart(message=message, kind="text", position=n, content=f"new {n}") for n in (0, 1)
    ]
    MessagePart.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["message", "position"],
        update_fields=["content"],
    )
    assert found(alice, "new") == ["new 0 new 1"]
    assert found(alice, "old") == []


def test_rows_in_bulk_are_found(alice, conversation) -> None:
    now = timezone.now()
    one = Message(conversation=conversation, role="user", created_at=now)
    other = Message(conversation=conversation, role="assistant", created_at=now)
    Message.objects.bulk_create([one, other])
    MessagePart.objects.bulk_create(
        MessagePart(message=message, kind="text", position=n, content=f"word {n}")
        for message in (one, other)
        for n in (0, 1)
    )
    assert found(alice, "word 1") == ["word 0 word 1", "word 0 word 1"]


def test_what_is_undone_was_never_there(alice, conversation) -> None:
    with transaction.atomic():
        say(conversation, "user", "Never mind")
        transaction.set_rollback(True)
    assert found(alice, "mind") == []


def test_a_deleted_conversation_is_not_found_and_leaves_nothing(alice, conversation) -> None:
    turn_in(conversation, "Secret", "Words")
    Conversation.objects.update(deleted_at=timezone.now() - timezone.timedelta(days=1))
    page = search(alice, "secret")
    assert (page.hits, page.titles, search(alice, "pumps").titles) == ([], [], [])
    purge_deleted_conversations()
    assert index_problems(thorough=True) == []
    assert entries() == 0


def entries() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM conversations_search_entry")
        return cursor.fetchone()[0]


def test_titles_follow(alice, conversation) -> None:
    assert len(search(alice, "heat pumps").titles) == 1
    Conversation.objects.update(title="Solar roof")
    assert index_problems(thorough=True) == []
    assert not search(alice, "heat pumps").titles
    assert len(search(alice, "sol").titles) == 1


def test_a_conversation_that_is_given_away_is_found_by_its_new_owner(alice, bob, conversation):
    turn_in(conversation, "Roof tiles", "Clay")
    Conversation.objects.update(owner=bob)
    assert (found(alice, "roof"), found(bob, "roof")) == ([], ["Roof tiles"])
    assert len(search(bob, "pumps").titles) == 1


def test_a_rebuilt_index_is_the_same(alice, conversation) -> None:
    turn_in(conversation, "What is a heat pump?", "Ein Gerät für 热泵.")
    index.take_down()
    say(conversation, "user", "Written meanwhile")
    assert "missing" in index_problems()[0]
    assert index.rebuild() == 3
    assert found(alice, "meanwhile") == ["Written meanwhile"]
    assert found(alice, "热泵") == ["Ein Gerät für 热泵."]


def test_a_gap_is_noticed(conversation) -> None:
    turn_in(conversation, "One", "Two")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM conversations_search_entry")
    assert index_problems() == [
        "2 finished messages are missing in the search index. Rebuild it: manage.py rebuild_search."
    ]


def test_words_that_differ_are_noticed_by_a_thorough_look(conversation) -> None:
    turn_in(conversation, "One", "Two")
    index.take_down()
    MessagePart.objects.filter(content="One").update(content="Three")
    with connection.cursor() as cursor:
        for statement in index.definition().UP:
            cursor.execute(statement)
    assert index_problems() == []
    assert "does not hold" in index_problems(thorough=True)[0]


def rebuild_table(schema_editor, model: type[models.Model], name: str, longer: int) -> None:
    """What a migration with AlterField does: on SQLite the table is made anew."""
    old = model._meta.get_field(name)
    new = models.CharField(max_length=longer, blank=True)
    new.set_attributes_from_name(name)
    new.model = model
    schema_editor.alter_field(model, old, new)


@pytest.mark.django_db(transaction=True)
def test_a_later_migration_may_rebuild_the_tables(alice) -> None:
    turn_in(conversation_of(alice), "Still there?", "Yes")
    plan = [(Migration("9999_later", "conversations"), False)]
    before_migrations(plan)
    with connection.schema_editor() as editor:
        rebuild_table(editor, Message, "model_name", 300)
        rebuild_table(editor, Conversation, "title", 250)
    assert not index.is_up()
    after_migrations(plan)
    assert found(alice, "still") == ["Still there?"]


@pytest.mark.django_db(transaction=True)
def test_the_migration_takes_in_what_is_there(alice) -> None:
    turn_in(conversation_of(alice), "Still there?", "Yes")
    nodes = MigrationLoader(connection).graph.nodes
    (key,) = [key for key in nodes if key[0] == "conversations" and key[1].endswith("_search")]
    (before,) = nodes[key].dependencies
    call_command("migrate", *before, verbosity=0)
    assert not index.has_tables()
    call_command("migrate", verbosity=0)
    assert found(alice, "still") == ["Still there?"]


@pytest.mark.django_db(transaction=True)
def test_triggers_that_were_lost_are_put_up_by_the_next_migrate(alice) -> None:
    index.take_down()
    turn_in(conversation_of(alice), "Still there?", "Yes")
    assert not index.is_up()
    call_command("migrate", verbosity=0)
    assert found(alice, "still") == ["Still there?"]


def test_the_command_checks_and_rebuilds(conversation, capsys) -> None:
    turn_in(conversation, "One", "Two")
    with pytest.raises(SystemExit, match="0"):
        call_command("rebuild_search", "--check")
    call_command("rebuild_search")
    assert "2 messages are in the search index." in capsys.readouterr().out
