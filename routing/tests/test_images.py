"""Images and models that cannot see them."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from routing.asking import ask
from routing.errors import ModelCannot
from routing.llm.echo import EchoProvider
from routing.llm.fallback import with_fallback
from routing.tests.helpers import choosing, collect
from routing.types import ChatMessage, ChatRequest, Event, Finished, Notice

SEEN = ChatMessage("user", "[image: cat.png]\n\nWhat is it?", images=("aGk=",))
EARLIER = ChatRequest("m", (SEEN, ChatMessage("assistant", "A cat."), ChatMessage("user", "Why?")))
NOW = ChatRequest("m", (SEEN,))
LEFT_OUT = Notice("images_left_out")


class Watched(EchoProvider):
    def __init__(self) -> None:
        self.asked: list[ChatRequest] = []

    async def chat(self, request: ChatRequest) -> AsyncGenerator[Event]:
        self.asked.append(request)
        yield Finished("stop")


async def asked(
    request: ChatRequest, capabilities: frozenset[str] | None
) -> tuple[Watched, list[Event]]:
    provider = Watched()
    chosen = await choosing(provider, capabilities=capabilities)()
    return provider, await collect(ask(request, chosen))


@pytest.mark.parametrize("able", [frozenset({"vision"}), None], ids=["sees", "unknown"])
async def test_they_are_sent_to_a_model_that_may_see(able) -> None:
    provider, events = await asked(EARLIER, able)
    assert provider.asked[0].messages[0].images == SEEN.images
    assert LEFT_OUT not in events


async def test_earlier_ones_are_left_out_for_one_that_cannot() -> None:
    provider, events = await asked(EARLIER, frozenset({"completion"}))
    assert provider.asked[0].messages[0] == replace(SEEN, images=())
    assert LEFT_OUT in events


async def test_a_question_about_images_is_refused_by_name() -> None:
    with pytest.raises(ModelCannot, match="does not support images"):
        await asked(NOW, frozenset({"completion"}))


@pytest.mark.parametrize(("request_", "is_refused"), [(EARLIER, False), (NOW, True)])
async def test_a_server_that_refuses_is_asked_again_without_earlier_ones(
    request_, is_refused
) -> None:
    async def stream(request: ChatRequest) -> AsyncGenerator[Event]:
        if any(message.images for message in request.messages):
            raise ModelCannot(model_name="m", capability="images")
        yield Finished("stop")

    if is_refused:
        with pytest.raises(ModelCannot):
            await collect(with_fallback(stream, request_))
    else:
        assert await collect(with_fallback(stream, request_)) == [LEFT_OUT, Finished("stop")]
