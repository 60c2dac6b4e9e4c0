"""The column of a conversation: its rhythm, its title, what stands under a message."""

import re

import pytest
from playwright.sync_api import BrowserContext, FloatRect, Locator, Page, expect

from tests.browser.chat import (
    answer,
    has_settled,
    is_being_written,
    new_conversation,
    sees_word,
    send,
    until,
)
from tests.browser.conftest import Problems
from tests.browser.filling import fill
from tests.servers import COUNTS, Studio

pytestmark = pytest.mark.browser

LONG = "\n".join(f"Line {number}" for number in range(40))
# From the last of what is read of one message to the first of the next one.
GAPS = """() => {
  const messages = [...document.querySelectorAll("#messages > .message")];
  const edges = (message, of) => Math[of](...[...message.querySelectorAll(".part, .message-header")]
    .map((each) => each.getBoundingClientRect()[of === "max" ? "bottom" : "top"]));
  const gap = (each, n) => Math.round(edges(each, "min") - edges(messages[n], "max"));
  return messages.slice(1).map(gap);
}"""
# What an article has besides its text.
FRAME = "article => article.offsetHeight - article.querySelector('.part').offsetHeight"


def box_of(element: Locator) -> FloatRect:
    """It may be exchanged in the moment of a look."""
    boxes: list[FloatRect] = []

    def look() -> bool:
        boxes.extend(filter(None, [element.bounding_box()]))
        return bool(boxes)

    until(element.page, look)
    return boxes[0]


def title_menu(page: Page) -> Locator:
    return page.locator(".title-tools .menu")


def open_title_menu(page: Page) -> Locator:
    title_menu(page).locator("summary").click()
    return title_menu(page).locator(".menu-panel")


def test_an_answer_stands_near_its_question_and_the_next_one_further(page: Page) -> None:
    new_conversation(page, "Hello")
    has_settled(page)
    send(page, "Once more")
    expect(page.locator(".message")).to_have_count(4)
    has_settled(page)
    assert page.evaluate(GAPS) == [20, 32, 20]
    page.locator(".message-user").first.hover()
    assert page.evaluate(GAPS) == [20, 32, 20]
    expect(page.locator(".message-user .message-footer").first).to_have_css("opacity", "1")


def test_the_end_of_an_answer_moves_nothing(page: Page) -> None:
    new_conversation(page, "Count", COUNTS)
    sees_word(page, 3)
    is_being_written(page)
    before = answer(page).evaluate(FRAME)
    has_settled(page)
    assert abs(answer(page).evaluate(FRAME) - before) <= 1


