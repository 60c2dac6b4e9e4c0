"""What a turn does in which order: saved, asked, shown."""

import pytest

from conversations.answering import news
from conversations.answering.news import AnswerLaunched, TurnBegun
from conversations.answering.turns import start
from conversations.models import Generation, Message
from conversations.tests.talking import begin, counted, end_of, text_of
from routing.llm.catalogue import Catalogue
from routing.llm.client import _clients, client
from routing.llm.connection import Connection
from routing.llm.servers import detect_models, models_in_memory
from routing.types import ModelInfo
from tests.fakes.model_server import running

pytestmark = pytest.mark.django_db(transaction=True)

KNOWN = {"model_name": "echo", "server": "echo:"}


@pytest.fixture(autouse=True)
def seen_before(monkeypatch) -> None:
    """The models are known from memory."""
    monkeypatch.setattr(start, "models_in_memory", lambda: Catalogue((ModelInfo(*KNOWN.values()),)))


async def test_the_model_is_asked_before_the_page_is_told(alice, model, monkeypatch) -> None:
    told = []

    async def listen(what) -> None:
        told.append((type(what), len(model.requests), await Message.objects.acount()))

    monkeypatch.setattr(news, "_listeners", {listen: None})
    await begin(alice, **KNOWN)
    assert told[:2] == [(TurnBegun, 1, 2), (AnswerLaunched, 1, 2)]


@pytest.mark.parametrize("is_kept", [False, True])
async def test_the_request_is_out_by_then(alice, settings, monkeypatch, is_kept) -> None:
    monkeypatch.setattr(start, "models_in_memory", models_in_memory)
    told, out = [], []
    write = Connection.write

    async def noted(self, data, seconds) -> None:
        out.append(data.split(b" ")[1])
        await write(self, data, seconds)

    async def listen(what) -> None:
        if isinstance(what, TurnBegun):
            told.append(list(out))

    async with running() as (url, _):
        settings.LLM_BASE_URL = url
        await detect_models(fresh=True, patient=True)
        if not is_kept:
            await client().aclose()
            _clients.clear()
        monkeypatch.setattr(news, "_listeners", {listen: None})
        monkeypatch.setattr(Connection, "write", noted)
        await end_of(await begin(alice, model_name="fast:1b", server=url))
    assert told == [[b"/api/chat"]]


async def test_a_request_that_cannot_be_made_costs_no_words(alice, model, monkeypatch) -> None:
    real, failures = start.prepare_request, iter([OSError()])

    def fails_once(*args):
        for error in failures:
            raise error
        return real(*args)

    monkeypatch.setattr(start, "prepare_request", fails_once)
    turn = await begin(alice, "Hi", **KNOWN)
    assert turn.prepared is None
    assert await text_of(turn.question) == "Hi"
    assert (await end_of(turn)).status == "complete"


async def test_one_that_cannot_be_shown_is_followed_all_the_same(alice, model, monkeypatch) -> None:
    launched = []

    async def listen(what) -> None:
        if isinstance(what, TurnBegun):
            raise ZeroDivisionError
        launched.append(type(what))

    monkeypatch.setattr(news, "_listeners", {listen: None})
    with pytest.raises(ZeroDivisionError):
        await begin(alice, **KNOWN)
    assert launched == [AnswerLaunched]
    await counted()
    assert (await Generation.objects.aget()).status == "complete"
