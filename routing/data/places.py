"""Who may work on data at the moment: each child may take its whole limit of memory, so there are
few places, and nobody takes a second one that would leave none for somebody else."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from routing.data.errors import TooManyQueries

AT_ONCE = 4
FOR_A_PERSON = 2
FOR_A_KEY = 1
WAITING_FOR_A_PERSON = 6
WAITING_FOR_A_KEY = 3


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom, and through which API key if it is a program. Work in the background waits as long
    as it has to; a question that would have to wait behind many of one's own is refused."""

    person: int | None = None
    key: int | None = None
    is_patient: bool = False


NOBODY = Asker()


@dataclass(eq=False)
class Waiting:
    asker: Asker
    turn: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Places:
    def __init__(self) -> None:
        self.taken: list[Asker] = []
        self.waiting: list[Waiting] = []

    @asynccontextmanager
    async def one_for(self, asker: Asker) -> AsyncIterator[None]:
        if self._may_begin(asker):
            self.taken.append(asker)
        else:
            await self._wait(asker)
        try:
            yield
        finally:
            self._leave(asker)

    def _may_begin(self, asker: Asker) -> bool:
        free = AT_ONCE - len(self.taken)
        own = [one for one in self.taken if one.person == asker.person]
        by_key = [one for one in own if asker.key is not None and one.key == asker.key]
        if len(own) >= FOR_A_PERSON or len(by_key) >= FOR_A_KEY:
            return False
        return free > (1 if own else 0)  # a second one leaves a place for somebody else

    async def _wait(self, asker: Asker) -> None:
        if not asker.is_patient:
            self._refuse_if_too_many(asker)
        one = Waiting(asker)
        self.waiting.append(one)
        try:
            await one.turn
        except asyncio.CancelledError:
            if one in self.waiting:
                self.waiting.remove(one)
            elif not one.turn.cancelled():  # its turn had come at this very moment
                self._leave(asker)
            raise

    def _refuse_if_too_many(self, asker: Asker) -> None:
        own = [one.asker for one in self.waiting if one.asker.person == asker.person]
        by_key = [one for one in own if asker.key is not None and one.key == asker.key]
        if len(by_key) >= WAITING_FOR_A_KEY:
            raise TooManyQueries("this API key")
        if len([one for one in own if not one.is_patient]) >= WAITING_FOR_A_PERSON:
            raise TooManyQueries("you")

    def _leave(self, asker: Asker) -> None:
        self.taken.remove(asker)
        have = Counter(one.person for one in self.taken)
        for one in sorted(self.waiting, key=lambda one: have[one.asker.person]):
            if self._may_begin(one.asker):
                self.waiting.remove(one)
                if not one.turn.done():
                    self.taken.append(one.asker)
                    one.turn.set_result(None)


_places: WeakKeyDictionary[asyncio.AbstractEventLoop, Places] = WeakKeyDictionary()


def places() -> Places:
    return _places.setdefault(asyncio.get_running_loop(), Places())
