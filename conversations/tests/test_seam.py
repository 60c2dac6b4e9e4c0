"""The seam: a body in one thread, once, and what it leaves told on the loop afterwards."""

import asyncio
import threading
from inspect import signature

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction
from django.http import HttpRequest

from conversations.answering import news, services
from conversations.answering.news import AnswerLaunched, SidebarChanged
from conversations.answering.seam import in_one_thread, in_thread, leave, with_models
from conversations.carrying.hub import Subscription, hub, person_topic
from conversations.models import Generation
from conversations.tests.talking import SOON, begin, until
from routing.llm.catalogue import Catalogue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told(monkeypatch) -> list[tuple[int, threading.Thread]]:
    """The news of sidebars, and where they were told."""
    heard: list[tuple[int, threading.Thread]] = []

    async def listener(what) -> None:
        asyncio.get_running_loop()
        heard.append((what.person_id, threading.current_thread()))

    monkeypatch.setattr(news, "_listeners", {listener: None})
    return heard


async def test_what_is_left_is_told_on_the_loop_in_order(told) -> None:
    def body() -> str:
        leave(SidebarChanged(1))
        leave(SidebarChanged(2))
        assert told == []
        return "done"

    assert await in_thread(body) == "done"
    here = threading.current_thread()
    assert told == [(1, here), (2, here)]


async def test_rows_that_are_rolled_back_are_no_news(told) -> None:
    def body() -> None:
        with transaction.atomic():
            leave(SidebarChanged(1))
            raise ValueError("on the way")

    with pytest.raises(ValueError, match="on the way"):
        await in_thread(body)
    assert told == []


async def test_rows_that_were_committed_are_news_whatever_follows(told) -> None:
    def body() -> None:
        with transaction.atomic():
            leave(SidebarChanged(1))
        raise ValueError("on the way")

    with pytest.raises(ValueError, match="on the way"):
        await in_thread(body)
    assert [person_id for person_id, _ in told] == [1]


async def test_who_goes_away_takes_no_news_along(told) -> None:
    goes_on = threading.Event()

    def body() -> None:
        goes_on.wait(30)
        leave(SidebarChanged(1))

    task = asyncio.create_task(in_thread(body))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert told == []
    goes_on.set()
    await until(lambda: told == [(1, threading.current_thread())])


async def test_two_bodies_side_by_side_leave_their_own(told) -> None:
    both = (in_thread(leave, SidebarChanged(n)) for n in (1, 2))
    await asyncio.gather(*both)
    assert sorted(person_id for person_id, _ in told) == [1, 2]


async def test_in_a_plain_thread_of_the_server_it_is_told_at_once_on_the_loop(told) -> None:
    await sync_to_async(leave)(SidebarChanged(1))
    assert told == [(1, threading.current_thread())]


def test_in_a_command_it_is_told_at_once(told) -> None:
    leave(SidebarChanged(1))
    assert [person_id for person_id, _ in told] == [1]


def test_a_service_called_in_a_command_finds_no_page(conversation) -> None:
    services.rename(conversation, "Warm houses")
    conversation.refresh_from_db()
    assert conversation.title == "Warm houses"


async def test_a_page_hears_of_a_door_that_is_sync(alice, conversation, aclient) -> None:
    page = Subscription()
    hub.subscribe(page, person_topic(alice.id))
    await aclient.post(f"/chat/{conversation.public_id}/pin/")
    assert len(page.take()) == 1
    hub.unsubscribe(page, person_topic(alice.id))


async def test_a_door_keeps_its_name_and_finds_the_models_before() -> None:
    catalogue = Catalogue(())

    async def find() -> Catalogue:
        return catalogue

    @with_models(find)
    def door(request: HttpRequest, catalogue: Catalogue, key: int) -> tuple[Catalogue, int]:
        return catalogue, key

    assert door.__name__ == "door"
    assert list(signature(door).parameters) == ["request", "key"]
    assert await door(HttpRequest(), key=3) == (catalogue, 3)


async def test_a_body_runs_in_one_thread() -> None:
    @in_one_thread
    def door(number: int) -> tuple[int, threading.Thread]:
        return number, threading.current_thread()

    number, where = await door(3)
    assert number == 3
    assert where is not threading.current_thread()


async def test_a_listener_that_fails_takes_nothing_else_along(monkeypatch) -> None:
    heard: list[int] = []

    async def listener(what: SidebarChanged) -> None:
        if what.person_id == 1:
            raise RuntimeError("no page can be made of it")
        heard.append(what.person_id)

    def body() -> str:
        leave(SidebarChanged(1))
        leave(SidebarChanged(2))
        return "done"

    monkeypatch.setattr(news, "_listeners", {listener: None})
    assert await in_thread(body) == "done"
    assert heard == [2]


async def test_an_answer_that_cannot_be_shown_is_written_all_the_same(
    alice, model, monkeypatch
) -> None:
    async def listener(what: object) -> None:
        if isinstance(what, AnswerLaunched):
            raise RuntimeError("no page can be made of it")

    monkeypatch.setattr(news, "_listeners", {listener: None})
    with pytest.raises(RuntimeError):
        await begin(alice)
    async with asyncio.timeout(SOON):
        while not await Generation.objects.filter(status="complete").aexists():
            await asyncio.sleep(0.01)
