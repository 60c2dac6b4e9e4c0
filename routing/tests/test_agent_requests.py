"""What an agent is asked, and where."""

import json

import pytest

from routing.agent import openai, service
from routing.agent.wire import CONTINUE
from routing.strategies import STRATEGIES
from routing.tests.agents import agent, body_of, nobody, whole
from routing.tests.helpers import asking, collect
from routing.types import ChatMessage, ChatRequest, Parameters, ToolCall

HISTORY = (
    ChatMessage("system", "Be brief."),
    ChatMessage("user", "One"),
    ChatMessage("assistant", "1"),
    ChatMessage("user", "Two"),
)


async def test_a_webhook_is_sent_one_flat_object() -> None:
    parameters = Parameters(temperature=0.5)
    request = ChatRequest("fast:1b", HISTORY, parameters, conversation_id="c-1")
    assert await body_of(request) == {
        "message": "Two",
        "conversation_id": "c-1",
        "history": [{"role": "user", "content": "One"}, {"role": "assistant", "content": "1"}],
        "system_prompt": "Be brief.",
        "model": "fast:1b",
        "parameters": {"temperature": 0.5},
        "stream": True,
    }


async def test_the_readme_shows_the_webhooks_body(settings) -> None:
    readme = (settings.BASE_DIR / "README.md").read_text()
    shown = json.loads(readme.partition("```json\n")[2].partition("```")[0])
    assert list(await body_of(ChatRequest("", HISTORY))) == list(shown)


async def test_without_memory_a_webhook_gets_no_conversation_and_no_history() -> None:
    body = await body_of(ChatRequest("", HISTORY[:1] + HISTORY[3:]))
    assert (body["message"], body["conversation_id"], body["history"]) == ("Two", None, [])


async def test_images_are_sent_where_there_are_some() -> None:
    request = ChatRequest("", (ChatMessage("user", "Look", images=("aGk=",)),))
    assert (await body_of(request))["images"] == ["aGk="]


async def test_openais_body_is_that_of_a_model_server() -> None:
    body = await body_of(ChatRequest("fast:1b", HISTORY, Parameters(seed=1)), "openai")
    assert [one["role"] for one in body["messages"]] == ["system", "user", "assistant", "user"]
    assert (body["model"], body["seed"], body["stream"]) == ("fast:1b", 1, True)


async def test_openais_protocol_wants_a_models_name() -> None:
    assert (await body_of(ChatRequest("", HISTORY), "openai"))["model"] == "default"


@pytest.mark.parametrize("protocol", ["openai", "webhook"])
async def test_an_answer_is_continued_by_an_order(protocol: str) -> None:
    body = await body_of(ChatRequest("", (*HISTORY, ChatMessage("assistant", "Tw"))), protocol)
    last = body["messages"][-1]["content"] if protocol == "openai" else body["message"]
    before = body["messages"][:-1] if protocol == "openai" else body["history"]
    assert (last, before[-1]["content"]) == (CONTINUE, "Tw")


async def test_tool_calls_of_earlier_answers_are_not_an_agents_business() -> None:
    call = ToolCall("c", "now", {})
    messages = (
        ChatMessage("user", "When?"),
        ChatMessage("assistant", "", tool_calls=(call,)),
        ChatMessage("tool", "12:00", tool_call_id="c"),
        ChatMessage("assistant", "Noon."),
        ChatMessage("user", "Thanks"),
    )
    body = await body_of(ChatRequest("", messages), "openai")
    assert [one["content"] for one in body["messages"]] == ["When?", "Noon.", "Thanks"]
    assert "tool" not in str(body)


async def test_the_key_is_a_bearer_token_and_the_body_is_json() -> None:
    async with agent(whole({"answer": "Hi"}), api_key=" sk-secret\n") as told:
        await collect(STRATEGIES["agent"].answer(asking(), nobody))
    _, _, headers, _ = told.requests[0]
    assert headers["authorization"] == "Bearer sk-secret"
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://box:8500", "http://box:8500/v1/chat/completions"),
        ("http://box:8500/", "http://box:8500/v1/chat/completions"),
        ("http://box/v1", "http://box/v1/chat/completions"),
        ("http://box/agents/7/", "http://box/agents/7/chat/completions"),
        ("http://box/v1/chat/completions", "http://box/v1/chat/completions"),
        ("http://box/v1?token=t", "http://box/v1/chat/completions?token=t"),
    ],
)
def test_where_openais_protocol_asks(url: str, address: str) -> None:
    assert openai.address(url) == address


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://ann:sesame@box:8500/hook?token=mellon", "http://box:8500/hook"),
        ("https://box/v1/", "https://box/v1"),
    ],
)
def test_no_secret_is_in_the_address_that_is_shown(url: str, shown: str) -> None:
    assert service.hide_secrets(url) == shown


def test_what_is_missing_names_the_setting(settings) -> None:
    strategy = STRATEGIES["agent"]
    assert strategy.missing() == "Set ZAIN_AGENT_URL to the address of your agent."
    settings.ZAIN_AGENT_URL = "box:8500"
    assert strategy.missing() == "Correct ZAIN_AGENT_URL: it starts with http:// or https://."
    settings.ZAIN_AGENT_URL = "http://box:8500"
    assert strategy.missing() == ""


@pytest.mark.parametrize(("label", "shown"), [(" My\n agent ", "My agent"), (" ", "Zain Agent")])
def test_the_label_is_one_line(settings, label: str, shown: str) -> None:
    settings.ZAIN_AGENT_LABEL = label
    assert STRATEGIES["agent"].label == shown


def test_a_label_fits_its_row(settings) -> None:
    settings.ZAIN_AGENT_LABEL = "x" * 300
    assert len(STRATEGIES["agent"].label) == service.LONGEST_LABEL
