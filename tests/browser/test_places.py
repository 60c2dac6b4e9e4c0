"""Around the list of conversations: its filter, the rail that it is folded to, the foot's menu."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chat import has_settled, new_conversation, open_places
from tests.browser.test_keyboard import RING
from tests.browser.test_transfer import tag
from tests.servers import Studio

pytestmark = pytest.mark.browser

RAIL = 60
"""Pixels, and a few more."""


def width(page: Page) -> float:
    box = page.locator("#sidebar").bounding_box()
    assert box
    return box["width"]


def is_folded(page: Page) -> None:
    expect(page.locator("#sidebar-list")).to_be_hidden()
    expect(page.get_by_role("link", name="New chat")).to_be_visible()
    assert width(page) < RAIL


def is_unfolded(page: Page) -> None:
    expect(page.locator("#sidebar-list")).to_be_visible()
    assert width(page) > 4 * RAIL


def test_it_is_folded_and_stays_so(page: Page, studio: Studio) -> None:
    with page.expect_response("**/sidebar/"):
        page.get_by_role("button", name="Fold the sidebar", exact=True).click()
    is_folded(page)
    page.goto(f"{studio.url}/memories/")
    is_folded(page)
    with page.expect_response("**/sidebar/"):
        page.get_by_role("button", name="Unfold the sidebar").click()
    is_unfolded(page)
    page.reload()
    is_unfolded(page)


def test_it_is_folded_by_its_key_and_the_focus_stays_there(page: Page) -> None:
    page.get_by_role("button", name="Fold the sidebar", exact=True).press("Enter")
    is_folded(page)
    expect(page.get_by_role("button", name="Unfold the sidebar")).to_be_focused()
    assert page.evaluate(RING)
    page.get_by_label("Your message").press("Control+b")
    is_unfolded(page)
    expect(page.get_by_label("Your message")).to_be_focused()


def test_on_a_narrow_window_the_key_opens_it(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#sidebar")).to_be_hidden()
    page.keyboard.press("Control+b")
    expect(page.get_by_role("link", name="New chat").first).to_be_visible()
    expect(page.get_by_role("button", name="Fold the sidebar")).to_have_count(0)


def test_the_rail_leads_everywhere(page: Page) -> None:
    page.keyboard.press("Control+b")
    open_places(page)
    page.get_by_role("link", name="Prompt profiles").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Prompt profiles")


def test_the_menu_says_where_one_is(page: Page, studio: Studio) -> None:
    for path, place, how in (
        ("memories/", "Memories", "page"),
        ("prompt-profiles/new/", "Prompt profiles", "true"),
    ):
        page.goto(f"{studio.url}/{path}")
        open_places(page)
        marked = page.locator("#places [aria-current]")
        expect(marked).to_have_text(place)
        expect(marked).to_have_attribute("aria-current", how)
    page.goto(f"{studio.url}/metrics/")
    expect(page.get_by_role("link", name="Metrics")).to_have_attribute("aria-current", "page")


def test_the_menu_is_left_by_its_key(page: Page) -> None:
    open_places(page)
    page.keyboard.press("Escape")
    expect(page.locator("#places")).to_be_hidden()
    expect(page.get_by_role("button", name="Settings and pages")).to_be_focused()


def test_a_theme_is_chosen_there(page: Page) -> None:
    open_places(page)
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("#places")).to_be_visible()


def test_the_list_is_filtered_and_whole_again(page: Page, studio: Studio) -> None:
    new_conversation(page, "None of the filtered ones")
    has_settled(page)
    page.goto(f"{studio.url}/chat/")
    key = new_conversation(page, "About the garden")
    has_settled(page)
    tag(page, studio, key, "green")
    filtering = page.locator(".sidebar-filter summary")
    filtering.click()
    page.get_by_role("link", name="Tag green").press("Enter")
    expect(page.locator("#sidebar-filtered .conversation-link")).to_have_text(["About the garden"])
    expect(page.locator("#sidebar-filtered [aria-current]")).to_have_count(1)
    expect(page.locator(".filter-shown")).to_contain_text("green")
    expect(filtering).to_be_focused()
    page.get_by_role("link", name="Show all").press("Enter")
    expect(page.locator("#sidebar-list")).to_contain_text("None of the filtered ones")
    expect(filtering).to_be_focused()


def test_all_of_it_without_script(browser: Browser, studio: Studio) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{studio.url}/memories/")
    page.get_by_role("button", name="Fold the sidebar", exact=True).click()
    expect(page).to_have_url(f"{studio.url}/memories/")
    is_folded(page)
    open_places(page)
    page.get_by_role("link", name="Keyboard").click()
    page.get_by_role("button", name="Unfold the sidebar").click()
    expect(page).to_have_url(f"{studio.url}/keyboard/")
    is_unfolded(page)
    page.locator(".sidebar-filter summary").click()
    page.get_by_role("link", name="Archived").click()
    page.get_by_role("link", name="Show all").click()
    expect(page).to_have_url(f"{studio.url}/chat/")
    context.close()
