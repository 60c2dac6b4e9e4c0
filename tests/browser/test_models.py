"""Which models there are, and what the page says when there are none."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import answer, has_settled, new_conversation
from tests.conftest import MakeModels, MakeStudio
from tests.servers import Studio, free_port

pytestmark = pytest.mark.browser


def test_the_list_has_the_models_that_can_chat(page: Page) -> None:
    options = page.locator("#composer-model option").all_inner_texts()
    told = [option.strip() for option in options]
    assert {"fast:1b", "slow:1b", "thinking:1b"} <= set(told)
    assert "embed:1b" not in told


def test_the_choice_stays_with_the_conversation(page: Page) -> None:
    new_conversation(page, "Hello", "thinking:1b")
    page.reload()
    expect(page.locator("#composer-model option:checked")).to_have_text("thinking:1b")
    expect(answer(page).locator(".message-model")).to_have_text("thinking:1b")


def test_a_cloud_model_is_marked_as_leaving_the_machine(page: Page) -> None:
    option = page.locator("#composer-model option", has_text="cloud:1b-cloud")
    expect(option).to_have_text("cloud:1b-cloud · leaves this machine")
    new_conversation(page, "Hello", "cloud:1b-cloud")
    has_settled(page)
    expect(answer(page).locator(".badge")).to_have_text("leaves this machine")


def test_without_a_model_server_the_page_says_so_and_finds_it_later(
    fresh_studio: MakeStudio, fresh_models: MakeModels, bare_page: Page
) -> None:
    port, page = free_port(), bare_page
    studio: Studio = fresh_studio(f"http://127.0.0.1:{port}")
    page.goto(f"{studio.url}/chat/")
    expect(page.locator("#model-notice")).to_contain_text(
        f"is not answering at http://127.0.0.1:{port}"
    )
    expect(page.locator("#model-notice")).to_contain_text("make run MODEL=demo")
    page.get_by_label("Your message").fill("Kept until there is a model")
    fresh_models(port=port)
    expect(page.locator("#composer-model option", has_text="fast:1b")).to_have_count(1)
    expect(page.locator("#model-notice")).to_have_text("")
    expect(page.get_by_label("Your message")).to_have_value("Kept until there is a model")
    new_conversation(page, "Hello")
    expect(answer(page)).to_contain_text("Hello")


def test_the_models_page_is_narrowed_by_what_is_typed(studio: Studio, page: Page) -> None:
    page.goto(f"{studio.url}/models/")
    page.get_by_role("searchbox", name="Filter the models").fill("thinking")
    expect(page.locator(".model:visible h3")).to_have_text(["thinking-only:1b", "thinking:1b"])
