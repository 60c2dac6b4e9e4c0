"""Versions of questions and answers, how an answer came about, two answers side by side."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.cable import Cable
from tests.browser.chat import answer, has_settled, new_conversation, send
from tests.browser.conftest import Problems
from tests.servers import Studio

pytestmark = pytest.mark.browser


def edit_first_question(page: Page, text: str) -> None:
    page.locator(".message-user").first.hover()
    page.get_by_role("link", name="Edit").first.click()
    page.get_by_label("Your message in other words").fill(text)
    page.locator(".edit").get_by_role("button", name="Send").click()
    expect(page.locator(".message-user").first).to_contain_text(text)
    has_settled(page)


def test_an_edited_question_is_answered_and_the_first_one_is_an_arrow_away(
    page: Page, studio
) -> None:
    new_conversation(page, "Helo there")
    has_settled(page)
    edit_first_question(page, "Hello there")
    expect(answer(page)).to_contain_text("Hello there")
    page.get_by_role("button", name="Previous version").first.click()
    expect(page.locator(".message-user").first).to_contain_text("Helo there")
    expect(page.locator(".siblings-count").first).to_contain_text("1")


def test_another_tab_sees_the_other_version_too(page: Page, studio) -> None:
    new_conversation(page, "First words")
    has_settled(page)
    other = page.context.new_page()
    other.goto(page.url)
    edit_first_question(page, "Other words")
    expect(other.locator(".message-user").first).to_contain_text("Other words")
    expect(other.locator(".message-assistant").first).to_contain_text("Other words")


def test_escape_leaves_the_edit_and_gives_the_focus_back(page: Page, studio) -> None:
    new_conversation(page, "Hi")
    has_settled(page)
    page.locator(".message-user").first.hover()
    page.get_by_role("link", name="Edit").first.click()
    page.get_by_label("Your message in other words").press("Escape")
    expect(page.locator(".edit")).to_have_count(0)
    expect(page.get_by_role("link", name="Edit").first).to_be_focused()


def test_words_of_an_edit_outlast_a_lost_connection(
    studio: Studio, bare_page: Page, cable: Cable, problems: Problems
) -> None:
    problems.expect("WebSocket connection to", "htmx:ws:error", "Failed to load", "htmx:error")
    bare_page.goto(f"{cable.url}/chat/")
    key = new_conversation(bare_page, "Hello")
    has_settled(bare_page)
    bare_page.locator(".message-user").first.hover()
    bare_page.get_by_role("link", name="Edit").first.click()
    box = bare_page.get_by_label("Your message in other words")
    box.fill("Words of my own")
    cable.unplug()
    other = bare_page.context.new_page()
    other.goto(f"{studio.url}/chat/{key}/")
    send(other, "From elsewhere")
    has_settled(other)
    cable.plug_in()
    expect(bare_page.locator(".message-user").last).to_contain_text("From elsewhere")
    expect(box).to_have_value("Words of my own")
    expect(box).to_be_focused()


def open_menu(page: Page, entry: str) -> None:
    answer(page).hover()
    answer(page).locator(".menu summary").click()
    answer(page).get_by_role("link", name=entry).click()


def test_how_an_answer_came_about_opens_below_it(page: Page, studio) -> None:
    new_conversation(page, "Hi")
    has_settled(page)
    answer(page).get_by_role("link", name="How it came about").click()
    receipt = answer(page).locator(".receipt")
    expect(receipt).to_contain_text("Direct LLM")
    expect(receipt).to_contain_text("fast:1b")
    expect(receipt.locator(".sent li a")).to_have_count(1)  # beside memories of other tests


def test_answered_again_by_another_model_and_compared(page: Page, studio) -> None:
    new_conversation(page, "Compare me")
    has_settled(page)
    address = page.url
    open_menu(page, "Answer again with")
    dialog = page.get_by_role("dialog", name="Answer again with")
    option = dialog.locator('option[value^="markdown:1b@"]').get_attribute("value")
    dialog.get_by_label("Model").select_option(option)
    dialog.get_by_role("button", name="Answer again").click()
    expect(dialog).to_be_hidden()
    expect(answer(page)).to_contain_text("A heading")
    assert page.url == address
    has_settled(page)
    open_menu(page, "Compare")
    expect(page.locator(".compare-side")).to_have_count(2)
    expect(page.locator(".compare-side").last).to_contain_text("markdown:1b")
    page.get_by_role("button", name="Go on from this one").first.click()
    expect(answer(page)).to_contain_text("Compare me")


def test_a_dialog_that_is_cancelled_leaves_all_as_it_was(page: Page, studio) -> None:
    new_conversation(page, "Stay")
    has_settled(page)
    door = answer(page).get_by_role("link", name="Try again with another model")
    door.press("Enter")
    dialog = page.get_by_role("dialog", name="Answer again with")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    expect(door).to_be_focused()
    door.press("Enter")
    expect(dialog.get_by_label("Routing profile")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator(".message")).to_have_count(2)


def test_the_gauge_grows_with_the_conversation(page: Page, studio) -> None:
    new_conversation(page, "Hi")
    has_settled(page)
    expect(page.locator("#gauge")).to_contain_text("of 4,096 tokens")
    first = page.locator("#gauge").inner_text()
    send(page, "And now a longer question, please")
    has_settled(page)
    expect(page.locator("#gauge")).not_to_have_text(first)
