"""From conversation to conversation in one document: the page is exchanged, the socket stays."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Request, Route, expect

from tests.browser.cable import Cable
from tests.browser.chat import (
    answer,
    choose,
    has_settled,
    is_being_written,
    is_consecutive,
    is_whole,
    key_of,
    new_conversation,
    sees_word,
    send,
    stop,
    until,
    words,
    write,
)
from tests.browser.conftest import Problems
from tests.browser.filling import fill
from tests.servers import COUNTS, Studio

pytestmark = pytest.mark.browser

MARK = "window.isTheSame = true"
IS_MARKED = "window.isTheSame === true"
DELETE = """
from django.utils import timezone
from conversations.models import Conversation
Conversation.objects.filter(public_id="{key}").update(deleted_at=timezone.now())
"""
# The server hears late that another conversation is shown.
HOLD_SHOW = """() => {
  const send = WebSocket.prototype.send;
  window.held = [];
  WebSocket.prototype.send = function (words) {
    if (String(words).startsWith("show")) window.held.push(() => send.call(this, words));
    else send.call(this, words);
  };
  window.release = () => {
    WebSocket.prototype.send = send;
    for (const each of window.held) each();
  };
}"""
LIST = "document.querySelector('.sidebar-scroll')"


class Watched:
    """What a document does from now on that a new one would do again."""

    def __init__(self, page: Page) -> None:
        self.page, self.sockets, self.documents = page, 0, 0
        page.evaluate(MARK)
        page.on("websocket", self._connected)
        page.on("request", self._asked)

    def _connected(self, _: object) -> None:
        self.sockets += 1

    def _asked(self, request: Request) -> None:
        self.documents += request.is_navigation_request()

    def is_the_same(self) -> bool:
        return self.page.evaluate(IS_MARKED) and (self.sockets, self.documents) == (0, 0)


@pytest.fixture
def watched(page: Page) -> Watched:
    has_socket(page)
    return Watched(page)


def has_socket(page: Page) -> None:
    is_open = "document.querySelector('#socket')._htmx?.ws?.connection?.socket?.readyState === 1"
    until(page, lambda: page.evaluate(is_open))


def row(page: Page, key: str) -> Locator:
    return page.locator(f'#sidebar .conversation-link[href^="/chat/{key}/"]')


def open_row(page: Page, key: str) -> None:
    row(page, key).click()
    is_open(page, key)


def is_open(page: Page, key: str) -> None:
    page.wait_for_url(f"**/chat/{key}/")
    expect(page.locator(f'.page[data-follows="{key}"]')).to_be_visible()


def new_chat(page: Page) -> None:
    page.get_by_role("link", name="New chat").first.click()
    page.wait_for_url("**/chat/")
    expect(page.locator(".page[data-follows='']")).to_be_visible()


def test_the_first_message_takes_no_new_document(
    studio: Studio, page: Page, watched: Watched
) -> None:
    key = new_conversation(page, "Count in one document", COUNTS)
    expect(page.get_by_role("heading", level=1)).to_have_text("Count in one document")
    expect(page).to_have_title("Count in one document · Chat Studio")
    expect(row(page, key)).to_have_attribute("aria-current", "page")
    expect(page.get_by_label("Your message")).to_be_focused()
    is_whole(studio, page)
    send(page, "Hello again")
    expect(page.locator(".message")).to_have_count(4)
    has_settled(page)
    assert watched.is_the_same()


def test_what_is_typed_meanwhile_stands_in_the_new_page(page: Page) -> None:
    held: list[Route] = []
    page.route("**/chat/send/", lambda route: held.append(route))
    choose(page, "fast:1b")
    write(page, "First").press("Enter")
    until(page, lambda: bool(held))
    write(page, "and more")
    held[0].continue_()
    page.wait_for_url("**/chat/*-*/")
    expect(page.get_by_label("Your message")).to_have_value("and more")


def test_a_first_message_that_is_refused_stays_on_the_page(
    page: Page, watched: Watched, problems: Problems
) -> None:
    problems.expect("status of 422")
    write(page, "   ")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_have_text("Write something first.")
    assert watched.is_the_same()


def test_between_conversations(studio: Studio, page: Page, watched: Watched) -> None:
    one = new_conversation(page, "The first one")
    has_settled(page)
    new_chat(page)
    expect(page).to_have_title("New chat · Chat Studio")
    expect(page.locator("#sidebar [aria-current]")).to_have_count(0)
    two = new_conversation(page, "The second one")
    has_settled(page)
    open_row(page, one)
    expect(page).to_have_title("The first one · Chat Studio")
    expect(row(page, one)).to_have_attribute("aria-current", "page")
    expect(page.locator("#sidebar [aria-current]")).to_have_count(1)
    expect(page.get_by_label("Your message")).to_be_focused()
    send(page, "Goes on here")
    expect(page.locator(".message")).to_have_count(4)
    has_settled(page)
    assert len(studio.messages(one)) == 4
    assert len(studio.messages(two)) == 2
    assert watched.is_the_same()


def test_an_answer_that_is_left_goes_on_and_is_found_whole(
    studio: Studio, page: Page, watched: Watched
) -> None:
    other = new_conversation(page, "Somewhere else")
    has_settled(page)
    new_chat(page)
    key = new_conversation(page, "Count while I look elsewhere", COUNTS)
    sees_word(page, 5)
    open_row(page, other)
    expect(page.locator(".message")).to_have_count(2)
    page.wait_for_timeout(500)
    expect(page.locator("#messages")).not_to_contain_text("w1")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Somewhere else")
    open_row(page, key)
    is_being_written(page)
    is_whole(studio, page)
    assert watched.is_the_same()


def test_what_is_under_way_of_the_conversation_that_was_left_is_not_shown(
    studio: Studio, page: Page
) -> None:
    other = new_conversation(page, "Somewhere else")
    has_settled(page)
    new_chat(page)
    new_conversation(page, "Count into nothing", COUNTS)
    sees_word(page, 5)
    page.evaluate(HOLD_SHOW)
    open_row(page, other)
    page.wait_for_timeout(1500)
    assert page.evaluate("window.held.length") == 1
    expect(page.locator(".message")).to_have_count(2)
    expect(page.locator("#messages")).not_to_contain_text("w1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Somewhere else")
    page.evaluate("window.release()")
    send(page, "Count here", COUNTS)
    sees_word(page, 5)
    is_whole(studio, page)


def test_stop_after_switching(studio: Studio, page: Page, watched: Watched) -> None:
    key = new_conversation(page, "Count until I stop", "slow:1b")
    sees_word(page, 3)
    new_chat(page)
    open_row(page, key)
    sees_word(page, len(words(page)) + 3)
    stop(page)
    assert is_consecutive(studio, page) >= 3
    assert watched.is_the_same()


def test_back_and_forward(page: Page, watched: Watched) -> None:
    one = new_conversation(page, "The first one")
    has_settled(page)
    new_chat(page)
    two = new_conversation(page, "The second one")
    has_settled(page)
    page.go_back()
    expect(page.locator(".greeting")).to_be_visible()
    page.go_back()
    is_open(page, one)
    expect(page.get_by_role("heading", level=1)).to_have_text("The first one")
    page.go_forward()
    expect(page.locator(".greeting")).to_be_visible()
    page.go_forward()
    is_open(page, two)
    expect(row(page, two)).to_have_attribute("aria-current", "page")
    assert watched.is_the_same()


def test_back_leads_to_where_the_page_was_scrolled(studio: Studio, page: Page) -> None:
    key = key_of_filled(studio, page, messages=30)
    open_row(page, key)
    until(page, lambda: page.evaluate("scrollY") > 500)
    page.wait_for_timeout(200)
    page.evaluate("scrollTo(0, 321)")
    page.wait_for_timeout(100)
    new_chat(page)
    page.go_back()
    is_open(page, key)
    until(page, lambda: page.evaluate("scrollY") == 321)
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") == 321
    new_chat(page)
    open_row(page, key)
    until(page, lambda: page.evaluate("scrollY") > 500)


def key_of_filled(studio: Studio, page: Page, **what: int) -> str:
    key = fill(studio, **what).rstrip("/").rpartition("/")[2]
    page.reload()
    has_socket(page)
    return key


def test_the_list_stays_where_it_was_scrolled(studio: Studio, page: Page) -> None:
    key_of_filled(studio, page, conversations=60)
    rows = page.locator("#sidebar .conversation-link")
    rows.nth(35).scroll_into_view_if_needed()
    place = page.evaluate(f"{LIST}.scrollTop")
    assert place > 100
    rows.nth(35).click()
    page.wait_for_url(re.compile(r"/chat/.{36}/$"))
    until(page, lambda: page.evaluate(f"{LIST}.scrollTop") == place)
    page.goto(f"{studio.url}/data/")
    page.get_by_role("link", name="New chat").first.click()
    page.wait_for_url("**/chat/")
    until(page, lambda: page.evaluate(f"{LIST}.scrollTop") == place)


def test_a_click_with_ctrl_opens_a_tab(page: Page, context: BrowserContext) -> None:
    key = new_conversation(page, "In a tab of its own")
    has_settled(page)
    new_chat(page)
    with context.expect_page() as opened:
        row(page, key).click(modifiers=["ControlOrMeta"])
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("In a tab of its own")
    expect(page.locator(".greeting")).to_be_visible()


def test_drafts_go_with_their_conversations(page: Page) -> None:
    key = new_conversation(page, "Hello")
    has_settled(page)
    write(page, "Not finished yet")
    new_chat(page)
    expect(page.get_by_label("Your message")).to_have_value("")
    open_row(page, key)
    expect(page.get_by_label("Your message")).to_have_value("Not finished yet")


def test_two_tabs_after_switching(studio: Studio, page: Page, context: BrowserContext) -> None:
    key = new_conversation(page, "Hello")
    has_settled(page)
    new_chat(page)
    other = context.new_page()
    other.goto(f"{studio.url}/chat/")
    has_socket(other)
    for tab in (page, other):
        open_row(tab, key)
    send(page, "Count for both", COUNTS)
    for tab in (page, other):
        expect(tab.locator(".message-user").last).to_contain_text("Count for both")
    for tab in (page, other):
        is_whole(studio, tab)
        expect(tab.locator(".message")).to_have_count(4)


def test_a_conversation_that_is_gone_has_the_page_that_says_so(
    page: Page, problems: Problems
) -> None:
    problems.expect("status of 404")
    key = new_conversation(page, "Soon gone")
    has_settled(page)
    new_chat(page)
    # In one go: the list may be exchanged at any moment.
    elsewhere = "link => { link.href = link.href.replace(/.{4}\\/$/, '0000/'); link.click(); }"
    row(page, key).evaluate(elsewhere)
    expect(page.get_by_role("heading", level=1)).to_contain_text("not found", ignore_case=True)


def test_the_reply_to_a_page_that_was_left_changes_nothing(
    studio: Studio, page: Page, watched: Watched
) -> None:
    one = new_conversation(page, "The first one")
    has_settled(page)
    new_chat(page)
    held: list[Route] = []
    page.route("**/chat/send/", lambda route: held.append(route))
    write(page, "Sent, then left").press("Enter")
    until(page, lambda: bool(held))
    open_row(page, one)
    held[0].continue_()
    expect(page.locator("#sidebar-list")).to_contain_text("Sent, then left")
    page.wait_for_timeout(300)
    assert key_of(page) == one
    expect(page.get_by_role("heading", level=1)).to_have_text("The first one")
    expect(page.locator(".message")).to_have_count(2)
    new_chat(page)
    expect(page.get_by_label("Your message")).to_have_value("")
    assert watched.is_the_same()


def test_the_page_that_is_asked_for_last_is_shown(page: Page) -> None:
    one = new_conversation(page, "The first one")
    has_settled(page)
    new_chat(page)
    two = new_conversation(page, "The second one")
    has_settled(page)
    new_chat(page)
    held: list[Route] = []
    page.route(f"**/chat/{one}/", lambda route: held.append(route))
    row(page, one).click()
    until(page, lambda: bool(held))
    open_row(page, two)
    page.wait_for_timeout(200)
    assert key_of(page) == two
    expect(answer(page)).to_contain_text("The second one")


def test_after_a_conversation_that_was_deleted_the_next_one_is_followed(
    studio: Studio, page: Page, problems: Problems
) -> None:
    problems.expect("WebSocket connection to", "htmx:ws:error", "Failed to load")
    key = new_conversation(page, "Hello")
    has_settled(page)
    new_chat(page)
    gone = new_conversation(page, "Soon gone")
    has_settled(page)
    studio.run("shell", "--no-imports", "-c", DELETE.format(key=gone))
    page.evaluate("document.querySelector('#socket')._htmx.ws.connection.socket.close(1000)")
    open_row(page, key)
    has_socket(page)
    send(page, "Count here", COUNTS)
    sees_word(page, 5)
    is_whole(studio, page)


def test_a_cut_socket_comes_back_where_the_page_is(
    studio: Studio, bare_page: Page, cable: Cable, problems: Problems
) -> None:
    problems.expect("WebSocket connection to", "htmx:ws:error", "Failed to load", "htmx:error")
    bare_page.goto(f"{cable.url}/chat/")
    key = new_conversation(bare_page, "Hello")
    has_settled(bare_page)
    new_chat(bare_page)
    new_conversation(bare_page, "Count elsewhere", "slow:1b")
    sees_word(bare_page, 2)
    open_row(bare_page, key)
    cable.cut()
    has_socket(bare_page)
    send(bare_page, "Count here", COUNTS)
    sees_word(bare_page, 5)
    is_whole(studio, bare_page)
    expect(bare_page.locator(".message")).to_have_count(4)


def test_a_page_that_comes_late_takes_no_focus_from_what_was_chosen_since(
    page: Page,
) -> None:
    key = new_conversation(page, "One that comes late")
    has_settled(page)
    new_chat(page)
    held: list[Route] = []
    page.route(f"**/chat/{key}/", lambda route: held.append(route), times=1)
    row(page, key).click()
    until(page, lambda: len(held) == 1)
    page.get_by_role("link", name="Search").focus()
    held[0].continue_()
    expect(page.locator("#conversation-title")).to_have_text("One that comes late")
    expect(page.get_by_role("link", name="Search")).to_be_focused()


def test_forward_before_back_has_come_stays_where_it_was(page: Page) -> None:
    one = new_conversation(page, "Gone back to")
    has_settled(page)
    new_chat(page)
    two = new_conversation(page, "Come forward to")
    has_settled(page)
    open_row(page, one)
    open_row(page, two)
    held: list[Route] = []
    page.route(f"**/chat/{one}/", lambda route: held.append(route), times=1)
    page.evaluate("history.back()")
    until(page, lambda: len(held) == 1)
    page.evaluate("history.forward()")
    page.wait_for_url(f"**/chat/{two}/")
    with page.expect_event("requestfinished", lambda each: one in each.url):
        held[0].continue_()
    page.evaluate("new Promise((seen) => requestAnimationFrame(() => setTimeout(seen, 50)))")
    is_open(page, two)
    expect(page.locator("#conversation-title")).to_have_text("Come forward to")
