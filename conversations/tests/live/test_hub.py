"""Frames on their way to pages: bounded, and what a page knows already is dropped."""

import os
import subprocess
import sys
from uuid import uuid4

import pytest
from django.conf import settings

from conversations.carrying.hub import Frame, Hub, Subscription


def holding(*frames: Frame) -> Subscription:
    subscription = Subscription()
    for frame in frames:
        subscription.push(frame)
    return subscription


def test_a_subscriber_gets_the_frames_of_its_topics_alone() -> None:
    hub, page = Hub(), Subscription()
    hub.subscribe(page, "conversation:1", "person:1")
    for topic in ("conversation:1", "conversation:2", "person:1"):
        hub.publish(topic, Frame(topic))
    assert [frame.html for frame in page.take()] == ["conversation:1", "person:1"]


def test_every_tab_gets_its_own_copy() -> None:
    hub, tabs = Hub(), [Subscription(), Subscription()]
    for tab in tabs:
        hub.subscribe(tab, "conversation:1")
    hub.publish("conversation:1", Frame("<p>"))
    assert [tab.take() for tab in tabs] == [[Frame("<p>")]] * 2


def test_who_has_left_gets_nothing_and_leaves_nothing() -> None:
    hub, page = Hub(), Subscription()
    hub.subscribe(page, "conversation:1")
    hub.unsubscribe(page, "conversation:1")
    hub.publish("conversation:1", Frame("<p>"))
    assert page.take() == []
    assert not hub._topics


def test_publishing_to_nobody_leaves_nothing() -> None:
    hub = Hub()
    hub.publish("conversation:1", Frame("<p>"))
    assert not hub._topics


def test_a_full_slot_is_emptied_and_stale() -> None:
    page = holding(*[Frame("<p>")] * (Subscription.LIMIT + 1))
    assert page.stale
    assert page.take() == []


def test_a_stale_slot_collects_nothing_more() -> None:
    page = holding(*[Frame("<p>")] * (10 * Subscription.LIMIT))
    assert page.take() == []


def test_a_slot_holds_up_to_its_limit() -> None:
    page = holding(*[Frame("<p>")] * Subscription.LIMIT)
    assert not page.stale
    assert len(page.take()) == Subscription.LIMIT


def test_a_slot_that_overflows_while_a_picture_is_taken_stays_stale() -> None:
    page = holding(*[Frame("<p>")] * (Subscription.LIMIT + 1))
    page.forget(revision=1, messages=set())
    assert page.stale


def test_appends_that_the_picture_contains_are_dropped() -> None:
    old, same, new = (Frame("<p>", revision=number) for number in (4, 5, 6))
    page = holding(old, same, new)
    page.forget(revision=5, messages=set())
    assert page.take() == [new]


def test_blocks_of_an_answer_that_the_picture_contains_are_dropped() -> None:
    shown, other = uuid4(), uuid4()
    page = holding(Frame("<p>", message=shown), Frame("<b>", message=other))
    page.forget(revision=5, messages={shown})
    assert page.take() == [Frame("<b>", message=other)]


def test_an_answer_newer_than_the_picture_keeps_its_blocks() -> None:
    key = uuid4()
    append, block = Frame("<article>", revision=6, message=key), Frame("<p>", message=key)
    page = holding(append, block)
    page.forget(revision=5, messages={key})
    assert page.take() == [append, block]


def test_news_of_the_sidebar_are_kept() -> None:
    page = holding(Frame())
    page.forget(revision=5, messages={uuid4()})
    assert page.take() == [Frame()]


def test_an_awaited_answer_shows_nothing_before_its_snapshot() -> None:
    key = uuid4()
    page = holding(Frame("<p>0", message=key))
    page.forget(revision=5, messages=set(), awaited={key})
    page.push(Frame("<p>1", message=key))
    snapshot, later = Frame("<article>", message=key, whole=key), Frame("<p>2", message=key)
    page.push(snapshot)
    page.push(later)
    assert page.take() == [snapshot, later]


def test_a_snapshot_is_for_those_alone_who_await_it() -> None:
    key = uuid4()
    assert holding(Frame("<article>", message=key, whole=key)).take() == []


def test_an_answer_that_nobody_writes_is_awaited_no_longer() -> None:
    key = uuid4()
    page = holding()
    page.forget(revision=5, messages=set(), awaited={key})
    page.push(Frame(message=key, whole=key))
    block = Frame("<p>", message=key)
    page.push(block)
    assert page.take() == [block]


def test_the_end_of_an_awaited_answer_is_shown_and_a_continuation_after_it() -> None:
    key = uuid4()
    page = holding()
    page.forget(revision=5, messages=set(), awaited={key})
    end, block = Frame("<article>", whole=key), Frame("<p>", message=key)
    page.push(end)
    page.push(block)
    assert page.take() == [end, block]


def test_what_was_lost_on_the_way_makes_pages_stale() -> None:
    hub, page, other = Hub(), holding(Frame("<p>")), Subscription()
    hub.subscribe(page, "conversation:1")
    hub.subscribe(other, "conversation:2")
    hub.missed("conversation:1")
    assert (page.stale, page.take(), other.stale) == (True, [], False)
    hub.missed()
    assert other.stale


async def test_the_hub_knows_which_tab_hears_a_topic() -> None:
    hub = Hub()
    hub.subscribe(Subscription("tab-1"), "conversation:1")
    assert await hub.has_tab("conversation:1", "tab-1")
    assert not await hub.has_tab("conversation:1", "tab-2")
    assert not await hub.has_tab("conversation:2", "tab-1")


async def test_a_page_without_a_name_is_no_tab() -> None:
    hub = Hub()
    hub.subscribe(Subscription(""), "conversation:1")
    assert not await hub.has_tab("conversation:1", "")


@pytest.mark.process
def test_one_process_alone_loads_nothing_of_redis() -> None:
    look = "import django, sys; django.setup(); import conversations.consumers; "
    look += "print('redis' in sys.modules)"
    env = {"DJANGO_SETTINGS_MODULE": "chatstudio.settings", "ENV_FILE": os.devnull}
    done = subprocess.run(
        [sys.executable, "-c", look], env=env, cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert done.stdout.strip() == "False", done.stderr
