"""Hostile words through every field that is shown: nothing runs, leaves or sticks out."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, Request, expect

from tests.browser.chat import answer, has_settled, new_conversation, send, sticking_out
from tests.browser.conftest import Problems
from tests.browser.payloads import ALL, ONE_LINE
from tests.browser.test_tools import ask_with_tools, step, waits
from tests.conftest import MakeModels, MakeStudio
from tests.servers import Studio

pytestmark = pytest.mark.browser

STRANGE = """() => [...document.querySelectorAll("body *")].flatMap((element) => {
  const bad = element.getAttributeNames().filter((name) => /^on|^style$/.test(name));
  const link = element.getAttribute("href") || element.getAttribute("src") || "";
  if (/^\\W*(java|vb)script|^\\W*data:|^\\W*file:/i.test(link)) bad.push(link);
  const within = element.closest(".part, .card, .conversation bdi, .notice, .message-model");
  const ours = element.closest("[form=actions]");
  if (within && !ours && element.getAttributeNames().some((name) => /hx-|xlink/.test(name)))
    bad.push("hx");
  if (within && element.matches("script, iframe, object, embed, style, form, base, img"))
    bad.push("tag");
  return bad.map((one) => `${one} in ${element.outerHTML.slice(0, 120)}`);
})"""
WIDTHS = (390, 1280)
CORPUS = "\n\n".join(ALL).replace("\x00", "")


@pytest.fixture(autouse=True)
def nothing_happens(context: BrowserContext) -> Iterator[None]:
    """No dialog and no request to another host. (The console is watched for all tests.)"""
    seen: list[str] = []

    def asked(request: Request) -> None:
        if urlsplit(request.url).hostname not in ("127.0.0.1", None, ""):
            seen.append(request.url)

    def opened(dialog: Dialog) -> None:
        seen.append(f"dialog {dialog.message}")
        dialog.dismiss()

    context.on("request", asked)
    context.on("dialog", opened)
    yield
    assert seen == []


def is_unharmed(page: Page) -> None:
    expect(page.locator("#sidebar, .document, .composer").first).to_be_attached()
    assert page.evaluate("window.taken") is None
    assert page.evaluate(STRANGE) == []
    assert re.search("127.0.0.1", page.url)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        assert sticking_out(page) == []


def test_a_message_and_the_answer_that_repeats_it(page: Page) -> None:
    new_conversation(page, CORPUS)
    has_settled(page)
    is_unharmed(page)
    expect(page.locator(".message-user .part")).to_contain_text("{{ settings.SECRET_KEY }}")
    page.reload()
    is_unharmed(page)


def test_an_answer_while_it_streams(page: Page, studio: Studio) -> None:
    new_conversation(page, "Hello")
    has_settled(page)
    for start in range(0, len(ALL), 12):
        send(page, "\n\n".join(ALL[start : start + 12]).replace("\x00", ""))
        has_settled(page)
        is_unharmed(page)


def test_thoughts(page: Page) -> None:
    new_conversation(page, CORPUS, "thinks-aloud:1b")
    has_settled(page)
    for summary in answer(page).locator("summary").all():
        summary.click()
    expect(answer(page).locator(".reasoning .part")).to_be_visible()
    is_unharmed(page)


@pytest.mark.parametrize("model", ["error-echo:1b", "refusal-echo:1b"])
def test_the_words_of_a_failing_server(page: Page, model: str) -> None:
    new_conversation(page, " ".join(ONE_LINE)[:3000], model)
    has_settled(page)
    expect(answer(page).locator(".notice-error")).to_be_visible()
    is_unharmed(page)
    for text in ONE_LINE[::6]:
        send(page, text, model)
        has_settled(page)
        is_unharmed(page)


def test_a_tool_call_of_strange_name_with_strange_arguments(page: Page) -> None:
    arguments = json.dumps({text[:40]: text for text in ALL}).replace("\\u0000", "")
    name = "<img/src=x/onerror=window.taken=1>" + "n" * 80
    ask_with_tools(page, f"call {name} {arguments}")
    has_settled(page)
    step(page).locator("summary").click()
    expect(step(page)).to_contain_text("There is no tool")
    is_unharmed(page)
    open_receipt(page)
    is_unharmed(page)


def test_a_decision_on_strange_words_and_its_reason(page: Page) -> None:
    fact = " ".join(ONE_LINE)[:900].replace("\x01", "")
    ask_with_tools(page, f"call remember {json.dumps({'fact': fact})}")
    waits(page)
    is_unharmed(page)
    step(page).get_by_role("link", name="Decline with a reason").click()
    page.get_by_label("A reason").fill(" ".join(ONE_LINE[::3])[:480])
    is_unharmed(page)
    page.get_by_role("button", name="Decline").click()
    has_settled(page)
    expect(answer(page)).to_contain_text("The person declined this call.")
    is_unharmed(page)


def test_a_result_of_strange_words(page: Page) -> None:
    words = " ".join(ONE_LINE)[:2000].replace("\x01", "")
    ask_with_tools(page, f"call calculate {json.dumps({'expression': words})}")
    has_settled(page)
    step(page).locator("summary").click()
    is_unharmed(page)
    open_receipt(page)
    is_unharmed(page)


def open_receipt(page: Page) -> None:
    answer(page).hover()
    answer(page).get_by_role("link", name="How it came about").click()
    expect(answer(page).locator(".receipt")).to_be_visible()


def test_titles_everywhere_they_are_shown(page: Page, studio: Studio) -> None:
    key = new_conversation(page, "Hello")
    has_settled(page)
    page.goto(f"{studio.url}/chat/{key}/rename/")
    form = page.locator("main form")
    token = form.locator("[name=csrfmiddlewaretoken]").get_attribute("value")
    for text in ONE_LINE:
        title = text[:200].strip()
        page.request.post(
            f"{studio.url}/chat/{key}/rename/",
            form={"title": title, "csrfmiddlewaretoken": token or ""},
        )
        page.goto(f"{studio.url}/chat/{key}/")
        is_unharmed(page)
        assert page.locator("#conversation-title").inner_text()[:5] == title[:5]
    page.goto(f"{studio.url}/prompt-profiles/?after=<script>window.taken=1</script>")
    is_unharmed(page)


def test_the_toast_of_a_deletion(page: Page) -> None:
    new_conversation(page, "<img src=x onerror=window.taken=1><script>alert(1)</script>")
    has_settled(page)
    page.locator(".conversation:has([aria-current]) .conversation-menu").click()
    page.locator(".menu-panel:visible").get_by_text("Delete").click()
    expect(page.locator(".toast")).to_contain_text("<img src=x")
    is_unharmed(page)


def test_prompt_profiles_in_list_form_and_composer(page: Page, studio: Studio) -> None:
    for number, start in enumerate(range(0, len(ALL), 10)):
        words = ONE_LINE[start : start + 10]
        page.goto(f"{studio.url}/prompt-profiles/new/")
        name = f"{number} {words[0]}"[:80].strip()
        page.get_by_role("textbox", name="Name").fill(name)
        page.get_by_label("Description").fill(" ".join(words)[:250])
        page.get_by_label("System prompt").fill(
            "\n".join(ALL[start : start + 10]).replace("\0", "")
        )
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".card").first).to_be_visible()
        is_unharmed(page)
    page.locator(".card h2 a").first.click()
    is_unharmed(page)
    page.goto(f"{studio.url}/chat/")
    is_unharmed(page)


def test_the_names_that_a_server_lists(
    bare_page: Page, fresh_models: MakeModels, fresh_studio: MakeStudio
) -> None:
    names = [text[:200] for text in ONE_LINE if "\x01" not in text][::3]
    studio = fresh_studio(fresh_models(*[arg for n in names for arg in (f"--also={n}",)]).url)
    bare_page.goto(f"{studio.url}/chat/")
    is_unharmed(bare_page)
    assert bare_page.locator("#composer-model option").count() > len(names) // 2
    bare_page.locator("#model-button").click()
    expect(bare_page.locator("#models-to-pick [role=option]").nth(len(names) // 2)).to_be_attached()
    is_unharmed(bare_page)
    for name in names[:12]:
        options = bare_page.locator("#composer-model option")
        at = options.evaluate_all(
            "(all, name) => all.findIndex((o) => o.value.startsWith(name))", name
        )
        if at < 0:
            continue
        bare_page.locator("#composer-model").select_option(index=at, force=True)
        bare_page.get_by_label("Your message").fill("Hello")
        bare_page.get_by_label("Your message").press("Enter")
        bare_page.wait_for_url(re.compile(r"/chat/[0-9a-f-]{36}/$"))
        has_settled(bare_page)
        expect(answer(bare_page).locator(".notice-error")).to_be_visible()
        is_unharmed(bare_page)
        bare_page.goto(f"{studio.url}/chat/")
    bare_page.goto(f"{studio.url}/prompt-profiles/new/")
    is_unharmed(bare_page)


@pytest.mark.parametrize(
    "where", ["chat/?text=", "chat/?deleted=", "nowhere/", "chat/older/?after="]
)
def test_words_in_the_address(page: Page, studio: Studio, problems: Problems, where: str) -> None:
    problems.expect("status of 404")
    for text in ("<script>window.taken=1</script>", '"><img src=x onerror=window.taken=1>'):
        page.goto(f"{studio.url}/{where}{text}")
        assert page.evaluate("window.taken") is None
