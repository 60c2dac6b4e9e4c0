"""A model that does not end, through the doors: a real server that writes as fast as it is read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from chatstudio.base.words import KB
from conversations.answering import runner
from conversations.answering.generation import LiveGeneration
from conversations.models import Generation, Message, MessagePart
from conversations.rendering import BlockStream
from conversations.showing import streamer
from conversations.tests.api.openai.asking import ask, ended
from conversations.tests.talking import begin, end_of, text_of, until
from routing.llm import servers
from tests.fakes.model_server import FakeModelServer, running

pytestmark = pytest.mark.django_db(transaction=True)

MOST = 40


@pytest.fixture
def endless(settings, monkeypatch):
    """`async with endless("text-12") as (name, fake)`: that model, and answers of 40 KB at most."""
    settings.MAX_ANSWER_KB = MOST
    monkeypatch.setattr(servers, "_latest", None)

    @asynccontextmanager
    async def start(
        what: str, protocol: str = "openai"
    ) -> AsyncIterator[tuple[dict[str, str], FakeModelServer]]:
        name = f"endless-{what}:1b"
        async with running(protocol, also=[name]) as (url, fake):
            settings.LLM_BASE_URL = url
            yield {"model_name": name, "server": url}, fake

    return start


async def hung_up(fake: FakeModelServer) -> None:
    """Everybody has left the server, so it writes no more."""
    await until(lambda: all(seen.disconnected_at or seen.finished_at for seen in fake.seen))


async def kept_by(message: Message) -> int:
    return sum([len(part.content) async for part in MessagePart.objects.filter(message=message)])


@pytest.mark.parametrize("protocol", ["ollama", "openai"])
@pytest.mark.parametrize("what", ["text-12", "text-30000", "thoughts-12"])
async def test_it_is_ended_at_the_bound_and_kept(alice, endless, protocol, what) -> None:
    async with endless(what, protocol) as (model, fake):
        turn = await begin(alice, routing_profile="direct", **model)
        generation = await end_of(turn)
        await hung_up(fake)
    assert await kept_by(turn.answer) in range(MOST * KB, MOST * KB + 13)
    assert (generation.status, generation.finish_reason) == ("complete", "too_long")
    assert (await Generation.objects.select_related("metric").aget()).metric.finish_reason == (
        "too_long"
    )


async def test_the_page_says_why_it_ended(alice, endless, aclient) -> None:
    async with endless("text-1000") as (model, _):
        turn = await begin(alice, routing_profile="direct", **model)
        await end_of(turn)
    html = (await aclient.get(f"/chat/{turn.conversation.public_id}/")).text
    assert "The model did not come to an end, so the answer was ended here" in html


@pytest.mark.parametrize("what", ["space-12", "call-12"])
async def test_what_nobody_is_told_of_has_the_same_bound(alice, endless, what) -> None:
    async with endless(what) as (model, fake):
        turn = await begin(alice, routing_profile="tools", tools_enabled=True, **model)
        generation = await end_of(turn)
        await hung_up(fake)
    assert generation.finish_reason == "too_long"
    assert await kept_by(turn.answer) <= MOST * KB


async def test_one_line_without_end_is_given_up(alice, endless) -> None:
    async with endless("text-1000000") as (model, fake):
        generation = await end_of(await begin(alice, routing_profile="direct", **model))
        await hung_up(fake)
    assert generation.error_code == "bad_answer"


@pytest.mark.parametrize("door", ["chat/completions", "completions"])
async def test_programs_are_told_that_it_was_cut(alice, endless, aclient, door) -> None:
    async with endless("text-1000") as (model, fake):
        body = {"model": model["model_name"], "prompt": "Hello"}
        if door == "chat/completions":
            answer = await ask(aclient, model["model_name"])
        else:
            url = "/v1/completions"
            answer = await aclient.post(url, body, content_type="application/json")
        await hung_up(fake)
    choice = answer.json()["choices"][0]
    assert choice["finish_reason"] == "length"
    assert len(choice.get("text") or choice["message"]["content"]) == MOST * KB
    assert (await ended()).finish_reason == "too_long"


async def test_no_flush_renders_more_than_a_step_and_no_page_more_than_a_piece(
    alice, endless, settings, monkeypatch
) -> None:
    settings.MAX_ANSWER_KB = 4_000
    monkeypatch.setattr(streamer, "STEP", 10_000)
    monkeypatch.setattr(streamer, "SHORTEST_HOLD", 0.0)
    lengths = [0]
    find_changes = BlockStream.find_changes

    def watched(self: BlockStream, markdown: str, *, final: bool) -> object:
        lengths.append(len(markdown))
        return find_changes(self, markdown, final=final)

    monkeypatch.setattr(BlockStream, "find_changes", watched)
    async with endless("text-100000") as (model, _):
        turn = await begin(alice, routing_profile="direct", **model)
        live = LiveGeneration.get(turn.generation.public_id)
        await end_of(turn)
    assert live is None or live.transcript.size == 4_000 * KB
    growth = [after - before for before, after in pairwise(lengths)]
    assert len(growth) > 2
    assert max(growth[:-1]) <= 10_000
    assert max(lengths) <= 120_000


async def test_stopping_ends_it_and_hangs_up(alice, endless, settings) -> None:
    settings.MAX_ANSWER_KB = 100_000
    async with endless("text-200") as (model, fake):
        turn = await begin(alice, routing_profile="direct", **model)
        await until(lambda: bool(fake.seen and fake.seen[-1].tokens_sent > 100))
        assert await runner.stop(turn.answer)
        await hung_up(fake)
        generation = await end_of(turn)
    assert generation.finish_reason == "cancelled"
    assert await text_of(turn.answer)
