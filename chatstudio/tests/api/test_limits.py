"""How many answers a person, and a key, may begin; also of many requests at the same moment."""

import asyncio
from collections import Counter

import pytest
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.db import connections

from chatstudio import keys
from chatstudio.models import ApiKey
from chatstudio.tests.api.asking import CONVERSATIONS, JSON, SEND, STREAM, bearer, refusal
from conftest import AsyncBrowser
from conversations.models import Conversation, Generation, Message
from conversations.tests.scripted import never
from routing.llm.servers import known_models
from routing.types import TextDelta

pytestmark = pytest.mark.django_db(transaction=True)

HI = {"message": "Hi"}


@pytest.fixture
def slow(model):
    """A model that says one word and then nothing."""
    model.does(TextDelta("Well"), never())
    return model


async def made(owner, **limits: int) -> dict[str, str]:
    """The header of a new key."""
    _, key = await sync_to_async(keys.make)(owner, "Backup", ["chat"], **limits)
    return bearer(key)


async def post(path: str, headers: dict[str, str] | None = None):
    return await AsyncBrowser().post(path, HI, content_type=JSON, headers=headers)


def wait_of(answer) -> int:
    refusal(answer, 429)
    return int(answer["Retry-After"])


async def test_a_person_has_so_many_answers_at_once(alice, slow, settings) -> None:
    settings.TURNS_AT_ONCE = 1
    assert (await post(STREAM)).status_code == 200
    refused = await post(STREAM)
    assert refusal(refused, 429)["code"] == "too_many_turns"
    assert 1 <= wait_of(refused) <= 60
    assert await Conversation.objects.acount() == 1


async def test_it_counts_for_the_person_whatever_they_come_with(alice, slow, settings) -> None:
    settings.TURNS_AT_ONCE = 2
    one, other = await made(alice), await made(alice)
    assert (await post(STREAM, one)).status_code == 200
    assert (await post(STREAM, other)).status_code == 200
    assert wait_of(await post(STREAM))


async def test_a_key_has_its_own_share_at_once(alice, slow, settings) -> None:
    settings.TURNS_AT_ONCE = 10
    narrow, wide = await made(alice, turns_at_once=1), await made(alice)
    assert (await post(STREAM, narrow)).status_code == 200
    refused = await post(STREAM, narrow)
    assert "this API key" in refusal(refused, 429)["message"]
    assert wait_of(refused)
    assert (await post(STREAM, wide)).status_code == 200
    assert (await post(STREAM)).status_code == 200


async def test_a_key_has_no_more_than_its_person(alice, slow, settings) -> None:
    settings.TURNS_AT_ONCE = 1
    generous = await made(alice, turns_at_once=50, turns_per_minute=1000)
    assert (await post(STREAM, generous)).status_code == 200
    assert "for you" in refusal(await post(STREAM, generous), 429)["message"]


async def test_a_person_begins_so_many_answers_a_minute(alice, model, settings) -> None:
    settings.TURNS_PER_MINUTE = 2
    for _ in range(2):
        assert (await post(SEND)).status_code == 200
    assert 50 <= wait_of(await post(SEND)) <= 60
    assert await Generation.objects.acount() == 2


async def test_a_key_begins_so_many_answers_a_minute(alice, model) -> None:
    narrow = await made(alice, turns_per_minute=1)
    assert (await post(SEND, narrow)).status_code == 200
    assert 50 <= wait_of(await post(SEND, narrow)) <= 60
    assert (await post(SEND)).status_code == 200


async def test_seeing_is_not_counted(alice, model) -> None:
    narrow = await made(alice, turns_per_minute=1)
    assert (await post(SEND, narrow)).status_code == 200
    for _ in range(3):
        assert (await AsyncBrowser().get(CONVERSATIONS, headers=narrow)).status_code == 200


async def test_a_key_that_is_revoked_meanwhile_begins_nothing(alice, model, monkeypatch) -> None:
    """Between looking at the key and beginning the answer there is time: a server is asked."""
    headers = await made(alice)

    async def slowly():
        await ApiKey.objects.all().adelete()
        return await known_models()

    monkeypatch.setattr("conversations.api.turns.known_models", slowly)
    assert "revoked" in refusal(await post(SEND, headers), 401)["message"]
    assert not await Message.objects.aexists()


async def at_the_same_moment(count: int, headers: dict[str, str] | None = None) -> Counter[int]:
    """Each request has a thread and a connection of its own, as in the server."""

    async def one() -> int:
        async with ThreadSensitiveContext():
            answer = await post(STREAM, headers)
            await sync_to_async(connections.close_all)()
            return answer.status_code

    return Counter(await asyncio.gather(*[one() for _ in range(count)]))


async def test_of_ten_at_the_same_moment_none_slips_through(alice, slow, settings) -> None:
    settings.TURNS_AT_ONCE = 3
    assert await at_the_same_moment(10) == {200: 3, 429: 7}
    assert await Message.objects.filter(role="user").acount() == 3


async def test_of_ten_with_a_key_none_slips_through(alice, slow, settings) -> None:
    settings.TURNS_AT_ONCE = 10
    assert await at_the_same_moment(10, await made(alice, turns_at_once=1)) == {200: 1, 429: 9}


async def test_of_ten_in_a_minute_none_slips_through(alice, slow, settings) -> None:
    settings.TURNS_AT_ONCE = 20
    headers = await made(alice, turns_per_minute=2)
    assert await at_the_same_moment(10, headers) == {200: 2, 429: 8}


async def test_of_ten_keys_at_the_same_moment_none_passes_the_limit(alice, monkeypatch) -> None:
    monkeypatch.setattr(keys, "MOST", 3)

    def make() -> bool:
        try:
            keys.make(alice, "Backup", ["read"])
        except keys.TooManyKeys:
            return False
        finally:
            connections.close_all()
        return True

    outcomes = await asyncio.gather(*[asyncio.to_thread(make) for _ in range(10)])
    assert sum(outcomes) == 3
