"""While no word has come the page says what it waits for."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chat import (
    answer,
    has_settled,
    new_conversation,
    sees_word,
    stop,
)
from tests.servers import FakeModels, Studio

pytestmark = pytest.mark.browser


def test_for_a_model_to_be_loaded(models: FakeModels, page: Page) -> None:
    models.ask("/_fake/unload", {})
    new_conversation(page, "Hello", "loading:1b")
    expect(answer(page)).to_contain_text("Loading loading:1b into memory…")
    models.ask("/_fake/load", {})
    has_settled(page)
    expect(answer(page).locator(".part-text")).to_have_text("Hello")


def test_for_the_prompt_to_be_read(page: Page) -> None:
    new_conversation(page, "Are you there?", "never:1b")
    expect(answer(page)).to_contain_text("Reading the conversation…")
    expect(page.locator("#announcer")).to_have_text("Reading the conversation…")
    stop(page)
    has_settled(page)


def test_for_its_turn(studio: Studio, page: Page, context: BrowserContext) -> None:
    new_conversation(page, "I am first", "queued:1b")
    sees_word(page, 1)
    other = context.new_page()
    other.goto(f"{studio.url}/chat/")
    new_conversation(other, "I am second", "queued:1b")
    expect(answer(other)).to_contain_text("Waiting for its turn: one other answer is before this")
    stop(page)
    sees_word(other, 1)
    stop(other)
    has_settled(other)


def test_for_it_to_think_and_the_thoughts_are_folded(studio: Studio, page: Page) -> None:
    key = new_conversation(page, "What is six times seven?", "thinking:1b")
    thoughts = answer(page).locator("details.reasoning")
    expect(answer(page).locator(".message-status")).to_have_text("Thinking…")
    has_settled(page)
    expect(thoughts.locator("summary")).to_contain_text("Thought for")
    expect(thoughts.get_by_text("Let me think about it.")).to_be_hidden()
    expect(answer(page).locator(".part-text")).to_have_text("The answer is 42.")
    thoughts.locator("summary").click()
    expect(thoughts.get_by_text("Let me think about it.")).to_be_visible()
    assert studio.messages(key)[-1] == ("assistant", "complete", "The answer is 42.")
