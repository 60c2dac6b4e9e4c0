"""The list of conversations: order, days, pages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from conversations.models import Conversation
from conversations.showing import frames
from conversations.showing.sidebar import PAGE, day_label, seen_in, sidebar_for
from conversations.tests.rows import conversation_of, say

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)


def titles(sidebar) -> list[str]:
    return [item.title for group in sidebar.groups for item in group.items]


def all_pages(person) -> list[str]:
    sidebar = sidebar_for(person)
    seen = titles(sidebar)
    while sidebar.next_cursor:
        sidebar = sidebar_for(person, after=sidebar.next_cursor)
        seen += titles(sidebar)
    return seen


def many(owner, count: int, step: timedelta) -> list[str]:
    """Titles, newest first."""
    now = timezone.now()
    Conversation.objects.bulk_create(
        Conversation(owner=owner, title=f"Chat {n}", last_message_at=now - n * step)
        for n in range(count)
    )
    return [f"Chat {n}" for n in range(count)]


def test_the_newest_comes_first(alice) -> None:
    for hours, title in ((3, "Old"), (1, "New"), (2, "Middle")):
        conversation_of(alice, timezone.now() - timedelta(seconds=hours), title=title)
    assert titles(sidebar_for(alice)) == ["New", "Middle", "Old"]


def test_pinned_conversations_stand_above_all(alice) -> None:
    conversation_of(alice, title="New")
    old = timezone.now() - timedelta(days=400)
    conversation_of(alice, old, title="Pinned one", is_pinned=True)
    sidebar = sidebar_for(alice)
    assert sidebar.groups[0].label == "Pinned"
    assert titles(sidebar) == ["Pinned one", "New"]


@pytest.mark.parametrize("hidden", ["is_archived", "deleted_at"])
def test_archived_and_deleted_conversations_are_not_listed(alice, hidden: str) -> None:
    value = timezone.now() if hidden == "deleted_at" else True
    conversation_of(alice, **{hidden: value})
    assert sidebar_for(alice).groups == []


def test_bobs_conversations_are_not_alices(alice, bob) -> None:
    conversation_of(bob)
    assert sidebar_for(alice).groups == []


@pytest.mark.parametrize("count", [0, 1, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE, 2 * PAGE + 1])
def test_pages_have_neither_holes_nor_doubles(alice, count: int) -> None:
    expected = many(alice, count, timedelta(microseconds=1))
    assert all_pages(alice) == expected


def test_pages_go_on_within_one_and_the_same_moment(alice) -> None:
    expected = many(alice, 3 * PAGE, timedelta(0))
    assert all_pages(alice) == expected[::-1]  # the higher id is the newer one


def test_a_new_conversation_between_two_pages_moves_nothing(alice) -> None:
    expected = many(alice, 2 * PAGE, timedelta(seconds=1))
    first = sidebar_for(alice)
    conversation_of(alice, title="Just now")
    second = sidebar_for(alice, after=first.next_cursor)
    assert titles(first) + titles(second) == expected


def test_pinned_conversations_are_listed_once(alice) -> None:
    many(alice, PAGE + 5, timedelta(seconds=1))
    conversation_of(alice, title="Pinned one", is_pinned=True)
    assert all_pages(alice).count("Pinned one") == 1


@pytest.mark.parametrize(
    "cursor",
    ["x", "1_", "_1", "nan_1", "inf_1", "1e300_1", "-1e300_1", "1_x", "1_2_3", "\x00_\x00"],
)
def test_an_unreadable_cursor_starts_from_the_top(alice, cursor: str) -> None:
    conversation_of(alice, title="Heat pumps")
    assert titles(sidebar_for(alice, after=cursor)) == ["Heat pumps"]


def test_a_cursor_with_a_huge_id_is_no_error(alice) -> None:
    conversation_of(alice)
    sidebar_for(alice, after=f"{NOW.timestamp()}_{10**40}")


@pytest.mark.parametrize(
    ("age", "label"),
    [
        (timedelta(hours=-1), "Today"),
        (timedelta(0), "Today"),
        (timedelta(hours=12), "Today"),
        (timedelta(hours=13), "Yesterday"),
        (timedelta(days=2), "Previous 7 days"),
        (timedelta(days=7), "Previous 7 days"),
        (timedelta(days=8), "Previous 30 days"),
        (timedelta(days=30), "Previous 30 days"),
        (timedelta(days=31), "February 2026"),
        (timedelta(days=365), "March 2025"),
    ],
)
def test_days_have_names(age: timedelta, label: str) -> None:
    assert day_label(NOW - age, NOW.date()) == label


def test_days_are_those_of_the_persons_time_zone() -> None:
    late = datetime(2026, 3, 14, 23, 30, tzinfo=UTC)
    with timezone.override("Europe/Vienna"):
        assert day_label(late, NOW.date()) == "Today"
    with timezone.override("UTC"):
        assert day_label(late, NOW.date()) == "Yesterday"


def test_each_day_is_one_group(alice) -> None:
    for days in (0, 0, 1, 1, 40):
        conversation_of(alice, timezone.now() - timedelta(days=days))
    labels = [group.label for group in sidebar_for(alice).groups]
    assert labels[:2] == ["Today", "Yesterday"]
    assert len(labels) == len(set(labels)) == 3


def test_a_conversation_that_is_being_answered_is_marked(alice, conversation) -> None:
    say(conversation, "assistant", "", "generating")
    (group,) = sidebar_for(alice, conversation.public_id).groups
    assert group.items[0].mark == "writing"
    assert group.items[0].is_current


@pytest.mark.parametrize(
    ("status", "is_unread", "mark"),
    [
        ("complete", False, ""),
        ("complete", True, "unread"),
        ("stopped", True, "unread"),
        ("failed", True, "failed"),
        ("failed", False, ""),
        ("waiting", True, "writing"),
        ("generating", False, "writing"),
        ("awaiting_approval", False, "decision"),
        ("awaiting_approval", True, "decision"),
    ],
)
def test_what_is_to_be_seen_is_marked(alice, conversation, status, is_unread, mark) -> None:
    say(conversation, "assistant", "Yes.", status)
    Conversation.objects.update(unread_since=NOW if is_unread else None)
    before = sidebar_for(alice)
    assert [item.mark for group in before.groups for item in group.items] == [mark]


def test_an_item_that_is_marked_says_so_in_words(alice, conversation) -> None:
    say(conversation, "assistant", "", "awaiting_approval")
    assert "(waits for your decision)" in frames.sidebar_list(sidebar_for(alice))


def test_a_conversation_takes_350_bytes_of_the_list(alice) -> None:
    now = timezone.now()
    Conversation.objects.bulk_create(
        Conversation(owner=alice, title=f"A heat pump in an old house {n:02}", last_message_at=now)
        for n in range(PAGE)
    )
    assert len(frames.sidebar_list(sidebar_for(alice)).encode()) <= 350 * PAGE


def test_the_digest_changes_with_what_is_shown(alice, conversation) -> None:
    before = sidebar_for(alice).digest
    assert sidebar_for(alice).digest == before
    Conversation.objects.update(title="Renamed")
    assert sidebar_for(alice).digest != before


def test_the_same_few_queries_for_any_number(alice, django_assert_num_queries) -> None:
    many(alice, 200, timedelta(seconds=1))
    with django_assert_num_queries(2):
        sidebar_for(alice)


@pytest.fixture
def no_zone_is_known(settings):
    settings.TIME_ZONE = "UTC"
    seen_in.clear()
    yield
    seen_in.clear()


@pytest.mark.parametrize(
    ("zone", "label"),
    [
        ("Pacific/Kiritimati", "Yesterday"),
        ("Pacific/Honolulu", "Yesterday"),
        ("America/New_York", "Today"),
        ("", "Today"),
        ("Mars/Olympus", "Today"),
        ("../../etc/passwd", "Today"),
        ("Europe", "Today"),
        ("a" * 5000, "Today"),
        ("x\0y", "Today"),
    ],
)
def test_days_are_those_of_the_reader(
    alice, client, monkeypatch, no_zone_is_known, zone, label
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    conversation_of(alice, NOW - timedelta(hours=3))
    client.cookies["chatstudio_zone"] = zone
    assert f">{label}</" in client.get("/chat/").text
    # A list for open pages is made in no request.
    assert sidebar_for(alice).groups[0].label == label
