"""The list of conversations: its marks, and what is done there."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.chat import has_settled, key_of, new_conversation, sees_word, send
from tests.browser.test_tools import REMEMBER, ask_with_tools, waits
from tests.servers import COUNTS, Studio

pytestmark = pytest.mark.browser


@pytest.fixture
def title(page: Page) -> str:
    """Of the conversation that is open."""
    text = f"Title {uuid4().hex[:8]}"
    new_conversation(page, text)
    has_settled(page)
    return text


def entry(page: Page, title: str) -> Locator:
    return page.locator("#sidebar-list li").filter(has_text=title)


def act(page: Page, title: str, action: str) -> None:
    entry(page, title).get_by_label("Actions for").click()
    entry(page, title).locator(".menu-panel").get_by_text(action, exact=True).click()


def test_the_first_message_is_the_title(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(entry(page, title).get_by_role("link").first).to_have_attribute("aria-current", "page")


def test_rename_shows_in_every_tab(page: Page, title: str, context: BrowserContext) -> None:
    other = context.new_page()
    other.goto(page.url)
    act(page, title, "Rename")
    page.get_by_label("Title", exact=True).fill(f"Better {title}")
    page.keyboard.press("Enter")
    for tab in (page, other):
        expect(tab.get_by_role("heading", level=1)).to_have_text(f"Better {title}")
        expect(entry(tab, f"Better {title}")).to_be_visible()
    page.reload()
    expect(page).to_have_title(f"Better {title} · Chat Studio")


def test_escape_leaves_the_title_as_it_was(page: Page, title: str) -> None:
    act(page, title, "Rename")
    page.get_by_label("Title", exact=True).fill("Never mind")
    page.keyboard.press("Escape")
    expect(page.locator(".rename")).to_have_count(0)
    expect(entry(page, title)).to_be_visible()


def test_pin_and_unpin(page: Page, title: str) -> None:
    pinned = page.locator(".sidebar-group:has(h2:text-is('Pinned'))")
    act(page, title, "Pin")
    expect(pinned.get_by_text(title)).to_be_visible()
    page.reload()
    act(page, title, "Unpin")
    expect(pinned.get_by_text(title)).to_have_count(0)
    expect(entry(page, title)).to_be_visible()


def test_delete_another_conversation_and_undo(studio: Studio, page: Page, title: str) -> None:
    page.goto(f"{studio.url}/chat/")
    act(page, title, "Delete")
    expect(entry(page, title)).to_have_count(0)
    toast = page.locator(".toast").filter(has_text=title)
    toast.get_by_role("button", name="Undo").click()
    page.wait_for_url("**/chat/*-*/")
    expect(page.locator(".message-user")).to_contain_text(title)
    expect(entry(page, title)).to_be_visible()


def test_delete_the_open_conversation_and_undo(studio: Studio, page: Page, title: str) -> None:
    act(page, title, "Delete")
    page.wait_for_url(f"{studio.url}/chat/?deleted=*")
    page.locator(".toast").filter(has_text=title).get_by_role("button", name="Undo").click()
    page.wait_for_url("**/chat/*-*/")
    expect(page.locator(".message-user")).to_contain_text(title)


def test_a_menu_that_was_fetched_opens_and_closes_again(page: Page, title: str) -> None:
    row = entry(page, title)
    row.get_by_label("Actions for").click()
    expect(row.locator(".menu-panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(row.locator(".menu-panel")).to_be_hidden()
    expect(row.locator(".menu > summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(row.locator(".menu-panel")).to_be_visible()
    page.get_by_label("Your message").click()
    expect(row.locator(".menu-panel")).to_be_hidden()


def test_pointing_at_a_conversation_shows_its_title_and_time(page: Page, title: str) -> None:
    link = entry(page, title).locator(".conversation-link")
    link.hover()
    expect(link).to_have_attribute("title", re.compile(rf"^{title}\n\d\d:\d\d$"))


def test_an_answer_that_ends_elsewhere_is_unread_until_it_is_opened(
    studio: Studio, page: Page, title: str
) -> None:
    row = entry(page, title)
    send(page, "Count", COUNTS)
    sees_word(page, 2)
    page.goto(f"{studio.url}/chat/")
    expect(row.locator(".pulse")).to_be_visible()
    expect(row.locator(".conversation-link")).to_have_text(f"{title} (not read yet)")
    row.locator(".conversation-link").click()
    has_settled(page)
    page.goto(f"{studio.url}/chat/")
    expect(row.locator(".conversation-link")).to_have_text(title)


def test_an_answer_that_is_looked_at_is_read(studio: Studio, page: Page, title: str) -> None:
    send(page, "Count", COUNTS)
    sees_word(page, 2)
    has_settled(page)
    page.goto(f"{studio.url}/chat/")
    expect(entry(page, title).locator(".conversation-link")).to_have_text(title)


def test_what_waits_for_a_decision_is_seen_from_elsewhere(studio: Studio, page: Page) -> None:
    ask_with_tools(page, REMEMBER)
    waits(page)
    key, named = key_of(page), page.title()
    assert named.startswith("◆ ")
    row = page.locator(f'#sidebar-list li:has(a[href="/chat/{key}/"])')
    page.goto(f"{studio.url}/chat/")
    expect(row.locator(".mark-decision")).to_be_visible()
    expect(row).to_contain_text("(waits for your decision)")
    row.locator(".conversation-link").click()
    expect(page).to_have_title(named)
    page.get_by_role("button", name="Allow once").click()
    has_settled(page)
    expect(page).to_have_title(named.removeprefix("◆ "))
    page.goto(f"{studio.url}/chat/")
    expect(row.locator(".mark-decision")).to_have_count(0)
