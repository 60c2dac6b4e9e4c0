"""What a screen reader is told: sentences, not tokens, and the end."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import has_settled, is_being_written, new_conversation, sees_word, until
from tests.conftest import MakeModels, MakeStudio

pytestmark = pytest.mark.browser

LISTEN = """() => { window.told = [];
  const hear = ([{ target }]) => window.told.push(target.textContent);
  for (const region of document.querySelectorAll("#speech, #announcer"))
    new MutationObserver(hear).observe(region, { childList: true });
}"""
HIDE = """() => Object.defineProperty(document, "hidden", { value: true, configurable: true })"""
SPEAKS = "sentences-20tps-40:1b"


@pytest.fixture
def spoken(bare_page: Page, fresh_models: MakeModels, fresh_studio: MakeStudio) -> Page:
    studio = fresh_studio(fresh_models("--also", SPEAKS).url)
    bare_page.goto(f"{studio.url}/chat/")
    return bare_page


def told(page: Page) -> list[str]:
    heard: list[str] = page.evaluate("window.told")
    return [line for line in heard if line]


def test_an_answer_is_told_by_sentence(spoken: Page) -> None:
    new_conversation(spoken, "Tell", SPEAKS)
    spoken.evaluate(LISTEN)
    has_settled(spoken)
    until(spoken, lambda: "The answer is complete." in told(spoken))
    sentences = [line for line in told(spoken) if line.startswith("This is")]
    assert len(sentences) > 3
    assert all(line.endswith((".", "!", "?")) for line in sentences)
    numbers = [int(n) for line in sentences for n in re.findall(r"sentence (\d+)", line)]
    assert numbers == sorted(set(numbers))


def test_a_page_out_of_sight_is_told_the_end_alone(spoken: Page) -> None:
    new_conversation(spoken, "Tell", SPEAKS)
    sees_text = spoken.locator(".message-assistant").last
    expect(sees_text).to_contain_text("sentence 0")
    spoken.evaluate(HIDE)
    spoken.evaluate(LISTEN)
    has_settled(spoken)
    assert told(spoken) == ["The answer is complete."]


def test_a_reload_does_not_tell_from_the_beginning(spoken: Page) -> None:
    new_conversation(spoken, "Tell", SPEAKS)
    expect(spoken.locator(".message-assistant").last).to_contain_text("sentence 4")
    spoken.reload()
    spoken.evaluate(LISTEN)
    is_being_written(spoken)
    has_settled(spoken)
    assert not [line for line in told(spoken) if "sentence 0" in line]


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
