"""Out into another product's format and in again: what that format can carry is the same."""

import json
from io import BytesIO

import pytest

from conversations.answering.history.tree import branch
from conversations.features.exchange.exporting import export_conversations
from conversations.features.exchange.formats import FORMATS, WRITERS
from conversations.features.exchange.loading import load
from conversations.features.exchange.reading import read_stream
from conversations.features.exchange.runs import run_import
from conversations.features.exchange.tests.samples import write
from conversations.features.exchange.tests.test_own_to_own import WHEN, written
from conversations.features.exchange.values import ForeignConversation
from conversations.models import Conversation, Message
from conversations.tagging import set_tags
from conversations.tests.rows import conversation_of, profile_of, say, turn_in

pytestmark = pytest.mark.django_db

BOTH_WAYS = ("own", "chatgpt", "open-webui", "librechat")
STEPS = [("reasoning", "Add up."), ("tool_call", "1+1"), ("text", "It is **2**.\n\nReally.")]
PLAN = {
    "title": "Sums",
    "messages": [
        (0, "user", [("text", "1 + 1?")], {}),
        (1, "assistant", STEPS, {"citations": [{"title": "T", "url": "https://example.org"}]}),
        (3, "assistant", [("text", "Two")], {}),
        (4, "user", [("text", "And 2 + 2?")], {}),
    ],
    "is_pinned": True,
    "is_archived": False,
    "memory_enabled": True,
    "tags": ["work"],
    "parameters": {"temperature": 0.5},
}
NOT_CARRIED = {
    "own": set(),
    "chatgpt": {"tags", "parameters"},
    "open-webui": set(),
    "librechat": {"is_pinned", "citations", "duration"},
}


@pytest.fixture
def original(alice) -> Conversation:
    conversation = written(alice, PLAN)
    Message.objects.update(status="complete", created_at=WHEN)
    Message.objects.filter(role="assistant").update(model_name="llama3:8b")
    return conversation


def carried(foreign: ForeignConversation, without: set[str]) -> dict:
    """What a person would miss."""
    keys = {message.key: number for number, message in enumerate(foreign.messages)}
    facts = {name: getattr(foreign, name) for name in ("title", "is_pinned", "tags", "parameters")}
    facts["messages"] = [
        (
            keys.get(message.parent),
            message.role,
            message.model_name,
            message.created_at,
            [] if "citations" in without else message.citations,
            [(p.kind, p.content, p.tool_call and p.tool_call.result) for p in message.parts],
        )
        for message in foreign.messages
    ]
    return {name: value for name, value in facts.items() if name not in without}


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_what_the_format_can_carry_is_the_same(original, alice, bob, tmp_path, name) -> None:
    path = write(tmp_path, b"".join(export_conversations(alice, FORMATS[name])))
    tally = run_import(bob, path)
    assert (tally.counts["imported"], tally.formats) == (1, [name])
    again = Conversation.objects.get(owner=bob)
    without = NOT_CARRIED[name]
    assert carried(load(again), without) == carried(load(original), without)


@pytest.mark.parametrize("name", WRITERS)
def test_any_number_of_conversations_can_be_written(alice, name) -> None:
    for count in range(3):
        data = b"".join(export_conversations(alice, FORMATS[name]))
        assert data or not count
        set_tags(turn_in(conversation_of(alice), "Hi", "Hello").conversation, ["x"])


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_several_come_back(alice, bob, tmp_path, name) -> None:
    for number in range(3):
        turn_in(conversation_of(alice, title=f"C{number}"), "Hi", "Hello")
    path = write(tmp_path, b"".join(export_conversations(alice, FORMATS[name])))
    assert run_import(bob, path).counts["imported"] == 3


def test_a_prompt_profile_becomes_a_system_prompt_elsewhere(alice, bob, tmp_path) -> None:
    conversation = conversation_of(alice, prompt_profile=profile_of(alice))
    turn_in(conversation, "Hi", "Arr")
    for name in ("open-webui", "librechat", "chatgpt"):
        path = write(tmp_path, b"".join(export_conversations(alice, FORMATS[name])))
        run_import(bob, path)
        newest = Conversation.objects.filter(owner=bob).order_by("-id").first()
        first = branch(newest.head_id)[0]
        assert (first.role, first.text) == ("system", "Talk like a pirate.")


def test_markdown_has_the_shown_branch_with_its_steps(original, alice) -> None:
    text = b"".join(export_conversations(alice, FORMATS["markdown"])).decode()
    assert text.startswith("# Sums\n")
    for piece in ("1 + 1?", "And 2 + 2?", "#work"):
        assert piece in text


def test_fine_tuning_lines_end_with_an_answer(alice) -> None:
    conversation = turn_in(conversation_of(alice), "Hi", "Hello").conversation
    say(conversation, "user", "Not answered")
    conversation_of(alice)
    (line,) = b"".join(export_conversations(alice, FORMATS["fine-tuning"])).splitlines()
    assert json.loads(line) == {
        "messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    }


def test_the_archive_is_whole_and_names_no_other_file(original, alice) -> None:
    html = b"".join(export_conversations(alice, FORMATS["html"])).decode()
    assert "And 2 + 2?" in html
    assert 'src="' not in html
    assert "/static/" not in html
    assert 'href="#conversation-1"' in html


def test_what_is_hostile_in_a_conversation_does_nothing_in_the_archive(alice) -> None:
    bad = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    turn_in(conversation_of(alice, title=bad), bad, bad)
    html = b"".join(export_conversations(alice, FORMATS["html"])).decode()
    assert html.count("<script>") == 1
    assert "<img" not in html


def test_nothing_of_anybody_elses_is_exported(alice, bob) -> None:
    turn_in(conversation_of(bob, title="Secret"), "Secret", "Secret")
    for chosen in WRITERS.values():
        assert b"Secret" not in b"".join(export_conversations(alice, chosen))


def test_reading_one_format_leaves_the_others_alone(alice, original) -> None:
    data = b"".join(export_conversations(alice, FORMATS["chatgpt"]))
    assert all(
        not isinstance(one, ForeignConversation)
        for one in read_stream(BytesIO(data), [FORMATS["claude"]])
    )
