"""The models page: orders that are seen to be carried out, with and without script."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import MakeModels, MakeStudio
from tests.servers import Studio

pytestmark = pytest.mark.browser


@pytest.fixture
def own(fresh_studio: MakeStudio, fresh_models: MakeModels) -> Studio:
    """A studio and a model server of its own: what is fetched and removed here stays here."""
    return fresh_studio(fresh_models("--load-seconds", "2").url)


def look(page: Page, studio: Studio) -> None:
    """On a busy machine the model server may take longer to be found than a page waits."""
    page.goto(f"{studio.url}/models/")
    for _ in range(10):
        if page.locator(".model").count():
            return
        page.reload()


def fetch(page: Page, studio: Studio, name: str) -> None:
    look(page, studio)
    page.get_by_label("Name of the model").fill(name)
    page.get_by_role("button", name="Fetch model").click()


def row_of(page: Page, name: str) -> Locator:
    """With its menu open."""
    row = page.locator(".model", has_text=name)
    row.get_by_label(f"More about {name}").click()
    return row


def test_a_model_is_fetched_while_one_looks(own: Studio, bare_page: Page) -> None:
    fetch(bare_page, own, "fetched:1b")
    expect(bare_page.locator("#models")).to_contain_text("fetched:1b is installed.")
    expect(bare_page.locator(".model h3", has_text="fetched:1b")).to_be_visible()
    assert bare_page.locator("progress").count() == 0


def test_fetching_goes_on_while_one_is_elsewhere_and_can_be_cancelled(
    own: Studio, bare_page: Page
) -> None:
    page = bare_page
    fetch(page, own, "forever:1b")
    expect(page.locator("progress[value]")).to_be_visible()
    page.goto(f"{own.url}/chat/")
    look(page, own)
    expect(page.locator(".orders")).to_contain_text("of 1.0 GB")
    page.locator(".orders").get_by_role("button", name="Cancel").click()
    expect(page.locator(".orders")).to_have_count(0)
    assert own.rows("SELECT status FROM conversations_modelorder") == [("cancelled",)]


def test_after_the_server_was_killed_it_says_so_and_tries_again(
    own: Studio, bare_page: Page
) -> None:
    page = bare_page
    fetch(page, own, "forever:1b")
    expect(page.locator("progress[value]")).to_be_visible()
    page.goto("about:blank")
    own.end(9)
    own.start()
    look(page, own)
    expect(page.locator(".orders")).to_contain_text("it goes on from what has come")
    page.get_by_role("button", name="Try again to fetch forever:1b").click()
    expect(page.locator("progress[value]")).to_be_visible()


def test_a_model_is_loaded_and_unloaded_without_leaving_the_page(
    own: Studio, bare_page: Page
) -> None:
    page = bare_page
    look(page, own)
    row = row_of(page, "loading:1b")
    row.get_by_role("button", name="Load loading:1b").click()
    expect(page.locator(".orders")).to_contain_text("Loading loading:1b into memory")
    expect(row.locator(".model-state")).to_contain_text("Loaded in main memory")
    row_of(page, "loading:1b")
    row.get_by_role("button", name="Unload").click()
    expect(row).not_to_contain_text("Loaded")


def test_a_model_is_removed_after_a_question(own: Studio, bare_page: Page) -> None:
    page = bare_page
    look(page, own)
    row_of(page, "busy:1b").get_by_role("link", name="Remove… busy:1b").click()
    expect(page.get_by_role("heading")).to_have_text("Remove busy:1b?")
    page.get_by_role("button", name="Remove").click()
    expect(page.locator(".model h3", has_text="fast:1b")).to_be_visible()
    expect(page.locator(".model h3", has_text="busy:1b")).to_have_count(0)


def test_the_default_is_a_choice_of_ones_own(own: Studio, bare_page: Page) -> None:
    page = bare_page
    look(page, own)
    row = row_of(page, "tools:1b")
    row.get_by_role("button", name="Use for new chats").click()
    expect(row.locator("h3")).to_contain_text("for new chats")
    page.goto(f"{own.url}/chat/")
    expect(page.locator("#composer-model option:checked")).to_have_text("tools:1b")


def test_without_script_the_same_forms_work(own: Studio, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    fetch(page, own, "forever:1b")
    expect(page.locator(".orders")).to_contain_text("Fetching forever:1b")
    page.get_by_role("link", name="See how far it is now").click()
    page.locator(".orders").get_by_role("button", name="Cancel").click()
    expect(page.locator(".orders")).to_have_count(0)
    row_of(page, "fast:1b").get_by_role("button", name="Unload").click()
    expect(page.locator(".model", has_text="fast:1b")).not_to_contain_text("Loaded")
    page.get_by_role("searchbox", name="Filter the models").fill("thinks THINKING")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator(".model:visible h3")).to_have_text(["thinking-only:1b", "thinking:1b"])
    context.close()
