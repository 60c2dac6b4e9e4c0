"""Everything a person does, with script off: plain forms, plain links, nothing lost."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chat import answer, choose, has_settled, open_places, outcome, sees_word, write
from tests.browser.conftest import Problems
from tests.browser.filling import fill
from tests.browser.test_tools import REMEMBER
from tests.servers import COUNTS, Studio

pytestmark = pytest.mark.browser

CONVERSATION = re.compile(r"/chat/[0-9a-f-]{36}/$")


@pytest.fixture
def context_options() -> dict[str, object]:
    return {"java_script_enabled": False}


def post(page: Page, text: str, model: str = "fast:1b") -> None:
    choose(page, model)
    write(page, text)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(CONVERSATION)


def row(page: Page, title: str) -> Locator:
    return page.locator("#sidebar-list .conversation", has_text=title).first


def act(page: Page, title: str, action: str) -> None:
    row(page, title).get_by_role("link", name="Actions for").click()
    page.locator("main").get_by_text(action, exact=True).click()


def test_a_page_refreshes_itself_until_the_answer_is_complete(page: Page) -> None:
    post(page, "Count", COUNTS)
    expect(page.locator(".refresh-note")).to_be_visible()
    has_settled(page)
    expect(page.locator(".refresh-note")).to_have_count(0)
    write(page, "Typed after the end")
    page.wait_for_timeout(3500)
    expect(page.get_by_label("Your message")).to_have_value("Typed after the end")


def test_while_it_refreshes_there_is_nothing_to_type_into_but_stop(page: Page) -> None:
    post(page, "Count", "slow:1b")
    expect(page.get_by_label("Your message")).to_be_hidden()
    page.get_by_role("button", name="Stop the answer").click()
    has_settled(page)
    expect(outcome(page)).to_have_text("Stopped. What was written is kept.")
    expect(page.get_by_label("Your message")).to_be_visible()


def test_a_page_that_is_kept_still_keeps_what_is_typed(page: Page) -> None:
    post(page, "Count", "slow:1b")
    page.get_by_role("link", name="Keep it still").click()
    write(page, "Half a thou")
    page.wait_for_timeout(3500)
    expect(page.get_by_label("Your message")).to_have_value("Half a thou")
    page.get_by_role("button", name="Stop the answer").click()


def test_words_sent_too_early_are_kept_and_explained(page: Page, problems: Problems) -> None:
    problems.expect("status of 409")
    post(page, "Hello")
    has_settled(page)
    other = page.context.new_page()
    other.goto(page.url)
    post(other, "Count", "slow:1b")
    write(page, "Too early")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#composer-error")).not_to_have_text("")
    page.wait_for_timeout(3500)
    expect(page.get_by_label("Your message")).to_have_value("Too early")
    page.get_by_role("button", name="Stop the answer").click()
    page.wait_for_url(CONVERSATION)


def test_an_empty_message_is_asked_for(page: Page, problems: Problems) -> None:
    problems.expect("status of 422")
    choose(page, "fast:1b")
    write(page, "   ")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#composer-error")).to_have_text("Write something first.")


def test_new_chat_and_back(page: Page) -> None:
    post(page, "The first of two")
    first = page.url.partition("#")[0]
    page.get_by_role("link", name="New chat").first.click()
    post(page, "The second of two")
    assert page.url.partition("#")[0] != first
    row(page, "The first of two").get_by_role("link").first.click()
    expect(page.locator(".message-user")).to_have_text(re.compile("The first of two"))


def test_a_suggestion(page: Page) -> None:
    page.locator(".suggestions a").first.click()
    expect(page.get_by_label("Your message")).not_to_have_value("")


def test_rename_and_its_error(page: Page, problems: Problems) -> None:
    problems.expect("status of 422")
    post(page, "To be renamed")
    act(page, "To be renamed", "Rename")
    page.locator("main").get_by_role("textbox", name="Title").fill("   ")
    page.locator("main").get_by_role("button", name="Save").click()
    expect(page.get_by_text("A title needs a word.")).to_be_visible()
    page.locator("main").get_by_role("textbox", name="Title").fill("Renamed by hand")
    page.locator("main").get_by_role("button", name="Save").click()
    page.wait_for_url(CONVERSATION)
    expect(page.get_by_role("heading", level=1)).to_have_text("Renamed by hand")
    expect(row(page, "Renamed by hand")).to_be_visible()


def test_pin_and_unpin(page: Page) -> None:
    post(page, "Pinned by hand")
    act(page, "Pinned by hand", "Pin")
    pinned = page.locator(".sidebar-group", has=page.get_by_role("heading", name="Pinned"))
    expect(pinned).to_contain_text("Pinned by hand")
    act(page, "Pinned by hand", "Unpin")
    expect(pinned.get_by_text("Pinned by hand")).to_have_count(0)


def test_delete_and_undo(page: Page) -> None:
    post(page, "Deleted by mistake")
    act(page, "Deleted by mistake", "Delete")
    expect(page.locator("#toasts")).to_contain_text("Deleted “Deleted by mistake”.")
    expect(row(page, "Deleted by mistake")).to_have_count(0)
    expect(page.locator(".toast")).to_have_css("opacity", "1")
    # With nothing that moves and nothing that loads the page again, it stays.
    assert page.locator(".toast").evaluate("toast => toast.getAnimations().length") == 0
    expect(page.locator("meta[http-equiv=refresh]")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(CONVERSATION)
    expect(page.locator(".message-user")).to_contain_text("Deleted by mistake")
    page.go_back()
    expect(page.get_by_role("button", name="Send")).to_be_visible()


def test_earlier_messages_and_back(page: Page, studio: Studio) -> None:
    page.goto(fill(studio, messages=70))
    expect(page.locator(".message")).to_have_count(30)
    page.get_by_role("link", name="Show earlier messages").click()
    page.get_by_role("link", name="Show earlier messages").click()
    expect(page.locator(".message").first).to_contain_text("Message 0")
    page.get_by_role("link", name="Back to the newest messages").click()
    expect(page.locator(".message").last).to_contain_text("Message 69")


def test_a_long_conversation_opens_at_its_end_and_stays_where_it_is_read(
    page: Page, studio: Studio
) -> None:
    page.goto(fill(studio, messages=70))
    expect(page.locator(".message").last).to_be_in_viewport()
    post(page, "Count", "slow:1b")
    expect(page.locator(".message-user").last).to_be_in_viewport()
    page.mouse.move(700, 300)
    page.mouse.wheel(0, -1500)
    page.wait_for_timeout(500)
    expect(page.locator(".message-user").last).not_to_be_in_viewport()
    sees_word(page, 100)
    expect(page.locator(".message-user").last).not_to_be_in_viewport()
    page.get_by_role("button", name="Stop the answer").click()


def test_earlier_conversations_and_back(page: Page, studio: Studio) -> None:
    fill(studio, conversations=45)
    page.reload()
    newest = page.locator("#sidebar-list .conversation-link").first.inner_text()
    oldest = page.locator("#sidebar-list").get_by_text("Conversation 0", exact=True)
    while not oldest.is_visible():
        page.get_by_role("link", name="Show more").click()
    page.get_by_role("link", name="Newest conversations").click()
    expect(page.locator("#sidebar-list .conversation-link").first).to_have_text(newest)


def test_try_again(page: Page) -> None:
    post(page, "Hello")
    has_settled(page)
    first = answer(page).get_attribute("id")
    page.get_by_role("button", name="Try again").click()
    has_settled(page)
    expect(answer(page)).to_contain_text("Hello")
    assert answer(page).get_attribute("id") != first


def test_continue(page: Page) -> None:
    post(page, "Count", "slow:1b")
    sees_word(page, 5)
    page.get_by_role("button", name="Stop the answer").click()
    page.get_by_role("button", name="Continue").click()
    sees_word(page, 30)
    page.get_by_role("button", name="Stop the answer").click()
    has_settled(page)


def post_with_tools(page: Page, text: str) -> None:
    page.locator("#composer-routing").select_option("tools")
    post(page, text, "tools:1b")


@pytest.mark.parametrize(
    ("decision", "told"),
    [
        ("Allow once", "It is remembered."),
        ("Always in this conversation", "It is remembered."),
        ("Decline", "The person declined this call."),
    ],
)
def test_deciding_on_a_tool_call(page: Page, decision: str, told: str) -> None:
    post_with_tools(page, REMEMBER)
    page.get_by_role("button", name=decision, exact=True).click()
    has_settled(page)
    expect(answer(page)).to_contain_text(f"The tool said: {told}")


def test_declining_a_tool_call_with_a_reason(page: Page) -> None:
    post_with_tools(page, REMEMBER)
    page.get_by_role("link", name="Decline with a reason").click()
    page.get_by_label("A reason").fill("Wrong person.")
    page.get_by_role("button", name="Decline").click()
    has_settled(page)
    expect(answer(page)).to_contain_text("declined this call. Wrong person.")


def test_a_refused_retry_says_why(page: Page, problems: Problems) -> None:
    problems.expect("status of 409")
    post(page, "Hello")
    has_settled(page)
    other = page.context.new_page()
    other.goto(page.url)
    post(other, "Count", "slow:1b")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".toast-error")).not_to_have_text("")
    other.get_by_role("button", name="Stop the answer").click()
    has_settled(page)


@pytest.mark.parametrize("theme", ["Dark", "Light", "System"])
def test_the_theme(page: Page, theme: str) -> None:
    open_places(page)
    page.get_by_role("button", name=theme).click()
    expect(page.locator("html")).to_have_attribute("data-theme", theme.lower())
    open_places(page)
    expect(page.get_by_role("button", name=theme)).to_have_attribute("aria-pressed", "true")


def test_a_prompt_profile_from_birth_to_end(page: Page, problems: Problems) -> None:
    problems.expect("status of 422")
    open_places(page)
    page.get_by_role("link", name="Prompt profiles").click()
    page.get_by_role("link", name=re.compile("profile", re.I)).last.click()
    page.get_by_label("System prompt").fill("Be kind.")
    page.get_by_text("Parameters for those who know").click()
    page.get_by_label("Temperature").fill("9")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("A profile needs a name.")).to_be_visible()
    expect(page.get_by_label("System prompt")).to_have_value("Be kind.")
    expect(page.locator(".errorlist")).to_have_count(2)
    page.get_by_label("Temperature").fill("1")
    page.get_by_role("textbox", name="Name").fill("Kind one")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Kind one", exact=True).click()
    page.get_by_label("Description").fill("Changed")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".card", has_text="Kind one")).to_contain_text("Changed")
    page.get_by_role("link", name="Kind one", exact=True).click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("link", name="Kind one", exact=True)).to_have_count(0)


def test_the_drawer_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="Conversations").click()
    open_places(page)
    page.get_by_role("link", name="Prompt profiles").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Prompt profiles")
