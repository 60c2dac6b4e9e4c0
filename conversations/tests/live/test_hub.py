"""Frames on their way to pages: bounded, and what a page knows already is dropped."""

from uuid import uuid4

from conversations.live.hub import Frame, Hub, Subscription


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


def test_a_fresh_picture_ends_staleness() -> None:
    page = holding(*[Frame("<p>")] * (Subscription.LIMIT + 1))
    page.forget(revision=1, messages=set())
    page.push(Frame("<b>"))
    assert page.take() == [Frame("<b>")]


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


def test_the_hub_knows_which_tab_hears_a_topic() -> None:
    hub = Hub()
    hub.subscribe(Subscription("tab-1"), "conversation:1")
    assert hub.has_tab("conversation:1", "tab-1")
    assert not hub.has_tab("conversation:1", "tab-2")
    assert not hub.has_tab("conversation:2", "tab-1")


def test_a_page_without_a_name_is_no_tab() -> None:
    hub = Hub()
    hub.subscribe(Subscription(""), "conversation:1")
    assert not hub.has_tab("conversation:1", "")
