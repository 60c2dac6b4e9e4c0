"""What a screen reader is told: sentences, not tokens, and the end."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import has_settled, is_being_written, new_conversation, sees_word, until
from tests.servers import SPEAKS

pytestmark = pytest.mark.browser

LISTEN = """() => { window.told = [];
  const hear = ([{ target }]) => window.told.push(target.textContent);
  for (const region of document.querySelectorAll("#speech, #announcer"))
    new MutationObserver(hear).observe(region, { childList: true });
}"""
HIDE = """() => Object.defineProperty(document, "hidden", { value: true, configurable: true })"""


def told(page: Page) -> list[str]:
    heard: list[str] = page.evaluate("window.told")
    return [line for line in heard if line]


def test_an_answer_is_told_by_sentence(page: Page) -> None:
    new_conversation(page, "Tell", SPEAKS)
    page.evaluate(LISTEN)
    has_settled(page)
    until(page, lambda: "The answer is complete." in told(page))
    sentences = [line for line in told(page) if line.startswith("This is")]
    assert len(sentences) > 3
    assert all(line.endswith((".", "!", "?")) for line in sentences)
    numbers = [int(n) for line in sentences for n in re.findall(r"sentence (\d+)", line)]
    assert numbers == sorted(set(numbers))


def test_a_page_out_of_sight_is_told_the_end_alone(page: Page) -> None:
    new_conversation(page, "Tell", SPEAKS)
    sees_text = page.locator(".message-assistant").last
    expect(sees_text).to_contain_text("sentence 0")
    page.evaluate(HIDE)
    page.evaluate(LISTEN)
    has_settled(page)
    until(page, lambda: "The answer is complete." in told(page))
    assert told(page) == ["The answer is complete."]


def test_a_reload_does_not_tell_from_the_beginning(page: Page) -> None:
    new_conversation(page, "Tell", SPEAKS)
    expect(page.locator(".message-assistant").last).to_contain_text("sentence 4")
    page.reload()
    page.evaluate(LISTEN)
    is_being_written(page)
    has_settled(page)
    assert not [line for line in told(page) if "sentence 0" in line]


def test_an_answer_from_another_tab_is_told_too(page: Page) -> None:
    new_conversation(page, "Hello")
    has_settled(page)
    other = page.context.new_page()
    other.goto(page.url)
    page.evaluate(LISTEN)
    new = other.get_by_label("Your message")
    new.fill("A first sentence. And a second one.")
    new.press("Enter")
    has_settled(other)
    until(page, lambda: "The answer is complete." in told(page))
    assert any("second one." in line for line in told(page))


def test_tokens_are_not_told(page: Page) -> None:
    new_conversation(page, "Count", "slow:1b")
    page.evaluate(LISTEN)
    sees_word(page, 40)
    assert not [line for line in told(page) if re.search(r"\bw\d", line)]
    page.keyboard.press("Escape")
