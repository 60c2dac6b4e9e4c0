"""Thoughts that come as text, from the model server to the rows, the page and both APIs."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from asgiref.sync import sync_to_async

from conversations.answering import runner, turns
from conversations.answering.generation import LiveGeneration
from conversations.answering.transcript import Transcript
from conversations.carrying.hub import Subscription, conversation_topic, hub
from conversations.features.search.finding import search
from conversations.lookup import message_for
from conversations.models import Message
from conversations.showing import pages
from conversations.showing.article_views import article_view
from conversations.tests.api.asking import STREAM, all_told, send
from conversations.tests.api.openai.asking import ask
from conversations.tests.api.openai.asking import told as told_chunks
from conversations.tests.rows import profile_of
from conversations.tests.scripted import never
from conversations.tests.talking import begin, end_of, talk, until
from routing.llm import thoughts
from routing.tests.replay import Canned, Replay, replay
from routing.tests.test_wire_files import HELLO, PATH, SSE, THOUGHT, body, chunk, wire
from routing.types import Finished, ReasoningDelta, Recast, TextDelta

pytestmark = pytest.mark.django_db(transaction=True)

MODELS = Canned(json.dumps({"data": [{"id": "m"}]}).encode(), content_type="application/json")


@pytest.fixture(autouse=True)
def nothing_learned():
    thoughts._opened_by_template.clear()
    yield
    thoughts._opened_by_template.clear()


@asynccontextmanager
async def server(settings, *answers: Canned) -> AsyncIterator[Replay]:
    async with replay({"/v1/models": MODELS, PATH: list(answers)}) as told:
        settings.LLM_BASE_URL = told.url
        yield told


def sent_last(told: Replay) -> list[str]:
    """The contents of the messages of the last question."""
    bodies = [body for method, _, _, body in told.requests if method == "POST"]
    return [message["content"] for message in json.loads(bodies[-1])["messages"]]


async def parts_of(message: Message) -> list[tuple[str, str]]:
    rows = message.parts.order_by("position")
    return [(part.kind, part.content) async for part in rows]


@pytest.mark.parametrize("name", ["r-tags", "r-tags-noopen", "r-harmony", "r-gemma", "r-details"])
async def test_thoughts_are_parts_of_their_own(alice, settings, name) -> None:
    async with server(settings, wire(name)) as told:
        generation = await talk(alice)
        assert await parts_of(generation.message) == [("reasoning", THOUGHT), ("text", HELLO)]
        await talk(alice, "And now?", generation.message.conversation)
    assert sent_last(told) == ["Hi", HELLO, "And now?"]


async def test_thoughts_before_a_call_are_not_sent_back_with_it(alice, settings) -> None:
    function = {"name": "calculate", "arguments": '{"expression": "17*23"}'}
    call = {"index": 0, "id": "c", "function": function}
    thinking = (chunk({"content": piece}) for piece in (THOUGHT, "\n</think>", "\n\nLet me see."))
    asks = body(*thinking, chunk({"tool_calls": [call]}, "tool_calls"))
    async with server(settings, asks, wire("q-plain")) as told:
        generation = await talk(alice, routing_profile="tools", tools_enabled=True)
    kinds = [kind for kind, _ in await parts_of(generation.message)]
    assert kinds == ["reasoning", "text", "tool_call", "text"]
    *_, asked, result = sent_last(told)
    assert (asked, "391" in result) == ("Let me see.", True)


async def test_thoughts_without_a_word_are_told_and_never_sent_back(alice, settings) -> None:
    async with server(settings, wire("r-only"), wire("q-plain")) as told:
        generation = await talk(alice)
        assert await parts_of(generation.message) == [("reasoning", "Thinking only.")]
        assert generation.receipt["notices"] == ["only_thought"]
        await talk(alice, "And now?", generation.message.conversation)
    assert "Thinking only" not in " ".join(sent_last(told))


@pytest.mark.parametrize(
    ("canned", "sentence"),
    [
        (wire("q-empty"), "The model ended without a word."),
        (wire("r-only"), "The model only thought and wrote nothing."),
        (wire("q-content-filter"), "content filter ended the answer"),
        (body(chunk({"content": "Hello wor"}, "abort")), "gave this answer up"),
        (wire("q-error-detail"), "The model `x` does not exist."),
    ],
)
async def test_no_answer_is_blank_without_a_sentence(alice, settings, canned, sentence) -> None:
    async with server(settings, canned):
        generation = await talk(alice)
    found = await sync_to_async(message_for)(
        alice, generation.message.conversation.public_id, generation.message.public_id
    )
    view = await sync_to_async(article_view)(found)
    shown = " ".join((*view.notices, view.outcome)).replace("<code>", "`").replace("</code>", "`")
    assert sentence in shown


async def test_marks_of_a_profile_reach_the_model(alice, settings) -> None:
    profile = await sync_to_async(profile_of)(alice, thinking_begins="%%", thinking_ends="%/%")
    async with server(settings, body(chunk({"content": f"%%{THOUGHT}%/%{HELLO}"}, "stop"))):
        generation = await talk(alice, prompt_profile=profile)
    assert await parts_of(generation.message) == [("reasoning", THOUGHT), ("text", HELLO)]


async def test_thoughts_are_not_found(alice, settings) -> None:
    async with server(settings, wire("r-tags-noopen")):
        await talk(alice)

    found = await sync_to_async(lambda: [len(search(alice, w).hits) for w in ("world", "over")])()
    assert found == [1, 0]


NOOPEN = (TextDelta("Thinking "), TextDelta("it over.\n"))
TURN = Recast("reasoning", "Thinking it over.\n")


async def test_what_was_text_becomes_a_thought_on_every_page(alice, conversation, model) -> None:
    page, go = Subscription(), asyncio.Event()
    hub.subscribe(page, conversation_topic(conversation.public_id))
    model.does(*NOOPEN, go, TURN, TextDelta(HELLO), never())
    turn = await begin(alice, "Hi", conversation)
    await until(lambda: any("it over" in frame.html for frame in page._frames))
    assert 'class="reasoning' not in "".join(frame.html for frame in page.take())
    go.set()
    await until(lambda: any(HELLO in frame.html for frame in page._frames))
    shown = pages.article_now(turn.answer.public_id)
    assert shown.index('class="reasoning') < shown.index("Thinking it over.") < shown.index(HELLO)
    assert any('class="reasoning' in frame.html for frame in page.take())
    await runner.stop(turn.answer)
    assert await parts_of(turn.answer) == [("reasoning", THOUGHT), ("text", HELLO)]


async def test_a_part_that_was_saved_as_text_is_saved_as_a_thought(alice, model) -> None:
    go = asyncio.Event()
    model.does(*NOOPEN, go, TURN, TextDelta(HELLO), Finished("stop"))
    turn = await begin(alice)
    await until(lambda: bool(LiveGeneration.get(turn.generation.public_id).transcript.parts))
    await runner._checkpoint()
    assert [kind for kind, _ in await parts_of(turn.answer)] == ["text"]
    go.set()
    await end_of(turn)
    assert await parts_of(turn.answer) == [("reasoning", THOUGHT), ("text", HELLO)]


async def test_stopped_in_a_thought_it_keeps_it_and_is_asked_anew(alice, settings) -> None:
    hanging = Canned(body(chunk({"content": f"<think>{THOUGHT}"}), done=False).body, silent=True)
    async with server(settings, hanging, wire("r-tags")):
        turn = await begin(alice)
        live = LiveGeneration.get(turn.generation.public_id)
        await until(lambda: bool(live.transcript.parts))
        await runner.stop(turn.answer)
        assert await parts_of(turn.answer) == [("reasoning", THOUGHT)]
        found = await sync_to_async(message_for)(
            alice, turn.conversation.public_id, turn.answer.public_id
        )
        with pytest.raises(turns.TurnRefused):
            await turns.continue_answer(alice, found)


async def test_stopped_in_its_text_it_goes_on_with_text(alice, settings) -> None:
    begun = body(chunk({"content": f"<think>{THOUGHT}</think>Write "}), done=False).body
    rest = body(chunk({"content": "<think> first."}, "stop"))
    async with server(settings, Canned(begun, content_type=SSE, silent=True), rest) as told:
        turn = await begin(alice)
        live = LiveGeneration.get(turn.generation.public_id)
        await until(lambda: len(live.transcript.parts) == 2)
        await runner.stop(turn.answer)
        found = await sync_to_async(message_for)(
            alice, turn.conversation.public_id, turn.answer.public_id
        )
        await end_of(await turns.continue_answer(alice, found))
    parts = [("reasoning", THOUGHT), ("text", "Write <think> first.")]
    assert await parts_of(turn.answer) == parts
    assert sent_last(told) == ["Hi", "Write "]


def test_only_what_is_new_is_recast() -> None:
    transcript = Transcript()
    for event in (ReasoningDelta("Old. "), ReasoningDelta("New."), Recast("text", "New.")):
        transcript.apply(event)
    assert [(part.kind, part.content) for part in transcript.parts] == [
        ("reasoning", "Old. "), ("text", "New."),
    ]  # fmt: skip


async def test_a_program_that_follows_reads_the_whole_anew(alice, aclient, model) -> None:
    go = asyncio.Event()
    model.does(*NOOPEN, TURN, TextDelta(HELLO), go, Finished("stop"))
    response = await send(aclient, url=STREAM)
    go.set()
    events = await all_told(response)
    text = ""
    for event in events:
        if event.name == "snapshot":
            text = event.data["content"]
        elif event.name == "text_delta":
            text += event.data["text"]
    assert text == HELLO
    assert "recast" not in {event.name for event in events}
    kinds = [part["kind"] for part in events[-1].data["message"]["parts"]]
    assert kinds == ["reasoning", "text"]


async def test_openais_door_tells_thoughts_apart(alice, aclient, settings) -> None:
    async with server(settings, wire("r-tags")):
        whole = (await ask(aclient, model="m")).json()["choices"][0]["message"]
        chunks = await told_chunks(await ask(aclient, model="m", stream=True))
    assert (whole["reasoning_content"], whole["content"]) == (THOUGHT, HELLO)
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    assert "".join(delta.get("reasoning_content", "") for delta in deltas) == THOUGHT
    assert "".join(delta.get("content", "") for delta in deltas) == HELLO


async def test_openais_door_has_the_text_of_what_was_no_thought(alice, aclient, model) -> None:
    model.does(ReasoningDelta("Hi there"), Recast("text", "Hi there"), Finished("stop"))
    whole = (await ask(aclient)).json()["choices"][0]["message"]
    assert (whole["content"], "reasoning_content" in whole) == ("Hi there", False)
    chunks = await told_chunks(await ask(aclient, stream=True))
    contents = [chunk["choices"][0]["delta"].get("content", "") for chunk in chunks]
    assert "".join(contents) == "Hi there"
