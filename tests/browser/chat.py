"""What a person does and sees on the chat page."""

import re
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.servers import COUNTED, Studio

SECONDS = 60
ACTIVE = re.compile(r"\bis-active\b")


def choose(page: Page, model: str) -> None:
    """In the form's own field, for which the list of `test_model_picker.py` stands."""
    option = page.locator(f'#composer-model option[value^="{model}@"]')
    page.locator("#composer-model").select_option(option.get_attribute("value"), force=True)


def more(page: Page) -> Locator:
    """What else the composer has, opened."""
    panel = page.locator("#composer-more")
    if not panel.is_visible():
        page.locator("#composer-more-button").click()
    expect(panel).to_be_visible()
    return panel


def write(page: Page, text: str) -> Locator:
    box = page.get_by_label("Your message")
    box.fill(text)
    return box


def send(page: Page, text: str, model: str = "fast:1b") -> None:
    """Once the answer before is complete, as until then Enter only keeps the text."""
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    choose(page, model)
    write(page, text).press("Enter")


def new_conversation(page: Page, text: str, model: str = "fast:1b") -> str:
    """Sends the first message; the key of the conversation whose page is open then."""
    send(page, text, model)
    page.wait_for_url(re.compile(r"/chat/[0-9a-f-]{36}/$"))
    return key_of(page)


def key_of(page: Page) -> str:
    return page.url.rstrip("/").rpartition("/")[2]


def open_settings(page: Page) -> None:
    """Those of the conversation, by the menu beside its title."""
    menu = page.locator(".title-tools .menu")
    menu.locator("summary").click()
    menu.get_by_role("link", name="Settings").click()


def open_places(page: Page) -> None:
    """The menu at the sidebar's foot."""
    page.get_by_role("button", name="Settings and pages").click()
    expect(page.locator("#places")).to_be_visible()


def answer(page: Page) -> Locator:
    return page.locator(".message-assistant").last


def words(page: Page) -> list[str]:
    """The last answer's words as they stand on the screen."""
    return " ".join(answer(page).locator(".part-text").all_inner_texts()).split()


def numbered(count: int) -> list[str]:
    return [f"w{number}" for number in range(count)]


def sees_word(page: Page, number: int) -> None:
    expect(answer(page)).to_contain_text(re.compile(rf"\bw{number}\b"))


def is_being_written(page: Page) -> None:
    expect(answer(page)).to_have_class(ACTIVE)


def has_settled(page: Page) -> None:
    """Nothing spins any more in this conversation, and the next message can be sent."""
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    expect(page.locator(".is-active, [aria-current] .pulse, [aria-busy]")).to_have_count(0)


def is_whole(studio: Studio, page: Page, count: int = COUNTED) -> None:
    """Page and rows alike hold w0 to the last word: nothing lost, nothing doubled."""
    has_settled(page)
    assert words(page) == numbered(count)
    role, status, text = studio.messages(key_of(page))[-1]
    assert (role, status, text) == ("assistant", "complete", " ".join(numbered(count)))


def is_consecutive(studio: Studio, page: Page) -> int:
    """As `is_whole` for a part of an answer; how many words it has."""
    has_settled(page)
    shown, stored = words(page), studio.messages(key_of(page))[-1][2].split()
    assert shown == stored == numbered(len(stored))
    return len(stored)


def stop(page: Page) -> None:
    page.get_by_role("button", name="Stop the answer").click()


def outcome(page: Page) -> Locator:
    return answer(page).locator(".notice > p").first


def until(page: Page, condition: Callable[[], bool], seconds: float = SECONDS) -> None:
    """For what is no element: `wait_for_function` needs an eval that our CSP forbids."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "It never came true"
        page.wait_for_timeout(50)


def from_end(page: Page) -> float:
    """How many pixels the window is away from the page's end."""
    root = "document.documentElement"
    return float(page.evaluate(f"{root}.scrollHeight - innerHeight - scrollY"))


STICKING_OUT = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const clipped = (one) => one && (getComputedStyle(one).overflowX !== "visible"
    || clipped(one.parentElement));
  const wide = [...document.querySelectorAll("body *")].filter((one) =>
    one.getBoundingClientRect().right > root.clientWidth + 1 && !clipped(one.parentElement));
  const all = wide.length ? wide : [root];
  return all.slice(-6).map((one) => `${Math.round(one.getBoundingClientRect().right)}: `
    + one.outerHTML.slice(0, 200));
}"""


def sticking_out(page: Page) -> list[str]:
    """What makes the page wider than its window, and still does when it has come to rest."""
    found: list[str] = page.evaluate(STICKING_OUT)
    for _ in range(50):
        if not found:
            break
        page.wait_for_timeout(100)
        found = page.evaluate(STICKING_OUT)
    return found


def sideways(page: Page) -> int:
    """How many pixels stick out to the right."""
    root = "document.documentElement"
    return int(page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


def download_archive(page: Page, studio: Studio, folder: Path) -> Path:
    """All conversations as a page that opens alone."""
    page.goto(f"{studio.url}/transfer/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as Web page").click()
    path = folder / "archive.html"
    download.value.save_as(path)
    return path
