"""The server goes down in mid-answer: what came is kept, named as unfinished, and continued."""

import signal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import (
    answer,
    has_settled,
    is_consecutive,
    is_whole,
    key_of,
    new_conversation,
    outcome,
    sees_word,
    words,
)
from tests.browser.conftest import Problems
from tests.conftest import MakeModels, MakeStudio
from tests.servers import COUNTED, COUNTS

pytestmark = pytest.mark.browser

SERVER_IS_GONE = (
    *("WebSocket connection to", "ERR_CONNECTION_REFUSED", "htmx:ws:error"),
    *("htmx:error", "Failed to fetch"),  # where it stays away for long enough to be asked for news
)
WORDS_A_SECOND = 40


@pytest.mark.parametrize(
    ("how", "may_be_lost"),
    [(signal.SIGTERM, 0), (signal.SIGKILL, 1.5 * WORDS_A_SECOND)],
    ids=["SIGTERM", "SIGKILL"],
)
def test_the_server_ends_in_mid_answer(
    fresh_studio: MakeStudio, bare_page: Page, problems: Problems, how: int, may_be_lost: float
) -> None:
    problems.expect(*SERVER_IS_GONE)
    studio, page = fresh_studio(), bare_page
    page.goto(f"{studio.url}/chat/")
    new_conversation(page, "Count", COUNTS)
    sees_word(page, 70)
    shown = len(words(page))
    studio.end(how)
    studio.start()
    expect(outcome(page)).to_contain_text("Chat Studio was stopped while this was being written")
    assert shown - may_be_lost <= is_consecutive(studio, page) < COUNTED
    assert studio.messages(key_of(page))[-1][1] == "interrupted"
    answer(page).get_by_role("button", name="Continue").click()
    sees_word(page, COUNTED - 1)
    is_whole(studio, page)
    expect(page.locator(".message")).to_have_count(2)


def test_a_message_sent_to_a_server_that_is_down_stays_in_the_composer(
    fresh_studio: MakeStudio, bare_page: Page, problems: Problems
) -> None:
    problems.expect(*SERVER_IS_GONE, "htmx:error", "Failed to fetch")
    studio, page = fresh_studio(), bare_page
    page.goto(f"{studio.url}/chat/")
    key = new_conversation(page, "Hello")
    has_settled(page)
    studio.end()
    page.get_by_label("Your message").fill("Are you there?")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("could not be reached")
    expect(page.get_by_label("Your message")).to_have_value("Are you there?")
    again = page.locator(".toast").get_by_role("button", name="Try again")
    again.focus()  # a toast that has the focus stays
    studio.start()
    again.click()
    expect(answer(page)).to_contain_text("Are you there?")
    assert len(studio.messages(key)) == 4


def test_the_model_server_is_killed_in_mid_answer(
    fresh_studio: MakeStudio, fresh_models: MakeModels, bare_page: Page
) -> None:
    models = fresh_models()
    port = int(models.url.rpartition(":")[2])
    studio, page = fresh_studio(models.url), bare_page
    page.goto(f"{studio.url}/chat/")
    new_conversation(page, "Count", COUNTS)
    sees_word(page, 30)
    models.die()
    expect(outcome(page)).to_contain_text("broke while the answer was being written")
    assert is_consecutive(studio, page) >= 30
    fresh_models(port=port)
    answer(page).get_by_role("button", name="Continue").click()
    sees_word(page, COUNTED - 1)
    is_whole(studio, page)
