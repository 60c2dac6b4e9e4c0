"""A model server that fails: the page says what happened and what to do, and keeps what came."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import (
    answer,
    has_settled,
    key_of,
    new_conversation,
    numbered,
    outcome,
    words,
)
from tests.conftest import MakeStudio
from tests.fakes.model_answers import HALF_UTF8
from tests.servers import Studio

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("model", "sentence", "status"),
    [
        ("dies:1b", "broke while the answer was being written. What had arrived is kept", "failed"),
        ("error-line:1b", "stopped in the middle of the answer: an error was enc", "failed"),
        ("ends-early:1b", "ended in the middle without a word why. Continue, or", "interrupted"),
    ],
)
def test_an_answer_that_breaks_off(
    studio: Studio, page: Page, model: str, sentence: str, status: str
) -> None:
    new_conversation(page, "Count", model)
    expect(outcome(page)).to_contain_text(sentence)
    has_settled(page)
    assert words(page) == numbered(10)
    told = studio.messages(key_of(page))[-1]
    assert told == ("assistant", status, " ".join(numbered(10)))
    expect(answer(page).get_by_role("button", name="Continue")).to_be_visible()
    expect(answer(page).get_by_role("button", name="Try again")).to_be_visible()


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("gone:1b", "is not installed at .* Choose another model, or install it"),
        ("load-fails:1b", "could not be loaded: .* choose a smaller model"),
        ("busy:1b", "too many requests waiting. Try again in a moment"),
        ("too-long:1b", r"9,000 tokens sent, room for 4,096.* larger window"),
    ],
)
def test_an_answer_that_never_begins(studio: Studio, page: Page, model: str, sentence: str) -> None:
    new_conversation(page, "Hello", model)
    expect(outcome(page)).to_have_text(re.compile(sentence))
    has_settled(page)
    expect(answer(page).get_by_role("button", name="Continue")).to_have_count(0)
    expect(answer(page).get_by_role("button", name="Try again")).to_be_visible()
    assert studio.messages(key_of(page))[-1] == ("assistant", "failed", "")


def test_try_again_takes_the_place_of_the_failed_answer(studio: Studio, page: Page) -> None:
    new_conversation(page, "Count", "ends-early:1b")
    first = answer(page).get_attribute("id")
    answer(page).get_by_role("button", name="Try again").click()
    expect(page.locator(f"#{first}")).to_have_count(0)
    expect(outcome(page)).to_contain_text("ended in the middle")
    has_settled(page)
    assert words(page) == numbered(10)
    page.reload()
    expect(page.locator(".message")).to_have_count(2)
    assert [role for role, _, _ in studio.messages(key_of(page))] == ["user", *["assistant"] * 2]


def test_characters_torn_into_single_bytes(studio: Studio, page: Page) -> None:
    key = new_conversation(page, "Hello", "half-utf8:1b")
    has_settled(page)
    assert studio.messages(key)[-1] == ("assistant", "complete", HALF_UTF8)
    assert words(page) == HALF_UTF8.split()
    assert answer(page).locator("template.source").evaluate("it => it.content.textContent") == (
        HALF_UTF8
    )


def test_a_model_that_never_answers_is_given_up(fresh_studio: MakeStudio, bare_page: Page) -> None:
    studio = fresh_studio(LLM_LOAD_TIMEOUT_SECONDS="2", LLM_TIMEOUT_SECONDS="2")
    bare_page.goto(f"{studio.url}/chat/")
    new_conversation(bare_page, "Are you there?", "never:1b")
    expect(outcome(bare_page)).to_contain_text("Nothing came from")
    expect(outcome(bare_page)).to_contain_text("for 2 seconds. Try again; if the machine is")
    has_settled(bare_page)
    expect(answer(bare_page).get_by_role("button", name="Try again")).to_be_visible()
