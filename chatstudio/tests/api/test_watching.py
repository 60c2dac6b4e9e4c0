"""A stream ends when the right to read it does."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from chatstudio import keys
from chatstudio.api import watching
from chatstudio.local import local_person
from chatstudio.models import ApiKey, User
from conversations.answering.generation import REGISTRY
from conversations.tests.api.asking import STREAM
from conversations.tests.scripted import Scripted, never
from routing.strategies import STRATEGIES
from routing.types import TextDelta

pytestmark = pytest.mark.django_db(transaction=True)

BODY = {"message": "Hi"}


@pytest.fixture
def silent(monkeypatch) -> Scripted:
    """A model that says one word and then nothing, asked about often."""
    monkeypatch.setattr(watching, "SECONDS", 0.05)
    scripted = Scripted()
    scripted.does(TextDelta("Well"), never())
    monkeypatch.setitem(STRATEGIES, "direct", scripted)
    return scripted


async def begun(aclient, person: User):
    _, key = await sync_to_async(keys.make)(person, "A program", ["chat"])
    headers = {"Authorization": f"Bearer {key}"}
    return await aclient.post(STREAM, BODY, content_type="application/json", headers=headers)


async def all_of(response) -> bytes:
    async with asyncio.timeout(30):
        return b"".join([bytes(piece) async for piece in response])


async def end_all() -> None:
    for live in list(REGISTRY.values()):
        live.stop()
        await live.wait()


async def test_a_revoked_key_reads_no_further_and_stops_nothing(aclient, silent) -> None:
    response = await begun(aclient, await sync_to_async(local_person)())
    await ApiKey.objects.all().adelete()
    read = await all_of(response)
    assert b"turn_started" in read
    assert b"event: finished" not in read
    assert len(REGISTRY) == 1
    await end_all()


async def test_a_deactivated_persons_stream_ends(aclient, silent) -> None:
    person = await User.objects.acreate(username="bob")
    response = await begun(aclient, person)
    await User.objects.filter(pk=person.pk).aupdate(is_active=False)
    assert b"event: finished" not in await all_of(response)
    await end_all()


async def test_who_may_still_read_reads_to_the_end(aclient, silent) -> None:
    response = await begun(aclient, await sync_to_async(local_person)())
    asyncio.get_running_loop().call_later(0.3, lambda: [g.stop() for g in REGISTRY.values()])
    assert b"event: finished" in await all_of(response)
