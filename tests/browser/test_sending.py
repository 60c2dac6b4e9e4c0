"""The composer: what is typed is sent once, or not at all and then kept."""

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import (
    answer,
    choose,
    has_settled,
    key_of,
    new_conversation,
    sees_word,
    send,
    stop,
    write,
)
from tests.browser.conftest import Problems
from tests.servers import Studio

pytestmark = pytest.mark.browser

SUBMIT_TWICE = "form => { form.requestSubmit(); form.requestSubmit(); }"


def test_a_double_click_sends_once(studio: Studio, page: Page) -> None:
    choose(page, "fast:1b")
    write(page, "Only once, please")
    page.get_by_role("button", name="Send").dblclick()
    page.wait_for_url("**/chat/*-*/")
    has_settled(page)
    assert [text for _, _, text in studio.messages(key_of(page))] == ["Only once, please"] * 2


def test_a_form_submitted_twice_at_once_is_one_turn(studio: Studio, page: Page) -> None:
    key = new_conversation(page, "Hello")
    has_settled(page)
    write(page, "Only once, please")
    page.locator("#composer").evaluate(SUBMIT_TWICE)
    expect(answer(page)).to_contain_text("Only once, please")
    has_settled(page)
    expect(page.locator(".message")).to_have_count(4)
    assert len(studio.messages(key)) == 4


def test_the_same_request_posted_twice_is_one_turn(studio: Studio, page: Page) -> None:
    key = new_conversation(page, "Hello")
    has_settled(page)
    form = dict(page.locator("#composer").evaluate("form => [...new FormData(form)]"))
    body = urlencode({**form, "text": "Posted twice"})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": studio.url}
    for _ in range(2):
        posted = page.request.post(f"{page.url}send/", data=body, headers=headers)
        assert posted.ok
    expect(answer(page)).to_contain_text("Posted twice")
    assert len(studio.messages(key)) == 4


def test_a_message_while_an_answer_is_written_is_refused_in_words(
    studio: Studio, page: Page, problems: Problems
) -> None:
    problems.expect("status of 409")
    key = new_conversation(page, "Count", "slow:1b")
    sees_word(page, 3)
    write(page, "I cannot wait")
    page.locator("#composer").evaluate("form => form.requestSubmit()")
    expect(page.get_by_role("alert")).to_contain_text("An answer is still being written here. Stop")
    expect(page.get_by_label("Your message")).to_have_value("I cannot wait")
    sees_word(page, 6)
    stop(page)
    has_settled(page)
    assert len(studio.messages(key)) == 2


def test_enter_while_an_answer_is_written_keeps_the_text(studio: Studio, page: Page) -> None:
    key = new_conversation(page, "Count", "slow:1b")
    sees_word(page, 3)
    write(page, "For later").press("Enter")
    stop(page)
    has_settled(page)
    expect(page.get_by_label("Your message")).to_have_value("For later")
    send(page, "For later")
    expect(answer(page)).to_contain_text("For later")
    expect(page.get_by_label("Your message")).to_have_value("")
    assert len(studio.messages(key)) == 4


def test_shift_and_enter_breaks_the_line(studio: Studio, page: Page) -> None:
    box = write(page, "one")
    box.press("Shift+Enter")
    page.keyboard.type("two")
    expect(box).to_have_value("one\ntwo")
    choose(page, "fast:1b")
    box.press("Enter")
    page.wait_for_url("**/chat/*-*/")
    has_settled(page)
    assert studio.messages(key_of(page))[0] == ("user", "complete", "one\ntwo")


def test_nothing_but_spaces_is_not_sent(studio: Studio, page: Page, problems: Problems) -> None:
    problems.expect("status of 422")
    write(page, "   ").press("Enter")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_have_text("Write something first.")
    expect(page.locator(".message")).to_have_count(0)
    expect(page).to_have_url(f"{studio.url}/chat/")


def test_a_draft_survives_a_reload_and_each_conversation_has_its_own(
    studio: Studio, page: Page
) -> None:
    new_conversation(page, "Hello")
    has_settled(page)
    write(page, "Not finished yet")
    page.reload()
    expect(page.get_by_label("Your message")).to_have_value("Not finished yet")
    page.goto(f"{studio.url}/chat/")
    expect(page.get_by_label("Your message")).to_have_value("")


def test_a_sent_message_leaves_no_draft(page: Page) -> None:
    new_conversation(page, "Hello")
    page.reload()
    expect(page.get_by_label("Your message")).to_have_value("")
    send(page, "And again")
    expect(answer(page)).to_contain_text("And again")
    page.reload()
    expect(page.get_by_label("Your message")).to_have_value("")
