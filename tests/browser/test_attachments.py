"""Files: picked, dropped, pasted, seen as chips, sent, and still there afterwards."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from conversations.features.files.tests import samples
from tests.browser.chat import answer, choose, has_settled, new_conversation, send, write
from tests.browser.conftest import Problems
from tests.servers import Studio

pytestmark = pytest.mark.browser

NOTES: FilePayload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Damp cellar."}
LONG: FilePayload = {"name": "long.txt", "mimeType": "", "buffer": b"A line of words.\n" * 3000}
CAT: FilePayload = {"name": "cat.png", "mimeType": "image/png", "buffer": samples.image(600, 400)}
JUNK: FilePayload = {"name": "x.bin", "mimeType": "", "buffer": bytes(range(256))}

BRING = """([selector, type, name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: "text/plain" }));
  const how = { bubbles: true, cancelable: true };
  const event = type === "paste" ? new ClipboardEvent(type, { ...how, clipboardData: data })
    : new DragEvent(type, { ...how, dataTransfer: data });
  document.querySelector(selector).dispatchEvent(event);
}"""


@pytest.fixture(autouse=True)
def nothing_stays_behind(page: Page, studio: Studio) -> Iterator[None]:
    """What waits in a new chat would go with the next test's message."""
    yield
    remove_all(page, studio)


