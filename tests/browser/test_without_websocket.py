"""A proxy that drops upgrades, a socket that goes away: the page asks instead, and says nothing."""

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect

from tests.browser.cable import Cable
from tests.browser.chat import (
    answer,
    has_settled,
    is_being_written,
    is_consecutive,
    is_whole,
    new_conversation,
    sees_word,
    send,
    stop,
    until,
    write,
)
from tests.browser.conftest import Problems
from tests.servers import COUNTS, COUNTS_LONG, Studio

pytestmark = pytest.mark.browser


@pytest.fixture
def blocked(cable: Cable, problems: Problems) -> Cable:
    """From the first second."""
    problems.expect("WebSocket connection to", "htmx:ws:error")
    cable.upgrades = False
    return cable


@pytest.fixture
def lonely(blocked: Cable, bare_page: Page) -> Page:
    bare_page.goto(f"{blocked.url}/chat/")
    return bare_page


def alarms(page: Page) -> str:
    return page.locator("#connection").inner_text() + page.locator("#toasts").inner_text()


def asks(page: Page) -> list[str]:
    """The addresses that the page will have asked for news, growing."""
    seen: list[str] = []
    page.on("request", lambda request: "/live/" in request.url and seen.append(request.url))
    return seen


def test_an_answer_arrives_while_it_is_written(studio: Studio, lonely: Page) -> None:
    new_conversation(lonely, "Count", COUNTS)
    sees_word(lonely, 10)
    is_being_written(lonely)
    is_whole(studio, lonely)
    assert alarms(lonely) == ""


def test_the_second_message_too(studio: Studio, lonely: Page) -> None:
    new_conversation(lonely, "Hello")
    send(lonely, "Count", COUNTS)
    expect(lonely.locator(".message")).to_have_count(4)
    is_whole(studio, lonely)


def test_stop(studio: Studio, lonely: Page) -> None:
    new_conversation(lonely, "Count", COUNTS_LONG)
    sees_word(lonely, 10)
    stop(lonely)
    assert is_consecutive(studio, lonely) < 600
    assert studio.messages(lonely.url.split("/")[-2])[-1][1] == "stopped"


def test_another_tab_is_followed(studio: Studio, lonely: Page, context: BrowserContext) -> None:
    new_conversation(lonely, "Hello")
    has_settled(lonely)
    other = context.new_page()
    other.goto(lonely.url)
    send(other, "Count", COUNTS)
    expect(lonely.locator(".message-user").last).to_contain_text("Count")
    for tab in (lonely, other):
        is_whole(studio, tab)
        expect(tab.locator(".message")).to_have_count(4)


def test_the_sidebar_is_followed(lonely: Page, context: BrowserContext, studio: Studio) -> None:
    other = context.new_page()
    other.goto(f"{studio.url}/chat/")
    new_conversation(other, "Seen from a page that only asks")
    named = lonely.locator("#sidebar-list").get_by_role("link", name="Seen from a page that only")
    expect(named.first).to_be_visible()


def test_a_title_of_another_tab(studio: Studio, lonely: Page, context: BrowserContext) -> None:
    key = new_conversation(lonely, "Hello")
    other = context.new_page()
    other.goto(f"{studio.url}/chat/{key}/rename/")
    other.get_by_role("textbox", name="Title").fill("A better title")
    other.get_by_role("button", name="Save").click()
    expect(lonely.locator("#conversation-title")).to_have_text("A better title")
    expect(lonely).to_have_title("A better title · Chat Studio")


def test_focus_selection_and_place_are_kept(studio: Studio, lonely: Page) -> None:
    new_conversation(lonely, "\n\n".join(f"Line {n}" for n in range(80)))
    send(lonely, "Count", COUNTS)
    sees_word(lonely, 5)
    write(lonely, "A draft")
    lonely.mouse.move(600, 300)
    lonely.mouse.wheel(0, -3000)
    lonely.locator(".message-assistant").first.locator(".block").first.select_text()
    lonely.wait_for_timeout(300)
    place = lonely.evaluate("scrollY")
    sees_word(lonely, 90)
    assert lonely.evaluate("getSelection().toString().trim()") == "Line 0"
    assert lonely.evaluate("scrollY") == place
    is_whole(studio, lonely)
    assert lonely.get_by_label("Your message").input_value() == "A draft"


def test_opened_thoughts_stay_open(lonely: Page) -> None:
    new_conversation(lonely, "Hello", "thinking:1b")
    has_settled(lonely)
    thoughts = answer(lonely).locator("details.reasoning")
    thoughts.locator("summary").click()
    lonely.evaluate("document.querySelector('#page-state').dataset.revision = 'old'")
    until(lonely, lambda: lonely.locator("#page-state").get_attribute("data-revision") != "old")
    expect(thoughts).to_have_attribute("open", "")


def test_back_to_the_socket_when_it_can(studio: Studio, blocked: Cable, lonely: Page) -> None:
    new_conversation(lonely, "Count", COUNTS_LONG)
    sees_word(lonely, 5)
    blocked.upgrades = True
    with lonely.expect_websocket():
        pass
    lonely.wait_for_timeout(1500)
    asked = asks(lonely)
    sees_word(lonely, 500)
    assert asked == []
    is_whole(studio, lonely, 600)


def test_a_socket_that_is_lost_in_the_middle(
    studio: Studio, bare_page: Page, cable: Cable, problems: Problems
) -> None:
    problems.expect("WebSocket connection to", "htmx:ws:error")
    bare_page.goto(f"{cable.url}/chat/")
    new_conversation(bare_page, "Count", COUNTS)
    asked = asks(bare_page)
    sees_word(bare_page, 5)
    assert asked == []
    cable.upgrades = False
    cable.cut()
    is_whole(studio, bare_page)
    assert asked
    assert alarms(bare_page) == ""


@pytest.mark.parametrize("code", [1000, 1001, 1011])
def test_whatever_reason_it_is_closed_for(
    studio: Studio, bare_page: Page, problems: Problems, code: int
) -> None:
    problems.expect("WebSocket connection to", "htmx:ws:error")
    closed: list[WebSocketRoute] = []

    def close(route: WebSocketRoute) -> None:
        closed.append(route)
        route.close(code=code)

    bare_page.route_web_socket("**/ws/**", close)
    bare_page.goto(f"{studio.url}/chat/")
    new_conversation(bare_page, "Count", COUNTS)
    is_whole(studio, bare_page)
    until(bare_page, lambda: len(closed) > 2)


def test_nothing_new_costs_nothing(studio: Studio, lonely: Page) -> None:
    new_conversation(lonely, "Hello")
    has_settled(lonely)
    statuses: list[int] = []
    lonely.on("response", lambda said: "/live/" in said.url and statuses.append(said.status))
    until(lonely, lambda: statuses[-1:] == [204])