def test_each_message_is_a_heading_below_the_title(page: Page) -> None:
    new_conversation(page, "Hello")
    has_settled(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello")
    headings = page.locator("#messages").get_by_role("heading", level=2)
    expect(headings).to_have_text(["You", "fast:1b"])


def test_a_title_is_cut_by_the_room_and_said_whole(page: Page) -> None:
    question = "Why does the list of orders take so long " * 4
    new_conversation(page, question)
    has_settled(page)
    title = page.locator("#conversation-title")
    expect(title).to_have_attribute("title", question.strip())
    wide = box_of(title)
    page.set_viewport_size({"width": 700, "height": 800})
    narrow = box_of(title)
    assert narrow["width"] < wide["width"]
    assert narrow["height"] == wide["height"]


def test_a_click_on_the_title_renames_and_tags(page: Page, context: BrowserContext) -> None:
    new_conversation(page, "To be named better")
    has_settled(page)
    other = context.new_page()
    other.goto(page.url)
    page.locator("#conversation-title").click()
    box = page.get_by_role("textbox", name="Title")
    expect(box).to_be_focused()
    box.press("Escape")
    expect(box).to_have_count(0)
    expect(title_menu(page).locator("summary")).to_be_focused()
    page.locator("#conversation-title").click()
    box.fill("A better name")
    page.get_by_role("textbox", name="Tags").fill("names, of mine")
    box.press("Enter")
    for tab in (page, other):
        expect(tab.locator("#conversation-title")).to_have_text("A better name")
        expect(tab.locator(".tags a")).to_have_text(["names", "of mine"])
    expect(page.locator(".rename")).to_have_count(0)


def test_the_menu_beside_the_title(page: Page, context: BrowserContext) -> None:
    new_conversation(page, "With a menu")
    has_settled(page)
    other = context.new_page()
    other.goto(page.url)
    open_title_menu(page).get_by_role("button", name="Pin").click()
    expect(page.locator("#sidebar-list")).to_contain_text("Pinned")
    for tab in (page, other):
        expect(title_menu(tab).locator("button").first).to_have_text("Unpin")
    expect(title_menu(page).locator("summary")).to_be_focused()
    open_title_menu(page).get_by_role("button", name="Archive").click()
    expect(page.locator(".tags")).to_contain_text("archived")
    open_title_menu(page).get_by_role("button", name="Unarchive").click()
    expect(page.locator(".tags")).to_have_count(0)
    open_title_menu(page).get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Settings")
    page.go_back()
    open_title_menu(page).get_by_role("button", name="Delete").click()
    expect(page.locator(".toast")).to_contain_text("Deleted")


def test_a_long_question_is_folded(page: Page) -> None:
    new_conversation(page, LONG)
    has_settled(page)
    words = page.locator(".message-user .part")
    folded = box_of(words)["height"]
    page.get_by_text("Show all").click()
    assert box_of(words)["height"] > 2 * folded
    page.get_by_text("Show less").click()
    assert box_of(words)["height"] == folded


def test_an_edit_stands_where_the_question_stood(page: Page) -> None:
    new_conversation(page, "Helo")
    has_settled(page)
    question = page.locator(".message-user")
    question.hover()
    question.get_by_role("link", name="Edit").click()
    box = page.get_by_label("Your message in other words")
    expect(question.locator(".part")).to_be_hidden()
    expect(question.locator(".message-footer")).to_be_hidden()
    box.fill("Hello again")
    box.press("Control+Enter")
    expect(question.locator(".part")).to_have_text("Hello again")
    expect(box).to_have_count(0)


def test_the_figures_open_the_receipt(page: Page) -> None:
    new_conversation(page, "Hello")
    has_settled(page)
    answer(page).get_by_role("link", name=re.compile("How it came about: .*token")).click()
    window = answer(page).locator(".window")
    expect(window).to_contain_text(re.compile(r"of 4,096 tokens"))
    expect(window.locator("rect")).to_have_count(window.locator(".window-parts li").count())
    for title in ("Route and model", "Window", "Time"):
        expect(answer(page).locator(".fact-groups")).to_contain_text(title)


def test_an_answer_that_failed_has_no_thumbs(page: Page) -> None:
    new_conversation(page, "Hello", "load-fails:1b")
    has_settled(page)
    expect(answer(page).locator(".notice-error")).to_be_visible()
    expect(answer(page).locator(".thumbs")).to_have_count(0)


def test_days_stand_between_messages_and_go_on_above(page: Page, studio: Studio) -> None:
    page.goto(fill(studio, messages=40, days=20))
    days = page.locator("#messages > .day")
    shown = days.all_inner_texts()
    assert shown[-2:] == ["Yesterday", "Today"]
    page.get_by_role("link", name="Show earlier messages").click()
    expect(page.locator("#messages > .message")).to_have_count(40)
    expect(days).to_have_count(20)
    assert days.all_inner_texts()[-len(shown) :] == shown
    assert len(set(days.all_inner_texts())) == 20


def test_a_printed_conversation_has_words_and_days_alone(page: Page, studio: Studio) -> None:
    page.goto(fill(studio, messages=4, days=2))
    page.emulate_media(media="print")
    expect(page.locator(".day").first).to_be_visible()
    expect(page.locator("#conversation-title")).to_be_visible()
    for hidden in (".topbar .menu", ".message-footer", ".dock", ".new-chat-button"):
        expect(page.locator(hidden).first).to_be_hidden()


def test_the_way_to_the_newest_is_beside_what_is_read(page: Page, studio: Studio) -> None:
    page.goto(fill(studio, messages=30))
    page.evaluate("scrollTo(0, 0)")
    jump = page.get_by_role("button", name="Jump to the newest")
    box, column = box_of(jump), box_of(page.locator("#messages"))
    assert box["width"] == box["height"] == 36
    assert box["x"] >= column["x"] + column["width"]
    jump.click()
    expect(jump).to_be_hidden()


class TestWithoutScript:
    @pytest.fixture
    def context_options(self) -> dict[str, object]:
        return {"java_script_enabled": False}

    def test_fold_menu_and_receipt(self, page: Page, studio: Studio, problems: Problems) -> None:
        page.goto(fill(studio, messages=2, text=LONG))
        page.get_by_text("Show all").first.click()
        expect(page.get_by_text("Show less").first).to_be_visible()
        open_title_menu(page).get_by_role("link", name="Rename and tag").click()
        page.get_by_role("textbox", name="Title").fill("Without script")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Without script")
        open_title_menu(page).get_by_role("button", name="Pin").click()
        expect(title_menu(page).locator("button").first).to_have_text("Unpin")
