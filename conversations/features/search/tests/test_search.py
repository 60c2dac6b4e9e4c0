"""search(): who finds what, with which words, filters and pages."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.features.search import Filters, Page, search
from conversations.features.search.facets import facets_of
from conversations.features.search.values import PAGE
from conversations.models import Conversation, Message
from conversations.tagging import set_tags
from conversations.tests.rows import conversation_of, say, turn_in

pytestmark = pytest.mark.django_db


def texts(page: Page) -> list[str]:
    return ["".join(piece.text for piece in hit.snippet) for hit in page.hits]


def finds(person, text: str, **filters) -> list[str]:
    return texts(search(person, text, Filters(**filters)))


def test_a_hit_says_where_it_is(alice, conversation) -> None:
    answer = turn_in(conversation, "What is it?", "A heat pump.")
    Message.objects.filter(id=answer.id).update(model_name="llama3:8b")
    (hit,) = search(alice, "heat").hits
    assert (hit.message_id, hit.conversation_id) == (answer.public_id, conversation.public_id)
    assert (hit.title, hit.role, hit.model_name) == ("Heat pumps", "assistant", "llama3:8b")
    assert hit.created_at == answer.created_at
    assert [(piece.text, piece.is_match) for piece in hit.snippet] == [
        ("A ", False),
        ("heat", True),
        (" pump.", False),
    ]


def test_nobody_finds_what_is_somebody_elses(alice, bob) -> None:
    turn_in(conversation_of(bob), "Secret", "Words")
    page = search(alice, "secret")
    assert (page.hits, page.titles) == ([], [])
    assert not search(alice, "heat pumps").titles
    assert texts(search(bob, "secret")) == ["Secret"]


@pytest.mark.parametrize(
    ("written", "looked_for"),
    [
        ("Wärmepumpen heizen", "warmepump"),
        ("CAFÉ au lait", "cafe"),
        ("cafe au lait", "Café"),
        ("Die Straße", "strasse"),
        ("Ελλάς", "ελλασ"),
        ("Привет, мир", "привет"),
        ("这是热泵的原理", "热泵"),
        ("東京タワーへ行く", "タワー"),
        ("ปั๊มความร้อน", "ความร้อน"),
        ("हिन्दी में", "हिन्दी"),
        ("مَرْحَبًا", "مرحبا"),
        ("한국어 검색", "한국"),
        ("see example.org/heat-pump?x=1", "heat-pump"),
        ("snake_case_name", "case_name"),
        ("def f(x): return x**2", "return"),
        ("mail ada@example.org", "ada@example.org"),
        ("one\ntwo", '"one two"'),
        ("Done 🎉 at last", "🎉"),
        ("party🎉time", "party"),
        ("party🎉time", "🎉 time"),
        ("I ❤️ it", "❤"),
        ("I ❤ it", "❤️"),
        ("Fine 👍🏽.", "👍"),
        ("Fine 👍.", "👍🏿"),
        ("Our 👨‍👩‍👧 trip", "👨‍👩‍👧"),
        ("Off to 🇩🇪!", "🇩🇪"),
        ("✅ Erledigt, ☕ später", "☕"),
        ("Caffè 🎉", '"caffe 🎉"'),
        ("这是🎉热泵", "🎉热泵"),
        ("1️⃣ first", "first"),
    ],
)
def test_words_of_all_kinds(alice, conversation, written, looked_for) -> None:
    say(conversation, "user", written)
    assert len(search(alice, looked_for).hits) == 1
    assert any(piece.is_match for piece in search(alice, looked_for).hits[0].snippet)


@pytest.mark.parametrize("looked_for", ["🎊", "emoji", "1f389", "🎉🎉", "-🎉 party"])
def test_an_emoji_is_no_other_word(alice, conversation, looked_for) -> None:
    say(conversation, "user", "A party 🎉 tonight")
    assert finds(alice, looked_for) == []


def test_every_word_must_occur_and_a_phrase_as_it_is(alice, conversation) -> None:
    say(conversation, "user", "pump of heat")
    say(conversation, "user", "heat pump")
    assert finds(alice, "heat pump") == ["heat pump", "pump of heat"]
    assert finds(alice, '"heat pump"') == ["heat pump"]
    assert finds(alice, "heat -of") == ["heat pump"]
    assert finds(alice, "heat oil") == []


def test_only_the_last_word_may_go_on(alice, conversation) -> None:
    say(conversation, "user", "heating pumps")
    assert finds(alice, "heating pum") == ["heating pumps"]
    assert finds(alice, "heat pumps") == finds(alice, "pum ") == []


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "AND",
        "*",
        "NEAR(",
        "x" * 10_000,
        "\x00",
        "🎉",
        "facets:o1",
        "a' OR 1=1 --",
        "(((",
        "\\",
    ],
)
def test_no_text_is_an_error(alice, conversation, text) -> None:
    say(conversation, "user", "heat")
    page = search(alice, text)
    assert not page.hits
    assert not page.titles


def test_words_of_the_filters_are_not_words_of_the_messages(alice, conversation) -> None:
    say(conversation, "user", "heat")
    assert finds(alice, f"o{alice.pk} ") == finds(alice, "ru ") == []


def test_filters(alice) -> None:
    answer = turn_in(conversation_of(alice), "heat one", "heat two")
    Message.objects.filter(id=answer.id).update(model_name="llama3:8b", routing_profile="direct")
    other = turn_in(conversation_of(alice), "heat three", "heat four")
    Message.objects.filter(id=other.id).update(model_name="qwen:1b", routing_profile="agent")
    assert finds(alice, "heat", model_name="llama3:8b") == ["heat two"]
    assert finds(alice, "heat", routing_profile="agent") == ["heat four"]
    assert finds(alice, "heat", role="user") == ["heat three", "heat one"]
    assert finds(alice, "heat", role="assistant") == ["heat four", "heat two"]
    assert finds(alice, "heat", model_name="llama") == []


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (None, date(2025, 3, 31), [31]),
        (date(2025, 4, 1), None, [1]),
        (date(2025, 3, 31), date(2025, 3, 31), [31]),
        (date(2025, 3, 1), date(2025, 4, 30), [1, 31]),
        (date(1, 1, 1), date(9999, 12, 31), [1, 31]),
        (date(2025, 4, 2), date(2025, 4, 30), []),
        (None, date(2025, 3, 30), []),
        (None, date(1990, 1, 1), []),
    ],
)
@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_days_are_the_persons_own(alice, conversation, settings, zone, since, until, days) -> None:
    settings.TIME_ZONE = zone
    with timezone.override(zone):
        midnight = timezone.make_aware(timezone.datetime(2025, 4, 1))
        for moment in (midnight - timedelta(minutes=1), midnight):
            message = say(conversation, "user", "heat")
            Message.objects.filter(id=message.id).update(created_at=moment)
        page = search(alice, "heat", Filters(from_day=since, to_day=until))
        assert [timezone.localtime(hit.created_at).day for hit in page.hits] == days


def test_pages_follow_each_other_without_gap_or_overlap(alice, conversation) -> None:
    for number in range(PAGE * 2 + 5):
        say(conversation, "user", f"heat {number}")
    seen, cursor = [], ""
    while page := search(alice, "heat", cursor=cursor):
        seen += texts(page)
        if not (cursor := page.next_cursor):
            break
    assert seen == [f"heat {number}" for number in reversed(range(PAGE * 2 + 5))]


@pytest.mark.parametrize("cursor", ["x", "-1", "9" * 30, "١", "1; DROP"])
def test_an_unreadable_cursor_starts_from_the_top(alice, conversation, cursor) -> None:
    say(conversation, "user", "heat")
    assert texts(search(alice, "heat", cursor=cursor)) == ["heat"]


def test_titles_come_on_the_first_page_without_filters(alice, conversation) -> None:
    (title,) = search(alice, "pum").titles
    assert [piece.text for piece in title.title if piece.is_match] == ["pumps"]
    assert title.conversation_id == conversation.public_id
    assert not search(alice, "pum", Filters(role="user")).titles
    assert not search(alice, "pum", cursor="5").titles


def test_a_tag_is_its_owners_and_whole(alice, bob) -> None:
    for person, name, tags in (
        (alice, "Heat at home", ["home", "Ünï"]),
        (alice, "Heat elsewhere", ["work"]),
        (alice, "Heat without", []),
        (bob, "Heat of Bob", ["home"]),
    ):
        conversation = conversation_of(person, title=name)
        say(conversation, "user", name)
        set_tags(conversation, tags)
    assert finds(alice, "heat", tag="home") == finds(alice, "heat", tag="Ünï") == ["Heat at home"]
    assert finds(alice, "heat", tag="hom") == finds(alice, "heat", tag="' OR 1=1 --") == []
    assert finds(alice, "heat", tag="home", role="assistant") == []
    titles = search(alice, "heat", Filters(tag="home")).titles
    assert ["".join(piece.text for piece in hit.title) for hit in titles] == ["Heat at home"]


def test_a_tag_goes_along_with_the_other_filters_and_pages(alice) -> None:
    tagged, other = (conversation_of(alice) for _ in "ab")
    set_tags(tagged, ["home"])
    for number in range(PAGE + 3):
        say(tagged, "user", f"heat {number}")
        say(other, "user", f"heat {number}")
    filters = Filters(role="user", from_day=date(2020, 1, 1), to_day=date(2999, 1, 1), tag="home")
    first = search(alice, "heat", filters)
    second = search(alice, "heat", filters, first.next_cursor)
    assert [len(first.hits), len(second.hits), second.next_cursor] == [PAGE, 3, ""]
    assert {hit.conversation_id for hit in [*first.hits, *second.hits]} == {tagged.public_id}


def queries(person, text: str, **filters) -> int:
    with CaptureQueriesContext(connection) as captured:
        search(person, text, Filters(**filters))
    return len(captured)


def test_any_number_of_hits_takes_the_same_queries(alice) -> None:
    turn_in(conversation_of(alice), "heat", "heat")
    few = queries(alice, "heat")
    for _ in range(15):
        turn_in(conversation_of(alice), "heat", "heat")
    assert queries(alice, "heat") == few == 5
    set_tags(Conversation.objects.first(), ["home"])
    assert queries(alice, "heat", tag="home") <= few


def test_a_text_without_words_asks_the_database_nothing(alice) -> None:
    assert queries(alice, '"*"') == 0


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the words of SQLite's planner")
@pytest.mark.parametrize("filters", [None, Filters(tag="home")])
def test_sqlite_reads_the_index_newest_first_and_sorts_nothing(alice, filters) -> None:
    with CaptureQueriesContext(connection) as captured:
        search(alice, "heat", filters)
    sql = next(each["sql"] for each in captured if "conversations_search_words" in each["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        plan = [row[3] for row in cursor.fetchall()]
    assert plan[0].startswith("SCAN conversations_search_words VIRTUAL TABLE")
    assert not [step for step in plan if "TEMP B-TREE" in step]


def steps(person, text: str, **filters) -> int:
    """How much SQLite's machine has to do, in its instructions."""
    done = 0

    def count() -> None:
        nonlocal done
        done += 1

    connection.connection.set_progress_handler(count, 1)
    try:
        search(person, text, Filters(**filters))
    finally:
        connection.connection.set_progress_handler(None, 0)
    return done


