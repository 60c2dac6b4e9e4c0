"""Import and export, tags and the archive, as a person meets them."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import axe
from tests.browser.chat import download_archive, has_settled, new_conversation
from tests.browser.payloads import ONE_LINE
from tests.servers import Studio

pytestmark = pytest.mark.browser


def exported(key: str, title: str, text: str) -> dict:
    """One conversation as ChatGPT writes it."""
    message = {"author": {"role": "user"}, "content": {"content_type": "text", "parts": [text]}}
    mapping = {"q": {"id": "q", "parent": None, "message": message}}
    return {"id": key, "title": title, "mapping": mapping, "current_node": "q"}


BROKEN = {"title": "A broken one", "mapping": None}
FILE = json.dumps([exported("one", "From far away", "Words"), BROKEN]).encode()


def bring(page: Page, studio: Studio, data: bytes, name: str = "export.json") -> None:
    page.goto(f"{studio.url}/transfer/")
    file = {"name": name, "mimeType": "application/json", "buffer": data}
    page.get_by_label("File", exact=True).set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Import", exact=True).click()
    run = page.locator(".import-run").filter(has_text=name)
    expect(run.get_by_role("button", name="Remove")).to_be_visible()


def tag(page: Page, studio: Studio, key: str, tags: str) -> None:
    page.goto(f"{studio.url}/chat/{key}/rename/")
    page.get_by_label("Tags").fill(tags)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**/chat/{key}/")


def test_a_file_goes_in_and_its_report_is_shown(page: Page, studio: Studio) -> None:
    whole = exported(str(uuid4()), "Brought home", "Words")
    bring(page, studio, json.dumps([whole, BROKEN]).encode(), "first.json")
    run = page.locator(".import-run").filter(has_text="first.json")
    expect(run).to_contain_text("Imported, with exceptions")
    expect(run).to_contain_text("there is no mapping in it. (entry 2)")
    page.reload()  # the list beside it is as it was when the page came
    page.locator("#sidebar-list").get_by_text("Brought home").first.click()
    expect(page.locator(".message-user")).to_contain_text("Words")


def test_hostile_files_do_nothing(page: Page, studio: Studio) -> None:
    bad = [exported(f"bad {n}", text, text) for n, text in enumerate(ONE_LINE[:20])]
    broken = [{"title": text, "mapping": None} for text in ONE_LINE[:20]]
    bring(page, studio, json.dumps(bad + broken).encode(), "<img src=x onerror=alert(1)>.json")
    assert page.evaluate("window.taken") is None
    expect(page.locator(".import-run").first.locator("li")).to_have_count(20)


def test_tags_are_given_shown_and_followed(page: Page, studio: Studio) -> None:
    new_conversation(page, "Not this one")
    has_settled(page)
    page.goto(f"{studio.url}/chat/")
    key = new_conversation(page, "A heat pump in the garden")
    has_settled(page)
    tag(page, studio, key, "pumps")
    page.locator("#conversation-tags").get_by_role("link", name="pumps").click()
    listed = page.locator("#sidebar-filtered .conversation")
    expect(listed).to_have_count(1)
    listed.get_by_role("link").first.click()
    expect(page.locator(".sidebar-filter")).to_contain_text("pumps")
    page.get_by_role("link", name="Show all").click()
    expect(page.locator("#sidebar-list")).to_contain_text("Not this one")


def test_into_the_archive_and_back_out_of_it(page: Page) -> None:
    key = new_conversation(page, "To be archived soon")
    has_settled(page)
    entry = page.locator("#sidebar-list li").filter(has_text="To be archived soon")
    entry.get_by_label("Actions for").click()
    entry.get_by_role("button", name="Archive").click()
    expect(entry).to_have_count(0)
    expect(page.locator("#conversation-tags")).to_contain_text("archived")
    page.locator("#sidebar summary", has_text="Filter").click()
    page.locator(".sidebar-ways").get_by_role("link", name="Archived").click()
    filed = page.locator("#sidebar-filtered li").filter(has_text="To be archived soon")
    filed.get_by_label("Actions for").click()
    filed.get_by_role("button", name="Unarchive").click()
    expect(filed).to_have_count(0)
    page.reload()
    expect(entry).to_have_count(1)
    assert key in page.url


def test_the_archive_opens_without_a_network(
    page: Page, studio: Studio, browser: Browser, tmp_path: Path
) -> None:
    new_conversation(page, "What is in a heat pump?", "markdown:1b")
    has_settled(page)
    path = download_archive(page, studio, tmp_path)
    alone = browser.new_context(offline=True)
    sheet, asked, told = alone.new_page(), [], []
    sheet.on("request", lambda request: asked.append(request.url))
    sheet.on("console", lambda message: told.append(message.text))
    sheet.goto(path.as_uri())
    sheet.get_by_label("Search").fill("nothing has these words")
    expect(sheet.locator(".archive-conversation:visible")).to_have_count(0)
    sheet.get_by_label("Search").fill("HEAT pump?")
    expect(sheet.locator(".archive-conversation:visible").first).to_contain_text("heat pump?")
    assert axe(sheet) == []
    alone.close()
    assert (asked, told) == ([path.as_uri()], [])
