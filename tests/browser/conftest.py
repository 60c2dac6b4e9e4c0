"""Chromium, and a page on which nothing may go wrong unnoticed."""

import os
import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from scripts.programs import find_chromium
from tests.browser.cable import Cable
from tests.browser.chat import SECONDS, until
from tests.servers import Studio

# Chromium's own sandbox refuses to start as root, as which containers often run.
SANDBOX = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
RUNNING = """SELECT DISTINCT c.public_id FROM conversations_conversation c
  JOIN conversations_message m ON m.conversation_id = c.id
  WHERE m.status IN ('waiting', 'generating') AND c.deleted_at IS NULL"""
REPORT_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP: ${event.violatedDirective} forbids ${event.blockedURI || event.sample}`);
});"""


class Problems:
    """What the browser's console complained of. A test names what it brings about itself."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.expected: list[str] = []

    def expect(self, *patterns: str) -> None:
        self.expected += patterns

    def watch(self, context: BrowserContext) -> None:
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("weberror", lambda error: self.seen.append(str(error.error)))
        context.on("console", lambda said: said.type == "error" and self.seen.append(said.text))

    def unexpected(self) -> list[str]:
        return [
            line for line in self.seen if not any(re.search(one, line) for one in self.expected)
        ]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Before any server is started for a browser that is not there."""
    if find_chromium():
        return
    reason = "No Chromium: install chromium-headless-shell or chromium, or set CHROMIUM."
    if os.environ.get("CHATSTUDIO_REQUIRE_BROWSER") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


# Playwright's event loop occupies the thread, so it ends with this folder's last test.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=SECONDS * 1000)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=find_chromium(), args=SANDBOX)
        yield launched
        launched.close()


@pytest.fixture
def problems() -> Problems:
    return Problems()


@pytest.fixture
def context_options() -> dict[str, object]:
    return {}


@pytest.fixture
def context(
    browser: Browser, problems: Problems, context_options: dict[str, object]
) -> Iterator[BrowserContext]:
    made = browser.new_context(**context_options)  # type: ignore[arg-type]
    made.set_default_timeout(SECONDS * 1000)
    problems.watch(made)
    yield made
    made.close()
    assert problems.unexpected() == []


@pytest.fixture
def bare_page(context: BrowserContext) -> Page:
    """For tests that start a server of their own."""
    return context.new_page()


@pytest.fixture
def page(bare_page: Page, studio: Studio) -> Iterator[Page]:
    bare_page.goto(f"{studio.url}/chat/")
    yield bare_page
    stop_what_runs(bare_page, studio)


def stop_what_runs(page: Page, studio: Studio) -> None:
    """Else it would be before an answer of the next test in the model's queue."""
    for (key,) in studio.rows(RUNNING):
        page.goto(f"{studio.url}/chat/{UUID(key)}/")
        page.evaluate("document.querySelector('.stop')?.click()")  # it may end any moment
    until(page, lambda: studio.rows(RUNNING) == [])


@pytest.fixture
def cable(studio: Studio) -> Iterator[Cable]:
    laid = Cable(studio.port)
    yield laid
    laid.close()
