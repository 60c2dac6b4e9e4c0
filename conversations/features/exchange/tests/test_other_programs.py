"""What further programs write, as small files in the shapes that theirs have: read whole, or with a
sentence for what is left out."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from conversations.features.exchange.reading import read_stream
from conversations.features.exchange.tests.samples import chatgpt, node, open_webui, packed
from conversations.features.exchange.thoughts import split_thoughts
from conversations.features.exchange.values import ForeignConversation, Problem

DEEPSEEK = {
    "id": "ds",
    "title": "Tides",
    "inserted_at": "2025-05-01T10:00:00+08:00",
    "updated_at": "2025-05-01T10:01:00+08:00",
    "mapping": {
        "root": {"id": "root", "parent": None, "children": ["1"], "message": None},
        "1": {"parent": "root", "message": {
            "model": "deepseek-chat", "files": [{"file_name": "a.pdf"}],
            "fragments": [{"type": "REQUEST", "content": "Why tides?"}]}},
        "2": {"parent": "1", "message": {"model": "deepseek-reasoner", "fragments": [
            {"type": "THINK", "content": "Moon."},
            {"type": "SEARCH", "results": [{"title": "T", "url": "https://example.org"}]},
            {"type": "RESPONSE", "content": "The moon."},
            {"type": "HOLOGRAM", "data": 1}]}},
        "3": {"parent": "1", "message": {
            "role": "ASSISTANT", "thinking_content": "Sun?", "content": "The sun, too."}},
    },
}  # fmt: skip
LM_STUDIO = {
    "name": "Knots",
    "createdAt": 1_750_000_000_000,
    "systemPrompt": "Be brief.",
    "messages": [
        {"currentlySelected": 1, "versions": [
            {"type": "singleStep", "role": "user", "content": [{"type": "text", "text": "Bow?"}]},
            {"type": "singleStep", "role": "user", "content": [
                {"type": "text", "text": "Bowline?"},
                {"type": "file", "fileIdentifier": "k.png"}]}]},
        {"currentlySelected": 0, "versions": [{
            "type": "multiStep", "role": "assistant", "senderInfo": {"senderName": "qwen3"},
            "steps": [
                {"type": "contentBlock", "style": {"type": "thinking"},
                 "content": [{"type": "text", "text": "Rabbit."}]},
                {"type": "contentBlock", "content": [
                    {"type": "toolCallRequest", "callId": "c", "name": "look", "parameters": {}}]},
                {"type": "contentBlock", "content": [
                    {"type": "toolCallResult", "toolCallId": "c", "content": "a loop"}]},
                {"type": "debugInfoBlock", "debugInfo": "…"},
                {"type": "contentBlock", "content": [{"type": "text", "text": "A loop."}]}]}]},
    ],
}  # fmt: skip
LLAMA_CPP = [{
    "conv": {"id": "c", "name": "Bread", "lastModified": 1_750_000_000_000, "currNode": "3"},
    "messages": [
        {"id": "0", "type": "root", "role": "system", "content": "", "parent": None},
        {"id": "1", "role": "user", "content": "Sour?", "parent": "0",
         "timestamp": 1_750_000_000_000, "extra": [
                   {"type": "textFile", "name": "n.txt", "content": "rye"},
                   {"type": "imageFile", "name": "b.png", "base64Url": "data:"}]},
        {"id": "2", "role": "assistant", "content": "", "parent": "1", "model": "q:1b",
         "toolCalls": json.dumps([
             {"id": "t", "function": {"name": "look", "arguments": "{\"a\": 1}"}}])},
        {"id": "2t", "role": "tool", "content": "found", "parent": "2", "toolCallId": "t"},
        {"id": "3", "role": "assistant", "content": "Yes.", "parent": "2t", "thinking": "Hm."}],
}]  # fmt: skip
NEXTCHAT = {"chat-next-web-store": {"sessions": [{
    "id": "s", "topic": "Trees", "lastUpdate": 1_750_000_000_000,
    "mask": {"modelConfig": {"model": "gpt-x", "temperature": 0.5},
             "context": [{"role": "system", "content": "You know trees."}]},
    "messages": [
        {"role": "user", "date": "2025-01-01T00:00:00Z", "content": [
            {"type": "text", "text": "Oak?"},
            {"type": "image_url", "image_url": {"url": "data:"}}]},
        {"role": "assistant", "content": "Quercus.", "isError": False}]}]}}  # fmt: skip
LOBECHAT = {"exportType": "all", "version": 7, "state": {
    "sessions": [{"id": "s", "meta": {"title": "Cook"},
                  "config": {"model": "m:1", "systemRole": "Cook well."}}],
    "topics": [{"id": "t", "title": "Soup", "sessionId": "s", "favorite": True}],
    "messages": [
        {"id": "a", "role": "assistant", "content": "Leek.", "sessionId": "s", "topicId": "t",
         "createdAt": 1_750_000_001_000, "reasoning": {"content": "Stock.", "duration": 2000},
         "parentId": "q"},
        {"id": "q", "role": "user", "content": "Soup?", "sessionId": "s", "topicId": "t",
         "createdAt": 1_750_000_000_000},
        {"id": "f", "role": "assistant", "content": "", "sessionId": "s", "topicId": "t",
         "createdAt": 1_750_000_002_000, "error": {"message": "No key."}},
        {"id": "x", "role": "user", "content": "No topic", "sessionId": "s"}]}}  # fmt: skip
LOBECHAT_SERVER = {"mode": "postgres", "schemaHash": "0", "data": {
    "sessions": [{"id": "s", "title": "Cook"}],
    "messages": [{"id": "q", "role": "user", "content": "Hi", "sessionId": "s",
                  "createdAt": "2025-06-15T15:06:40Z"}]}}  # fmt: skip


def jan(text: str, role: str = "user", thread: str = "t", **more: Any) -> dict:
    content = [{"type": "text", "text": {"value": text, "annotations": []}}]
    return {"id": f"{thread}{text}", "object": "thread.message", "thread_id": thread, "role": role,
            "content": content, "created_at": 1_750_000_000, **more}  # fmt: skip


THOUGHT = {"type": "reasoning", "text": {"value": "Hm."}}
JAN = [
    jan("Hi"),
    jan("Hello", "assistant", metadata={"assistant": {"model": {"id": "j:1"}}}),
    jan("Again", thread="u"),
]
SHAREGPT = [{"id": "1", "system": "Short.", "conversations": [
    {"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"},
    {"from": "observation", "value": "seen"}, {"from": "gpt", "value": "Bye"}]}]  # fmt: skip
OPENAI = {"messages": [
    {"role": "developer", "content": "Short."},
    {"role": "user", "content": [{"type": "text", "text": "Sum?"}]},
    {"role": "assistant", "content": None, "tool_calls": [
        {"id": "c", "function": {"name": "add", "arguments": "{\"a\": 1}"}}]},
    {"role": "tool", "tool_call_id": "c", "content": "3"},
    {"role": "assistant", "content": "Three.", "reasoning_content": "Add."}]}  # fmt: skip

NO_TIMES = "! The file has no times: it stands where it was imported."
HI = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
HI_TOLD = ["message 1 < None user: Hi", "message 2 < message 1 assistant: Hello", NO_TIMES]
SHAREGPT_KIN: list[Any] = [
    {"conversation": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]},
    {"conversations": HI},
    {"conversation": [{"human": "Hi", "assistant": "Hello"}]},
    {"items": [{"from": "human", "text": "Hi"}, {"from": "chatgpt", "text": "Hello"}]},
    [{"conversations": [{"user": "human", "text": "Hi"}, {"user": "gpt", "text": "Hello"}]}],
]
LISTS: list[Any] = [HI, {"data": HI}, b"\n".join(json.dumps(one).encode() for one in HI)]
CALLED = {"conversations": [
    {"from": "human", "value": "Sum?"},
    {"from": "function_call", "value": "{\"name\": \"add\", \"arguments\": {\"a\": 1}}"},
    {"from": "observation", "value": "3"}, {"from": "gpt", "value": "Three."}]}  # fmt: skip
OLD_OPENAI = {"messages": [
    {"role": "user", "content": [
        {"type": "text", "text": "Sum?"}, {"type": "text", "text": "Now."}], "images": ["iVB"]},
    {"role": "assistant", "content": None, "function_call": {"name": "add", "arguments": "{}"}},
    {"role": "function", "name": "add", "content": "3"},
    {"role": "assistant", "content": [
        {"type": "thinking", "thinking": "Add."}, {"type": "refusal", "refusal": "No."}]},
    {"role": "user", "content": {"parts": ["?"]}},
    {"role": "assistant", "thinking": "Both.", "content": "", "tool_calls": [
        {"function": {"name": "a", "arguments": {}}}, {"function": {"name": "b"}}]},
    {"role": "tool", "content": "of a"}, {"role": "tool", "content": "of b"}]}  # fmt: skip
OLD_DEEPSEEK = {"id": "ds", "title": "T", "inserted_at": "", "mapping": {
    "root": {"parent": None, "message": None},
    "1": {"parent": "root", "message": {"model": "deepseek_chat", "content": "Hi"}},
    "2": {"parent": "1", "message": {
        "model": "r1", "content": "Hello", "reasoning_content": "Hm."}}}}  # fmt: skip
LISTED = {"id": "o", "chat": {"title": "T", "history": {"messages": {}}, "messages": [
    {"role": "user", "content": "Hi"},
    {"id": "b", "role": "assistant", "content": "Hello"}]}}  # fmt: skip
CALLS_OF_NEXTCHAT = {"id": "s", "topic": "T", "messages": [
    {"role": "assistant", "content": "Three.", "tools": [
        {"id": "c", "function": {"name": "add", "arguments": "{}"}, "content": "3"}]}]}  # fmt: skip

SHAPES: dict[str, tuple[Any, list[str]]] = {
    "deepseek": (DEEPSEEK, [
        "deepseek ds 'Tides' deepseek-reasoner head=None pinned=False",
        "1 < None user: Why tides?",
        "2 < 1 assistant: (Moon.) The moon.",
        "3 < 1 assistant: (Sun?) The sun, too.",
        "! The file a.pdf is not in the export.",
        "! A piece of the kind 'HOLOGRAM' was left out: only words are imported."]),
    "lm-studio": (LM_STUDIO, [
        "lm-studio # 'Knots'  head=2.0 pinned=False",
        "system < None system: Be brief.",
        "1.0 < system user: Bow?",
        "1.1 < system user: Bowline?",
        "2.0 < 1.1 assistant: (Rabbit.) [look=a loop] A loop.",
        "! The file k.png is not in the export."]),
    "llama-cpp": (LLAMA_CPP, [
        "llama-cpp c 'Bread'  head=3 pinned=False",
        "1 < None user: Sour?\n\nn.txt\n\n```\nrye\n```",
        "2 < 1 assistant: [look=found]",
        "3 < 2 assistant: (Hm.) Yes.",
        "! A picture (b.png) was left out: only words are imported."]),
    "nextchat": (NEXTCHAT, [
        "nextchat s 'Trees' gpt-x head=None pinned=False",
        "message 1 < None system: You know trees.",
        "message 2 < message 1 user: Oak?",
        "message 3 < message 2 assistant: Quercus.",
        "! A picture was left out: only words are imported."]),
    "lobechat": (LOBECHAT, [
        "lobechat s/t 'Soup' m:1 head=None pinned=True",
        "system < None system: Cook well.",
        "q < system user: Soup?",
        "a < q assistant: (Stock.) Leek.",
        "f < a assistant:",
        "! An answer had failed: No key.",
        "lobechat s 'Cook' m:1 head=None pinned=False",
        "system < None system: Cook well.",
        "x < system user: No topic"]),
    "lobechat of a server": (LOBECHAT_SERVER, [
        "lobechat s 'Cook'  head=None pinned=False",
        "q < None user: Hi"]),
    "jan": (JAN, [
        "jan t '' j:1 head=None pinned=False",
        "tHi < None user: Hi",
        "tHello < tHi assistant: Hello",
        "! Its title stands in another file, so it is named by its first message.",
        "jan u ''  head=None pinned=False",
        "uAgain < None user: Again",
        "! Its title stands in another file, so it is named by its first message."]),
    "sharegpt": (SHAREGPT, [
        "sharegpt 1 ''  head=None pinned=False",
        "system < None system: Short.",
        "message 1 < system user: Hi",
        "message 2 < message 1 assistant: Hello [tool=seen]",
        "message 4 < message 2 assistant: Bye",
        "! The file has no times: it stands where it was imported."]),
    **{
        f"like sharegpt {number}": (one, ["sharegpt # ''  head=None pinned=False", *HI_TOLD])
        for number, one in enumerate(SHAREGPT_KIN)
    },
    **{
        f"messages {number}": (one, ["messages # ''  head=None pinned=False", *HI_TOLD])
        for number, one in enumerate(LISTS)
    },
    "calls of sharegpt": (CALLED, [
        "sharegpt # ''  head=None pinned=False",
        "message 1 < None user: Sum?",
        "message 2 < message 1 assistant: [add=3]",
        "message 4 < message 2 assistant: Three.",
        NO_TIMES]),
    "older deepseek": (OLD_DEEPSEEK, [
        "deepseek ds 'T' r1 head=None pinned=False",
        "1 < None user: Hi",
        "2 < 1 assistant: (Hm.) Hello"]),
    "open-webui as a list": (LISTED, [
        "open-webui o 'T'  head=None pinned=False",
        "message 1 < None user: Hi",
        "b < message 1 assistant: Hello"]),
    "calls of nextchat": (CALLS_OF_NEXTCHAT, [
        "nextchat s 'T'  head=None pinned=False",
        "message 1 < None assistant: [add=3] Three."]),
    "older fine-tuning": (OLD_OPENAI, [
        "fine-tuning # ''  head=None pinned=False",
        "message 1 < None user: Sum?\n\nNow.",
        "message 2 < message 1 assistant: [add=3]",
        "message 4 < message 2 assistant: (Add.) No.",
        "message 5 < message 4 user:",
        "message 6 < message 5 assistant: (Both.) [a=of a] [b=of b]",
        NO_TIMES,
        "! A picture was left out: only words are imported.",
        "! A piece of the kind 'unknown' was left out: only words are imported."]),
    "fine-tuning": (OPENAI, [
        "fine-tuning # ''  head=None pinned=False",
        "message 1 < None system: Short.",
        "message 2 < message 1 user: Sum?",
        "message 3 < message 2 assistant: [add=3]",
        "message 5 < message 3 assistant: (Add.) Three.",
        "! The file has no times: it stands where it was imported."]),
}  # fmt: skip


def read(value: Any) -> list[Any]:
    return list(
        read_stream(BytesIO(value if isinstance(value, bytes) else json.dumps(value).encode()))
    )


def told(value: Any) -> Iterator[str]:
    """What is read of it, a line a message."""
    for found in read(value):
        assert isinstance(found, ForeignConversation), found
        key = "#" if len(found.source_id) == 64 else found.source_id
        yield (
            f"{found.format} {key} {found.title!r} {found.model_name} "
            f"head={_told_head(found)} pinned={found.is_pinned}"
        )
        for message in found.messages:
            words = " ".join(_told_part(part) for part in message.parts)
            yield f"{message.key} < {message.parent} {message.role}: {words}".rstrip()
        yield from (f"! {note}" for note in found.notes)


def _told_head(found: ForeignConversation) -> str | None:
    """None where it is the last message that nobody follows, as for every file that names none."""
    return (
        None
        if found.head == found.messages[-1].key and found.format not in NAMES_A_HEAD
        else found.head
    )


NAMES_A_HEAD = ("lm-studio", "llama-cpp")


def _told_part(part: Any) -> str:
    if part.kind == "tool_call":
        return f"[{part.tool_call.name}={part.tool_call.result}]"
    return f"({part.content})" if part.kind == "reasoning" else part.content


@pytest.mark.parametrize("name", SHAPES)
def test_it_is_read(name: str) -> None:
    value, expected = SHAPES[name]
    assert list(told(value)) == expected


@pytest.mark.parametrize(
    "wrapped",
    [
        {"data": [open_webui()]},
        {"success": True, "data": [open_webui(), {"unknown": 1}]},
        {"conversations": [chatgpt()]},
        {"version": 1, "chats": [chatgpt(), open_webui()]},
    ],
)
def test_a_list_of_conversations_may_be_wrapped(wrapped) -> None:
    found = [one for one in read(wrapped) if isinstance(one, ForeignConversation)]
    inner = next(one for one in wrapped.values() if isinstance(one, list))
    assert len(found) == len([one for one in inner if "unknown" not in one])
    assert len(read(wrapped)) == len(inner)


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    "value", [[chatgpt(title="Grüße 你好 😀")], chatgpt(title="Grüße 你好 😀")]
)
def test_any_unicode_encoding_is_read(value, encoding: str) -> None:
    (found,) = read(json.dumps(value, ensure_ascii=False).encode(encoding))
    assert found.title == "Grüße 你好 😀"


def test_phases_of_qwen_are_told_apart() -> None:
    value = open_webui()
    answer = value["chat"]["history"]["messages"]["a"]
    answer["content"] = ""
    answer["content_list"] = [
        {"phase": "think", "content": "Hm."},
        {"phase": "web_search", "content": ""},
        {"phase": "answer", "content": "A program."},
    ]
    lines = list(told({"success": True, "data": [value]}))
    assert lines[2:] == [
        "a < q assistant: (Hm.) A program.",
        "! A piece of the kind 'web_search' was left out: only words are imported.",
    ]


@pytest.mark.parametrize(
    ("error", "note"),
    [({"content": "Out of memory."}, "An answer had failed: Out of memory."),
     (True, "An answer had failed."), ("No.", "An answer had failed: No.")],
)  # fmt: skip
def test_a_failed_answer_is_noted(error, note: str) -> None:
    value = open_webui()
    value["chat"]["history"]["messages"]["a"]["error"] = error
    (found,) = read(value)
    assert (found.notes, found.messages[-1].status) == ([note], "failed")


@pytest.mark.parametrize(
    ("content", "text", "note"),
    [
        ({"blocks": [{"text": "One"}, {"body": {"text": "Two"}}]}, "One\n\nTwo", ""),
        ({"payload": {"frames": 3}}, "Hi", "'new' was left out"),
        ({"parts": ["Look", {"content_type": "video"}]}, "Look", "'video' was"),
        ({}, "Hi", ""),
    ],
)  # fmt: skip
def test_a_kind_of_content_that_is_new_vanishes_not(content, text: str, note: str) -> None:
    content = {"content_type": "new", **content}
    (found,) = read(
        chatgpt(node("q", None, "user", "Hi"), node("a", "q", "assistant", content=content))
    )
    assert found.messages[-1].text == text
    assert "".join(found.notes).count("left out") == bool(note)
    assert note in "".join(found.notes)


def test_messages_of_another_shape_are_said(bring) -> None:
    strange = node("q", None, "user", "Hi")
    strange["message"]["author"] = {"role": "narrator"}
    (found,) = read(chatgpt(strange, node("a", "q", "assistant", "Hello")))
    assert found.notes == ["Left out: 1 message of a shape that is not known."]
    (refused,) = read(chatgpt(strange))
    assert isinstance(refused, Problem)
    assert "None of its messages" in refused.reason


@pytest.mark.django_db
def test_further_files_of_official_archives_are_no_failures(bring) -> None:
    tally = bring(
        packed(
            {
                "conversations-000.json": [chatgpt()],
                "projects.json": [{"uuid": "p", "name": "P", "docs": []}],
                "shared_conversations.json": [{"id": "s", "conversation_id": "c", "title": "x"}],
                "user_settings.json": {"a": 1},
                "group_chats.json": {"chats": []},
                "message_feedback.json": [],
                "__MACOSX/._conversations-000.json": b"\0\5\26\7Mac OS X",
                "._conversations-000.json": b"\0\5\26\7Mac OS X",
            }
        )
    )
    assert (tally.counts["imported"], tally.counts["failed"]) == (1, 0)


def test_but_one_whose_messages_are_not_understood_is_one() -> None:
    (problem,) = read_stream(BytesIO(b'{"messages": [{"who": "me"}]}'), is_archived=True)
    assert isinstance(problem, Problem)
    assert not problem.passed_over


@pytest.mark.parametrize(
    "value",
    [
        {"conv": {}, "messages": []},
        {"messages": [{"versions": []}]},
        {"state": {"messages": [], "sessions": []}},
        {"chat-next-web-store": {}},
        {"chat-next-web-store": {"sessions": [{"messages": [{}]}]}},
        {"conversations": [{"from": 1, "value": 2}, None]},
        {"mapping": {"a": 1}, "inserted_at": 3},
        {"mapping": {"a": {"parent": "a", "message": {"fragments": [{}]}}}, "inserted_at": 3},
        {"object": "thread.message", "thread_id": "t"},
        {"messages": [{"role": None}, {"role": "user", "content": {"text": 1}}]},
        {"data": [[1], 2, None]},
    ],
)
def test_odd_values_end_in_a_sentence_at_most(value) -> None:
    assert all(isinstance(one, ForeignConversation | Problem) for one in read(value))


@pytest.mark.parametrize(
    ("text", "thought", "said"),
    [
        (":::thinking\nHm hm\n:::\nThe answer", "Hm hm", "The answer"),
        ("\n:::thinking\nHm\n\nhm\n:::\n\nThe answer\n:::\n", "Hm\n\nhm", "The answer\n:::\n"),
        ("Before :::thinking\nHm\n:::\n", "", "Before :::thinking\nHm\n:::\n"),
        (":::thinking\nnever closed", "", ":::thinking\nnever closed"),
        ("<think>\nHm\n</think>\n\nThe answer", "Hm", "The answer"),
        ("Hm\n</think>\nThe answer", "Hm", "The answer"),
        ("Write <think> and </think> around it.", "", "Write <think> and </think> around it."),
        (":::note\nno thought\n:::\n", "", ":::note\nno thought\n:::\n"),
    ],
)
def test_thoughts_in_the_text(text: str, thought: str, said: str) -> None:
    assert split_thoughts(text) == (thought, said)
