"""A conversation longer than the window of a real model: nothing is cut silently."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import answer, has_settled, open_settings
from tests.browser.test_demo_model import demo as demo  # the fixture
from tests.servers import Studio

pytestmark = [pytest.mark.browser, pytest.mark.model]

PATIENCE = 600_000  # a real model, on whatever the other tests leave of the processor
TURNS = 12
LONG = "The quick brown fox jumps over the lazy dog near the river bank. " * 14  # about 210 tokens


def long_conversation(demo: Studio, tmp_path: Path) -> str:
    """Of about 2,600 tokens; the server's address."""
    messages = [
        {"role": role, "content": f"{number}: {LONG}"}
        for number in range(TURNS // 2)
        for role in ("user", "assistant")
    ]
    history = [{"id": "long", "name": "Foxes", "model": {"id": ""}, "messages": messages}]
    file = tmp_path / "long.json"
    file.write_text(json.dumps({"version": 4, "history": history, "folders": []}))
    demo.run("import_conversations", str(file))
    return demo.url


def ask(page: Page, text: str) -> None:
    before = page.locator(".message-assistant").count()
    page.get_by_label("Your message").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator(".message-assistant")).to_have_count(before + 1)
    expect(page.get_by_role("button", name="Send")).to_be_visible(timeout=PATIENCE)
    has_settled(page)


def in_settings(page: Page) -> None:
    """Half of the window that the server has: what is longer is not read in a moment."""
    open_settings(page)
    page.get_by_label("Context window").fill("2048")


def opened(page: Page, url: str) -> None:
    page.goto(f"{url}/chat/")
    page.get_by_role("link", name="Foxes", exact=True).click()
    page.wait_for_url(re.compile(r"/chat/[0-9a-f-]{36}/$"))


def test_the_oldest_messages_are_left_out_and_the_answer_says_so(
    demo: Studio, tmp_path: Path, bare_page: Page
) -> None:
    page = bare_page
    opened(page, long_conversation(demo, tmp_path))
    in_settings(page)
    page.get_by_role("button", name="Save").click()
    ask(page, "What jumps?")
    expect(answer(page).locator(".message-notice").last).to_contain_text("left out")
    answer(page).hover()
    answer(page).get_by_role("link", name="How it came about").click()
    receipt = answer(page).locator(".receipt")
    expect(receipt).to_contain_text("2,048 tokens")
    assert receipt.locator(".sent li").count() < TURNS + 1
    expect(page.locator("#gauge")).to_contain_text("of 2,048 tokens")


def test_with_a_summary_the_older_ones_are_known_in_short(
    demo: Studio, tmp_path: Path, bare_page: Page
) -> None:
    page = bare_page
    opened(page, long_conversation(demo, tmp_path))
    in_settings(page)
    page.get_by_label("Summarise what no longer fits").check()
    page.get_by_role("button", name="Save").click()
    ask(page, "What jumps?")
    expect(answer(page).locator(".message-notice", has_text="left out")).to_have_count(0)
    said = answer(page).locator(".message-notice", has_text="sent as a summary")
    expect(said).to_have_text(re.compile(r"\d+ earlier messages were sent as a summary\."))
    answer(page).hover()
    answer(page).get_by_role("link", name="How it came about").click()
    receipt = answer(page).locator(".receipt")
    expect(receipt).to_contain_text(re.compile(r"Sent as a summary\s*\d+ earlier messages"))
    open_settings(page)
    expect(page.get_by_label("Summary")).not_to_be_empty()
    expect(page.get_by_text("Written by")).to_be_visible()


def test_tools_are_told_in_words_to_a_real_model_without_any(demo: Studio, bare_page: Page) -> None:
    page = bare_page
    page.goto(f"{demo.url}/chat/")
    page.locator("#composer-routing").select_option("tools")
    page.get_by_label("Your message").fill("What is 6 times 7?")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/chat/[0-9a-f-]{36}/$"))
    expect(page.get_by_role("button", name="Send")).to_be_visible(timeout=PATIENCE)
    expect(answer(page).locator(".message-header")).to_contain_text("Tools+Data")
    has_settled(page)
