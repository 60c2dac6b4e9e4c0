"""What can be done with the code, the tables and the formulas of an answer."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.chat import answer, has_settled, new_conversation, until
from tests.servers import Studio

pytestmark = pytest.mark.browser

LINE = "print('a line that is much longer than any window is wide', " + "1, " * 100 + ")"
CODE = f"```python:src/longest.py\n{LINE}\n```\n\n```klingon\nqapla\n```"
TABLE = '| | a |\n|---|---|\n| b, c | say "d" |\n| *e* | `f` |'
CSV = ',a\r\n"b, c","say ""d"""\r\ne,f'


def overflows(code: Locator) -> bool:
    wide: bool = code.evaluate("code => code.scrollWidth > code.clientWidth")
    return wide


def test_long_lines_wrap_and_a_browser_remembers_it(page: Page) -> None:
    new_conversation(page, CODE)
    has_settled(page)
    wrap, code = page.get_by_role("button", name="Wrap").first, answer(page).locator("pre").first
    expect(wrap).to_have_attribute("aria-pressed", "false")
    assert overflows(code)
    wrap.click()
    assert not overflows(code)
    page.reload()
    for button in page.get_by_role("button", name="Wrap").all():
        expect(button).to_have_attribute("aria-pressed", "true")
    assert not overflows(code)
    wrap.click()
    assert overflows(code)
    expect(code).to_have_attribute("tabindex", "0")


@pytest.mark.parametrize(("number", "name"), [(0, "longest.py"), (1, "code.txt")])
def test_a_block_of_code_is_saved_as_a_file(page: Page, number: int, name: str) -> None:
    new_conversation(page, CODE)
    has_settled(page)
    with page.expect_download() as begun:
        page.get_by_role("button", name="Download").nth(number).click()
    assert begun.value.suggested_filename == name
    assert Path(begun.value.path()).read_text() == f"{(LINE, 'qapla')[number]}\n"


def test_a_table_is_copied_as_csv(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    new_conversation(page, TABLE)
    has_settled(page)
    button = answer(page).locator("[data-copy=table]")
    button.focus()
    expect(button).to_have_css("opacity", "1")
    button.press("Enter")
    until(page, lambda: page.evaluate("navigator.clipboard.readText()") == CSV)
    expect(button).to_have_text("Copied as CSV")


def test_without_a_script_no_button_is_there_that_does_nothing(
    page: Page, browser: Browser
) -> None:
    new_conversation(page, f"{CODE}\n\n{TABLE}")
    has_settled(page)
    expect(answer(page).locator(".block button")).to_have_count(7)
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(page.url)
    expect(answer(plain).locator("table")).to_be_visible()
    expect(answer(plain).locator(".block button").filter(visible=True)).to_have_count(0)
    context.close()


FONTS = "[...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family)"


def test_a_font_for_formulas_is_loaded_where_there_is_one(page: Page, studio: Studio) -> None:
    new_conversation(page, "No formula")
    has_settled(page)
    page.evaluate("document.fonts.ready")
    assert "STIX Two Math" not in page.evaluate(FONTS)
    page.goto(f"{studio.url}/chat/")
    new_conversation(page, "$$\n\\lim_{x} x\n$$")
    has_settled(page)
    until(page, lambda: "STIX Two Math" in page.evaluate(FONTS))


WHERE = """math => {
  const [operator, limit] = [...math.querySelector("munder").children];
  return limit.getBoundingClientRect().top >= operator.getBoundingClientRect().bottom;
}"""


def test_limits_stand_below_in_a_line_of_their_own_and_beside_in_a_text(page: Page) -> None:
    new_conversation(page, "Here $\\lim_{x} x$ and\n\n$$\n\\lim_{x} x\n$$")
    has_settled(page)
    beside, below = answer(page).locator("math").all()
    assert below.evaluate(WHERE)
    assert not beside.evaluate(WHERE)
