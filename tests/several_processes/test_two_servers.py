"""Two servers act as one: what one writes, pages at the other follow, stop and continue."""

import signal

import pytest

from tests.browser.cable import Cable
from tests.servers import COUNTED, COUNTS
from tests.several_processes.browser import Browser
from tests.several_processes.conftest import MakeServer
from tests.several_processes.page import Page

SLOW = "slow:1b"


def numbered(count: int) -> list[str]:
    return [f"w{number}" for number in range(count)]


def shows(count: int):
    """At least so many words, none missing and none twice, however they came."""

    def enough(page: Page) -> bool:
        words = page.words()
        assert words == numbered(len(words))
        return len(words) >= count

    return enough


def is_at_rest(page: Page) -> bool:
    return not page.is_busy()


@pytest.fixture
def two(servers: MakeServer) -> tuple[Browser, Browser]:
    return Browser(servers().url), Browser(servers().url)


def test_a_page_elsewhere_follows_from_the_middle_to_the_end(two) -> None:
    here, there = two
    key = here.begin("Count", SLOW)
    first, second = here.open(key), there.open(key)
    first.follow(shows(20))
    second.follow(shows(20))
    late = there.open(key)
    late.follow(shows(60))
    there.post(late.link("/stop/"))
    for page in (first, second, late):
        page.follow(is_at_rest)
        assert page.strays == []
        assert shows(60)(page)
        assert page.words() == first.words()


def test_pages_that_come_at_any_moment_miss_and_double_nothing(two) -> None:
    here, there = two
    key = here.begin("Count", COUNTS)
    pages = [there.open(key)]
    for _ in range(8):
        pages[-1].follow(shows(len(pages[-1].words()) + 5))
        pages.append(there.open(key))
    for page in pages:
        page.follow(lambda page: not page.is_busy() and len(page.words()) == COUNTED)
        assert page.strays == []
        assert page.words() == numbered(COUNTED)


def test_a_page_goes_on_to_what_the_other_server_writes_and_comes_back(two) -> None:
    here, there = two
    left, key = here.begin("Count", SLOW), here.begin("Count", COUNTS)
    page = there.open(left)
    page.follow(shows(5))
    page.exchange(here.get(f"/chat/{key}/", page.tab), key)
    page.follow(lambda page: not page.is_busy() and len(page.words()) == COUNTED)
    assert page.words() == numbered(COUNTED)
    page.exchange(there.get(f"/chat/{left}/", page.tab), left)
    page.follow(shows(len(page.words()) + 5))
    here.post(page.link("/stop/"))
    page.follow(is_at_rest)


def test_a_first_message_by_the_other_server_is_followed_by_the_socket_that_is_there(two) -> None:
    here, there = two
    page = there.open(there.begin("Hello", "fast:1b"))
    sent = here.say("Count", COUNTS, tab=page.tab, htmx=True)
    page.exchange(sent.text, sent.headers["HX-Push-Url"].split("/")[-2])
    page.follow(lambda page: not page.is_busy() and len(page.words()) == COUNTED)
    assert page.words() == numbered(COUNTED)


def test_a_turn_at_the_other_server_reaches_the_page_and_its_sidebar(two) -> None:
    here, there = two
    key = here.begin("Hello", "fast:1b")
    page = here.open(key)
    page.follow(is_at_rest)
    there.say("Second question", "fast:1b", key)
    page.follow(lambda page: len(page.root.of_class("message-user")) == 2)
    page.follow(lambda page: is_at_rest(page) and len(page.root.of_class("message")) == 4)
    there.post(f"/chat/{key}/rename/", title="A new name")
    page.follow(lambda page: page.root.find("sidebar-list").text.count("A new name") == 1)


def test_a_server_knows_that_the_page_is_connected_to_the_other(two) -> None:
    here, there = two
    key = here.begin("Hello", "fast:1b")
    page = here.open(key)
    page.follow(is_at_rest)
    page.listen(0.5)
    answer = there.say("Hi", "fast:1b", key, page.tab, htmx=True).text
    assert 'id="composer-request"' in answer
    assert 'id="messages"' not in answer
    page.follow(lambda page: is_at_rest(page) and len(page.root.of_class("message")) == 4)
    assert 'id="messages"' in there.say("Hi", "fast:1b", key, "another-tab", htmx=True).text


def test_deleting_at_the_other_server_stops_the_answer(two, models) -> None:
    here, there = two
    key = here.begin("Count", SLOW)
    page = here.open(key)
    page.follow(shows(5))
    there.post(f"/chat/{key}/delete/")
    assert models.chats(SLOW)[-1]["disconnected_at"]


def test_a_killed_servers_answer_is_interrupted_and_continued_elsewhere(servers) -> None:
    doomed, other = servers(), servers()
    key = Browser(doomed.url).begin("Count", SLOW)
    there = Browser(other.url)
    page = there.open(key)
    page.follow(shows(30))
    doomed.end(signal.SIGKILL)
    page.follow(is_at_rest)
    kept = len(page.words())
    assert kept >= 10
    there.post(page.link("/continue/"))
    page.follow(lambda page: page.is_busy())
    page.follow(shows(kept + 10))
    there.post(page.link("/stop/"))
    page.follow(is_at_rest)
    assert page.strays == []


def test_a_server_that_ends_in_order_tells_the_others(servers) -> None:
    ending, other = servers(), servers()
    key = Browser(ending.url).begin("Count", SLOW)
    page = Browser(other.url).open(key)
    page.follow(shows(20))
    ending.end()
    page.follow(is_at_rest, seconds=14)
    assert shows(20)(page)


def test_without_redis_one_server_goes_on_and_the_other_catches_up(
    servers: MakeServer, redis_cable: Cable
) -> None:
    writing, other = servers(redis_cable.url), servers(redis_cable.url)
    here, there = Browser(writing.url), Browser(other.url)
    key = here.begin("Count", SLOW)
    near, far = here.open(key), there.open(key)
    for page in (near, far):
        page.follow(shows(10))
    redis_cable.unplug()
    near.follow(shows(len(near.words()) + 40))
    there.post(near.link("/stop/"))
    near.follow(is_at_rest, seconds=9)
    redis_cable.plug_in()
    far.follow(is_at_rest)
    assert far.words() == near.words()
    for server in (writing, other):
        server.says("answers again")
        assert server.log.read_text().count("does not answer") == 1
