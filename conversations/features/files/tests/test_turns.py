"""One person's slow files leave a thread for somebody else's."""

import asyncio
from collections import Counter
from threading import Event

from conversations.features.files import receiving


async def test_one_file_of_a_person_is_read_at_a_time() -> None:
    let_go, begun = Event(), Counter[int]()

    def read(person_id: int) -> None:
        begun[person_id] += 1
        let_go.wait(5)

    hers = [asyncio.create_task(receiving._read_in_turn(1, read, 1)) for _ in range(4)]
    await asyncio.sleep(0)
    his = asyncio.create_task(receiving._read_in_turn(2, read, 2))
    while begun[2] == 0:
        await asyncio.sleep(0.01)
    assert begun == {1: 1, 2: 1}
    let_go.set()
    await asyncio.gather(*hers, his)
    assert begun[1] == 4


async def test_who_goes_away_keeps_their_turn_until_the_file_is_read() -> None:
    let_go, begun = Event(), Counter[int]()

    def read(number: int) -> None:
        begun[number] += 1
        let_go.wait(5)

    first = asyncio.create_task(receiving._read_in_turn(1, read, 1))
    while begun[1] == 0:
        await asyncio.sleep(0.01)
    first.cancel()
    await asyncio.wait([first])
    second = asyncio.create_task(receiving._read_in_turn(1, read, 2))
    his = asyncio.create_task(receiving._read_in_turn(2, read, 3))
    while begun[3] == 0:
        await asyncio.sleep(0.01)
    assert begun[2] == 0
    let_go.set()
    await asyncio.gather(second, his)
    assert begun[2] == 1
