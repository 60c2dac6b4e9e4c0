"""Out and in again gives the same, whatever the tree."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chatstudio.models import User
from conversations.features.exchange.exporting import export_conversations
from conversations.features.exchange.formats import FORMATS
from conversations.features.exchange.importing import import_conversation, import_record
from conversations.features.exchange.reading import read_stream
from conversations.features.exchange.values import ForeignConversation, ForeignRecord
from conversations.models import (
    Conversation,
    Feedback,
    Generation,
    Message,
    MessagePart,
    ToolCall,
)
from conversations.tagging import set_tags
from conversations.tests.rows import conversation_of, profile_of

ANY = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
TEXTS = st.text(alphabet=ANY, max_size=30)
WHEN = datetime(2026, 3, 1, tzinfo=UTC)
NAMES = st.text("abc", min_size=1, max_size=3)
FLAT = st.dictionaries(NAMES, st.integers() | TEXTS | st.none(), max_size=2)
TITLES = st.text("abc ü😀", min_size=1, max_size=20).map(lambda t: " ".join(t.split())).filter(bool)
FACTS = ("title", "is_pinned", "is_archived", "memory_enabled", "parameters")
PLAIN = {
    "title": "A",
    "messages": [(0, "user", [("text", "Hi")], {})],
    "is_pinned": True,
    "is_archived": False,
    "memory_enabled": True,
    "tags": ["x"],
    "parameters": {},
}

parts = st.lists(st.tuples(st.sampled_from(["text", "reasoning", "tool_call"]), TEXTS), max_size=4)
messages = st.tuples(
    st.integers(0, 20), st.sampled_from(["user", "assistant", "system"]), parts, FLAT
)
conversations = st.fixed_dictionaries(
    {
        "title": TITLES,
        "messages": st.lists(messages, max_size=8),
        "is_pinned": st.booleans(),
        "is_archived": st.booleans(),
        "memory_enabled": st.booleans(),
        "tags": st.lists(st.sampled_from(["home", "work", "Ünï"]), unique=True),
        "parameters": st.sampled_from([{}, {"temperature": 0.5, "stop": ["x"]}]),
    }
)


def written(owner: User, plan: dict[str, Any]) -> Conversation:
    """Rows as the plan says; a message's parent is any message before it, or none."""
    facts = {name: plan[name] for name in FACTS}
    conversation = conversation_of(owner, WHEN, **facts)
    rows: list[Message] = []
    for number, (parent, role, pieces, metadata) in enumerate(plan["messages"]):
        row = Message.objects.create(
            conversation=conversation,
            parent=rows[parent % len(rows)] if rows and parent else None,
            role=role,
            status="stopped" if role == "assistant" and parent % 3 == 0 else "complete",
            message_metadata=metadata,
            created_at=WHEN + timedelta(seconds=number, microseconds=parent),
        )
        write_parts(row, pieces, rows)
        if role == "assistant" and parent % 2:
            Feedback.objects.create(message=row, value="down", reason="Why" * (parent % 4))
        rows.append(row)
    conversation.head = rows[-1] if rows else None
    conversation.save()
    set_tags(conversation, plan["tags"])
    return conversation


def write_parts(row: Message, pieces: list[tuple[str, str]], before: list[Message]) -> None:
    generation = None
    if row.role == "assistant":
        sent = [{"id": str(one.public_id), "role": one.role, "bytes": 3} for one in before]
        receipt = {"messages": sent, "usage": {"output_tokens": 3}, "duration_ms": 1.5}
        generation = Generation.objects.create(
            message=row, status="complete", strategy="direct", model_name="m", server="s",
            finish_reason="stop", receipt=receipt, created_at=WHEN,
        )  # fmt: skip
    for position, (kind, text) in enumerate(pieces):
        call = None
        if kind == "tool_call" and generation is None:
            kind = "text"
        elif kind == "tool_call":
            call = ToolCall.objects.create(
                generation=generation, call_id=f"c{position}", name="search",
                arguments={"q": text}, result=text, status="done",
            )  # fmt: skip
        MessagePart.objects.create(
            message=row, kind=kind, position=position, content="" if call else text,
            round=position // 2, duration_ms=position or None, tool_call=call,
        )  # fmt: skip


def export_of(person: User) -> bytes:
    return b"".join(export_conversations(person, FORMATS["own"]))


def bring_in(person: User, data: bytes) -> list[str]:
    kinds = []
    for entry in read_stream(BytesIO(data)):
        if isinstance(entry, ForeignRecord):
            kinds.append(import_record(person, entry).kind)
        else:
            assert isinstance(entry, ForeignConversation), entry
            kinds.append(import_conversation(person, entry).kind)
    return kinds


def without_ids(data: bytes) -> list[dict]:
    lines = [json.loads(line) for line in data.splitlines()]
    for line in lines:
        line.get("conversation", {}).pop("id", None)
    return lines


@pytest.mark.django_db
@settings(
    max_examples=25,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],  # shrinking takes minutes
)
@given(plans=st.lists(conversations, max_size=3))
def test_everything_but_the_ids_is_equal(alice, bob, plans) -> None:
    Conversation.objects.all().delete()
    for plan in plans:
        written(alice, plan)
    first = export_of(alice)
    assert set(bring_in(bob, first)) <= {"imported", "unchanged"}
    assert without_ids(export_of(bob)) == without_ids(first)
    assert set(bring_in(bob, first)) <= {"unchanged"}


@pytest.mark.django_db
def test_two_exports_are_the_same_bytes(alice) -> None:
    written(alice, PLAIN)
    assert export_of(alice) == export_of(alice)


@pytest.mark.django_db
def test_ones_own_export_changes_nothing_where_it_was_made(alice, conversation) -> None:
    before = Conversation.objects.count()
    assert bring_in(alice, export_of(alice)) == ["unchanged"]
    assert Conversation.objects.count() == before


@pytest.mark.django_db
def test_prompt_profiles_come_along_and_are_found_again(alice, bob) -> None:
    marks = {"thinking_begins": "<muse>", "thinking_ends": "</muse>"}
    profile = profile_of(alice, parameters={"temperature": 0.1}, **marks)
    conversation_of(alice, prompt_profile=profile)
    assert bring_in(bob, export_of(alice)) == ["imported", "imported"]
    brought = Conversation.objects.get(owner=bob).prompt_profile
    assert (brought.owner, brought.thinking_begins) == (bob, "<muse>")
    assert without_ids(export_of(bob)) == without_ids(export_of(alice))
