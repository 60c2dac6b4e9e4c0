"""A browser with nothing in its cache, and its own counters."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from scripts.programs import find_chromium

PAINTED = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return {paint: paint?.startTime ?? 0, usable: page.domContentLoadedEventEnd};
}"""


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = find_chromium()
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            warm = launched.new_page()
            warm.goto("data:text/html,<p>warm")
            warm.close()
            yield launched
        finally:
            launched.close()


@contextmanager
def cold_page(browser: Browser) -> Iterator[tuple[Page, CDPSession]]:
    context = browser.new_context()
    context.set_default_timeout(120_000)
    page = context.new_page()
    try:
        yield page, context.new_cdp_session(page)
    finally:
        context.close()


def times(page: Page) -> dict[str, float]:
    """Milliseconds from the start of the navigation. `usable`: the scripts have run, the message
    box takes words and sends them."""
    # Not wait_for_function: the pages' Content-Security-Policy forbids what it does.
    while not page.evaluate("performance.getEntriesByName('first-contentful-paint').length"):
        page.wait_for_timeout(5)
    found: dict[str, float] = page.evaluate(PAINTED)
    return found


class Weight:
    """What goes over the line for a page, as it goes: compressed, with headers."""

    def __init__(self, session: CDPSession) -> None:
        self.requests: dict[str, str] = {}
        self.bytes: dict[str, float] = {}
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.loadingFinished", self._loaded)
        session.send("Network.enable")

    def _sent(self, event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):
            self.requests[event["requestId"]] = event.get("type", "Other")

    def _loaded(self, event: dict[str, Any]) -> None:
        self.bytes[event["requestId"]] = event["encodedDataLength"]

    def total(self, kind: str = "") -> float:
        chosen = [key for key, its in self.requests.items() if not kind or its == kind]
        return sum(self.bytes.get(key, 0) for key in chosen)


def metric(session: CDPSession, name: str) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) for one in metrics if one["name"] == name)
