"""Hostile words in messages, titles and answers stay words: nothing runs, no policy is violated."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from conversations.tests.rendering.test_hostile import MARKUP, PAYLOADS
from tests.browser.chat import answer, download_archive, has_settled, new_conversation
from tests.servers import Studio

pytestmark = pytest.mark.browser

RUNS = [
    "<script>window.taken = 1</script>",
    "<img src=x onerror='window.taken = 1'>",
    "<svg onload='window.taken = 1'></svg>",
    "</textarea></template></title><script>window.taken = 1</script>",
    "<div hx-get='/chat/' hx-trigger='load' hx-swap-oob='true' id='composer'>x</div>",
    "[link](javascript:window.taken=1)",
    "{{ settings.SECRET_KEY }} {% debug %}",
]
DANGEROUS = (
    "#messages :is(script, iframe, object, embed, style, form, meta, base, [hx-get][id=composer])"
)


def is_unharmed(page: Page) -> None:
    assert page.evaluate("window.taken") is None
    expect(page.locator(DANGEROUS)).to_have_count(0)
    links = page.locator("#messages a").evaluate_all("all => all.map(link => link.href)")
    assert [link for link in links if not re.match(r"https?://|mailto:", link)] == []
    handlers = page.locator("#messages *").evaluate_all(
        "all => all.flatMap(e => e.getAttributeNames()).filter(name => name.startsWith('on'))"
    )
    assert handlers == []


def test_a_message_and_its_echo_run_nothing(studio: Studio, page: Page) -> None:
    text = "\n\n".join(RUNS)
    key = new_conversation(page, text)
    has_settled(page)
    is_unharmed(page)
    page.reload()
    is_unharmed(page)
    assert [stored for _, _, stored in studio.messages(key)] == [text, text]
    expect(page.locator(".message-user .part")).to_have_text(text)


def test_all_known_payloads_in_one_answer(page: Page) -> None:
    text = "\n\n".join(PAYLOADS + MARKUP)
    new_conversation(page, re.sub("[\x00\ud800-\udfff]", "", text))  # no browser sends these
    has_settled(page)
    expect(answer(page)).to_contain_text("alert(1)")
    is_unharmed(page)


def test_the_archive_of_hostile_words_runs_nothing_as_a_file(
    page: Page, studio: Studio, browser: Browser, tmp_path: Path
) -> None:
    text = "\n\n".join([*RUNS, *PAYLOADS, *MARKUP])
    new_conversation(page, re.sub("[\x00\ud800-\udfff]", "", text))
    has_settled(page)
    path = download_archive(page, studio, tmp_path)
    alone = browser.new_context(offline=True)
    sheet, asked, told = alone.new_page(), [], []
    sheet.on("request", lambda request: asked.append(request.url))
    sheet.on("console", lambda message: told.append(message.text))
    sheet.on("dialog", lambda dialog: told.append(dialog.message))
    sheet.goto(path.as_uri())
    hostile = sheet.locator(".archive-conversation").filter(has_text="alert(1)")
    expect(hostile.first).to_be_attached()
    assert sheet.evaluate("window.taken") is None
    handlers = sheet.locator("body *").evaluate_all(
        "all => all.flatMap(e => e.getAttributeNames()).filter(name => name.startsWith('on'))"
    )
    scripts = sheet.locator(":is(script, iframe, object, embed, base)").count()
    alone.close()
    assert (asked, told, handlers, scripts) == ([path.as_uri()], [], [], 1)


def test_a_title_runs_nothing(studio: Studio, page: Page) -> None:
    key = new_conversation(page, "Hello")
    has_settled(page)
    for text in RUNS:
        page.goto(f"{studio.url}/chat/{key}/rename/")
        page.locator("main").get_by_role("textbox", name="Title").fill(text)
        page.locator("main").get_by_role("button", name="Save").click()
        page.wait_for_url(f"**/chat/{key}/")
        expect(page.get_by_role("heading", level=1)).to_have_text(text)
        expect(page).to_have_title(f"{text} · Chat Studio")
        assert page.evaluate("window.taken") is None