@pytest.mark.skipif(connection.vendor != "sqlite", reason="counts what SQLite does")
def test_with_a_tag_nothing_is_read_outside_of_its_conversations(alice) -> None:
    older, tagged = conversation_of(alice), conversation_of(alice)
    say(older, "user", "heat")
    say(tagged, "user", "heat")
    set_tags(tagged, ["home"])
    few = steps(alice, "heat", tag="home")
    none = steps(alice, "heat", tag="work")
    for _ in range(60):
        say(older, "user", "heat")
    assert steps(alice, "heat", tag="home") <= few
    assert steps(alice, "heat", tag="work") <= none


def test_an_archived_conversation_is_found(alice, conversation) -> None:
    say(conversation, "user", "heat")
    Conversation.objects.update(is_archived=True)
    assert finds(alice, "heat") == ["heat"]


def test_the_words_of_days_are_few(alice) -> None:
    """Whole months, and days only where the filter begins and ends."""
    filters = Filters(from_day=date(2024, 1, 30), to_day=date(2024, 12, 2))
    with timezone.override("UTC"):
        _, days = facets_of(alice, filters)
    assert days[:3] == ["d20240130", "d20240131", "d202402"]
    assert days[-3:] == ["d202411", "d20241201", "d20241202"]
    assert len(days) == 14
