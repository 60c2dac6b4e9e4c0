"""axe finds nothing, on no page, in no state, in neither theme, at neither width."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import axe
from tests.browser.chat import answer, has_settled, new_conversation, sees_word, send, stop, write
from tests.browser.conftest import Problems
from tests.browser.test_transfer import FILE, bring, tag
from tests.servers import Studio

pytestmark = pytest.mark.browser

type Visit = Callable[[Page, Studio], None]
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture(params=[(WIDE, "light"), (WIDE, "dark"), (NARROW, "light"), (NARROW, "dark")],
                ids=["wide-light", "wide-dark", "narrow-light", "narrow-dark"])  # fmt: skip
def context_options(request: pytest.FixtureRequest) -> dict[str, object]:
    size, scheme = request.param
    # Fades would be measured half way.
    return {"viewport": size, "color_scheme": scheme, "reduced_motion": "reduce"}


def open_drawer(page: Page) -> None:
    button = page.get_by_role("button", name="Conversations", exact=True)
    if button.is_visible():
        button.click()


def empty(page: Page, studio: Studio) -> None:
    expect(page.locator(".greeting")).to_be_visible()


def complete(page: Page, studio: Studio) -> None:
    new_conversation(page, "Show everything", "markdown:1b")
    has_settled(page)
    send(page, "Think", "thinking:1b")
    has_settled(page)
    answer(page).locator(".reasoning > summary").click()


def waiting(page: Page, studio: Studio) -> None:
    new_conversation(page, "Hello", "never:1b")
    expect(answer(page).locator(".message-status")).to_be_visible()


def streaming(page: Page, studio: Studio) -> None:
    new_conversation(page, "Count", "slow:1b")
    sees_word(page, 5)


def stopped(page: Page, studio: Studio) -> None:
    streaming(page, studio)
    stop(page)
    has_settled(page)


def failed(page: Page, studio: Studio) -> None:
    new_conversation(page, "Hello", "load-fails:1b")
    has_settled(page)
    expect(answer(page).locator(".notice-error")).to_be_visible()


def cloud(page: Page, studio: Studio) -> None:
    new_conversation(page, "Hello", "cloud:1b-cloud")
    has_settled(page)


def drawer(page: Page, studio: Studio) -> None:
    new_conversation(page, "Hello")
    has_settled(page)
    open_drawer(page)
    expect(page.locator("#sidebar .new-chat")).to_be_visible()


def menu(page: Page, studio: Studio) -> None:
    drawer(page, studio)
    page.locator(".conversation .menu > summary").first.click()
    expect(page.locator(".menu-panel").first).to_be_visible()


def renaming(page: Page, studio: Studio) -> None:
    menu(page, studio)
    page.locator(".menu-panel").first.get_by_text("Rename").click()
    expect(page.get_by_role("textbox", name="Title")).to_be_focused()


def toast(page: Page, studio: Studio) -> None:
    menu(page, studio)
    page.locator(".menu-panel").first.get_by_text("Delete").click()
    expect(page.locator(".toast")).to_be_visible()


def refused(page: Page, studio: Studio) -> None:
    write(page, "   ").evaluate("box => { box.required = false; box.form.requestSubmit(); }")
    expect(page.locator("#composer-error")).to_have_text("Write something first.")


def keys(page: Page, studio: Studio) -> None:
    page.locator("main").press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def keys_page(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/keyboard/")


def rename_page(page: Page, studio: Studio) -> None:
    page.goto(page.url + new_conversation(page, "Hello") + "/rename/")


def profiles(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/prompt-profiles/new/")
    page.get_by_role("textbox", name="Name").fill(f"Careful {id(page)}")
    page.get_by_label("Description").fill("Looks twice.")
    page.get_by_label("System prompt").fill("Look twice.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".card").first).to_be_visible()


def profile_errors(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/prompt-profiles/new/")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".errorlist").first).to_be_visible()


def versions(page: Page, studio: Studio) -> None:
    new_conversation(page, "Hello")
    has_settled(page)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".siblings")).to_be_visible()
    has_settled(page)


def receipt(page: Page, studio: Studio) -> None:
    versions(page, studio)
    answer(page).locator(".menu summary").click()
    answer(page).get_by_role("link", name="How it came about").click()
    expect(answer(page).locator(".receipt")).to_be_visible()
    page.locator(".message-user").get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Your message in other words")).to_be_visible()


def further(entry: str) -> Visit:
    def visit(page: Page, studio: Studio) -> None:
        versions(page, studio)
        answer(page).locator(".menu summary").click()
        answer(page).get_by_role("link", name=entry).click()
        expect(page.locator(".back")).to_be_visible()

    visit.__name__ = entry.split()[0].lower()
    return visit


def conversation_settings(page: Page, studio: Studio) -> None:
    versions(page, studio)
    page.get_by_role("link", name="Settings of this conversation").click()
    page.get_by_label("Temperature").fill("9")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".errorlist").first).to_be_visible()


def memories(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/memories/")
    page.get_by_label("Remember").fill(f"Number {id(page)}")
    page.get_by_role("button", name="Add").click()
    page.get_by_role("button", name="Switch off:").first.click()
    expect(page.locator(".row.is-off").first).to_be_visible()


def transfer(page: Page, studio: Studio) -> None:
    bring(page, studio, FILE, name=f"export {id(page)}.json")
    expect(page.locator(".import-report").first).to_be_visible()


def tagged(page: Page, studio: Studio) -> None:
    key = new_conversation(page, "Hello")
    has_settled(page)
    tag(page, studio, key, "home, garden")
    page.goto(f"{studio.url}/chat/{key}/?tag=garden")
    open_drawer(page)
    expect(page.locator(".sidebar-filter")).to_be_visible()


def not_found(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/nowhere/")


STATES: list[Visit] = [
    empty, complete, waiting, streaming, stopped, failed, cloud, drawer, menu, renaming, toast,
    refused, keys, keys_page, rename_page, profiles, profile_errors, not_found, receipt,
    further("Answer again with"), further("Compare"), conversation_settings, memories,
    transfer, tagged,
]  # fmt: skip


@pytest.mark.parametrize("visit", STATES, ids=lambda visit: visit.__name__)
def test_axe_finds_nothing(page: Page, studio: Studio, problems: Problems, visit: Visit) -> None:
    problems.expect("status of 4", "htmx:response:error")
    visit(page, studio)
    assert axe(page) == []
    if (button := page.locator(".stop")).is_visible() and not page.locator("dialog[open]").count():
        button.click()
        has_settled(page)
