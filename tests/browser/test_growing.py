"""A running answer in the browser's own tree: each flush shows what a one-shot render does."""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from playwright.sync_api import APIResponse, Page, Route, WebSocketRoute

from chatstudio.joined_modules import join_modules
from conversations.rendering import BlockStream
from conversations.showing import frames
from conversations.tests.rendering.screen import KEY, one_shot
from conversations.tests.rendering.test_commonmark_stream import MARKDOWN
from conversations.tests.rendering.test_growth import WORST
from tests.browser.chat import (
    has_settled,
    is_being_written,
    is_consecutive,
    is_whole,
    new_conversation,
    sees_word,
    send,
    stop,
    until,
)
from tests.browser.conftest import Problems
from tests.servers import COUNTS, COUNTS_ON, Studio

pytestmark = pytest.mark.browser

SCRIPTS = Path(settings.BASE_DIR) / "static/js"
FIRST_WRONG = """([id, flushes]) => {
  document.body.innerHTML = `<article class="message is-active" id="message-${id}">`
    + `<div id="part-${id}-0"></div></article>`;
  const part = document.body.firstChild.firstChild;
  const never = () => { throw new Error("asked"); };
  for (const [frame, expected] of flushes) {
    if (frame) {
      placeGrowth(frame, never);
      placeGrowth(frame, never);
    }
    const holder = document.createElement("template");
    holder.innerHTML = expected;
    if (part.innerHTML !== holder.innerHTML) return [frame, part.innerHTML, holder.innerHTML];
  }
  return null;
}"""


@pytest.fixture
def scripted(bare_page: Page) -> Page:
    """An empty page with nothing but growing.js."""
    sources = {path.name: path.read_text("utf-8") for path in SCRIPTS.iterdir()}
    bare_page.set_content("<!doctype html>")
    bare_page.add_script_tag(content=join_modules("growing.js", sources))
    return bare_page


def flushes(text: str, random: Random, longest: int) -> Iterator[tuple[str, str]]:
    """Each flush's frame, and the blocks that it must leave on the page."""
    stream, end, shown = BlockStream(), 0, 0
    while end < len(text):
        end += random.randint(1, longest)
        changes = stream.update(text[:end], final=False)
        shown += bool(changes)
        frame = frames.growth(KEY, shown, 0, changes) if changes else ""
        blocks = enumerate(one_shot(text[:end], final=False))
        yield frame, "".join(frames.block(KEY, 0, n, html) for n, html in blocks)


@pytest.mark.parametrize("start", range(0, 652, 163))
def test_the_examples_pass_exactly(scripted: Page, start: int) -> None:
    for text in MARKDOWN[start : start + 163]:
        seen = list(flushes(text, Random(text), 12))
        assert scripted.evaluate(FIRST_WRONG, [str(KEY), seen]) is None


@pytest.mark.parametrize("name", WORST)
def test_the_worst_cases_pass_exactly(scripted: Page, name: str) -> None:
    seen = list(flushes(WORST[name], Random(name), max(40, len(WORST[name]) // 40)))
    assert scripted.evaluate(FIRST_WRONG, [str(KEY), seen]) is None


def test_a_page_that_lost_a_frame_takes_no_next_and_asks(studio: Studio, bare_page: Page) -> None:
    said: list[str] = []

    def lose(line: WebSocketRoute) -> None:
        server = line.connect_to_server()
        growth = 0

        def to_page(text: str) -> None:
            nonlocal growth
            growth += text.startswith("[")
            if not text.startswith("[") or growth != 5:
                line.send(text)

        def to_server(text: str) -> None:
            said.append(text)
            server.send(text)

        server.on_message(to_page)
        line.on_message(to_server)

    bare_page.route_web_socket(re.compile("/ws/"), lose)
    bare_page.goto(f"{studio.url}/chat/")
    new_conversation(bare_page, "Count", COUNTS)
    sees_word(bare_page, 10)
    until(bare_page, lambda: "lost" in said)
    is_being_written(bare_page)
    is_whole(studio, bare_page)
    assert said.count("lost") == 1


def test_the_answer_to_a_form_that_comes_late_stops_nothing(
    page: Page, problems: Problems, studio: Studio
) -> None:
    problems.expect("WebSocket connection to", "htmx:ws:error")
    new_conversation(page, "Hello")
    has_settled(page)
    late: list[tuple[Route, APIResponse]] = []

    def connect_once_it_is_sent(line: WebSocketRoute) -> None:
        if late:
            line.connect_to_server()
        else:
            line.close(code=1001)

    page.route_web_socket(re.compile("/ws/"), connect_once_it_is_sent)
    page.route(re.compile("/send/"), lambda route: late.append((route, route.fetch())))
    page.reload()
    send(page, "Count", COUNTS_ON)
    until(page, lambda: bool(late))
    sees_word(page, 30)
    for route, response in late:
        route.fulfill(response=response)
    sees_word(page, 90)
    stop(page)
    assert is_consecutive(studio, page) > 90
