"""On a window of 390 pixels."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import (
    answer,
    choose,
    has_settled,
    sees_word,
    sideways,
    stop,
    write,
)
from tests.browser.conftest import Problems
from tests.servers import Studio

pytestmark = pytest.mark.browser

LONG_WORD = "Donaudampfschiffahrt" * 20
WIDE = f"""{LONG_WORD}

    {LONG_WORD}

| {LONG_WORD} | b |
|---|---|
| `{LONG_WORD}` | https://example.com/{LONG_WORD} |

$${"a + " * 60}b$$
"""


@pytest.fixture
def context_options() -> dict[str, object]:
    size = {"width": 390, "height": 844}
    return {"viewport": size, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}


def talk(page: Page, text: str, model: str = "fast:1b") -> None:
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    choose(page, model)
    write(page, text)
    page.get_by_role("button", name="Send").tap()
    page.wait_for_url(re.compile(r"/chat/[0-9a-f-]{36}/$"))


def test_the_drawer_opens_and_closes(page: Page) -> None:
    sidebar = page.get_by_role("navigation", name="Conversations")
    expect(sidebar).to_be_hidden()
    page.get_by_role("button", name="Conversations").tap()
    expect(sidebar.get_by_role("link", name="New chat")).to_be_visible()
    assert sideways(page) == 0
    page.keyboard.press("Escape")
    expect(sidebar).to_be_hidden()


def test_nothing_sticks_out_of_an_answer(page: Page) -> None:
    assert sideways(page) == 0
    talk(page, WIDE)
    has_settled(page)
    assert sideways(page) == 0
    expect(page.get_by_label("Your message")).to_be_in_viewport()


def test_nothing_sticks_out_in_any_end(page: Page) -> None:
    talk(page, "Hello", "markdown:1b")
    for count, model in enumerate(("load-fails:1b", "thinking:1b", "cloud:1b-cloud"), start=2):
        talk(page, "Hello", model)
        expect(page.locator(".message-assistant")).to_have_count(count)
        has_settled(page)
        assert sideways(page) == 0


def test_nothing_sticks_out_while_it_writes_or_when_it_is_stopped(page: Page) -> None:
    talk(page, "Count", "slow:1b")
    sees_word(page, 30)
    assert sideways(page) == 0
    stop(page)
    has_settled(page)
    assert sideways(page) == 0
    expect(answer(page).get_by_role("button", name="Continue")).to_be_visible()


def test_nothing_sticks_out_of_the_other_pages(
    studio: Studio, page: Page, problems: Problems
) -> None:
    problems.expect("status of 404")
    for path in ("prompt-profiles/", "prompt-profiles/new/", "nothing/here/"):
        page.goto(f"{studio.url}/{path}")
        assert sideways(page) == 0, path


def test_enter_breaks_the_line_where_there_is_no_shift(page: Page) -> None:
    box = write(page, "one")
    box.press("Enter")
    expect(box).to_have_value("one\n")


def test_a_title_that_is_one_long_word(page: Page) -> None:
    talk(page, LONG_WORD[:190])
    page.get_by_role("button", name="Conversations").tap()
    assert sideways(page) == 0
