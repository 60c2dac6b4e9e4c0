"""While no word has come the page says what it waits for."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chat import (
    answer,
    has_settled,
    is_being_written,
    new_conversation,
    outcome,
    sees_word,
    stop,
    write,
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
    expect(outcome(page)).to_have_text("Stopped before the first word.")


def test_for_how_long_already(bare_page: Page, studio: Studio) -> None:
    bare_page.clock.install()
    bare_page.goto(f"{studio.url}/chat/")
    new_conversation(bare_page, "Are you there?", "never:1b")
    seconds = answer(bare_page).locator(".status-seconds")
    expect(answer(bare_page)).to_contain_text("Reading the conversation…")
    expect(seconds).to_have_text(re.compile(r"^\d s$"))
    bare_page.clock.fast_forward(7_000)
    expect(seconds).to_have_text(re.compile(r"^([7-9]|\d\d) s$"))
    bare_page.reload()
    expect(seconds).to_have_text(re.compile(r"^\d+ s$"))
    stop(bare_page)
    has_settled(bare_page)


def test_enter_says_why_it_sends_nothing_while_an_answer_is_written(page: Page) -> None:
    new_conversation(page, "Are you there?", "never:1b")
    is_being_written(page)
    box = write(page, "And now?")
    box.press("Enter")
    hint = page.get_by_text("An answer is being written: press Esc to stop it, then Enter to send.")
    expect(hint).to_be_visible()
    expect(box).to_have_value("And now?")
    box.press("Escape")
    has_settled(page)
    expect(hint).to_be_hidden()
    box.press("Enter")
    expect(page.locator(".message-user")).to_have_count(2)
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
    expect(answer(page).locator(".status-words")).to_have_text("Thinking…")
    expect(thoughts.locator("summary")).to_have_text("Thoughts")
    has_settled(page)
    expect(thoughts.locator("summary")).to_contain_text("Thought for")
    expect(thoughts.get_by_text("Let me think about it.")).to_be_hidden()
    expect(answer(page).locator(".part-text")).to_have_text("The answer is 42.")
    thoughts.locator("summary").click()
    expect(thoughts.get_by_text("Let me think about it.")).to_be_visible()
    assert studio.messages(key)[-1] == ("assistant", "complete", "The answer is 42.")
