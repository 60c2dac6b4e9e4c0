"""An external agent answers through the page: the example agent, as a process of its own."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import axe
from tests.browser.chat import answer, has_settled, key_of, more, outcome, stop, write
from tests.browser.conftest import Problems
from tests.conftest import MakeAgent, MakeStudio
from tests.servers import free_port

pytestmark = pytest.mark.browser

NO_MODELS = "http://127.0.0.1:9"


def ask(page: Page, text: str) -> None:
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    page.locator("#composer-routing").select_option("agent")
    write(page, text).press("Enter")
    page.wait_for_url(re.compile(r"/chat/[0-9a-f-]{36}/$"))


def test_asked_as_openais_servers_are_where_no_model_server_is(
    fresh_studio: MakeStudio, example_agent: MakeAgent, bare_page: Page
) -> None:
    agent, page = example_agent("--key", "sesame"), bare_page
    studio = fresh_studio(NO_MODELS, **agent.settings("openai", ZAIN_AGENT_API_KEY="sesame"))
    page.goto(f"{studio.url}/chat/")
    expect(page.locator("#model-notice")).to_contain_text("is not answering")
    ask(page, "What is 12 * (3 + 4)?")
    has_settled(page)
    expect(answer(page).locator(".part-text")).to_have_text("12 * (3 + 4) is 84.")
    expect(answer(page).locator(".message-model")).to_have_text("Zain Agent")
    expect(page.locator("#model-notice")).to_be_hidden()
    expect(page.locator("#composer-routing option:checked")).to_have_text("Zain Agent")
    assert studio.messages(key_of(page))[-1][1] == "complete"
    assert axe(page) == []


def test_it_remembers_what_it_was_told_as_long_as_the_memory_is_on(
    fresh_studio: MakeStudio, example_agent: MakeAgent, bare_page: Page
) -> None:
    studio, page = fresh_studio(**example_agent().settings("openai")), bare_page
    page.goto(f"{studio.url}/chat/")
    ask(page, "My name is Ada")
    has_settled(page)
    ask(page, "What is 2 * 3?")
    expect(answer(page).locator(".part-text")).to_have_text("2 * 3 is 6.")
    has_settled(page)
    ask(page, "What is my name?")
    has_settled(page)
    expect(answer(page).locator(".part-text")).to_have_text("Your name is Ada.")
    has_settled(page)
    more(page).locator("#composer-memory").uncheck()
    ask(page, "What is my name?")
    has_settled(page)
    expect(answer(page).locator(".part-text")).to_have_text("You have not told me your name.")


@pytest.mark.parametrize("kind", ["sse", "ndjson", "json"])
def test_a_webhook_answers_in_each_content_type_and_remembers(
    fresh_studio: MakeStudio, example_agent: MakeAgent, bare_page: Page, kind: str
) -> None:
    agent, page = example_agent("--answers", kind), bare_page
    studio = fresh_studio(**agent.settings("webhook", ZAIN_AGENT_LABEL="Nadia"))
    page.goto(f"{studio.url}/chat/")
    ask(page, "My name is Ann")
    has_settled(page)
    expect(answer(page).locator("strong")).to_have_text("Ann")
    expect(answer(page).locator(".message-facts")).to_contain_text("5 tokens")
    ask(page, "What is my name?")
    has_settled(page)
    expect(answer(page).locator(".part-text")).to_have_text("Your name is Ann.")
    more(page).get_by_role("switch", name="Memory").uncheck()
    ask(page, "What is my name?")
    has_settled(page)
    expect(answer(page).locator(".part-text")).to_have_text("You have not told me your name.")
    expect(answer(page).locator(".message-model")).to_have_text("Nadia")


def test_direct_llm_answers_in_its_place_and_the_answer_says_so(
    fresh_studio: MakeStudio, bare_page: Page
) -> None:
    url, page = f"http://127.0.0.1:{free_port()}", bare_page
    studio = fresh_studio(ZAIN_AGENT_URL=url, ZAIN_AGENT_FALLBACK="true")
    page.goto(f"{studio.url}/chat/")
    ask(page, "Hello there")
    has_settled(page)
    for _ in range(2):
        told = answer(page).locator(".message-notice")
        expect(told).to_contain_text(
            f"Zain Agent did not answer (Zain Agent is not answering at {url}"
        )
        expect(told).to_contain_text("Direct LLM answered instead.")
        expect(answer(page).locator(".part-text")).to_have_text("Hello there")
        assert axe(page) == []
        page.reload()


def test_a_dead_agent_is_named_and_an_answer_under_way_can_be_stopped(
    fresh_studio: MakeStudio, example_agent: MakeAgent, bare_page: Page
) -> None:
    agent, page = example_agent("--pace", "30"), bare_page
    studio = fresh_studio(**agent.settings("webhook"))
    page.goto(f"{studio.url}/chat/")
    ask(page, "What time is it?")
    expect(answer(page).locator(".part-text")).to_have_text("It")
    stop(page)
    expect(outcome(page)).to_contain_text("Stopped. What was written is kept.")
    agent.close()
    ask(page, "And now?")
    expect(outcome(page)).to_contain_text("Start it, or set ZAIN_AGENT_URL to where it runs.")


def test_an_agent_that_is_not_configured_any_more_is_not_exchanged_silently(
    fresh_studio: MakeStudio, example_agent: MakeAgent, bare_page: Page, problems: Problems
) -> None:
    problems.expect("status of 422", "htmx:response:error")
    agent, page = example_agent(), bare_page
    studio = fresh_studio(**agent.settings("openai"))
    page.goto(f"{studio.url}/chat/")
    ask(page, "What is 1 + 1?")
    has_settled(page)
    address = page.url
    page.goto("about:blank")
    studio.end()
    del studio.environment["ZAIN_AGENT_URL"]
    studio.start()
    page.goto(address)
    expect(page.locator(".routing-note")).to_contain_text("cannot answer now. Set ZAIN_AGENT_URL")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert axe(page) == []
    write(page, "Still there?").press("Enter")
    expect(page.locator("#composer-error")).to_contain_text("Set ZAIN_AGENT_URL to the address")
    expect(page.get_by_label("Your message")).to_have_value("Still there?")
    assert len(studio.messages(key_of(page))) == 2


def test_without_an_agent_the_choice_says_what_is_missing(page: Page) -> None:
    option = page.locator('#composer-routing option[value="agent"]')
    expect(option).to_have_text("Zain Agent · Set ZAIN_AGENT_URL to the address of your agent.")
    expect(option).to_be_disabled()
