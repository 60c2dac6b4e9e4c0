"""What ChatGPT exports, and what in it has broken importers elsewhere."""

from time import monotonic

import pytest

from conversations.answering.history.tree import branch
from conversations.features.exchange.tests.samples import ROOT, chatgpt, node, packed
from conversations.models import Conversation, Message

pytestmark = pytest.mark.django_db


HIDDEN = {"is_visually_hidden_from_conversation": True}
ABOUT_ME = {"content_type": "user_editable_context", "user_profile": "I am 7."}
CIRCLE = {"a": node("a", "b", "user", "x"), "b": node("b", "a", "user", "y")}


def said(conversation: Conversation) -> list[tuple[str, str]]:
    """The branch that is shown."""
    return [(m.role, m.text) for m in branch(conversation.head_id) if not m.is_hidden]


def test_question_and_answer_with_their_times_and_model(brought) -> None:
    conversation = brought([chatgpt()])
    question, answer = branch(conversation.head_id)
    assert (question.text, answer.text) == ("How warm is a heat pump?", "Warm enough.")
    assert answer.model_name == "gpt-5"
    assert (question.created_at.timestamp(), answer.created_at.timestamp()) == (
        1_760_000_000.25,
        1_760_000_010.5,
    )
    assert conversation.created_at.timestamp() == 1_760_000_000.25


def test_archived_and_starred_survive(brought) -> None:
    conversation = brought([chatgpt(is_archived=True, is_starred=True)])
    assert (conversation.is_archived, conversation.is_pinned) == (True, True)


def test_branches_survive_and_the_current_one_is_shown(brought) -> None:
    conversation = brought(
        [
            chatgpt(
                node("q", ROOT, "user", "Heads or tails?"),
                node("a1", "q", "assistant", "Heads."),
                node("a2", "q", "assistant", "Tails."),
                current_node="a1",
            )
        ]
    )
    assert said(conversation) == [("user", "Heads or tails?"), ("assistant", "Heads.")]
    question = Message.objects.get(role="user")
    assert [child.text for child in question.children.order_by("id")] == ["Heads.", "Tails."]


def test_links_to_children_are_not_needed(brought) -> None:
    nodes = [node("q", ROOT, "user", "Hi"), node("a", "q", "assistant", "Hello")]
    for one in nodes:
        one.pop("children")
    assert said(brought([chatgpt(*nodes)])) == [("user", "Hi"), ("assistant", "Hello")]


def test_a_message_without_metadata_takes_the_conversations_model(brought) -> None:
    answer = node("a", "q", "assistant", "Hello")
    del answer["message"]["metadata"]
    brought([chatgpt(node("q", ROOT, "user", "Hi"), answer)])
    assert Message.objects.get(role="assistant").model_name == "gpt-5"


def test_a_child_dated_before_its_parent_stays_its_child(brought) -> None:
    conversation = brought(
        [
            chatgpt(
                node("q", ROOT, "user", "First", at=2000.0),
                node("a", "q", "assistant", "Second", at=1000.0),
            )
        ]
    )
    assert said(conversation) == [("user", "First"), ("assistant", "Second")]


def steps() -> dict:
    """Thoughts, a call, its result and the words: one answer in four nodes."""
    thoughts = {"content_type": "thoughts", "thoughts": [{"summary": "Sum", "content": "Add up."}]}
    recap = {"content_type": "reasoning_recap", "content": "Thought for 4 seconds"}
    took = {"finished_duration_sec": 4}
    code = {"content_type": "code", "language": "python", "text": "print(1 + 1)"}
    output = {"content_type": "execution_output", "text": "2"}
    tool = {"role": "tool", "name": "python", "metadata": {}}
    cited = {"citations": [{"metadata": {"title": "Sums", "url": "https://example.org/sums"}}]}
    return chatgpt(
        node("q", ROOT, "user", "1 + 1?"),
        node("t", "q", "assistant", content=thoughts, end_turn=False),
        node("r", "t", "assistant", content=recap, metadata=took, end_turn=False),
        node("c", "r", "assistant", content=code, recipient="python", end_turn=False),
        node("o", "c", "tool", content=output, author=tool),
        node("a", "o", "assistant", "It is \ue200cite\ue202turn0\ue2012.", metadata=cited),
    )  # fmt: skip


