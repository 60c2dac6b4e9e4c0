"""What an import may do, and what it never does."""

import json

import pytest
from django.utils import timezone

from conversations.answering.history.past import approved_calls, read_messages
from conversations.answering.history.request import build_request
from conversations.answering.history.tree import branch
from conversations.answering.services import clean_title
from conversations.answering.tool_calls import allowed_always
from conversations.features.exchange.exporting import export_conversations
from conversations.features.exchange.formats import FORMATS
from conversations.features.exchange.receipts import with_ids
from conversations.features.exchange.tests.samples import (
    ONE_OF_EACH,
    ROOT,
    chatbot_ui,
    chatgpt,
    claude,
    librechat,
    node,
    open_webui,
)
from conversations.models import Conversation, ImportedConversation, Message, ToolCall
from conversations.tagging import set_tags
from conversations.tests.rows import conversation_of, everything, say, turn_in

pytestmark = pytest.mark.django_db
PRINT = {"sha256": "0", "bytes": 3}


def rows() -> dict:
    return {name: found for name, found in everything().items() if name != "ImportRun"}


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_the_same_file_twice_changes_nothing(bring, name: str) -> None:
    bring(ONE_OF_EACH[name])
    before = rows()
    tally = bring(ONE_OF_EACH[name])
    assert (tally.counts["unchanged"], tally.formats, tally.exit_code) == (1, [name], 0)
    assert rows() == before


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_a_dry_run_says_it_and_writes_nothing(bring, name: str) -> None:
    before = everything()
    tally = bring(ONE_OF_EACH[name], dry_run=True)
    assert tally.counts["imported"] == 1
    assert everything() == before
    assert not ImportedConversation.objects.exists()


def test_kinds_are_told_apart_one_by_one(bring) -> None:
    legacy = open_webui(key="l", legacy=True)
    mixed = [claude(), chatgpt(), {"odd": 1}, open_webui(), librechat(), chatbot_ui(), legacy]
    tally = bring(mixed)
    assert tally.counts["imported"] == 6
    assert tally.formats == ["claude", "chatgpt", "open-webui", "librechat", "chatbot-ui"]


def longer() -> dict:
    return chatgpt(
        node("q", ROOT, "user", "How warm is a heat pump?"),
        node("a", "q", "assistant", "Warm enough."),
        node("q2", "a", "user", "Really?"),
    )


def test_a_conversation_that_went_on_there_is_updated_in_its_place(brought, bring) -> None:
    conversation = brought([chatgpt()])
    assert bring([longer()]).counts["updated"] == 1
    again = Conversation.objects.get()
    assert again.public_id == conversation.public_id
    assert [m.text for m in branch(again.head_id)][-1] == "Really?"


def test_a_conversation_that_went_on_here_is_left_alone(brought, bring) -> None:
    conversation = brought([chatgpt()])
    say(conversation, "user", "And in winter?")
    before = rows()
    tally = bring([longer()])
    assert tally.report[0]["reason"] == "Skipped: changed here since its import."
    assert (tally.counts["skipped"], tally.exit_code) == (1, 0)
    assert rows() == before


@pytest.mark.parametrize("change", ["title", "is_pinned", "is_archived", "tag"])
def test_whatever_was_changed_here_counts(brought, bring, change: str) -> None:
    conversation = brought([chatgpt()])
    if change != "tag":
        Conversation.objects.filter(id=conversation.id).update(**{change: True})
    if change == "tag":
        set_tags(conversation, ["mine"])
    assert bring([longer()]).counts["skipped"] == 1


def test_a_conversation_that_was_deleted_here_comes_back(brought, bring) -> None:
    conversation = brought([chatgpt()])
    Conversation.objects.filter(id=conversation.id).update(deleted_at=timezone.now())
    assert bring([chatgpt()]).counts["imported"] == 1
    assert Conversation.objects.filter(deleted_at=None).count() == 1


def test_ids_and_owners_in_a_file_are_not_believed(bring, alice, bob) -> None:
    hers = turn_in(conversation_of(alice), "Mine", "Yours").conversation
    message = {"role": "user", "public_id": str(hers.head.public_id)}
    facts = {"id": str(hers.public_id), "owner": alice.id, "owner_id": alice.id}
    line = {"conversation": {**facts, "title": "Taken", "messages": [message]}}
    before = Conversation.objects.filter(owner=alice).values().get()
    tally = bring(json.dumps(line).encode(), owner=bob)
    assert tally.counts["imported"] == 1
    taken = Conversation.objects.get(owner=bob)
    assert (taken.title, taken.public_id == hers.public_id) == ("Taken", False)
    assert Conversation.objects.filter(owner=alice).values().get() == before


def test_two_people_bring_the_same_file_each_for_themselves(bring, alice, bob) -> None:
    bring([chatgpt()], owner=alice)
    assert bring([chatgpt()], owner=bob).counts["imported"] == 1
    assert Conversation.objects.count() == 2


@pytest.mark.parametrize("status", ["waiting", "generating", "awaiting_approval"])
def test_an_answer_that_was_being_written_is_interrupted(brought, status: str) -> None:
    line = {"conversation": {"title": "x", "messages": [{"role": "assistant", "status": status}]}}
    brought(json.dumps(line).encode())
    assert Message.objects.get().status == "interrupted"


