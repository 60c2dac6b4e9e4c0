"""Turns from their beginning to their end."""

import asyncio
from collections.abc import Callable
from typing import Any

from chatstudio.models import User
from conversations.answering import runner, turns
from conversations.answering.generation import LiveGeneration
from conversations.models import Conversation, Generation, Message
from conversations.showing.streamer import STREAMERS

SOON = 30.0


async def begin(
    person: User, text: str = "Hi", conversation: Conversation | None = None, **wanted: Any
) -> turns.Turn:
    return await turns.start_turn(person, conversation, turns.TurnInput(text, **wanted))


async def end_of(turn: turns.Turn) -> Generation:
    """The generation when it has ended and every page was told."""
    live = LiveGeneration.get(turn.generation.public_id)
    if live is not None:
        async with asyncio.timeout(SOON):
            await live.wait()
    await until(lambda: turn.answer.public_id not in STREAMERS)
    await until(lambda: turn.generation not in [row for row, _ in runner.ended])
    return await generation(turn)


async def generation(turn: turns.Turn) -> Generation:
    rows = Generation.objects.select_related("message__conversation")
    return await rows.aget(id=turn.generation.id)


async def counted() -> None:
    """Whoever counts generations has been told of all that have ended."""
    await until(lambda: not (runner.rows_of_live or runner.ended))


async def talk(
    person: User, text: str = "Hi", conversation: Conversation | None = None, **wanted: Any
) -> Generation:
    return await end_of(await begin(person, text, conversation, **wanted))


async def text_of(message: Message) -> str:
    rows = message.parts.filter(kind="text").order_by("position")
    return "".join([part.content async for part in rows])


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON):
        while not condition():
            await asyncio.sleep(0.005)
