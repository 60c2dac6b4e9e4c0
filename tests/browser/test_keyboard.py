"""Every action by keyboard, and a focus that is never lost."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chat import (
    answer,
    has_settled,
    is_being_written,
    new_conversation,
    open_places,
    outcome,
    sees_word,
    stop,
    until,
    write,
)
from tests.browser.filling import fill
from tests.browser.test_tools import REMEMBER, ask_with_tools, waits
from tests.servers import Studio

pytestmark = pytest.mark.browser

FOCUS = """() => { const at = document.activeElement;
  if (at === document.body || !at.checkVisibility()) return "lost";
  return at.id || at.className || at.tagName; }"""
RING = """() => { const style = getComputedStyle(document.activeElement);
  const around = getComputedStyle(document.activeElement.closest(".composer") ?? document.body);
  const seen = (each) => each.outlineStyle !== "none" && parseFloat(each.outlineWidth) >= 2;
  return [style, around].some(seen); }"""


def focus(page: Page) -> str:
    return str(page.evaluate(FOCUS))


def has_focus(page: Page, what: str) -> None:
    until(page, lambda: re.search(what, focus(page)) is not None)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def row(page: Page, title: str) -> str:
    return f'#sidebar-list .conversation:has(:text-is("{title}"))'


def open_menu(entry: Locator) -> None:
    entry.locator(".conversation-menu").press("Enter")
    expect(entry.locator(".menu > summary")).to_be_focused()


def test_tab_goes_through_everything_and_shows_where_it_is(page: Page) -> None:
    new_conversation(page, "Show everything", "markdown:1b")
    has_settled(page)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    page.locator("#sidebar .brand").focus()
    seen: set[str] = set()
    for _ in range(200):
        page.keyboard.press("Tab")
        name, has_ring = page.evaluate(f"() => [({FOCUS})(), ({RING})()]")
        if name == "lost" and "composer-button" in seen:  # on to the browser's own buttons
            break
        seen.add(name)
        assert has_ring or name == "lost", name
    assert {"composer-text", "composer-more-button", "model-button", "composer-button"} <= seen
    assert {"sidebar-link new-chat", "copy-code", "action again"} <= seen


def test_the_map_opens_by_its_key_and_gives_the_focus_back(page: Page) -> None:
    page.get_by_role("link", name="Metrics").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_contain_text("To the message box")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    has_focus(page, "icon-button")


def test_the_map_opens_by_its_link_and_is_a_page_too(page: Page, studio: Studio) -> None:
    open_places(page)
    page.get_by_role("link", name="Keyboard", exact=True).click()
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    page.goto(f"{studio.url}/keyboard/")
    expect(page.locator("main")).to_contain_text("To the message box")


def test_a_question_mark_that_is_typed_is_a_question_mark(page: Page) -> None:
    box = page.get_by_label("Your message")
    box.press_sequentially("Why/how j k?")
    expect(box).to_have_value("Why/how j k?")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_single_letters_can_be_switched_off(page: Page) -> None:
    open_places(page)
    page.get_by_role("link", name="Keyboard", exact=True).click()
    page.get_by_role("switch", name="Single-letter keys").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.get_by_role("link", name="Metrics").focus()
    page.keyboard.press("?")
    page.wait_for_timeout(300)
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_slash_goes_to_the_message_box(page: Page) -> None:
    page.get_by_role("link", name="Metrics").focus()
    page.keyboard.press("/")
    has_focus(page, "composer-text")
    expect(page.get_by_label("Your message")).to_have_value("")


def test_a_new_chat(page: Page, studio: Studio) -> None:
    new_conversation(page, "Hello")
    page.keyboard.press("Control+Shift+O")
    page.wait_for_url(f"{studio.url}/chat/")


def test_from_message_to_message(page: Page, studio: Studio) -> None:
    page.goto(fill(studio, messages=6))
    page.get_by_role("link", name="Metrics").focus()
    for key, number in (("k", 5), ("k", 4), ("k", 3), ("j", 4)):
        page.keyboard.press(key)
        focused = page.evaluate("document.activeElement.innerText")
        assert f"Message {number}" in focused
        assert page.evaluate(RING)


def test_escape_stops_the_answer(page: Page) -> None:
    new_conversation(page, "Count", "slow:1b")
    sees_word(page, 5)
    page.keyboard.press("Escape")
    expect(outcome(page)).to_have_text("Stopped. What was written is kept.")
    has_focus(page, "composer-text")


def test_escape_closes_a_menu_first(page: Page) -> None:
    new_conversation(page, "Count", "slow:1b")
    sees_word(page, 5)
    open_menu(page.locator(".conversation").first)
    page.keyboard.press("Escape")
    expect(page.locator(".menu[open]")).to_have_count(0)
    is_being_written(page)
    page.keyboard.press("Escape")
    has_settled(page)


def test_arrows_in_a_menu(page: Page) -> None:
    new_conversation(page, "Hello")
    has_settled(page)
    open_menu(page.locator(".conversation").first)
    told = []
    for key in (*["ArrowDown"] * 5, "ArrowUp"):
        page.keyboard.press(key)
        told.append(page.evaluate("document.activeElement.innerText.trim()"))
    assert told == ["Rename", "Pin", "Archive", "Delete", "Rename", "Delete"]


def test_focus_after_send_and_the_end(page: Page) -> None:
    new_conversation(page, "Hello")
    has_settled(page)
    write(page, "Again").press("Enter")
    expect(page.locator(".message")).to_have_count(4)
    has_settled(page)
    assert focus(page) == "composer-text"


def test_focus_after_stop_by_its_button(page: Page) -> None:
    new_conversation(page, "Count", "slow:1b")
    sees_word(page, 5)
    page.locator(".stop").press("Enter")
    has_settled(page)
    has_focus(page, "composer-button")


def test_focus_after_retry(page: Page) -> None:
    new_conversation(page, "Hello")
    has_settled(page)
    first = answer(page).get_attribute("id")
    page.get_by_role("button", name="Try again").press("Enter")
    until(page, lambda: answer(page).get_attribute("id") != first)
    has_settled(page)
    has_focus(page, "message-[0-9a-f]")


def test_focus_after_continue(page: Page) -> None:
    new_conversation(page, "Count", "slow:1b")
    sees_word(page, 5)
    page.keyboard.press("Escape")
    has_settled(page)
    page.get_by_role("button", name="Continue").press("Enter")
    is_being_written(page)
    has_focus(page, "message-[0-9a-f]")
    page.keyboard.press("Escape")
    has_settled(page)


def test_focus_after_rename(page: Page) -> None:
    new_conversation(page, "To be renamed by keyboard")
    has_settled(page)
    open_menu(page.locator(row(page, "To be renamed by keyboard")))
    press(page, "ArrowDown", "Enter")
    expect(page.get_by_role("textbox", name="Title")).to_be_focused()
    page.get_by_role("textbox", name="Title").fill("Renamed by keyboard")
    page.keyboard.press("Enter")
    expect(page.locator("#conversation-title")).to_have_text("Renamed by keyboard")
    has_focus(page, "conversation-link")
    assert "Renamed by keyboard" in page.evaluate("document.activeElement.innerText")


def test_focus_after_a_rename_that_is_left(page: Page) -> None:
    new_conversation(page, "Not to be renamed")
    has_settled(page)
    open_menu(page.locator(row(page, "Not to be renamed")))
    press(page, "ArrowDown", "Enter")
    expect(page.get_by_role("textbox", name="Title")).to_be_focused()
    page.keyboard.press("Escape")
    has_focus(page, "conversation-link")


def test_focus_after_pin(page: Page) -> None:
    new_conversation(page, "Pinned by keyboard")
    has_settled(page)
    open_menu(page.locator(row(page, "Pinned by keyboard")))
    press(page, "ArrowDown", "ArrowDown", "Enter")
    expect(page.get_by_role("heading", name="Pinned", exact=True)).to_be_visible()
    has_focus(page, "conversation-link")
    assert "Pinned by keyboard" in page.evaluate("document.activeElement.innerText")


def test_focus_after_delete(page: Page) -> None:
    new_conversation(page, "One that stays open")
    page.keyboard.press("Control+Shift+O")
    new_conversation(page, "Deleted by keyboard")
    page.locator(row(page, "One that stays open")).locator(".conversation-link").click()
    has_settled(page)
    open_menu(page.locator(row(page, "Deleted by keyboard")))
    press(page, "ArrowUp", "Enter")
    expect(page.locator(".toast")).to_contain_text("Deleted by keyboard")
    has_focus(page, "conversation-link")


def test_focus_after_earlier_messages(page: Page, studio: Studio) -> None:
    page.goto(fill(studio, messages=40))
    page.get_by_role("link", name="Show earlier messages").press("Enter")
    expect(page.locator(".message")).to_have_count(40)
    has_focus(page, "message-[0-9a-f]")


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Presses the key until the control of that name has the focus."""
    for _ in range(60):
        page.keyboard.press(key)
        if page.evaluate("document.activeElement.innerText").strip() == name:
            assert page.evaluate(RING)
            return
    raise AssertionError(f"{name} is not reached by {key}")


