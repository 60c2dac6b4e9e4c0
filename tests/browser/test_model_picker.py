"""The composer's row, and the list that opens from the model's name."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chat import answer, has_settled, more, new_conversation, sideways, until
from tests.conftest import MakeModels, MakeStudio
from tests.servers import Studio

pytestmark = pytest.mark.browser

NEMO = "hf.co/bartowski/Mistral-Nemo-Instruct-2407-GGUF:Q4_K_M"
OUTSIDE = """() => [...document.querySelectorAll(".composer-row button, .composer-row select")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }))
  .map((one) => one.getBoundingClientRect())
  .filter(({ left, right }) => left < 0 || right > innerWidth).length"""


def row(page: Page, name: str) -> Locator:
    return page.locator("#models-to-pick").get_by_role("option", name=name)


def opened(page: Page) -> Locator:
    """The field of the list, once its rows are there."""
    page.locator("#model-button").click()
    expect(row(page, "fast:1b")).to_be_visible()
    return page.get_by_role("combobox", name="Find a model")


def found(page: Page) -> Locator:
    return page.locator("#models-to-pick [role=option]:visible")


def marked(page: Page) -> Locator:
    return page.locator("#models-to-pick .is-marked")


def is_chosen(page: Page, name: str) -> None:
    expect(page.locator("#model-button .choice-words")).to_have_text(name)
    expect(page.locator("#composer-model option:checked")).to_contain_text(name)


def test_any_part_of_a_name_finds_it_and_enter_takes_it(page: Page) -> None:
    field = opened(page)
    field.fill("600 bench")
    expect(found(page)).to_have_count(1)
    expect(page.locator("#announcer")).to_have_text(re.compile(r"^1 of \d+$"))
    field.press("Enter")
    expect(page.locator("#model-picker")).to_be_hidden()
    is_chosen(page, "bench-40tps-600tok:1b")
    expect(page.locator("#model-button")).to_be_focused()
    expect(page.locator(".message")).to_have_count(0)


def test_arrows_home_and_end_go_along_the_list(page: Page) -> None:
    field = opened(page)
    field.press("Home")
    first = found(page).first.get_attribute("id")
    expect(field).to_have_attribute("aria-activedescendant", str(first))
    assert marked(page).get_attribute("id") == first
    field.press("ArrowUp")
    assert marked(page).get_attribute("id") == found(page).last.get_attribute("id")
    field.press("ArrowDown")
    assert marked(page).get_attribute("id") == first
    field.press("End")
    name = found(page).last.locator(".picker-name").inner_text()
    field.press("Enter")
    is_chosen(page, name)


def test_escape_changes_nothing_and_gives_the_focus_back(page: Page) -> None:
    before = page.locator("#composer-model").input_value()
    page.get_by_label("Your message").fill("Kept")
    page.keyboard.press("Control+Shift+M")
    expect(page.get_by_role("combobox", name="Find a model")).to_be_focused()
    page.keyboard.type("thinking")
    page.keyboard.press("Escape")
    expect(page.locator("#model-picker")).to_be_hidden()
    expect(page.get_by_label("Your message")).to_be_focused()
    expect(page.get_by_label("Your message")).to_have_value("Kept")
    assert page.locator("#composer-model").input_value() == before


def test_what_is_clicked_answers(page: Page) -> None:
    opened(page).fill("thinking:")
    row(page, "thinking:1b").click()
    is_chosen(page, "thinking:1b")
    page.get_by_label("Your message").fill("Hello")
    page.get_by_label("Your message").press("Enter")
    page.wait_for_url(re.compile(r"/chat/[0-9a-f-]{36}/$"))
    has_settled(page)
    expect(answer(page).locator(".message-model")).to_have_text("thinking:1b")
    is_chosen(page, "thinking:1b")
    opened(page)
    expect(row(page, "thinking:1b")).to_have_attribute("aria-selected", "true")


def test_where_nothing_is_found_it_can_be_fetched(page: Page, studio: Studio) -> None:
    field = opened(page)
    field.fill("phi9:3b")
    expect(page.get_by_text("No model here has “phi9:3b” in its name.")).to_be_visible()
    field.press("Enter")
    expect(page.locator("#model-picker")).to_be_visible()
    page.get_by_role("link", name="Fetch “phi9:3b”").click()
    expect(page.get_by_label("Name of the model")).to_have_value("phi9:3b")


def test_a_model_tells_its_state_and_that_it_leaves_the_machine(page: Page) -> None:
    field = opened(page)
    away = page.get_by_role("group", name="Leave this machine")
    expect(away.get_by_role("option")).to_have_accessible_name(re.compile("leaves this machine"))
    field.fill("cloud")
    field.press("Enter")
    expect(page.locator("#model-button .state-dot")).to_have_attribute("data-state", "cloud")
    name = re.compile(r"Model: cloud:1b-cloud leaves this machine")
    expect(page.locator("#model-button")).to_have_accessible_name(name)


@pytest.mark.parametrize("width", [390, 768, 1024, 1280, 1440])
def test_a_long_name_leaves_room_for_the_rest(
    fresh_models: MakeModels, fresh_studio: MakeStudio, bare_page: Page, width: int
) -> None:
    page, studio = bare_page, fresh_studio(fresh_models("--also", NEMO).url)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{studio.url}/chat/")
    opened(page).fill("nemo")
    expect(found(page)).to_have_count(1)
    page.keyboard.press("Enter")
    is_chosen(page, "Mistral-Nemo-Instruct-2407-GGUF:Q4_K_M")
    expect(page.locator("#model-button")).to_have_attribute("title", re.compile(NEMO))
    page.locator("#composer-routing").select_option("tools")
    more(page).get_by_role("switch", name="Tools").uncheck()
    page.get_by_role("switch", name="Memory").uncheck()
    page.keyboard.press("Escape")
    assert sideways(page) == 0
    assert page.evaluate(OUTSIDE) == 0
    whole = "select => select.scrollWidth <= select.clientWidth"
    assert page.locator("#composer-routing").evaluate(whole)
    assert page.locator("#model-button").evaluate("one => one.clientWidth") >= 96


def test_chips_are_there_for_what_differs_and_are_taken_off(page: Page) -> None:
    chips = page.locator(".choice-chip:visible")
    expect(chips).to_have_count(0)
    more(page).get_by_role("switch", name="Memory").uncheck()
    page.locator("#composer-routing").select_option("tools")
    more(page).get_by_role("switch", name="Tools").uncheck()
    page.keyboard.press("Escape")
    expect(chips).to_have_count(2)
    page.get_by_role("button", name="Memory off").click()
    page.get_by_role("button", name="Tools off").press("Enter")
    expect(chips).to_have_count(0)
    expect(page.locator("#composer-more")).to_be_hidden()
    expect(page.locator("#composer-memory")).to_be_checked()
    expect(page.locator("#composer-tools")).to_be_checked()
    expect(page.get_by_label("Your message")).to_be_focused()


def test_the_row_stays_in_its_place_when_the_gauge_comes(page: Page) -> None:
    new_conversation(page, "Hello")
    has_settled(page)
    expect(page.locator("#gauge")).to_have_attribute("title", re.compile("of 4,096 tokens"))
    with_gauge = page.locator("#composer").bounding_box()
    page.locator("#gauge").evaluate("gauge => gauge.replaceChildren()")
    assert page.locator("#composer").bounding_box() == with_gauge


def test_the_ring_is_for_those_who_come_by_a_key(page: Page) -> None:
    outline = "() => getComputedStyle(document.querySelector('#composer')).outlineStyle"
    expect(page.get_by_label("Your message")).to_be_focused()
    assert page.evaluate(outline) == "none"
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    until(page, lambda: page.evaluate(outline) == "solid")


def test_files_are_added_from_the_same_place(page: Page) -> None:
    with page.expect_file_chooser() as asked:
        more(page).get_by_text("Add files").click()
    asked.value.set_files([{"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Notes"}])
    expect(page.locator("#composer-more")).to_be_hidden()
    expect(page.locator(".chip")).to_contain_text("notes.txt")
    page.get_by_role("button", name="Remove notes.txt").click()
    expect(page.locator(".chip")).to_have_count(0)


def test_where_no_model_is_nothing_is_sent(fresh_studio: MakeStudio, bare_page: Page) -> None:
    page, studio = bare_page, fresh_studio("http://127.0.0.1:9")
    page.goto(f"{studio.url}/chat/")
    page.get_by_label("Your message").fill("Kept")
    page.get_by_label("Your message").press("Enter")
    expect(page.locator("#model-button")).to_be_focused()
    page.locator("#model-button").press("Enter")
    page.locator("#model-search").press("Enter")
    expect(page.get_by_role("option", name="No model yet", disabled=True)).to_be_visible()
    expect(page.get_by_label("Your message")).to_have_value("Kept")
    expect(page.locator(".message")).to_have_count(0)
