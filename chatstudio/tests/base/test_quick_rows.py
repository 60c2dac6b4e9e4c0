"""Rows by SQL that is made once are the ORM's rows, for SQLite and PostgreSQL."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db.models import F, Func
from django.utils import timezone

from chatstudio.base.quick_rows import KeptQuery, insert_row, update_row, upsert_rows
from conversations.models import Conversation, Generation, Message, MessagePart
from conversations.tests.rows import conversation_of, turn_in

pytestmark = pytest.mark.django_db

OWN = KeptQuery(
    lambda owner, key: Conversation.objects.filter(owner=owner, public_id=key).select_related(
        "head", "prompt_profile"
    ),
    *(int, UUID),
)


def row_of(made) -> dict[str, object]:
    return type(made).objects.filter(pk=made.pk).values().get()


def test_a_row_with_those_it_refers_to(alice, bob, django_assert_num_queries) -> None:
    first, second = conversation_of(alice), conversation_of(bob)
    head = turn_in(first, "Why?", "So.")
    for owner, conversation in ((alice, first), (bob, second), (alice, first)):
        with django_assert_num_queries(1):
            found = OWN.first(owner.pk, conversation.public_id)
            assert found == conversation
            assert found.head == (head if conversation == first else None)
        expected = Conversation.objects.get(pk=conversation.pk)
        for field in Conversation._meta.concrete_fields:
            assert getattr(found, field.attname) == getattr(expected, field.attname)


def test_what_is_somebody_else_s_is_not_found(alice, bob) -> None:
    assert OWN.first(bob.pk, conversation_of(alice).public_id) is None


def test_a_row_of_it_can_be_saved(alice) -> None:
    conversation = conversation_of(alice)
    found = OWN.first(alice.pk, conversation.public_id)
    found.title = "Heat pumps"
    found.save()
    assert Conversation.objects.get().title == "Heat pumps"


def test_numbers_by_words_and_moments(alice) -> None:
    turn_in(conversation_of(alice), "Why?", "So.")
    count = KeptQuery(
        lambda role, at: (
            Message.objects.filter(role=role, created_at__gt=at)
            .order_by()
            .values_list(Func(F("pk"), function="COUNT"), flat=True)
        ),
        *(str, datetime),
    )
    now, hour = timezone.now(), timedelta(hours=1)
    assert count("user", now - hour) == [1]
    assert count("user", now + hour) == count("tool", now - hour) == [0]


def test_json_is_read(alice) -> None:
    turn_in(conversation_of(alice), "Why?", "So.")
    Generation.objects.update(receipt={"usage": {"input_tokens": 3}})
    receipts = KeptQuery(
        lambda id: Generation.objects.filter(pk=id).values_list("receipt", flat=True), int
    )
    assert receipts(Generation.objects.get().pk) == [{"usage": {"input_tokens": 3}}]


def test_a_new_row_is_as_save_writes_it(alice) -> None:
    conversation, now = conversation_of(alice), timezone.now()
    made = [
        Message(
            conversation=conversation,
            role="assistant",
            created_at=now,
            updated_at=now,
            message_metadata={"ä": [1, None, True]},
        )
        for _ in range(2)
    ]
    insert_row(made[0])
    made[1].save()
    own = ("id", "public_id", "updated_at")
    rows = [{k: v for k, v in row_of(row).items() if k not in own} for row in made]
    assert rows[0] == rows[1]
    made[0].status = "failed"
    made[0].save()  # it is there already
    assert Message.objects.count() == 2


def test_fields_are_written_and_no_others(alice) -> None:
    conversation = conversation_of(alice)
    before = row_of(conversation)
    conversation.title, conversation.model_name = "Heat pumps", "echo"
    assert update_row(conversation, "title", "updated_at")
    after = row_of(conversation)
    assert after.pop("updated_at") > before.pop("updated_at")
    assert after == {**before, "title": "Heat pumps"}


def test_only_a_row_in_one_of_these_states_is_written(alice) -> None:
    answer = turn_in(conversation_of(alice), "Why?", "So.")
    answer.model_name = "echo"
    assert not update_row(answer, "model_name", where="status", among=("waiting", "generating"))
    assert row_of(answer)["model_name"] != "echo"
    assert update_row(answer, "model_name", where="status", among=("waiting", "complete"))
    assert row_of(answer)["model_name"] == "echo"


@pytest.mark.parametrize("count", [0, 1, 3])
def test_parts_are_written_again(alice, count) -> None:
    answer = turn_in(conversation_of(alice), "Why?", "")
    answer.parts.all().delete()
    for words in ("Half", "Whole"):
        parts = [MessagePart(message=answer, kind="text", position=n) for n in range(count)]
        for part in parts:
            part.content = f"{words} {part.position}"
        upsert_rows(parts, same=("message", "position"), changed=("kind", "content"))
    found = answer.parts.order_by("position").values_list("content", flat=True)
    assert list(found) == [f"Whole {n}" for n in range(count)]
