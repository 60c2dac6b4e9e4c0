"""Tools on the page: steps as they happen, a person's decision, also after a restart."""

import re
import signal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import axe
from tests.browser.chat import answer, choose, has_settled, more, write
from tests.browser.conftest import Problems
from tests.browser.test_crashes import SERVER_IS_GONE
from tests.conftest import MakeStudio

pytestmark = pytest.mark.browser

REMEMBER = 'call remember {"fact": "Eats no nuts."}'


def ask_with_tools(page: Page, text: str, model: str = "tools:1b") -> None:
    page.locator("#composer-routing").select_option("tools")
    choose(page, model)
    write(page, text).press("Enter")
    page.wait_for_url(re.compile(r"/chat/[0-9a-f-]{36}/$"))


def step(page: Page) -> Locator:
    return answer(page).locator(".call").last


def waits(page: Page) -> None:
    expect(step(page)).to_contain_text("Waits for your decision")
    expect(step(page).get_by_role("button", name="Allow once")).to_be_visible()


def test_a_step_is_shown_with_its_result(page: Page, studio) -> None:
    ask_with_tools(page, 'call calculate {"expression": "6 * 7"}')
    has_settled(page)
    expect(step(page)).to_contain_text("calculate")
    expect(step(page)).to_contain_text("Done")
    expect(answer(page)).to_contain_text("The tool said: 42")
    step(page).locator("summary").click()
    expect(step(page).locator(".call-text").last).to_have_text("42")


def test_what_writes_waits_and_goes_on_when_allowed(page: Page, studio) -> None:
    ask_with_tools(page, REMEMBER)
    waits(page)
    step(page).get_by_role("button", name="Allow once").click()
    expect(answer(page)).to_contain_text("The tool said: It is remembered.")
    has_settled(page)
    page.goto(f"{studio.url}/memories/")
    expect(page.locator(".row").first).to_contain_text("Eats no nuts.")
    page.get_by_role("link", name="from this conversation").first.click()
    expect(answer(page)).to_contain_text("The tool said: It is remembered.")


def test_declined_with_a_reason_the_model_hears_it(page: Page, studio) -> None:
    ask_with_tools(page, REMEMBER)
    waits(page)
    step(page).get_by_role("link", name="Decline with a reason").click()
    page.get_by_label("A reason").fill("Wrong person.")
    page.get_by_role("button", name="Decline").click()
    expect(answer(page)).to_contain_text("declined this call. Wrong person.")
    has_settled(page)


def test_enter_in_the_reason_declines(page: Page, studio) -> None:
    ask_with_tools(page, REMEMBER)
    waits(page)
    step(page).get_by_role("link", name="Decline with a reason").click()
    page.get_by_label("A reason").fill("Not now.")
    page.keyboard.press("Enter")
    expect(answer(page)).to_contain_text("declined this call. Not now.")
    has_settled(page)


def test_another_device_can_decide(page: Page, studio) -> None:
    ask_with_tools(page, REMEMBER)
    waits(page)
    other = page.context.new_page()
    other.goto(page.url)
    step(other).get_by_role("button", name="Decline", exact=True).click()
    expect(answer(page)).to_contain_text("The tool said: The person declined")
    has_settled(page)


def test_the_decision_outlives_a_restart(
    fresh_studio: MakeStudio, bare_page: Page, problems: Problems
) -> None:
    problems.expect(*SERVER_IS_GONE)
    studio, page = fresh_studio(), bare_page
    page.goto(f"{studio.url}/chat/")
    ask_with_tools(page, REMEMBER)
    waits(page)
    studio.end(signal.SIGKILL)
    studio.start()
    page.goto(page.url)
    waits(page)
    step(page).get_by_role("button", name="Allow once").click()
    expect(answer(page)).to_contain_text("The tool said: It is remembered.")


def test_the_switch_belongs_to_the_profile(page: Page, studio) -> None:
    switch = more(page).get_by_role("switch", name="Tools")
    expect(switch).to_be_disabled()
    expect(page.get_by_text("This way of answering uses none")).to_be_visible()
    page.locator("#composer-routing").select_option("tools")
    more(page)
    expect(switch).to_be_enabled()
    expect(page.get_by_text("This way of answering uses none")).to_be_hidden()
    switch.uncheck()
    expect(page.get_by_role("button", name="Tools off")).to_be_visible()
    ask_with_tools(page, "call calculate {}")
    expect(answer(page)).to_contain_text("No tools were offered.")


def test_where_a_schema_is_refused_the_model_is_told_in_words_and_the_answer_says_so(
    page: Page, studio
) -> None:
    ask_with_tools(page, "Hello", "no-schema:1b")
    has_settled(page)
    expect(answer(page)).to_contain_text("told in words how to use them")


def test_which_tools_may_be_sent_is_chosen_with_what_they_cost(page: Page, studio) -> None:
    ask_with_tools(page, 'call calculate {"expression": "6 * 7"}')
    has_settled(page)
    place = page.url
    page.goto(f"{place}settings/")
    tools, total = page.locator(".tool-choices"), page.locator(".tool-sum output")
    before = total.inner_text()
    tools.get_by_role("checkbox", name="calculate").uncheck()
    expect(tools.get_by_label("Only these")).to_be_checked()
    expect(total).not_to_have_text(before)
    chosen = total.inner_text()
    tools.get_by_label("All that fit").check()
    expect(total).to_have_text(before)
    tools.get_by_label("Only these").check()
    page.get_by_role("button", name="Save").click()
    ask_with_tools(page, 'call calculate {"expression": "6 * 7"}')
    expect(answer(page)).not_to_contain_text("The tool said: 42")
    has_settled(page)
    page.goto(f"{place}settings/")
    expect(total).to_have_text(chosen)
    expect(tools.get_by_role("checkbox", name="calculate")).not_to_be_checked()
    page.goto(f"{studio.url}/prompt-profiles/new/")
    page.locator("summary").filter(has_text="Tools").click()
    assert axe(page) == []
