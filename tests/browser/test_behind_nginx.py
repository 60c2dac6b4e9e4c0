"""A real proxy in front: below a sub-path everything works, and a page of the proxy's own takes the
place of nothing."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chat import (
    answer,
    has_settled,
    more,
    new_conversation,
    send,
    until,
    write,
)
from tests.browser.conftest import Problems
from tests.conftest import MakeStudio
from tests.servers import ROOT, free_port

pytestmark = pytest.mark.browser

PORTS = ("sub_path", "taken_off", "no_host", "refusing")
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
ANSWERED_BY_NGINX = ("Failed to load resource", "htmx:error", "Failed to fetch", "CSP: connect-src")
NO_SOCKET = ("WebSocket connection to", "htmx:ws:error")


class Nginx:
    def __init__(self, folder: Path, studio: str) -> None:
        self.ports = {name: free_port() for name in PORTS}
        text = (ROOT / "tests" / "nginx.conf").read_text().format(studio=studio, **self.ports)
        (folder / "nginx.conf").write_text(text)
        command = [str(NGINX), "-p", str(folder), "-e", "error.log", "-c", "nginx.conf"]
        self.process = subprocess.Popen(command)

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    def is_there(self) -> bool:
        assert self.process.poll() is None
        try:
            with urlopen(f"{self.url('refusing')}/health", timeout=5):  # noqa: S310
                return True
        except URLError:
            return False

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()


@pytest.fixture(scope="module")
def nginx(module_studio: MakeStudio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    if NGINX is None:
        if os.environ.get("CHATSTUDIO_REQUIRE_BROWSER") == "1":
            pytest.fail("No nginx: apt-get install nginx.", pytrace=False)
        pytest.skip("No nginx: apt-get install nginx.")
    server = module_studio(BASE_PATH="/studio")
    made = Nginx(tmp_path_factory.mktemp("nginx"), f"http://127.0.0.1:{server.port}")
    yield made
    made.close()


@pytest.fixture
def page(nginx: Nginx, bare_page: Page) -> Page:
    until(bare_page, nginx.is_there)
    return bare_page


def test_the_example_of_the_readme_is_what_runs() -> None:
    text = (
        (ROOT / "tests" / "nginx.conf")
        .read_text()
        .format(studio="http://127.0.0.1:8000", **dict.fromkeys(PORTS, 0))
    )
    readme = " ".join((ROOT / "README.md").read_text().split())
    begin = text.index("location /studio/")
    assert " ".join(text[begin : text.index("}", begin) + 1].split()) in readme


@pytest.mark.parametrize("where", ["sub_path", "taken_off"])
def test_below_a_sub_path(nginx: Nginx, page: Page, problems: Problems, where: str) -> None:
    if where == "taken_off":
        problems.expect(*NO_SOCKET)
    page.goto(f"{nginx.url(where)}/studio/")
    new_conversation(page, f"Hello from {where}")
    assert page.url.startswith(f"{nginx.url(where)}/studio/chat/")
    expect(answer(page)).to_contain_text(where)
    page.locator("#composer-file").set_input_files(ROOT / "LICENSE")
    expect(page.locator(".chip")).to_contain_text("LICENSE")
    send(page, "And again")
    has_settled(page)
    expect(page.locator(".message")).to_have_count(4)
    page.locator("#sidebar-list .conversation-link", has_text=f"Hello from {where}").click()
    expect(page.locator(".message")).to_have_count(4)
    cookies = [one for one in page.context.cookies() if one["name"].startswith("chatstudio")]
    assert {one["path"] for one in cookies} == {"/studio/"}


SIGN_IN = "wants you to sign in there"
REFUSED = {
    "200": SIGN_IN,
    "302": SIGN_IN,
    "401": SIGN_IN,
    "429": "lets nothing more through for now (429). Nothing was lost; wait a moment",
    "502": "cannot reach it (502). Nothing was lost",
}


def test_a_page_of_the_proxy_takes_the_place_of_nothing(
    nginx: Nginx, page: Page, context: BrowserContext, problems: Problems
) -> None:
    problems.expect(*ANSWERED_BY_NGINX)
    page.goto(f"{nginx.url('refusing')}/studio/chat/")
    new_conversation(page, "Hello")
    has_settled(page)
    more(page).get_by_label("Memory").uncheck()
    write(page, "Stays here")
    for refused, sentence in REFUSED.items():
        page.evaluate("document.querySelector('#toasts').replaceChildren()")
        context.add_cookies([{"name": "refused", "value": refused, "url": nginx.url("refusing")}])
        page.get_by_label("Your message").press("Enter")
        expect(page.locator(".toast")).to_contain_text(sentence)
        expect(page.get_by_label("Your message")).to_have_value("Stays here")
        expect(page.locator("#composer-memory")).not_to_be_checked()
    context.clear_cookies(name="refused")
    page.get_by_label("Your message").press("Enter")
    expect(answer(page)).to_contain_text("Stays here")


def test_what_is_too_large_for_the_proxy(nginx: Nginx, page: Page, problems: Problems) -> None:
    problems.expect(*ANSWERED_BY_NGINX)
    page.goto(f"{nginx.url('refusing')}/studio/chat/")
    write(page, "Stays here")
    large = {"name": "large.txt", "mimeType": "text/plain", "buffer": b"word " * 400_000}
    page.locator("#composer-file").set_input_files(large)
    expect(page.locator(".toast")).to_contain_text("lets nothing this large through (413)")
    expect(page.get_by_label("Your message")).to_have_value("Stays here")
    expect(page.locator("#composer-file")).to_have_value("")
    new_conversation(page, "Stays here")


def test_a_proxy_that_hides_the_host(nginx: Nginx, page: Page, problems: Problems) -> None:
    problems.expect(*ANSWERED_BY_NGINX, *NO_SOCKET)
    page.goto(f"{nginx.url('no_host')}/studio/chat/")
    write(page, "Stays here").press("Enter")
    expect(page.locator(".toast")).to_have_text(re.compile(r"pass on the Host header.*CSRF_TRUST"))
    expect(page.locator(".toast")).to_have_count(1)
    expect(page.get_by_label("Your message")).to_have_value("Stays here")
