"""An answer belongs to no page: pages come, go and come back, and miss and double nothing."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.cable import Cable
from tests.browser.chat import (
    answer,
    is_being_written,
    is_consecutive,
    is_whole,
    new_conversation,
    sees_word,
    send,
    stop,
    words,
    write,
)
from tests.browser.conftest import Problems
from tests.servers import COUNTED, COUNTS, Studio

pytestmark = pytest.mark.browser

LOST = "Connection lost, trying again…"
# Chromium without a screen shows every page always, so the page is told.
HIDE = """Object.defineProperty(document, "hidden", { value: %s, configurable: true });
document.dispatchEvent(new Event("visibilitychange"));"""


def test_a_page_that_stays_sees_every_word(studio: Studio, page: Page) -> None:
    new_conversation(page, "Count", COUNTS)
    sees_word(page, 20)
    is_being_written(page)
    is_whole(studio, page)


def test_a_reload_in_the_middle(studio: Studio, page: Page) -> None:
    new_conversation(page, "Count", "slow:1b")
    for number in (5, 15, 25):
        sees_word(page, number)
        page.reload()
        is_being_written(page)
    stop(page)
    assert is_consecutive(studio, page) >= 25


def test_two_tabs_see_the_same_live(studio: Studio, page: Page, context: BrowserContext) -> None:
    new_conversation(page, "Hello")
    other = context.new_page()
    other.goto(page.url)
    send(page, "Count", "slow:1b")
    expect(other.locator(".message-user").last).to_contain_text("Count")
    expect(other.locator("#sidebar-list [aria-current] .pulse")).to_be_visible()
    expect(other.get_by_role("button", name="Stop the answer")).to_be_visible()
    sees_word(other, 10)
    is_being_written(other)
    stop(page)
    for tab in (page, other):
        assert is_consecutive(studio, tab) >= 10
        expect(tab.locator(".message")).to_have_count(4)


def test_another_tab_finds_a_new_conversation_in_its_sidebar(
    page: Page, context: BrowserContext, studio: Studio
) -> None:
    other = context.new_page()
    other.goto(f"{studio.url}/chat/")
    new_conversation(page, "A conversation for both tabs")
    named = other.locator("#sidebar-list .conversation-link")
    expect(named.filter(has_text="A conversation for both tabs").first).to_be_visible()


def test_another_conversation_and_back(studio: Studio, page: Page) -> None:
    key = new_conversation(page, "Count while I look elsewhere", "slow:1b")
    sees_word(page, 10)
    page.get_by_role("link", name="New chat").first.click()
    new_conversation(page, "Hello meanwhile")
    expect(answer(page)).to_contain_text("Hello meanwhile")
    page.locator(f'#sidebar-list a[href="/chat/{key}/"]').click()
    is_being_written(page)
    seen = len(words(page))
    sees_word(page, seen + 5)
    stop(page)
    assert is_consecutive(studio, page) > seen


def test_the_back_button_in_the_middle(studio: Studio, page: Page) -> None:
    new_conversation(page, "Count while I go away", "slow:1b")
    sees_word(page, 10)
    page.goto(f"{studio.url}/prompt-profiles/")
    page.go_back()
    is_being_written(page)
    seen = len(words(page))
    sees_word(page, seen + 5)
    stop(page)
    assert is_consecutive(studio, page) > seen


def test_a_page_hidden_and_shown_again(studio: Studio, page: Page) -> None:
    new_conversation(page, "Count", COUNTS)
    sees_word(page, 10)
    for hidden in ("true", "false"):
        page.evaluate(HIDE % hidden)
        page.wait_for_timeout(700)
    is_whole(studio, page)


def test_a_page_frozen_by_the_browser(studio: Studio, page: Page, context: BrowserContext) -> None:
    new_conversation(page, "Count", COUNTS)
    sees_word(page, 10)
    browser = context.new_cdp_session(page)
    browser.send("Page.setWebLifecycleState", {"state": "frozen"})
    page.wait_for_timeout(1500)
    browser.send("Page.setWebLifecycleState", {"state": "active"})
    is_whole(studio, page)


def test_a_cut_connection_is_mended(
    studio: Studio, bare_page: Page, cable: Cable, problems: Problems
) -> None:
    problems.expect("WebSocket connection to", "htmx:ws:error", "Failed to load", "htmx:error")
    bare_page.goto(f"{cable.url}/chat/")
    new_conversation(bare_page, "Count", COUNTS)
    for number in (10, 50):
        sees_word(bare_page, number)
        cable.cut()
    is_whole(studio, bare_page)


def test_a_connection_that_stays_away_is_named(
    studio: Studio, bare_page: Page, cable: Cable, problems: Problems
) -> None:
    problems.expect("WebSocket connection to", "htmx:ws:error", "Failed to load", "htmx:error")
    bare_page.goto(f"{cable.url}/chat/")
    new_conversation(bare_page, "Count", COUNTS)
    sees_word(bare_page, 10)
    cable.unplug()
    expect(bare_page.get_by_text(LOST)).to_be_visible()
    before = len(words(bare_page))
    cable.plug_in()
    is_whole(studio, bare_page)
    assert before < COUNTED
    expect(bare_page.get_by_text(LOST)).to_be_hidden()


@pytest.fixture
def frail(bare_page: Page, cable: Cable, problems: Problems) -> Page:
    """A page behind the cable, whose clock a test puts forward."""
    problems.expect("WebSocket connection to", "htmx:ws:error", "Failed to load", "htmx:error")
    bare_page.clock.install()
    bare_page.goto(f"{cable.url}/chat/")
    return bare_page


def test_a_connection_that_stands_still_is_given_up(
    studio: Studio, frail: Page, cable: Cable
) -> None:
    new_conversation(frail, "Count", COUNTS)
    sees_word(frail, 10)
    cable.stall()
    write(frail, "Kept meanwhile")
    frail.clock.fast_forward(16_000)
    expect(frail.get_by_text(LOST)).to_be_visible()
    cable.go_on()
    is_whole(studio, frail)
    expect(frail.get_by_text(LOST)).to_be_hidden()
    expect(frail.get_by_label("Your message")).to_have_value("Kept meanwhile")


def test_one_that_stands_still_and_is_cut_then(studio: Studio, frail: Page, cable: Cable) -> None:
    new_conversation(frail, "Count", COUNTS)
    sees_word(frail, 10)
    cable.stall()
    frail.clock.fast_forward(16_000)
    expect(frail.get_by_text(LOST)).to_be_visible()
    cable.unplug()
    cable.go_on()
    frail.clock.fast_forward(16_000)
    expect(frail.get_by_text(LOST)).to_be_visible()
    cable.plug_in()
    frail.clock.fast_forward(16_000)
    is_whole(studio, frail)
    expect(frail.get_by_text(LOST)).to_be_hidden()


def test_a_page_that_only_asks_names_it_too(studio: Studio, frail: Page, cable: Cable) -> None:
    cable.upgrades = False
    frail.reload()
    new_conversation(frail, "Count", COUNTS)
    sees_word(frail, 10)
    cable.stall()
    frail.clock.fast_forward(3_000)
    frail.clock.fast_forward(11_000)
    expect(frail.get_by_text(LOST)).to_be_visible()
    cable.go_on()
    is_whole(studio, frail)
    expect(frail.get_by_text(LOST)).to_be_hidden()


def test_a_machine_without_a_network_says_so_at_once(
    page: Page, context: BrowserContext, problems: Problems
) -> None:
    problems.expect("WebSocket connection to", "htmx:ws:error", "Failed to load", "htmx:error")
    new_conversation(page, "Hello")
    context.set_offline(True)
    expect(page.get_by_text(LOST)).to_be_visible()
    context.set_offline(False)
    expect(page.get_by_text(LOST)).to_be_hidden()
