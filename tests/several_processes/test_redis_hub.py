"""The hub of one process and the hub of another, with a real Redis between them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

import pytest

from conversations.carrying import redis_link
from conversations.carrying.hub import Frame, Request, Subscription, Wish
from conversations.carrying.redis_hub import RedisHub
from tests.browser.cable import Cable

TOPIC = f"conversation:{uuid4()}"


@pytest.fixture(autouse=True)
def alone_on_this_redis(settings) -> None:
    """Whoever else tests there, in another worker or another checkout, has another key."""
    settings.SECRET_KEY = uuid4().hex


async def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def connected(*urls: str) -> AsyncIterator[list[RedisHub]]:
    async with AsyncExitStack() as stack:
        hubs = [RedisHub(url) for url in urls]
        for hub in hubs:
            stack.push_async_callback(hub.close)
            hub.open()
            await until(lambda hub=hub: hub._link.is_up)
        await asyncio.sleep(0.05)
        yield hubs


async def page_at(hub: RedisHub, *topics: str, tab: str = "") -> Subscription:
    page = Subscription(tab)
    hub.subscribe(page, *(topics or (TOPIC,)))
    await hub.carries(*(topics or (TOPIC,)))
    return page


async def knows_tab(hub: RedisHub, known: bool) -> None:
    """Redis hears of a tab, and of its end, a moment later."""
    async with asyncio.timeout(30):
        while await hub.has_tab(TOPIC, "tab-1") != known:
            await asyncio.sleep(0.01)


async def heard(page: Subscription, count: int) -> list[str]:
    await until(lambda: len(page._frames) >= count)
    return [frame.html for frame in page.take()]


async def test_a_page_at_another_process_gets_the_frames_in_their_order(redis_url) -> None:
    async with connected(redis_url, redis_url) as (here, there):
        page = await page_at(there)
        sent = [f"<p>{number} ä</p>" for number in range(100)]
        for html in sent:
            here.publish(TOPIC, Frame(html))
        assert await heard(page, 100) == sent


async def test_pages_of_the_same_process_get_each_frame_once_and_at_once(redis_url) -> None:
    async with connected(redis_url) as (here,):
        page = await page_at(here)
        here.publish(TOPIC, Frame("<p>"))
        assert [frame.html for frame in page.take()] == ["<p>"]
        await asyncio.sleep(0.1)
        assert page.take() == []


async def test_frames_keep_all_that_they_carry(redis_url) -> None:
    frames = [
        Frame(),
        Frame("<p>", revision=7, message=uuid4()),
        Frame("<p>", whole=uuid4()),
        Frame("half of a pair: \ud83d"),
    ]
    async with connected(redis_url, redis_url) as (here, there):
        page = await page_at(there)
        for frame in frames:
            here.publish(TOPIC, frame)
        await until(lambda: len(page._frames) == 4)
        assert page.take() == [*frames[:3], Frame("half of a pair: \ufffd")]


async def test_a_snapshot_comes_between_the_frames_that_it_contains_and_the_later_ones(
    redis_url,
) -> None:
    key = uuid4()
    async with connected(redis_url, redis_url) as (here, there):
        shown: list[str] = []

        def desk(request: Request) -> None:
            assert request == Request(Wish.SHOW, key, TOPIC)
            html = "".join(shown)
            here.publish(TOPIC, Frame(f"[{html}]", message=key, whole=key))

        here.serve(7, desk)
        await here.carries("process:7")
        page = await page_at(there)
        page.forget(0, set(), {key})
        for number in range(100):
            if number == 30:
                there.request(7, Request(Wish.SHOW, key, TOPIC))
            shown.append(f"{number} ")
            here.publish(TOPIC, Frame(f"{number} ", message=key))
            await asyncio.sleep(0.001)
        await until(lambda: bool(page._frames) and page._frames[-1].html == "99 ")
        first, *rest = [frame.html for frame in page.take()]
        assert first.startswith("[0 ")
        assert first.strip("[]") + "".join(rest) == "".join(shown)


async def test_a_process_knows_the_tabs_of_the_others(redis_url) -> None:
    async with connected(redis_url, redis_url) as (here, there):
        page = await page_at(there, tab="tab-1")
        await knows_tab(here, True)
        assert not await here.has_tab(TOPIC, "tab-2")
        assert not await here.has_tab("conversation:other", "tab-1")
        assert not await here.has_tab(TOPIC, "")
        there.unsubscribe(page, TOPIC)
        await knows_tab(here, False)


async def test_a_process_that_is_gone_has_no_tabs(redis_url) -> None:
    async with connected(redis_url) as (here,):
        async with connected(redis_url) as (there,):
            await page_at(there, tab="tab-1")
            await knows_tab(here, True)
        await knows_tab(here, False)


async def test_nothing_is_heard_of_what_nobody_here_follows(redis_url) -> None:
    async with connected(redis_url, redis_url) as (here, there):
        page = await page_at(there)
        there.unsubscribe(page, TOPIC)
        await until(lambda: len(there._channels._carried) == 1)
        assert not await here._link.is_heard(here._names([TOPIC])[0])
        again = await page_at(there)
        here.publish(TOPIC, Frame("<p>"))
        assert await heard(again, 1) == ["<p>"]


async def test_another_chat_studio_on_the_same_redis_is_not_heard(redis_url, settings) -> None:
    async with connected(redis_url) as (here,):
        settings.SECRET_KEY = "another one"
        async with connected(redis_url) as (stranger,):
            page = await page_at(stranger, "person:1")
            here.publish("person:1", Frame("<p>private</p>"))
            await asyncio.sleep(0.2)
            assert page.take() == []


async def test_a_process_that_joins_or_ends_makes_the_others_look_again(redis_url) -> None:
    async with connected(redis_url) as (here,):
        page = await page_at(here)
        assert not page.stale
        async with connected(redis_url) as (other,):
            await until(lambda: page.stale)
            page.stale = False
            await asyncio.to_thread(other.farewell)
            await until(lambda: page.stale)


async def test_rubbish_on_a_channel_is_logged_and_the_line_holds(redis_url, caplog) -> None:
    async with connected(redis_url, redis_url) as (here, there):
        page = await page_at(there)
        for body in (b"", b"{", b'["frame", 1, 2, 3, 4]', b'["request", "dance", "x", "y"]'):
            here._say(TOPIC, body)
        here.publish(TOPIC, Frame("<p>"))
        assert await heard(page, 1) == ["<p>"]
    assert len(caplog.records) == 4


async def test_after_a_gap_pages_on_both_sides_look_again(
    redis_url, redis_cable: Cable, monkeypatch, caplog
) -> None:
    monkeypatch.setattr(redis_link, "RETRY_SECONDS", 0.05)
    async with connected(redis_cable.url, redis_url) as (here, there):
        near, far = await page_at(here), await page_at(there)
        redis_cable.unplug()
        await until(lambda: not here._link.is_up)
        near.stale = False  # a busy machine may have had a gap before
        here.publish(TOPIC, Frame("<p>lost elsewhere</p>"))
        assert [frame.html for frame in near.take()] == ["<p>lost elsewhere</p>"]
        await asyncio.sleep(0.3)
        assert not near.stale
        redis_cable.plug_in()
        await until(lambda: near.stale and far.stale)
        near.stale = far.stale = False
        here.publish(TOPIC, Frame("<p>heard again</p>"))
        assert await heard(far, 1) == ["<p>heard again</p>"]
    levels = [(record.levelname, record.message.split(" at ")[0]) for record in caplog.records]
    assert levels == [("WARNING", "Redis")] * 2


async def test_without_redis_the_process_goes_on_alone(caplog) -> None:
    hub = RedisHub("redis://:secret@127.0.0.1:1")
    page = Subscription("tab-1")
    hub.subscribe(page, TOPIC)
    async with asyncio.timeout(1):
        await hub.carries(TOPIC)
        hub.publish(TOPIC, Frame("<p>"))
        assert [frame.html for frame in page.take()] == ["<p>"]
        assert await hub.has_tab(TOPIC, "tab-1")
        assert not await hub.has_tab(TOPIC, "tab-2")
        await until(lambda: bool(caplog.records))
    await hub.close()
    assert not hub._link._unsaid
    assert "secret" not in caplog.text


@pytest.mark.parametrize("url", ["redis://localhost:port", "http://localhost", "nonsense"])
async def test_an_address_that_is_none_is_a_warning(url, caplog) -> None:
    hub = RedisHub(url)
    hub.open()
    await until(lambda: bool(caplog.records))
    await hub.close()
    assert "REDIS_URL" in caplog.text


async def test_a_redis_that_hangs_is_noticed(redis_url, redis_cable: Cable, monkeypatch) -> None:
    monkeypatch.setattr(redis_link, "PULSE_SECONDS", 0.1)
    monkeypatch.setattr(redis_link, "SILENCE_SECONDS", 1.0)
    async with connected(redis_cable.url) as (here,):
        await asyncio.sleep(1.5)
        assert here._link.is_up
        monkeypatch.setattr(RedisHub, "heard", lambda *args: None)
        monkeypatch.setattr(here._link, "say", lambda *args: None)
        await until(lambda: not here._link.is_up)
