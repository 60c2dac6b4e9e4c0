import json
from html import escape

import pytest

from conversations.answering.history.tree import branch
from conversations.features.exchange.exporting import export_conversations
from conversations.features.exchange.formats import FORMATS
from conversations.features.exchange.tests.samples import open_webui, webui_message
from conversations.models import Message

pytestmark = pytest.mark.django_db


def answer_of(brought, **facts) -> Message:
    content = facts.pop("content", "")
    question = webui_message("q", None, "user", "?")
    brought([open_webui(question, webui_message("a", "q", "assistant", content, **facts))])
    return Message.objects.get(role="assistant")


@pytest.mark.parametrize("legacy", [False, True])
def test_both_shapes(brought, legacy: bool) -> None:
    rows = branch(brought([open_webui(legacy=legacy)]).head_id)
    assert [row.text for row in rows] == ["What is a quine?", "A program that prints itself."]
    assert rows[1].model_name == "llama3:8b"
    assert rows[1].created_at.timestamp() == 1_770_000_000


def test_json_lines_with_what_the_running_server_adds(bring) -> None:
    added = {"variables": {}, "tasks": None, "summary": None, "current_message_id": "a"}
    lines = [json.dumps(open_webui(key=f"c{n}", **added)) for n in range(3)]
    assert bring("\n".join(lines).encode()).counts["imported"] == 3


def test_tags_pinned_and_archived_survive(brought) -> None:
    conversation = brought([open_webui(pinned=True, archived=True, meta={"tags": ["code", "art"]})])
    assert (conversation.is_pinned, conversation.is_archived) == (True, True)
    assert [tag.name for tag in conversation.tags.all()] == ["art", "code"]


def test_branches_survive(brought) -> None:
    conversation = brought(
        [
            open_webui(
                webui_message("q", None, "user", "?"),
                webui_message("a", "q", "assistant", "One"),
                webui_message("b", "q", "assistant", "Two"),
            )
        ]
    )
    assert branch(conversation.head_id)[-1].text == "Two"
    assert Message.objects.get(role="user").children.count() == 2


def test_the_steps_of_output(brought) -> None:
    output = [
        {"type": "reasoning", "content": [{"text": "Hm."}], "duration": 3},
        {"type": "function_call", "call_id": "c", "name": "clock", "arguments": '{"zone": "UTC"}'},
        {"type": "function_call_output", "call_id": "c", "output": [{"text": "12:00"}]},
        {"type": "message", "content": [{"type": "output_text", "text": "Noon."}]},
    ]
    parts = list(answer_of(brought, output=output).parts.select_related("tool_call"))
    assert [part.kind for part in parts] == ["reasoning", "tool_call", "text"]
    call = parts[1].tool_call
    assert (call.name, call.arguments, call.result) == ("clock", {"zone": "UTC"}, "12:00")


def test_the_steps_in_the_content(brought) -> None:
    result = escape(json.dumps("12:00"))
    attributes = f'id="c" name="clock" arguments="{escape("{}")}" result="{result}"'
    content = (
        '<details type="reasoning" done="true" duration="2">\n'
        "<summary>Thought for 2 seconds</summary>\n&gt; 1 &lt; 2\n</details>\n"
        f'<details type="tool_calls" done="true" {attributes}>\n'
        "<summary>x</summary>\n</details>\nNoon."
    )
    parts = list(answer_of(brought, content=content).parts.select_related("tool_call"))
    assert [(part.kind, part.content) for part in parts] == [
        ("reasoning", "1 < 2"),
        ("tool_call", ""),
        ("text", "Noon."),
    ]
    assert (parts[0].duration_ms, parts[1].tool_call.result) == (2000, "12:00")


def test_an_unclosed_block_stays_what_it_is(brought) -> None:
    content = '<details type="reasoning">' * 1000
    assert answer_of(brought, content=content).text == content


def test_sources_become_citations(brought) -> None:
    sources = [{"source": {"name": "A page", "url": "https://example.org"}}]
    answer = answer_of(brought, content="See there.", sources=sources)
    assert answer.message_metadata["citations"] == [
        {"title": "A page", "url": "https://example.org"}
    ]


def test_a_system_prompt_comes_first(brought) -> None:
    item = open_webui()
    item["chat"]["params"] = {"system": "Be brief.", "temperature": 0.2}
    conversation = brought([item])
    first = branch(conversation.head_id)[0]
    assert (first.role, first.text) == ("system", "Be brief.")
    assert conversation.parameters == {"temperature": 0.2}


def test_parameters_have_names_of_their_own(brought, alice) -> None:
    item = open_webui()
    item["chat"]["params"] = {"max_tokens": 50, "think": True, "stop": "END, \\u002c"}
    assert brought([item]).parameters == {
        "num_predict": 50, "thinking": True, "stop": ["END", ","],
    }  # fmt: skip
    (written,) = json.loads(b"".join(export_conversations(alice, FORMATS["open-webui"])))
    expected = {"max_tokens": 50, "think": True, "stop": "END,\\u002c"}
    assert written["chat"]["params"].items() >= expected.items()
