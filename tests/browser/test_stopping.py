"""Stop, from wherever and whenever: the model falls silent at once and the text is kept."""

import re
import time

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chat import (
    answer,
    has_settled,
    is_consecutive,
    is_whole,
    key_of,
    new_conversation,
    numbered,
    outcome,
    sees_word,
    stop,
    until,
    words,
)
from tests.servers import COUNTED, COUNTS, FakeModels, Studio

pytestmark = pytest.mark.browser

AT_ONCE = 10.0  # seconds; left to itself each of these models would go on for 15 and more


def hung_up_after(page: Page, models: FakeModels, model: str, clicked: float) -> float:
    """How many seconds after the click the model server was left alone."""
    until(page, lambda: models.chats(model)[-1]["disconnected_at"] is not None)
    return float(models.chats(model)[-1]["disconnected_at"]) - clicked


def test_stop_from_another_tab(
    studio: Studio, models: FakeModels, page: Page, context: BrowserContext
) -> None:
    new_conversation(page, "Count", "slow:1b")
    other = context.new_page()
    other.goto(page.url)
    sees_word(page, 10)
    clicked = time.time()
    stop(other)
    assert hung_up_after(page, models, "slow:1b", clicked) < AT_ONCE
    for tab in (page, other):
        assert is_consecutive(studio, tab) >= 10
        expect(outcome(tab)).to_have_text("Stopped. What was written is kept.")
    assert studio.messages(key_of(page))[-1][1] == "stopped"


@pytest.mark.parametrize("model", ["loading:1b", "never:1b"])
def test_stop_before_the_first_word(
    studio: Studio, models: FakeModels, page: Page, model: str
) -> None:
    models.ask("/_fake/unload", {})
    new_conversation(page, "Are you there?", model)
    expect(answer(page)).to_contain_text(re.compile("Loading|Reading"))
    clicked = time.time()
    stop(page)
    assert hung_up_after(page, models, model, clicked) < AT_ONCE
    has_settled(page)
    expect(outcome(page)).to_contain_text("Stopped")
    expect(answer(page).get_by_role("button", name="Try again")).to_be_visible()
    assert studio.messages(key_of(page))[-1] == ("assistant", "stopped", "")


def test_two_clicks_on_stop(studio: Studio, page: Page) -> None:
    new_conversation(page, "Count", "slow:1b")
    sees_word(page, 5)
    page.get_by_role("button", name="Stop the answer").dblclick()
    is_consecutive(studio, page)
    expect(outcome(page)).to_contain_text("Stopped")


def test_a_stopped_answer_is_continued(studio: Studio, page: Page) -> None:
    new_conversation(page, "Count", COUNTS)
    sees_word(page, 10)
    stop(page)
    assert is_consecutive(studio, page) < COUNTED
    answer(page).get_by_role("button", name="Continue").click()
    sees_word(page, COUNTED - 1)
    is_whole(studio, page)
    expect(page.locator(".message")).to_have_count(2)


def test_delete_while_it_answers_and_undo(studio: Studio, models: FakeModels, page: Page) -> None:
    key = new_conversation(page, "Delete me while you count", "slow:1b")
    sees_word(page, 10)
    entry = page.locator("#sidebar-list li").filter(has=page.locator(f'a[href="/chat/{key}/"]'))
    entry.get_by_label("Actions for").click()
    entry.get_by_role("button", name="Delete").click()
    expect(entry).to_have_count(0)
    until(page, lambda: models.chats("slow:1b")[-1]["disconnected_at"] is not None)
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(f"**/chat/{key}/")
    assert is_consecutive(studio, page) >= 10
    expect(entry).to_be_visible()


def test_delete_in_one_tab_while_another_follows(
    studio: Studio, page: Page, context: BrowserContext
) -> None:
    key = new_conversation(page, "Delete me from the other tab", "slow:1b")
    other = context.new_page()
    other.goto(f"{studio.url}/chat/")
    sees_word(page, 5)
    entry = other.locator("#sidebar-list li").filter(has=other.locator(f'a[href="/chat/{key}/"]'))
    entry.get_by_label("Actions for").click()
    entry.get_by_role("button", name="Delete").click()
    has_settled(page)
    assert words(page) == numbered(len(words(page)))


COMPOSING = """(how) => {
  const event = new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...how });
  document.querySelector("#composer-text").dispatchEvent(event);
}"""


@pytest.mark.parametrize("how", [{"isComposing": True}, {"keyCode": 229}], ids=["is", "229"])
def test_a_key_of_an_input_method_neither_stops_nor_sends(
    studio: Studio, page: Page, how: dict[str, object]
) -> None:
    new_conversation(page, "Count", COUNTS)
    sees_word(page, 5)
    page.get_by_label("Your message").fill("にほん")
    for key in ("Escape", "Enter"):
        page.evaluate(COMPOSING, {"key": key, **how})
    is_whole(studio, page)
    page.evaluate(COMPOSING, {"key": "Enter", **how})
    expect(page.get_by_label("Your message")).to_have_value("にほん")
    expect(page.locator(".message")).to_have_count(2)