def test_a_tool_call_is_allowed_and_the_focus_stays_at_its_answer(page: Page) -> None:
    ask_with_tools(page, REMEMBER)
    waits(page)
    page.get_by_label("Your message").focus()
    tab_to(page, "Allow once", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(answer(page)).to_contain_text("The tool said: It is remembered.")
    has_settled(page)
    has_focus(page, "message-[0-9a-f]")


def test_a_tool_call_is_declined_with_a_reason(page: Page) -> None:
    ask_with_tools(page, REMEMBER)
    waits(page)
    page.get_by_label("Your message").focus()
    tab_to(page, "Decline with a reason…", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("May remember run?")
    page.locator("main").focus()
    tab_to(page, "Always in this conversation")
    press(page, "Tab")
    page.keyboard.type("Wrong person.")
    tab_to(page, "Decline")
    page.keyboard.press("Enter")
    expect(answer(page)).to_contain_text("declined this call. Wrong person.")
    has_settled(page)


def test_a_click_beside_everything_takes_the_focus_for_good(page: Page) -> None:
    new_conversation(page, "Count", "slow:1b")
    sees_word(page, 5)
    page.get_by_role("button", name="Stop the answer").focus()
    # While the pages change over, a click hits neither of them.
    until(page, lambda: page.evaluate("!!document.elementFromPoint(700, 300).closest('#main')"))
    page.mouse.click(700, 300)
    has_focus(page, "main")
    page.locator("#composer-action").evaluate("span => span.remove()")
    page.wait_for_timeout(300)
    assert focus(page) == "main"
    page.reload()
    stop(page)
    has_settled(page)


def test_the_page_can_be_reached_past_the_sidebar(page: Page) -> None:
    page.locator("#sidebar .brand").focus()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
