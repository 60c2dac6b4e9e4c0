"""Thumbs: pressed here and on the other tab, explained, taken back; without script too."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.chat import answer, has_settled, new_conversation, stop
from tests.servers import Studio

pytestmark = pytest.mark.browser


def thumb(page: Page, name: str = "Good answer") -> Locator:
    return answer(page).get_by_role("button", name=name)


def is_pressed(page: Page, name: str = "Good answer", yes: bool = True) -> None:
    expect(thumb(page, name)).to_have_attribute("aria-pressed", "true" if yes else "false")


@pytest.fixture
def rated(page: Page) -> Page:
    new_conversation(page, "Hello")
    has_settled(page)
    thumb(page).click()
    is_pressed(page)
    return page


def test_a_thumb_is_seen_on_every_tab(rated: Page, context: BrowserContext) -> None:
    other = context.new_page()
    other.goto(rated.url)
    is_pressed(other)
    thumb(other, "Bad answer").click()
    for page in (other, rated):
        is_pressed(page, "Bad answer")
        is_pressed(page, "Good answer", yes=False)


def test_the_same_thumb_takes_it_back_and_keeps_the_focus(rated: Page) -> None:
    thumb(rated).click()
    is_pressed(rated, yes=False)
    expect(thumb(rated)).to_be_focused()


def test_a_receipt_that_is_open_stays_open(rated: Page) -> None:
    answer(rated).get_by_role("link", name="How it came about").click()
    expect(answer(rated).locator(".receipt")).to_contain_text("Routing profile")
    thumb(rated, "Bad answer").click()
    is_pressed(rated, "Bad answer")
    expect(answer(rated).locator(".receipt")).to_contain_text("Routing profile")


def test_it_can_be_said_why(rated: Page) -> None:
    answer(rated).get_by_role("link", name="Say why").click()
    box = rated.get_by_label(re.compile("^Why"))
    expect(box).to_be_focused()
    box.fill("Short and right")
    rated.get_by_role("button", name="Save").click()
    expect(answer(rated).get_by_role("link", name="Your reason")).to_be_visible()
    expect(box).to_have_count(0)
    rated.reload()
    answer(rated).get_by_role("link", name="Your reason").click()
    expect(rated.get_by_label(re.compile("^Why"))).to_have_value("Short and right")


def test_an_answer_that_is_being_written_has_no_thumbs(page: Page) -> None:
    new_conversation(page, "Count", "slow:1b")
    expect(thumb(page)).to_have_count(0)
    stop(page)
    has_settled(page)
    expect(thumb(page)).to_be_visible()


class TestWithoutScript:
    @pytest.fixture
    def context_options(self) -> dict[str, object]:
        return {"java_script_enabled": False}

    def test_thumbs_and_reasons_are_plain_forms(self, page: Page, studio: Studio) -> None:
        page.get_by_label("Your message").fill("Hello")
        page.get_by_role("button", name="Send").click()
        page.wait_for_url(re.compile(r"/chat/[0-9a-f-]{36}/$"))
        expect(thumb(page)).to_be_visible()
        thumb(page).click()
        is_pressed(page)
        answer(page).get_by_role("link", name="Say why").click()
        page.get_by_label(re.compile("^Why")).fill("Because")
        page.get_by_role("button", name="Save").click()
        expect(answer(page).get_by_role("link", name="Your reason")).to_be_visible()
