"""Figures, memories and summaries travel with our own format."""

import json

import pytest
from django.utils import timezone

from conversations.features.exchange.runs import run_import
from conversations.features.exchange.tests.test_own_to_own import bring_in, export_of, without_ids
from conversations.features.memories.service import remember, set_enabled
from conversations.models import Conversation, Generation, HistorySummary, Memory
from conversations.tests.rows import conversation_of, turn_in
from metrics.models import ChatMetric

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered(alice) -> Generation:
    answer = turn_in(conversation_of(alice), "Hi", "Hello")
    generation = answer.generations.get()
    facts = {"strategy": "direct", "status": "complete", "output_tokens": 7, "duration_ms": 12.5}
    ChatMetric.objects.create(
        owner=alice, generation=generation, created_at=timezone.now(), **facts
    )
    HistorySummary.objects.create(
        conversation=answer.conversation, upto=answer, text="They greeted.", is_edited=True
    )
    return generation


def test_the_figures_come_along(answered, alice, bob) -> None:
    first = export_of(alice)
    bring_in(bob, first)
    metric = ChatMetric.objects.get(owner=bob)
    assert (metric.output_tokens, metric.duration_ms) == (7, 12.5)
    assert metric.generation.message.conversation.owner == bob
    assert without_ids(export_of(bob)) == without_ids(first)


def test_a_summary_stands_at_the_same_message(answered, alice, bob) -> None:
    bring_in(bob, export_of(alice))
    summary = HistorySummary.objects.get(conversation__owner=bob)
    assert (summary.text, summary.upto.text) == ("They greeted.", "Hello")


def test_memories_come_along_once_and_as_they_are_switched(alice, bob) -> None:
    set_enabled(remember(alice, "Likes tea"), False)
    remember(alice, "Lives in Graz")
    for _ in range(2):
        bring_in(bob, export_of(alice))
    found = Memory.objects.filter(owner=bob).order_by("text").values_list("text", "is_enabled")
    assert list(found) == [("Likes tea", False), ("Lives in Graz", True)]


def test_an_update_does_not_double_the_figures(answered, alice, bob) -> None:
    bring_in(bob, export_of(alice))
    Conversation.objects.filter(owner=alice).update(title="Another title")
    assert bring_in(bob, export_of(alice)) == ["updated"]
    assert ChatMetric.objects.filter(owner=bob).count() == 1


@pytest.mark.parametrize("value", ["many", [], -5, {"a": 1}])
def test_a_figure_of_the_wrong_type_refuses_the_conversation(answered, alice, bob, value) -> None:
    lines = [json.loads(line) for line in export_of(alice).splitlines()]
    lines[-1]["conversation"]["sections"]["metrics"][0]["output_tokens"] = value
    data = "\n".join(map(json.dumps, lines)).encode()
    assert bring_in(bob, data)[-1] == "failed"
    assert not Conversation.objects.filter(owner=bob).exists()


def test_a_section_that_is_unknown_here_is_left_out_with_a_word(alice, bob, tmp_path) -> None:
    path = tmp_path / "x.jsonl"
    sections = {"horoscopes": [1]}
    path.write_text(json.dumps({"conversation": {"title": "x", "sections": sections}}))
    assert "'horoscopes' was left out" in run_import(bob, path).report[0]["reason"]
