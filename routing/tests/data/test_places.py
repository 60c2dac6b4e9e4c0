"""The few places for work on data: a share for each person and each API key, one kept for somebody
else. Places are taken here without any work in them."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from routing.data.errors import TooManyQueries
from routing.data.places import (
    AT_ONCE,
    FOR_A_PERSON,
    WAITING_FOR_A_KEY,
    WAITING_FOR_A_PERSON,
    Asker,
    Places,
)

ALICE, BOB, CAROL, DORA = (Asker(number) for number in range(4))


class Works:
    """Work that goes on until it is told to end."""

    def __init__(self, places: Places) -> None:
        self.places, self.begun, self.ends, self.tasks = places, [], [], []

    async def begin(self, asker: Asker) -> bool:
        """Whether it has a place."""
        end = asyncio.Event()
        self.ends.append(end)
        task = asyncio.create_task(self._work(asker, len(self.tasks), end))
        self.tasks.append(task)
        for _ in range(3):
            await asyncio.sleep(0)
        if task.done():
            task.result()
        return len(self.tasks) - 1 in self.begun

    async def _work(self, asker: Asker, number: int, end: asyncio.Event) -> None:
        async with self.places.one_for(asker):
            self.begun.append(number)
            await end.wait()

    async def end(self, number: int) -> None:
        self.ends[number].set()
        await self.tasks[number]
        await asyncio.sleep(0)


@pytest.fixture
def works() -> Works:
    return Works(Places())


async def test_one_person_never_has_all_of_them(works) -> None:
    begun = [await works.begin(ALICE) for _ in range(AT_ONCE)]
    assert begun.count(True) == FOR_A_PERSON < AT_ONCE
    assert await works.begin(BOB)
    assert await works.begin(CAROL)


async def test_a_second_place_leaves_one_for_somebody_else(works) -> None:
    for asker in (ALICE, BOB, CAROL):
        assert await works.begin(asker)
    assert not await works.begin(ALICE)
    assert await works.begin(DORA)


async def test_who_has_none_comes_before_who_has_one(works) -> None:
    for asker in (ALICE, BOB, CAROL, DORA):
        assert await works.begin(asker)
    assert not await works.begin(ALICE)
    assert not await works.begin(Asker(9))
    await works.end(1)
    assert works.begun[-1] == 5


async def test_a_key_has_less_than_its_owner(works) -> None:
    key = Asker(ALICE.person, 7)
    assert await works.begin(key)
    assert not await works.begin(key)
    assert await works.begin(ALICE)


async def test_beyond_what_may_wait_it_is_refused(works) -> None:
    for _ in range(FOR_A_PERSON + WAITING_FOR_A_PERSON):
        await works.begin(ALICE)
    with pytest.raises(TooManyQueries, match="for you already"):
        await works.begin(ALICE)
    assert await works.begin(BOB)


async def test_so_is_what_comes_with_one_key(works) -> None:
    key = Asker(ALICE.person, 7)
    for _ in range(1 + WAITING_FOR_A_KEY):
        await works.begin(key)
    with pytest.raises(TooManyQueries, match="this API key"):
        await works.begin(key)


async def test_work_in_the_background_waits_as_long_as_it_has_to(works) -> None:
    patient = Asker(ALICE.person, is_patient=True)
    for _ in range(20):
        await works.begin(patient)
    assert len(works.begun) == FOR_A_PERSON
    for number in range(18):
        await works.end(works.begun[number])
    assert len(works.begun) == 20


async def test_who_goes_away_while_waiting_leaves_no_place_taken(works) -> None:
    for _ in range(FOR_A_PERSON + 1):
        await works.begin(ALICE)
    works.tasks[-1].cancel()
    await asyncio.sleep(0)
    await works.end(0)
    assert await works.begin(ALICE)


async def test_who_went_away_a_moment_before_their_turn(works) -> None:
    async with works.places.one_for(ALICE):
        async with works.places.one_for(ALICE):
            await works.begin(ALICE)
            works.tasks[-1].cancel()
        await asyncio.gather(works.tasks[-1], return_exceptions=True)
        assert works.places.taken == [ALICE]
    assert works.places.taken == []


async def test_who_goes_away_at_the_very_moment_of_their_turn(works) -> None:
    async with AsyncExitStack() as held:
        for _ in range(FOR_A_PERSON):
            await held.enter_async_context(works.places.one_for(ALICE))
        await works.begin(ALICE)
    works.tasks[-1].cancel()
    await asyncio.gather(works.tasks[-1], return_exceptions=True)
    assert works.places.taken == []
