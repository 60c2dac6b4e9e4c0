"""What the reader's system asks for, and what a finger needs."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chat import answer, has_settled, more, new_conversation, sees_word, stop
from tests.browser.test_phone import talk
from tests.servers import Studio

pytestmark = pytest.mark.browser

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}
# Links inside a sentence are excepted, as in WCAG 2.5.8; a label is part of its field's target.
SMALL = """() => {
  const all = document.querySelectorAll(
    "a[href], button, summary, input:not([type=hidden]), select, textarea, [role=switch]");
  const labelled = ({ type }) => ["checkbox", "file"].includes(type);
  const box = (element) => (element.closest("label")
    ?? (labelled(element) ? element.labels[0] : null) ?? element).getBoundingClientRect();
  const after = (element) => getComputedStyle(element, "::after").position === "absolute";
  // Its label is what one taps, in a panel that is not open.
  const isFolded = (element) => labelled(element) && !element.labels[0].checkVisibility();
  return [...all].filter((element) => element.checkVisibility({ visibilityProperty: true })
      && !element.closest(".block, .visually-hidden, .skip-link, .refresh-note")
      && !element.disabled && !after(element) && !isFolded(element))
    .map((element) => [element, box(element)])
    .filter(([, { width, height }]) => Math.min(width, height) < 43.5)
    .map(([element, { width, height }]) => `${element.outerHTML.slice(0, 90)} ${width}x${height}`);
}"""


@pytest.fixture
def phone(browser, studio: Studio):
    context: BrowserContext = browser.new_context(**PHONE)
    page = context.new_page()
    page.goto(f"{studio.url}/chat/")
    yield page
    context.close()


def fits(page: Page) -> None:
    assert page.evaluate(SMALL) == []


def test_targets_of_the_start_page(phone: Page) -> None:
    fits(phone)


def test_targets_of_what_opens_from_the_composer(phone: Page) -> None:
    more(phone).get_by_role("switch", name="Memory").uncheck()
    fits(phone)
    phone.keyboard.press("Escape")
    phone.locator("#model-button").tap()
    row = phone.locator("#models-to-pick [role=option]").first
    expect(row).to_be_visible()
    assert row.evaluate("one => one.clientHeight") >= 44
    fits(phone)


def test_targets_of_a_conversation(phone: Page) -> None:
    talk(phone, "Show everything", "markdown:1b")
    has_settled(phone)
    fits(phone)


def test_targets_while_an_answer_is_written_and_after_it_is_stopped(phone: Page) -> None:
    talk(phone, "Count", "slow:1b")
    sees_word(phone, 3)
    fits(phone)
    phone.locator(".stop").tap()
    has_settled(phone)
    fits(phone)


def test_targets_of_thoughts(phone: Page) -> None:
    talk(phone, "Think", "thinking:1b")
    has_settled(phone)
    answer(phone).locator(".reasoning summary").tap()
    fits(phone)


def test_targets_of_the_drawer_a_menu_and_a_toast(phone: Page) -> None:
    talk(phone, "Hello")
    has_settled(phone)
    phone.get_by_role("button", name="Conversations", exact=True).tap()
    fits(phone)
    phone.locator(".conversation-menu").first.tap()
    expect(phone.locator(".conversation .menu-panel")).to_be_visible()
    fits(phone)
    phone.locator(".menu-panel").first.get_by_text("Rename").tap()
    expect(phone.get_by_role("textbox", name="Title")).to_be_visible()
    fits(phone)


@pytest.mark.parametrize("path", ["prompt-profiles/", "prompt-profiles/new/", "keyboard/", "no/"])
def test_targets_of_other_pages(phone: Page, studio: Studio, path: str) -> None:
    phone.goto(f"{studio.url}/{path}")
    for folded in phone.locator(".advanced summary").all():
        folded.tap()
    fits(phone)


def test_reduced_motion_is_respected(page: Page) -> None:
    new_conversation(page, "Hello", "never:1b")
    pulse = page.locator(".message-status .pulse")
    expect(pulse).to_have_css("animation-name", "pulse")
    page.emulate_media(reduced_motion="reduce")
    expect(pulse).to_have_css("animation-name", "none")
    expect(page.locator(".message-footer").first).to_have_css("transition-duration", "0s")
    stop(page)
    has_settled(page)


def test_forced_colours_keep_every_mark(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    new_conversation(page, "Hello", "never:1b")
    expect(page.locator(".message-status .pulse")).not_to_have_css(
        "background-color", "rgba(0, 0, 0, 0)"
    )
    expect(page.locator(".conversation-link[aria-current]")).to_have_css("outline-style", "solid")
    expect(page.locator(".stop")).to_have_css("border-top-style", "solid")
    page.get_by_label("Your message").focus()
    expect(page.locator(".composer")).to_have_css("outline-style", "solid")
    stop(page)
    has_settled(page)


def test_more_contrast_makes_quiet_text_full(page: Page) -> None:
    page.emulate_media(contrast="more")
    colour = page.locator("body").evaluate("body => getComputedStyle(body).color")
    expect(page.locator(".greeting")).to_have_css("color", colour)
