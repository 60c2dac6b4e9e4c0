"""How many answers may begin, for a person and for a key."""

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from chatstudio import keys
from conversations.answering.turns import TooManyTurns
from conversations.models import Generation
from conversations.tests.scripted import never
from conversations.tests.talking import begin, talk
from routing.types import TextDelta

pytestmark = pytest.mark.django_db(transaction=True)


async def test_so_many_a_minute_and_when_to_come_back(alice, bob, model, settings) -> None:
    settings.TURNS_PER_MINUTE = 2
    await talk(bob)
    first = await talk(alice)
    await talk(alice)
    begun = timezone.now() - timedelta(seconds=40)
    await Generation.objects.filter(id=first.id).aupdate(created_at=begun)
    with pytest.raises(TooManyTurns) as refusal:
        await begin(alice)
    assert 19 <= refusal.value.retry_after <= 20
    assert "2 answers a minute" in str(refusal.value)
    await Generation.objects.filter(id=first.id).aupdate(created_at=begun - timedelta(seconds=21))
    assert (await talk(alice)).status == "complete"


async def test_no_limit_a_minute(alice, model, settings) -> None:
    settings.TURNS_PER_MINUTE = 0
    for _ in range(3):
        await talk(alice)


async def test_a_key_has_a_share_of_its_owners(alice, model) -> None:
    key, _ = await sync_to_async(keys.make)(alice, "Script", ["chat"], turns_per_minute=1)
    alice.came_with = key
    generation = await talk(alice)
    assert generation.api_key_id == key.id
    with pytest.raises(TooManyTurns, match="this API key"):
        await begin(alice)
    alice.came_with = None
    assert (await talk(alice)).api_key_id is None


async def test_a_key_so_many_at_once(alice, model) -> None:
    model.does(TextDelta("Well"), never())
    key, _ = await sync_to_async(keys.make)(alice, "Script", ["chat"], turns_at_once=1)
    alice.came_with = key
    await begin(alice)
    with pytest.raises(TooManyTurns) as refusal:
        await begin(alice)
    assert refusal.value.retry_after > 0


async def test_what_is_being_written_is_found_by_its_index(alice) -> None:
    rows = Generation.objects.of(alice.id)
    plan = await sync_to_async(rows.being_written().explain)()
    assert "generation_active" in plan
    minute = rows.filter(created_at__gt=timezone.now()).order_by()
    assert "generation_begun" in await sync_to_async(minute.explain)()
