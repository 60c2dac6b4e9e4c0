"""Whoever asks goes away in the worst moment: what was begun is written to its end."""

import asyncio
import time

import pytest

from conversations.answering.turns import again, regenerate_answer, start
from conversations.models import Generation, Message
from conversations.showing import pages
from conversations.tests.talking import SOON, begin, talk

pytestmark = pytest.mark.django_db(transaction=True)


async def goes_away(monkeypatch, module, name: str, asked) -> None:
    """Cancels the asker while its rows are being written, in a thread that goes on."""
    real, began = getattr(module, name), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slowly(*args):
        loop.call_soon_threadsafe(began.set)
        time.sleep(0.1)
        return real(*args)

    monkeypatch.setattr(module, name, slowly)
    task = asyncio.create_task(asked())
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def all_end(count: int) -> None:
    async with asyncio.timeout(SOON):
        while await Generation.objects.filter(status="complete").acount() < count:
            await asyncio.sleep(0.01)


async def test_a_turn_is_answered_all_the_same(alice, model, monkeypatch) -> None:
    await goes_away(monkeypatch, start, "_open_turn", lambda: begin(alice))
    await all_end(1)


async def test_another_answer_too(alice, model, monkeypatch) -> None:
    await talk(alice)
    answer = await Message.objects.select_related("conversation", "parent").aget(role="assistant")
    await goes_away(monkeypatch, again, "_open_retry", lambda: regenerate_answer(alice, answer))
    await all_end(2)


async def test_a_page_that_cannot_be_shown_takes_no_answer_along(alice, model, monkeypatch) -> None:
    await talk(alice)
    answer = await Message.objects.select_related("conversation", "parent").aget(role="assistant")
    monkeypatch.setattr(pages, "fresh_picture", lambda conversation: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        await regenerate_answer(alice, answer)
    await all_end(2)
