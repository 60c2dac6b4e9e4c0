"""How models use tools: learned from answers, kept, shown, set."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from conversations.features.models_page import habits
from conversations.models import Generation, ModelHabit, ToolCall
from conversations.tests.talking import talk, text_of
from routing.types import ModelInfo, ToolHabit
from tests.fakes.model_server import running

pytestmark = pytest.mark.django_db(transaction=True)

SUM = 'call calculate {"expression": "17 * 23"}'
HERE = ModelInfo("m:1b", "http://here")


async def asked(person, text: str, url: str, name: str, **wanted: Any) -> Generation:
    chosen = {"model_name": name, "server": url}
    return await talk(person, text, routing_profile="tools", tools_enabled=True, **chosen, **wanted)


async def modes_sent(fake) -> list[str]:
    """How each question was asked."""
    bodies = [seen.body for seen in fake.seen if seen.path.endswith(("/chat", "/completions"))]
    ways = {"tools": "native", "format": "schema", "response_format": "schema"}
    return [next((ways[k] for k in ways if body.get(k)), "freely") for body in bodies]


async def the_habit() -> tuple[str, str, bool]:
    row = await ModelHabit.objects.aget()
    return row.model_name, row.tool_mode, row.is_set


async def test_a_model_without_tools_chooses_by_schema_and_that_is_kept(alice, ollama) -> None:
    async with ollama() as (url, fake):
        ended = await asked(alice, SUM, url, "fast:1b")
        assert await modes_sent(fake) == ["schema", "schema", "freely"]
    assert (await ToolCall.objects.aget()).result == "391"
    assert "391" in await text_of(ended.message)
    assert await the_habit() == ("fast:1b", "schema", False)
    assert ended.read_receipt().route.reason == "The model chooses tools by a schema."


@pytest.mark.parametrize("protocol", ["ollama", "openai"])
async def test_what_was_learned_is_done_at_once_the_next_time(
    alice, settings, protocol: str
) -> None:
    """OpenAI's protocol tells of no abilities: the first answer finds out."""
    async with running(protocol) as (url, fake):
        settings.LLM_BASE_URL = url
        await asked(alice, SUM, url, "fast:1b")
        first = await modes_sent(fake)
        fake.seen.clear()
        ended = await asked(alice, SUM, url, "fast:1b")
        again = await modes_sent(fake)
    begins = ["native"] if protocol == "openai" else []
    assert first == [*begins, "schema", "schema", "freely"]
    assert again == ["schema", "schema", "freely"]
    assert ended.read_receipt().route.reason.endswith("So it worked before.")


async def test_a_server_without_schemas_gets_words(alice, ollama) -> None:
    async with ollama() as (url, fake):
        ended = await asked(alice, "Hello", url, "no-schema:1b")
        assert await modes_sent(fake) == ["schema", "freely"]
    assert await the_habit() == ("no-schema:1b", "words", False)
    assert "tools_by_prompt" in ended.read_receipt().notices


async def test_a_model_that_calls_keeps_its_way(alice, ollama) -> None:
    async with ollama() as (url, fake):
        await asked(alice, SUM, url, "tools:1b")
        assert set(await modes_sent(fake)) == {"native"}
    assert await the_habit() == ("tools:1b", "native", False)


async def test_what_is_set_decides_and_nothing_is_learned_over_it(alice, aclient, ollama) -> None:
    async with ollama() as (url, fake):
        ref = f"tools:1b@{url}"
        answer = await aclient.post("/models/tools/", {"model": ref, "mode": "schema"})
        assert answer.status_code == 302
        await asked(alice, SUM, url, "tools:1b")
        assert await modes_sent(fake) == ["schema", "schema", "freely"]
        assert await the_habit() == ("tools:1b", "schema", True)
        assert "Chooses by a schema, as set here" in (await aclient.get("/models/")).text
        await aclient.post("/models/tools/", {"model": ref, "mode": ""})
        assert not await ModelHabit.objects.aexists()


async def test_off_sends_no_tools(alice, aclient, ollama) -> None:
    async with ollama() as (url, fake):
        await aclient.post("/models/tools/", {"model": f"tools:1b@{url}", "mode": "off"})
        ended = await asked(alice, "Hello", url, "tools:1b")
        assert await modes_sent(fake) == ["freely"]
    assert ended.read_receipt().route.reason.startswith("The model gets no tools.")


async def test_an_unknown_mode_is_refused_with_a_sentence(alice, aclient, ollama) -> None:
    async with ollama() as (url, _):
        data = {"model": f"tools:1b@{url}", "mode": "magic"}
        answer = await aclient.post("/models/tools/", data)
    assert answer.status_code == 422
    assert "It is one of: native, schema, words, off" in answer.text


async def test_the_api_tells_it_and_sets_it(alice, aclient, ollama) -> None:
    async def put(mode: str | None, name: str = "fast:1b") -> Any:
        body = {"model": f"{name}@{url}", "mode": mode}
        door = "/api/llm/models/tool-mode"
        return await aclient.put(door, body, content_type="application/json")

    async with ollama() as (url, _):
        answer = await put("words")
        modes = {one["name"]: one["tool_mode"] for one in answer.json()["models"]}
        assert modes["fast:1b"] == {"mode": "words", "is_set": True}
        assert modes["tools:1b"] == {"mode": None, "is_set": False}
        assert (await put("magic")).status_code == 422
        assert (await put("words", "gone")).status_code == 404
        answer = await put(None)
    assert {one["tool_mode"]["mode"] for one in answer.json()["models"]} == {None}


async def test_the_demo_model_is_known_again_at_another_address(db) -> None:
    first = ModelInfo("smollm2:135m", "http://127.0.0.1:4001", is_demo=True)
    again = ModelInfo("smollm2:135m", "http://127.0.0.1:4002", is_demo=True)
    await sync_to_async(habits.learn)(first, "words")
    assert await sync_to_async(habits.habit_of)(again) == ToolHabit("words")


async def test_learning_never_takes_what_a_person_has_set(db) -> None:
    await sync_to_async(habits.choose)(HERE, "off")
    await sync_to_async(habits.learn)(HERE, "native")
    assert await sync_to_async(habits.habit_of)(HERE) == ToolHabit("off", is_set=True)
    elsewhere = ModelInfo("m:1b", "http://elsewhere")
    assert await sync_to_async(habits.habit_of)(elsewhere) == ToolHabit()
