"""API keys: made, copied, used, revoked; with and without script."""

import re
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.chat import open_places, sticking_out
from tests.browser.conftest import Problems
from tests.servers import Studio

pytestmark = pytest.mark.browser

KEY = re.compile(r"cs-[\w-]{43}")


def make_key(page: Page, studio: Studio) -> str:
    """Its name; afterwards the page shows the key."""
    name = f"Backup {uuid4()}"
    page.goto(f"{studio.url}/keys/")
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator("#key")).to_have_text(KEY)
    return name


def row_of(page: Page, name: str) -> Locator:
    return page.locator(".row").filter(has_text=name)


def revoke(page: Page, studio: Studio, name: str) -> None:
    page.goto(f"{studio.url}/keys/")
    page.get_by_role("link", name=f"Revoke… {name}").click()
    expect(page.get_by_role("heading", name=f"Revoke {name}?")).to_be_visible()
    page.get_by_role("button", name="Revoke", exact=True).click()
    page.wait_for_url("**/keys/")
    expect(row_of(page, name)).to_have_count(0)


def asks(studio: Studio, key: str) -> int:
    """The status of a request with this key."""
    headers = {"Authorization": f"Bearer {key}"}
    url = f"{studio.url}/api/chat/ui/conversations"  # the first time the API is loaded for it
    return httpx.get(url, headers=headers, timeout=60).status_code


def test_a_key_is_made_copied_used_and_revoked(
    studio: Studio, page: Page, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_places(page)
    page.get_by_role("link", name="API keys").click()
    name = make_key(page, studio)
    page.get_by_role("button", name="Copy the key").click()
    expect(page.get_by_role("button", name="Copied the key")).to_be_visible()
    key = page.evaluate("navigator.clipboard.readText()")
    assert KEY.fullmatch(key)
    assert asks(studio, key) == 200
    page.get_by_role("link", name="To your keys").click()
    expect(row_of(page, name)).to_contain_text("used just now")
    assert key not in page.content()
    revoke(page, studio, name)
    assert asks(studio, key) == 401


def test_each_example_is_copied_as_it_stands(
    studio: Studio, page: Page, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    name = make_key(page, studio)
    key = page.locator("#key").inner_text()
    copied = []
    buttons = page.get_by_role("button", name="Copy this example")
    expect(buttons).to_have_count(2)
    for button in buttons.element_handles():  # whatever they are called once they are pressed
        button.click()
        page.wait_for_function("button => button.innerText.includes('Copied')", arg=button)
        copied.append(page.evaluate("navigator.clipboard.readText()"))
    curl, openai = copied
    assert curl.startswith(f"curl {studio.url}/api/chat/ui/send \\\n")
    assert openai == f"export OPENAI_BASE_URL={studio.url}/v1\nexport OPENAI_API_KEY={key}"
    revoke(page, studio, name)


def test_a_click_selects_the_whole_key(studio: Studio, page: Page) -> None:
    name = make_key(page, studio)
    page.locator("#key").click()
    selected = page.evaluate("getSelection().toString()")
    assert selected == page.locator("#key").inner_text()
    revoke(page, studio, name)


def test_going_back_does_not_show_it_again(studio: Studio, page: Page) -> None:
    name = make_key(page, studio)
    key = page.locator("#key").inner_text()
    page.get_by_role("link", name="To your keys").click()
    page.get_by_role("link", name="New chat").click()
    page.go_back()
    expect(row_of(page, name)).to_be_visible()
    assert key not in page.content()
    revoke(page, studio, name)


class TestOnAPhone:
    @pytest.fixture
    def context_options(self) -> dict[str, object]:
        return {"viewport": {"width": 390, "height": 844}}

    def test_nothing_sticks_out(self, studio: Studio, page: Page) -> None:
        name = make_key(page, studio)
        assert sticking_out(page) == []
        page.get_by_role("link", name="To your keys").click()
        assert sticking_out(page) == []
        revoke(page, studio, name)


class TestWithoutScript:
    @pytest.fixture
    def context_options(self) -> dict[str, object]:
        return {"java_script_enabled": False}

    def test_a_key_is_made_and_revoked(self, studio: Studio, page: Page) -> None:
        name = make_key(page, studio)
        key = page.locator("#key").inner_text()
        expect(page.locator(".copy-code").first).to_be_hidden()
        assert asks(studio, key) == 200
        revoke(page, studio, name)
        assert asks(studio, key) == 401

    def test_a_form_that_is_not_right_says_where(
        self, studio: Studio, page: Page, problems: Problems
    ) -> None:
        problems.expect("status of 422")
        page.goto(f"{studio.url}/keys/")
        for scope in ("Read", "Chat"):
            page.get_by_label(scope, exact=True).uncheck()
        page.get_by_role("button", name="Make the key").click()
        expect(page.locator("#id_name_error")).to_be_visible()
        expect(page.get_by_role("group", name="What it may do")).to_contain_text("choose one")
