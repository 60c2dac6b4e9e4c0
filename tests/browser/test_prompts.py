"""Prompt profiles and the memory switch: what the model is really sent."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import answer, has_settled, more, new_conversation, send
from tests.browser.conftest import Problems
from tests.servers import FakeModels, Studio

pytestmark = pytest.mark.browser

PIRATE = "You are a pirate."


@pytest.fixture(autouse=True)
def nothing_is_remembered(studio: Studio, page: Page) -> None:
    """Other tests leave memories in this studio, which are sent too."""
    page.goto(f"{studio.url}/memories/")
    switch = page.get_by_role("button", name="Switch all off")
    if switch.is_visible():
        switch.click()
        expect(page.get_by_role("button", name="Switch all on")).to_be_visible()


def make_profile(studio: Studio, page: Page) -> str:
    name = f"Pirate {uuid4().hex[:8]}"
    page.goto(f"{studio.url}/prompt-profiles/new/")
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_label("System prompt").fill(PIRATE)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    return name


def sent(models: FakeModels) -> list[tuple[str, str]]:
    messages = models.chats("fast:1b")[-1]["body"]["messages"]
    return [(message["role"], message["content"]) for message in messages]


def test_a_profile_is_made_chosen_and_used(studio: Studio, models: FakeModels, page: Page) -> None:
    name = make_profile(studio, page)
    page.goto(f"{studio.url}/chat/")
    more(page).get_by_label("Prompt profile").select_option(name)
    new_conversation(page, "Hello")
    has_settled(page)
    assert sent(models) == [("system", PIRATE), ("user", "Hello")]
    expect(page.locator("#composer-profile option:checked")).to_have_text(name)


def test_a_profile_is_edited_and_removed(studio: Studio, page: Page) -> None:
    name = make_profile(studio, page)
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("textbox", name="Name").fill(f"{name} the second")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name=f"{name} the second", exact=True).click()
    page.get_by_role("button", name="Delete").click()
    page.wait_for_url("**/prompt-profiles/")
    expect(page.get_by_text(name)).to_have_count(0)


def test_a_profile_without_a_name_is_not_saved(
    studio: Studio, page: Page, problems: Problems
) -> None:
    problems.expect("status of 422")
    page.goto(f"{studio.url}/prompt-profiles/new/")
    page.get_by_label("System prompt").fill(PIRATE)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("A profile needs a name.")).to_be_visible()
    expect(page.get_by_label("System prompt")).to_have_value(PIRATE)


def test_memory_on_sends_the_history_and_off_only_this_message(
    studio: Studio, models: FakeModels, page: Page
) -> None:
    name = make_profile(studio, page)
    page.goto(f"{studio.url}/chat/")
    more(page).get_by_label("Prompt profile").select_option(name)
    new_conversation(page, "one")
    has_settled(page)
    send(page, "two")
    expect(answer(page)).to_contain_text("two")
    history = [("user", "one"), ("assistant", "one"), ("user", "two")]
    assert sent(models) == [("system", PIRATE), *history]
    more(page).get_by_role("switch", name="Memory").uncheck()
    expect(page.get_by_role("button", name="Memory off (only this message is sent")).to_be_visible()
    send(page, "three")
    expect(answer(page)).to_contain_text("three")
    assert sent(models) == [("system", PIRATE), ("user", "three")]


def test_picking_a_profile_for_a_new_chat_brings_its_routing_profile(
    studio: Studio, page: Page
) -> None:
    page.goto(f"{studio.url}/prompt-profiles/new/")
    name = f"Analyst {uuid4().hex[:8]}"
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_label("Routing profile in new chats").select_option("tools")
    page.get_by_role("button", name="Save").click()
    page.goto(f"{studio.url}/chat/")
    page.get_by_label("Your message").fill("Kept")
    more(page).get_by_label("Prompt profile").select_option(name)
    expect(page.locator("#composer-routing")).to_have_value("tools")
    expect(page.locator("#composer-tools")).to_be_enabled()
    expect(page.get_by_label("Your message")).to_have_value("Kept")