def test_the_steps_of_an_answer_are_one_message_in_order(brought) -> None:
    _, answer = branch(brought([steps()]).head_id)
    parts = list(answer.parts.select_related("tool_call"))
    assert [part.kind for part in parts] == ["reasoning", "tool_call", "text"]
    assert (parts[0].duration_ms, parts[2].round) == (4000, 1)
    call = parts[1].tool_call
    assert (call.name, call.arguments, call.result) == ("python", {"code": "print(1 + 1)"}, "2")


def test_citations_are_kept_and_their_markers_are_not(brought) -> None:
    _, answer = branch(brought([steps()]).head_id)
    assert answer.text == "It is 2."
    assert answer.message_metadata["citations"] == [
        {"title": "Sums", "url": "https://example.org/sums"}
    ]


def test_a_text_full_of_open_markers_takes_no_time(brought) -> None:
    began = monotonic()
    text = "\ue200" * 200_000
    brought([chatgpt(node("q", ROOT, "user", "Hi"), node("a", "q", "assistant", text))])
    assert monotonic() - began < 60  # some expressions would take years


@pytest.mark.parametrize(
    "hidden",
    [
        node("s", ROOT, "system", "Obey.", metadata=HIDDEN),
        node("s", ROOT, "user", content=ABOUT_ME),
        node("s", ROOT, "tool", "Internal", weight=0),
    ],
    ids=["system", "about the person", "without weight"],
)  # fmt: skip
def test_what_was_hidden_there_stays_hidden(brought, hidden) -> None:
    nodes = [hidden, node("q", "s", "user", "Hi"), node("a", "q", "assistant", "Hello")]
    conversation = brought([chatgpt(*nodes)])
    assert said(conversation) == [("user", "Hi"), ("assistant", "Hello")]
    assert Message.objects.count() == 3


def test_pictures_are_left_out_with_a_word(bring) -> None:
    parts = [{"content_type": "image_asset_pointer", "asset_pointer": "x"}, "What is this?"]
    content = {"content_type": "multimodal_text", "parts": parts}
    tally = bring([chatgpt(node("q", ROOT, "user", content=content))])
    assert "A picture was left out" in tally.report[0]["reason"]
    assert Message.objects.get().text == "What is this?"


def test_an_archive_of_many_files(bring) -> None:
    files = {
        f"conversations-{n:03}.json": [chatgpt(key=f"c{n}"), chatgpt(key=f"d{n}")]
        for n in range(50)
    }
    tally = bring(packed({**files, "user.json": {"id": "u", "email": "a@example.org"}}))
    assert (tally.counts["imported"], tally.counts["failed"]) == (100, 0)
    assert tally.exit_code == 0


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ({"mapping": None}, "there is no mapping"),
        ({"mapping": {}}, "there is no mapping"),
        ({"mapping": CIRCLE}, "circle"),
        ({"mapping": {"a": node("a", "a", "user", "x")}}, "circle"),
    ],
)  # fmt: skip
def test_one_bad_conversation_is_named_and_the_rest_goes_in(bring, broken, sentence) -> None:
    bad = {**chatgpt(key="bad", title="The bad one"), **broken}
    tally = bring([chatgpt(key="before"), bad, chatgpt(key="after")])
    assert (tally.counts["imported"], tally.counts["failed"], tally.exit_code) == (2, 1, 1)
    (line,) = [one for one in tally.report if one["kind"] == "failed"]
    assert line["title"] == "The bad one"
    assert line["where"] == "entry 2"
    assert sentence in line["reason"]


def test_a_missing_mapping_of_one_is_not_silent(bring) -> None:
    bad = chatgpt(key="bad")
    del bad["mapping"]
    assert bring([chatgpt(), bad]).counts["failed"] == 1
