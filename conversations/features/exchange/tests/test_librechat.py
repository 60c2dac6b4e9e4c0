import json

import pytest

from conversations.answering.history.tree import branch
from conversations.features.exchange.exporting import export_conversations
from conversations.features.exchange.formats import FORMATS
from conversations.features.exchange.tests.samples import (
    NOBODY,
    chatbot_ui,
    libre_message,
    librechat,
)
from conversations.models import Message

pytestmark = pytest.mark.django_db


def test_a_flat_list(brought) -> None:
    conversation = brought(librechat())
    assert [m.text for m in branch(conversation.head_id)] == ["Name a prime.", "Seven."]
    assert conversation.parameters == {"temperature": 0.5}
    assert branch(conversation.head_id)[1].created_at.isoformat() == "2026-05-01T10:00:00+00:00"


@pytest.mark.parametrize("name", ["messages", "messagesTree"])
def test_a_tree(brought, name: str) -> None:
    answers = [libre_message("a", "q", "Seven."), libre_message("b", "q", "Eleven.")]
    question = libre_message("q", NOBODY, "Name a prime.", user=True, children=answers)
    value = librechat(recursive=True)
    del value["messages"]
    conversation = brought({**value, name: [question]})
    assert Message.objects.get(role="user").children.count() == 2
    assert branch(conversation.head_id)[-1].text == "Eleven."


def test_a_tree_that_is_too_deep_is_refused_with_advice(bring) -> None:
    inner = "[]"
    for number in range(2500):
        inner = f'[{{"messageId": "m{number}", "children": {inner}}}]'
    text = f'[{{"conversationId": "c", "title": "Deep", "messages": {inner}}}]'
    tally = bring(text.encode())
    assert tally.exit_code == 1
    assert "list of messages instead of a tree" in tally.report[0]["reason"]


def test_thoughts_and_tool_calls_in_the_content(brought) -> None:
    call = {"id": "t", "name": "add", "args": '{"a": 1}', "output": "2"}
    content = [
        {"type": "think", "think": "Hm."},
        {"type": "tool_call", "tool_call": call},
        {"type": "text", "text": {"value": "Two."}},
    ]
    brought(librechat(libre_message("a", NOBODY, "", content=content)))
    parts = list(Message.objects.get().parts.select_related("tool_call"))
    assert [(part.kind, part.content) for part in parts] == [
        ("reasoning", "Hm."),
        ("tool_call", ""),
        ("text", "Two."),
    ]
    assert (parts[1].tool_call.arguments, parts[1].tool_call.result) == ({"a": 1}, "2")


def test_a_failed_and_an_unfinished_answer_say_so(brought) -> None:
    brought(
        librechat(
            libre_message("a", NOBODY, "Oh", error=True),
            libre_message("b", NOBODY, "So far", unfinished=True),
        )
    )
    assert set(Message.objects.values_list("status", flat=True)) == {"failed", "stopped"}


def test_chatbot_ui_has_models_folders_and_a_prompt(brought) -> None:
    conversation = brought(chatbot_ui())
    assert [(m.role, m.text) for m in branch(conversation.head_id)] == [
        ("system", "You are a cook."),
        ("user", "Soup?"),
        ("assistant", "Pumpkin soup."),
    ]
    assert [tag.name for tag in conversation.tags.all()] == ["Kitchen"]
    assert conversation.model_name == "llama3:8b"


def test_how_much_a_model_thinks_has_a_name_of_its_own(brought, alice) -> None:
    value = librechat()
    value["options"] = {"max_tokens": 50, "reasoning_effort": "xhigh"}
    assert brought(value).parameters == {"num_predict": 50, "thinking": "max"}
    written = json.loads(b"".join(export_conversations(alice, FORMATS["librechat"])))["options"]
    assert (written["max_tokens"], written["reasoning_effort"]) == (50, "xhigh")
    assert "thinking" not in written
