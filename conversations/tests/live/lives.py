"""Live generations without rows: a source that the test writes, and what its followers hear."""

import asyncio
from collections.abc import AsyncGenerator
from uuid import uuid4

from conversations.answering.generation import Follower, LiveGeneration
from conversations.answering.transcript import Transcript
from conversations.tests.scripted import Step, played
from routing.types import Event, Finished, TextDelta


class Saving:
    """Stands for the row: notes what was saved, and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.attempts = 0
        self.saved: list[Finished] = []

    async def __call__(self, live: LiveGeneration, finished: Finished) -> None:
        self.attempts += 1
        await asyncio.sleep(0)
        if self.attempts <= self.failures:
            raise OSError("the disk is full")
        self.saved.append(finished)


def live_of(*steps: Step, saving: Saving | None = None) -> LiveGeneration:
    return LiveGeneration(uuid4(), uuid4(), played(list(steps)), saving or Saving(), Transcript())


async def heard_by(follower: Follower, until_silence: float = 0.02) -> list[Event]:
    """All that this follower is told, until a Finished and a moment longer."""
    heard: list[Event] = []
    async with asyncio.timeout(30):
        while not ends_of(heard):
            await follower.wait()
            heard += [event for _, event in follower.take()]
    await asyncio.sleep(until_silence)
    return heard + [event for _, event in follower.take()]


def ends_of(events: list[Event]) -> list[Finished]:
    return [event for event in events if isinstance(event, Finished)]


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def unclosed(noted: list[str]) -> AsyncGenerator[Event]:
    """A source that notes when it is closed."""
    try:
        yield TextDelta("Half")
        await asyncio.Event().wait()
    finally:
        noted.append("closed")
