"""The same forms work as plain forms where script is off."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import answer, choose, has_settled, key_of, sees_word, write
from tests.servers import COUNTED, COUNTS, Studio

pytestmark = pytest.mark.browser


@pytest.fixture
def context_options() -> dict[str, object]:
    return {"java_script_enabled": False}


def post(page: Page, text: str, model: str) -> None:
    choose(page, model)
    write(page, text)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(re.compile(r"/chat/[0-9a-f-]{36}/$"))


def test_a_message_is_sent_and_the_page_brings_the_answer_itself(
    studio: Studio, page: Page
) -> None:
    post(page, "Count", COUNTS)
    expect(page.locator(".message-user")).to_contain_text("Count")
    sees_word(page, COUNTED - 1)
    has_settled(page)
    assert studio.messages(key_of(page))[-1][1] == "complete"


def test_a_second_message_and_stop(studio: Studio, page: Page) -> None:
    post(page, "Hello", "fast:1b")
    has_settled(page)
    expect(answer(page)).to_contain_text("Hello")
    post(page, "Count", "slow:1b")
    page.get_by_role("button", name="Stop the answer").click()
    has_settled(page)
    expect(answer(page)).to_contain_text("Stopped. What was written is kept.")
    assert [role for role, _, _ in studio.messages(key_of(page))] == ["user", "assistant"] * 2
