"""Reading: theme, copying, the window that follows, earlier messages."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chat import (
    answer,
    from_end,
    has_settled,
    is_being_written,
    new_conversation,
    open_places,
    sees_word,
    send,
    stop,
    until,
)
from tests.browser.conftest import Problems
from tests.fakes.model_answers import MARKDOWN
from tests.servers import COUNTS_LONG, Studio

pytestmark = pytest.mark.browser

LONG = "word " * 25_000 + "end"
BACKGROUND = "getComputedStyle(document.documentElement).backgroundColor"
HUNDRED_MESSAGES = """
from django.utils import timezone
from chatstudio.local import local_person
from conversations.models import Conversation, Message, MessagePart
now = timezone.now()
talk = Conversation.objects.create(owner=local_person(), title="Long", last_message_at=now)
for n in range(100):
    role = "assistant" if n % 2 else "user"
    talk.head = Message.objects.create(
        conversation=talk, parent=talk.head, role=role, created_at=now)
    MessagePart.objects.create(message=talk.head, kind="text", position=0, content=f"number {n}.")
talk.save()
print(talk.public_id)
"""


def test_the_theme_persists(page: Page) -> None:
    root = page.locator("html")
    open_places(page)
    page.get_by_role("button", name="Dark").click()
    expect(root).to_have_attribute("data-theme", "dark")
    dark = page.evaluate(BACKGROUND)
    until(page, lambda: any(c["name"] == "chatstudio_theme" for c in page.context.cookies()))
    page.reload()
    expect(root).to_have_attribute("data-theme", "dark")
    open_places(page)
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Light").click()
    expect(root).to_have_attribute("data-theme", "light")
    assert page.evaluate(BACKGROUND) != dark


READ_HTML = """async () => {
  const [item] = await navigator.clipboard.read();
  return (await item.getType("text/html")).text();
}"""


def assert_is_rich(html: str) -> None:
    assert "<strong>" in html or "<h" in html
    assert "return" in html
    assert not re.search("<button|<svg|class=|id=|hx-", html)


def test_copying_a_message_and_its_code(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    new_conversation(page, "Show me", "markdown:1b")
    has_settled(page)
    answer(page).locator("figure").get_by_role("button", name="Copy").click()
    code = "def add(a: int, b: int) -> int:\n    return a + b\n"
    until(page, lambda: page.evaluate("navigator.clipboard.readText()") == code)
    answer(page).locator("[data-copy=message]").click()
    until(page, lambda: page.evaluate("navigator.clipboard.readText()") == MARKDOWN)
    assert_is_rich(page.evaluate(READ_HTML))
    page.locator(".message-user [data-copy=message]").click()
    until(page, lambda: page.evaluate("navigator.clipboard.readText()") == "Show me")


def test_copying_where_there_is_no_clipboard_of_its_own(page: Page) -> None:
    """Plain http to another machine."""
    new_conversation(page, "Show me", "markdown:1b")
    has_settled(page)
    page.evaluate(
        """() => {
          Object.defineProperty(navigator, "clipboard", { value: undefined });
          addEventListener("copy", (event) => {
            for (const type of ["text/plain", "text/html"]) {
              document.body.setAttribute(`data-${type[5]}`, event.clipboardData.getData(type));
            }
          });
        }"""
    )
    answer(page).locator("[data-copy=message]").click()
    expect(answer(page).locator("[data-copy=message]")).to_have_text("Copied")
    rich = page.locator("body").get_attribute("data-h")
    assert page.locator("body").get_attribute("data-p") == MARKDOWN
    assert_is_rich(str(rich))


def test_copying_a_message_that_is_shown_by_the_piece(
    page: Page, context: BrowserContext, problems: Problems
) -> None:
    problems.expect("Failed to load resource")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    new_conversation(page, LONG)
    button = page.locator(".message-user [data-copy=message]")
    button.click()
    until(page, lambda: page.evaluate("navigator.clipboard.readText()") == LONG)
    expect(button).to_have_text("Copy")
    page.route(re.compile("/text/$"), lambda route: route.fulfill(body="Please sign in"))
    button.click()
    expect(page.locator(".toast")).to_contain_text("could not be copied")
    expect(button).to_have_text("Copy")
    assert page.evaluate("navigator.clipboard.readText()") == LONG


def test_the_window_follows_and_lets_go(page: Page) -> None:
    page.set_viewport_size({"width": 700, "height": 500})
    new_conversation(page, "\n\n".join(f"Line {n}" for n in range(40)))
    has_settled(page)
    send(page, "Count", COUNTS_LONG)
    sees_word(page, 40)
    until(page, lambda: from_end(page) < 2)
    page.mouse.move(300, 150)
    page.mouse.wheel(0, -300)
    jump = page.get_by_role("button", name="Jump to the newest")
    expect(jump).to_be_visible()
    top = page.evaluate("scrollY")
    sees_word(page, 120)
    assert page.evaluate("scrollY") == top
    jump.click()
    until(page, lambda: from_end(page) < 2)
    expect(jump).to_be_hidden()
    sees_word(page, 200)
    is_being_written(page)
    until(page, lambda: from_end(page) < 2)
    stop(page)


def test_a_hundred_messages_come_in_pages(studio: Studio, page: Page) -> None:
    key = studio.run("shell", "-v0", "-c", HUNDRED_MESSAGES).strip()
    page.goto(f"{studio.url}/chat/{key}/")
    expect(page.locator(".message")).to_have_count(30)
    for count in (60, 90, 100):
        oldest = page.locator(".message").first.element_handle()
        top = oldest.bounding_box()["y"]
        page.get_by_role("link", name="Show earlier messages").evaluate("link => link.click()")
        expect(page.locator(".message")).to_have_count(count)
        assert abs(oldest.bounding_box()["y"] - top) < 2
    expect(page.get_by_role("link", name="Show earlier messages")).to_have_count(0)
    told = page.locator(".message .part").all_inner_texts()
    assert [text.strip() for text in told] == [f"number {n}." for n in range(100)]
