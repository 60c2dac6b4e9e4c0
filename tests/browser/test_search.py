"""Finding what was said once, and going there."""

import json
import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.chat import has_settled, new_conversation, sideways, until
from tests.browser.filling import fill
from tests.browser.payloads import ALL, SHAPES
from tests.servers import Studio

pytestmark = pytest.mark.browser

HERDS = {name: [f"{name} {n}" for n in range(15)] for name in ("Narwhal", "Pangolin")}
TALKS = [
    ("Warm houses", "", ["Zebrafinch one", "Zebrafinch two"]),
    *(("Warm houses", "", [word]) for word in ("Quetzal", "Wombat", "Ocelot")),
    *(("Warm houses", "", herd) for herd in HERDS.values()),
    ("Lynx " + SHAPES[0][:190], "Lynx ", ALL),
]
SAYING = """
import json, sys
from chatstudio.local import local_person
from conversations.tests.rows import conversation_of, turn_in

for title, before, said in json.load(sys.stdin):
    one = conversation_of(local_person(), title=title)
    for words in said:
        turn_in(one, before + words, words)
"""


@pytest.fixture(scope="session", autouse=True)
def talks(studio: Studio) -> None:
    """What was said once."""
    studio.run("shell", "--no-imports", "-c", SAYING, told=json.dumps(TALKS))


def box(page: Page):
    return page.get_by_role("searchbox", name="Search your conversations")


def to_search(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(box(page)).to_be_focused()


def in_the_middle(page: Page, text: str) -> None:
    """It is on the screen, neither below the bar at the top nor behind the composer."""
    message = page.locator(".message:target", has_text=text)
    expect(message).to_be_in_viewport()
    top = message.bounding_box()["y"]
    assert 40 < top < page.locator(".dock").bounding_box()["y"]


def test_found_and_opened_by_keyboard_alone(page: Page, studio: Studio) -> None:
    to_search(page)
    page.keyboard.type("zebraf")
    expect(page.locator(".hit")).to_have_count(4)
    expect(page.locator("#search-status")).to_have_text("4 messages.")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"\?message=.*#message-"))
    in_the_middle(page, "Zebrafinch two")
    until(page, lambda: page.evaluate("document.activeElement.matches(':target')"))


def test_back_returns_to_what_was_found(page: Page, studio: Studio) -> None:
    to_search(page)
    page.keyboard.type("quetz")
    page.locator(".hit-link").first.click()
    page.wait_for_url(re.compile("#message-"))
    page.go_back()
    expect(box(page)).to_have_value("quetz")
    expect(page.locator(".hit mark").first).to_have_text("Quetzal")


def test_arrows_go_down_the_list_and_back_to_the_box(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/search/?q=wombat")
    expect(page.get_by_role("searchbox")).to_be_focused()  # the browser does that a moment later
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    expect(page.locator(".hit-link").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(box(page)).to_be_focused()


def test_the_key_goes_back_to_the_box_with_all_of_it_chosen(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/search/?q=wombat")
    page.get_by_role("link", name="Metrics").focus()
    to_search(page)
    page.keyboard.type("x")
    expect(box(page)).to_have_value("x")


def test_a_filter_narrows_at_once(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/search/?q=ocelot")
    expect(page.locator(".hit")).to_have_count(2)
    page.get_by_text("Filters").click()
    page.get_by_label("Written by").select_option("You")
    expect(page.locator(".hit")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?q=ocelot&role=user$"))


def test_older_messages_are_appended_and_the_focus_goes_to_the_first(
    page: Page, studio: Studio
) -> None:
    page.goto(f"{studio.url}/search/?q=narwhal")
    expect(page.locator(".hit")).to_have_count(20)
    page.get_by_role("link", name="Show older messages").press("Enter")
    expect(page.locator(".hit")).to_have_count(30)
    expect(page.locator(".hit-link").nth(20)).to_be_focused()


def test_a_message_far_up_is_opened_where_it_is(page: Page, studio: Studio) -> None:
    url = fill(studio, messages=120)
    page.goto(url)
    to_search(page)
    page.keyboard.type('"message 17"')
    # Of this conversation, and not what was found while the last words were still to come.
    own = f'.hit-link[href*="{url.rstrip("/").rpartition("/")[2]}"]'
    hit = page.locator(".hit", has_text=re.compile(r"Message 17\b"), has=page.locator(own))
    hit.locator(own).first.click()
    in_the_middle(page, "Message 17")
    expect(page.get_by_role("link", name="Show later messages")).to_be_attached()
    page.get_by_role("link", name="Show later messages").click()
    in_the_middle(page, "Message 31")


def test_a_message_that_was_just_answered_is_found(page: Page) -> None:
    new_conversation(page, "Tell me of capybaras")
    has_settled(page)
    to_search(page)
    page.keyboard.type("capyb")
    expect(page.locator(".hit-snippet mark").first).to_have_text("capybaras")


def test_words_typed_before_the_scripts_have_come_are_searched(page: Page, studio: Studio) -> None:
    held: list[Route] = []
    page.route("**/vendor/htmx*", lambda route: held.append(route))
    page.goto(f"{studio.url}/search/", wait_until="commit")
    expect(box(page)).to_be_focused()
    page.keyboard.type("quetz")
    until(page, lambda: held)
    held[0].continue_()
    expect(page.locator(".hit mark").first).to_have_text("Quetzal")


@pytest.mark.parametrize("width", [1280, 390])
def test_hostile_and_endless_words_are_only_shown(page: Page, studio: Studio, width) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{studio.url}/search/?q=lynx")
    while page.get_by_role("link", name="Show older messages").count():
        before = page.locator(".hit").count()
        page.get_by_role("link", name="Show older messages").click()
        until(page, lambda before=before: page.locator(".hit").count() > before)
    assert page.locator(".hit").count() >= len(ALL)
    assert page.evaluate("window.taken") is None
    assert sideways(page) == 0


def test_without_script_it_is_a_form_and_links(browser: Browser, studio: Studio) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{studio.url}/chat/")
    page.get_by_role("link", name="Search").click()
    box(page).fill("pangolin")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Show older messages").click()
    expect(page.locator(".hit")).to_have_count(10)
    page.get_by_role("link", name="Newest results").click()
    page.locator(".hit-link").nth(3).click()
    in_the_middle(page, "Pangolin 13")
    page.context.close()


def test_the_map_of_keys_names_it(page: Page) -> None:
    page.locator("main").press("?")
    expect(page.get_by_role("row", name="K Search")).to_be_visible()