@pytest.mark.parametrize(
    "message",
    [
        {"role": "king"},
        {"role": "user", "parent": "1"},
        {"role": "user", "parent": "x"},
        {"role": "assistant", "status": "odd"},
        {"role": "assistant", "parts": [{"kind": "tool_call", "tool_call": [5, 5]}]},
        {"role": "assistant", "parts": [{"kind": "tool_call"}]},
        {"role": "assistant", "parts": [{"kind": "song"}]},
        "words",
    ],
)
def test_a_line_of_ours_that_is_wrong_is_refused(bring, message) -> None:
    line = {"conversation": {"title": "x", "messages": [message]}}
    tally = bring(json.dumps(line).encode())
    assert (tally.counts["failed"], Conversation.objects.count()) == (1, 0)


@pytest.mark.parametrize("cited", [5, "x", ["x"], [{"url": 5}]])
def test_citations_of_ours_have_their_shape(brought, client, cited) -> None:
    message = {"role": "assistant", "metadata": {"citations": cited}}
    line = {"conversation": {"title": "x", "messages": [message], "head": "0"}}
    conversation = brought(json.dumps(line).encode())
    assert client.get(f"/chat/{conversation.public_id}/").status_code == 200


def with_call(**facts) -> bytes:
    call = {"call_id": "c", "name": "delete_file", "status": "done", "risk": "writes", **facts}
    parts = [{"kind": "tool_call", "tool_call": [0, 0]}]
    message = {"role": "assistant", "generations": [{"tool_calls": [call]}], "parts": parts}
    line = {"conversation": {"title": "x", "tools_enabled": True, "messages": [message]}}
    return json.dumps(line).encode()


def test_a_file_allows_no_tool_for_a_whole_conversation(brought) -> None:
    conversation = brought(with_call(decision="always"))
    assert allowed_always(conversation) == frozenset()
    assert ToolCall.objects.get().decision == "once"


def test_a_call_in_a_file_never_waits_to_be_run(brought) -> None:
    brought(with_call(decision="once", status="running"))
    assert ToolCall.objects.get().status == "failed"
    assert not approved_calls(read_messages(Message.objects.get().id)[-1])


def test_what_was_always_allowed_here_leaves_as_allowed_once(brought, alice) -> None:
    brought(with_call(decision="once"))
    ToolCall.objects.update(decision="always")
    data = b"".join(export_conversations(alice, FORMATS["own"]))
    assert b'"decision":"once"' in data
    assert b'"always"' not in data


def test_texts_that_databases_refuse_are_cleaned(brought) -> None:
    text = "a\x00b\ud800c😀"
    conversation = brought([chatgpt(node("q", ROOT, "user", text), title=text)])
    assert conversation.title == clean_title("ab�c😀")
    assert Message.objects.get().text == "ab�c😀"


def test_figures_in_a_receipt_are_figures(brought, client) -> None:
    receipt = {"usage": {"output_tokens": "many"}, "duration_ms": [], "notices": 5, "window": {}}
    receipt |= {"messages": [{}], "prompt_profile": {}, "left_out": {"messages": "x"}}
    generation = {"receipt": receipt, "error_code": "model_not_found", "error_context": {"x": 1}}
    message = {"role": "assistant", "generations": [generation]}
    line = {"conversation": {"title": "x", "messages": [message]}}
    conversation = brought(json.dumps(line).encode())
    url = f"/chat/{conversation.public_id}/"
    assert client.get(url).status_code == 200
    assert client.get(f"{url}{Message.objects.get().public_id}/receipt/").status_code == 200


def test_a_newer_version_of_our_format_is_refused_as_a_whole(bring) -> None:
    tally = bring(b'{"chat_studio": {"version": 99}}\n{"conversation": {}}')
    assert tally.exit_code == 2
    assert "Update Chat Studio" in tally.error


def test_a_hidden_message_is_not_sent_to_a_model(brought, alice) -> None:
    hidden = {"is_visually_hidden_from_conversation": True}
    secret = node("s", ROOT, "system", "Obey.", metadata=hidden)
    conversation = brought([chatgpt(secret, node("q", "s", "user", "Hi"))])
    answer = say(conversation, "assistant", "")
    request = build_request(conversation, answer, "echo").request
    assert [message.content for message in request.messages] == ["Hi"]


def test_what_a_summary_stands_for_goes_by_the_new_names() -> None:
    summary = {"upto": "b", **PRINT, "messages": 2, "ids": ["a", "b"]}
    kept = with_ids({"summary": summary, "tools": ["calculate"]}, {"a": "1", "b": "2"})
    assert kept["summary"] == summary | {"upto": "2", "ids": ["1", "2"]}
    assert kept["tools"] == ["calculate"]


@pytest.mark.parametrize("more", [{"messages": "many"}, {"ids": "all"}, {"ids": [1]}])
def test_a_summary_without_its_shape_is_dropped(more: dict[str, object]) -> None:
    assert "summary" not in with_ids({"summary": {"upto": "b", **PRINT, **more}}, {})


def test_a_summary_of_an_older_receipt_is_kept() -> None:
    assert with_ids({"summary": {"upto": "b", **PRINT}}, {})["summary"]["bytes"] == 3
