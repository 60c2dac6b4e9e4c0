"""Scripts as they are written, and as they are collected: both listen before htmx begins."""

import time
from pathlib import PurePosixPath
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route

from tests.browser.chat import has_settled, new_conversation
from tests.conftest import MakeStudio
from tests.servers import ROOT, Studio

pytestmark = pytest.mark.browser

MODULES = {path.name for path in (ROOT / "static" / "js").iterdir()}


def come_late(route: Route) -> None:
    time.sleep(1)
    route.continue_()


def scripts_of(page: Page) -> list[str]:
    """By their names, as they came."""
    urls = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    return [PurePosixPath(url).name for url in urls if "/static/js/" in url]


def opens_its_socket_from_what_it_shows(page: Page, url: str) -> None:
    with page.expect_websocket() as opened:
        page.goto(url)
    assert set(parse_qs(urlsplit(opened.value.url).query)) >= {"revision", "sidebar"}


def test_a_developers_page_loads_the_modules(fresh_studio: MakeStudio, bare_page: Page) -> None:
    url = f"{fresh_studio(DEBUG='true').url}/chat/"
    bare_page.goto(url)
    new_conversation(bare_page, "Hello")
    has_settled(bare_page)
    bare_page.route("**/static/js/page.js", come_late)
    opens_its_socket_from_what_it_shows(bare_page, bare_page.url)
    assert sorted(scripts_of(bare_page)) == sorted(MODULES)


def test_a_persons_page_loads_one_script(studio: Studio, page: Page) -> None:
    new_conversation(page, "Hello")
    has_settled(page)
    page.route("**/static/js/studio.*.js", come_late)
    opens_its_socket_from_what_it_shows(page, page.url)
    assert len(scripts_of(page)) == 1