def remove_all(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/chat/")
    while count := page.locator(".chip").count():
        page.locator(".chip-remove").first.click()
        expect(page.locator(".chip")).to_have_count(count - 1)


def pick(page: Page, *files: FilePayload) -> None:
    page.locator("#composer-file").set_input_files(list(files))
    chip(page, files[-1]["name"])


def chip(page: Page, name: str) -> Locator:
    found = page.locator(".chip").filter(has_text=name)
    expect(found).to_be_visible()
    return found


def test_picked_files_are_chips_and_go_with_the_message(page: Page, studio: Studio) -> None:
    pick(page, NOTES, CAT)
    expect(chip(page, "cat.png").locator("img")).to_have_js_property("complete", True)
    new_conversation(page, "What is it?", "seeing:1b")
    expect(answer(page)).to_contain_text("I see 1 images")
    has_settled(page)
    expect(page.locator(".chip")).to_have_count(0)
    expect(page.locator(".message-user .attachments li")).to_have_count(2)


def test_an_image_opens_beside_the_conversation(page: Page) -> None:
    pick(page, CAT)
    new_conversation(page, "What is it?", "seeing:1b")
    has_settled(page)
    address = page.url
    image = page.locator(".message-user .attachment-image")
    image.click()
    shown = page.get_by_role("dialog", name="cat.png")
    expect(shown).to_be_visible()
    expect(shown).to_contain_text("600 × 400")
    expect(shown.locator("img")).to_have_js_property("naturalWidth", 600)
    with page.expect_download() as download:
        shown.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "cat.png"
    page.keyboard.press("Escape")
    expect(shown).to_be_hidden()
    expect(image).to_be_focused()
    assert page.url == address


def test_a_chip_is_removed_and_its_words_stay(page: Page) -> None:
    write(page, "My words")
    pick(page, NOTES)
    page.get_by_role("button", name="Remove notes.txt").click()
    expect(page.locator(".chip")).to_have_count(0)
    expect(page.get_by_label("Your message")).to_have_value("My words")


@pytest.mark.parametrize(("type", "selector"), [("drop", "main"), ("paste", "#composer-text")])
def test_a_file_is_dropped_or_pasted(page: Page, type: str, selector: str) -> None:
    page.evaluate(BRING, [selector, type, "brought.txt", "Words"])
    chip(page, "brought.txt")


def test_two_that_come_close_together_both_arrive(page: Page) -> None:
    page.evaluate(BRING, ["main", "drop", "one.txt", "Words"])
    page.evaluate(BRING, ["main", "drop", "two.txt", "Words"])
    chip(page, "one.txt")
    chip(page, "two.txt")


def test_chips_are_there_after_a_reload(page: Page) -> None:
    new_conversation(page, "Hello")
    has_settled(page)
    pick(page, NOTES)
    page.reload()
    chip(page, "notes.txt")
    send(page, "Read this")
    expect(page.locator(".message-user").last.locator(".attachments li")).to_have_count(1)
    page.reload()
    expect(page.locator(".message-user").last.locator(".attachments li")).to_have_count(1)


def test_a_long_file_is_searched_or_sent_whole_as_the_person_says(page: Page) -> None:
    pick(page, LONG)
    mode = page.get_by_label("How much of long.txt is sent")
    expect(mode).to_have_value("searched")
    mode.select_option("whole")
    pick(page, NOTES)
    expect(mode).to_have_value("whole")


def test_a_file_that_cannot_be_read_is_said(page: Page, problems: Problems) -> None:
    problems.expect("status of 422", "htmx:response:error")
    page.locator("#composer-file").set_input_files([JUNK])
    expect(page.locator("#files-problems")).to_contain_text("neither text nor an image")


def test_a_model_that_cannot_see_is_not_sent_an_image(page: Page, problems: Problems) -> None:
    problems.expect("status of 422", "htmx:response:error")
    pick(page, CAT)
    choose(page, "fast:1b")
    write(page, "What is it?").press("Enter")
    expect(page.locator("#composer-error")).to_contain_text("fast:1b cannot see images")
    expect(page.get_by_label("Your message")).to_have_value("What is it?")
    chip(page, "cat.png")
    choose(page, "seeing:1b")
    page.get_by_label("Your message").press("Enter")
    expect(answer(page)).to_contain_text("I see 1 images")


def test_a_model_that_cannot_see_gets_no_earlier_image(page: Page, studio: Studio) -> None:
    pick(page, CAT)
    new_conversation(page, "What is it?", "seeing:1b")
    has_settled(page)
    send(page, "And now?", "fast:1b")
    has_settled(page)
    expect(answer(page)).to_contain_text("the earlier images were left out")


def test_an_edited_message_and_another_answer_keep_the_files(page: Page) -> None:
    pick(page, CAT)
    new_conversation(page, "What is it?", "seeing:1b")
    has_settled(page)
    page.locator(".message-user").hover()
    page.locator(".message-user").get_by_role("link", name="Edit").click()
    page.get_by_label("Your message in other words").fill("What is that?")
    page.locator(".edit").get_by_role("button", name="Send").click()
    expect(page.locator(".message-user .part")).to_have_text("What is that?")
    has_settled(page)
    expect(answer(page)).to_contain_text("I see 1 images")
    expect(page.locator(".message-user .attachments li")).to_have_count(1)
    page.get_by_role("button", name="Try again").click()
    expect(answer(page).locator(".siblings")).to_be_visible()
    has_settled(page)
    expect(answer(page)).to_contain_text("I see 1 images")


def test_by_keyboard_alone(page: Page) -> None:
    pick(page, NOTES)
    page.get_by_role("button", name="Remove notes.txt").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_have_count(0)
    assert page.evaluate("document.activeElement !== document.body")


class TestWithoutScript:
    @pytest.fixture
    def context_options(self) -> dict[str, object]:
        return {"java_script_enabled": False}

    def test_files_are_added_and_sent(self, page: Page) -> None:
        page.get_by_label("Your message").fill("What is it?")
        page.locator("#composer-file").set_input_files([NOTES])
        page.locator("noscript button, button[formaction$='/attach/']").click()
        chip(page, "notes.txt")
        expect(page.get_by_label("Your message")).to_have_value("What is it?")
        page.locator("#composer-file").set_input_files([CAT])
        choose(page, "seeing:1b")
        page.get_by_role("button", name="Send").click()
        expect(page.locator(".message-user .attachments li")).to_have_count(2)


def test_a_file_alone_is_sent(page: Page) -> None:
    pick(page, NOTES)
    choose(page, "fast:1b")
    page.get_by_label("Your message").press("Enter")
    expect(page).to_have_title("notes.txt · Chat Studio")
    has_settled(page)
    expect(page.locator(".message-user .attachments li")).to_have_count(1)
    expect(answer(page)).to_contain_text("Damp cellar.")
    pick(page, NOTES)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".message-user")).to_have_count(2)
    has_settled(page)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".message-user")).to_have_count(2)
