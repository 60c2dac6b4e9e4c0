"""A request is read from the end of the branch, and is the same as if all of it had been read."""

import random

import pytest
from django.utils import timezone

from conversations.answering.history.past import Past, read_messages
from conversations.answering.history.past import as_sent as as_past
from conversations.answering.history.request import build_request
from conversations.answering.history.tree import branch, branch_ids
from conversations.features.files.tests.rows import attached, picture
from conversations.models import Conversation, HistorySummary, Message, MessagePart, ToolCall
from conversations.tests.history.whole import as_sent, whole_messages
from conversations.tests.rows import generation_of
from routing.asking import fit_request
from routing.types import ChatRequest, ModelInfo

pytestmark = pytest.mark.django_db

ROLES = ("user", "user", "assistant", "assistant", "system")
WORDS = ("word ", "17.5; ", "漢字かな", "naïve ", "{[()]} ")


class Tree:
    """A conversation of any shape: versions, failed answers, calls, files, hidden messages."""

    def __init__(self, conversation: Conversation, seed: int) -> None:
        self.random = random.Random(seed)
        self.conversation = conversation
        self.rows: list[Message] = []

    def grow(self, count: int) -> Message:
        parent: Message | None = None
        for number in range(count):
            if self.random.random() < 0.06:
                parent = self.random.choice([None, *self.rows]) if number else None
            parent = self._message(parent, number)
        question = self._row(parent, "user", "And now?")
        return self._row(question, "assistant", "", "waiting")

    def _message(self, parent: Message | None, number: int) -> Message:
        usual = "user" if parent is None or parent.role != "user" else "assistant"
        role = usual if self.random.random() < 0.85 else self.random.choice(ROLES)
        text = self.random.choice(WORDS) * self.random.choice([0, 1, 5, 40, 120])
        row = self._row(parent, role, f"{number} {text}" if self.random.random() < 0.9 else "")
        if self.random.random() < 0.12:
            row.message_metadata = {"hidden": self.random.random() < 0.8}
            row.save()
        if role == "assistant" and self.random.random() < 0.25:
            self._call(row)
        if role == "user" and self.random.random() < 0.1:
            self._file(row)
        if number and self.random.random() < 0.05:
            HistorySummary.objects.create(
                conversation=self.conversation, upto=row, text=f"All up to {number}."
            )
        return row

    def _row(
        self, parent: Message | None, role: str, text: str, status: str = "complete"
    ) -> Message:
        row = Message.objects.create(
            conversation=self.conversation,
            parent=parent,
            role=role,
            status=status,
            created_at=timezone.now(),
        )
        self.rows.append(row)
        if text:
            row.parts.create(kind="text", position=1, content=text)
        if role == "assistant":
            row.parts.create(kind="reasoning", position=0, content="Thinking. " * 50)
        return row

    def _call(self, row: Message) -> None:
        status = self.random.choice(["done", "failed", "denied", "pending", "running"])
        call = ToolCall.objects.create(
            generation=generation_of(row),
            call_id=f"c{row.id}",
            name="look",
            status=status,
            arguments={"what": "ever"},
            result="found " * self.random.choice([0, 30]),
            error="It broke.",
        )
        MessagePart.objects.create(
            message=row, kind="tool_call", position=2, round=0, tool_call=call
        )
        if self.random.random() < 0.5:
            row.parts.create(kind="text", position=3, round=1, content="And then.")

    def _file(self, row: Message) -> None:
        owner = self.conversation.owner
        kind = self.random.randrange(3)
        if kind == 0:
            picture(owner, row)
        else:
            text = "What the file says. " * self.random.choice([2, 60])
            attached(owner, text, row, mode="searched" if kind == 1 else "whole")


@pytest.mark.parametrize("seed", range(120))
def test_what_is_sent_is_what_would_be_sent_of_the_whole(conversation, seed: int) -> None:
    tree = Tree(conversation, seed)
    conversation.summarises = seed % 3 == 0
    answer = tree.grow(tree.random.choice([0, 3, 12, 45]))
    if (before := answer.parent and answer.parent.parent) and before.role == "assistant":
        tokens = {"input_tokens": tree.random.choice([None, 20, 50])}
        generation_of(before, receipt={"sent_weight": 150, "usage": tokens})
    whole = whole_messages(conversation, answer)
    for window in (60, 300, 900, 2500, 20_000):
        model = ModelInfo("m", "s", loaded_context_length=window)
        prepared = build_request(conversation, answer, "m", model)
        request = prepared.request
        ours = fit_request(request, window)
        all_of_it = ChatRequest("m", whole, bytes_per_token=request.bytes_per_token)
        theirs = fit_request(all_of_it, window)
        assert ours.request.messages == theirs.request.messages
        assert (ours.cut is None) == (theirs.cut is None)
        assert request.unread in (0, rows_left_out(answer, prepared.past))


def rows_left_out(answer: Message, past: Past) -> int:
    """Those that were not read, counted by walking."""
    ids = branch_ids(answer.id)
    read = {row.id for row in past.messages}
    upto = past.summary.upto_id if past.summary else 0
    oldest = min((row.id for row in past.messages if row.role != "system"), default=0)
    return len([key for key in ids if upto < key < oldest and key not in read])


@pytest.mark.parametrize("seed", range(10))
def test_the_statement_brings_what_the_rows_say(conversation, seed: int) -> None:
    """It is written by hand, so it is held against the ORM."""
    answer = Tree(conversation, seed).grow(30)
    read, rows = read_messages(answer.id), branch(answer.id)
    for ours, row in zip(read, rows, strict=True):
        facts = (row.id, row.parent_id, str(row.public_id), row.depth, row.role, row.is_hidden)
        assert facts == (
            *(ours.id, ours.parent_id, ours.public_id, ours.depth, ours.role, ours.is_hidden),
        )
        is_last = row.id == answer.id
        parts = [one for one in row.parts.all() if is_last or one.kind != "reasoning"]
        assert [(part.kind, part.round, part.content, part.call) for part in ours.parts] == [
            (part.kind, part.round, part.content, part.tool_call) for part in parts
        ]
        assert (ours.text, ours.files) == (row.text, row.files)
        assert as_past(ours) == as_sent(row)
    assert [row.depth for row in rows] == list(range(len(rows)))
