"""When something was: by the reader's own clock, or by the server's, with its name."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chat import answer, has_settled, new_conversation
from tests.servers import Studio

pytestmark = pytest.mark.browser

FAR_AWAY = "Pacific/Kiritimati"  # fourteen hours before UTC


@pytest.fixture
def context_options() -> dict[str, object]:
    return {"timezone_id": FAR_AWAY}


def test_the_readers_clock(studio: Studio, page: Page, browser: Browser) -> None:
    before = datetime.now(ZoneInfo(FAR_AWAY)).strftime("%H:%M")
    new_conversation(page, "What time is it?")
    has_settled(page)
    time = answer(page).locator("time")
    assert before <= time.inner_text() <= datetime.now(ZoneInfo(FAR_AWAY)).strftime("%H:%M")
    expect(time).to_have_attribute("title", re.compile(r" at \d\d:\d\d:\d\d "))
    address = page.url
    page.close()
    plain = browser.new_page(java_script_enabled=False)
    plain.goto(address)
    expect(plain.locator(".message time").first).to_have_text(re.compile(r"^\d\d:\d\d [A-Z]+"))
    expect(plain.locator(".message .zone").first).to_be_visible()
    plain.close()


def test_days_are_the_readers_too(studio: Studio, page: Page) -> None:
    new_conversation(page, "Is it tomorrow already?")
    has_settled(page)
    zone = {one["name"]: one for one in page.context.cookies()}["chatstudio_zone"]
    assert (zone["value"], zone["path"]) == (FAR_AWAY, "/")
    page.evaluate(
        """() => {
          const time = document.querySelector(".message time");
          time.dateTime = "2024-12-31T23:30:00Z";
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    expect(page.locator(".message time").first).to_have_text("1 Jan 2025, 13:30")
    expect(page.locator("#messages > .day")).to_have_text("1 January 2025")


def test_a_page_that_was_left_open_tells_the_day_before(page: Page) -> None:
    new_conversation(page, "Good night")
    has_settled(page)
    expect(page.locator("#messages > .day")).to_have_count(0)
    page.clock.set_fixed_time(datetime.now(ZoneInfo(FAR_AWAY)) + timedelta(days=1))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#messages > .day")).to_have_text("Yesterday")
