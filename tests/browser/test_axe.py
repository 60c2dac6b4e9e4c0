"""axe finds nothing, on no page, in no state, in neither theme, at neither width."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import axe
from tests.browser.chat import answer, has_settled, new_conversation, sees_word, send, stop, write
from tests.browser.conftest import Problems
from tests.browser.filling import measure
from tests.browser.test_attachments import CAT, JUNK, LONG, NOTES, pick, remove_all
from tests.browser.test_keys import make_key
from tests.browser.test_tools import REMEMBER, ask_with_tools, step, waits
from tests.browser.test_transfer import FILE, bring, tag
from tests.servers import Studio

pytestmark = pytest.mark.browser

type Visit = Callable[[Page, Studio], None]
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture(params=[(WIDE, "light"), (WIDE, "dark"), (NARROW, "light"), (NARROW, "dark")],
                ids=["wide-light", "wide-dark", "narrow-light", "narrow-dark"])  # fmt: skip
def context_options(request: pytest.FixtureRequest) -> dict[str, object]:
    size, scheme = request.param
    # Fades would be measured half way.
    return {"viewport": size, "color_scheme": scheme, "reduced_motion": "reduce"}


def open_drawer(page: Page) -> None:
    button = page.get_by_role("button", name="Conversations", exact=True)
    if button.is_visible():
        button.click()


def empty(page: Page, studio: Studio) -> None:
    expect(page.locator(".greeting")).to_be_visible()


def complete(page: Page, studio: Studio) -> None:
    new_conversation(page, "Show everything", "markdown:1b")
    has_settled(page)
    send(page, "Think", "thinking:1b")
    has_settled(page)
    answer(page).locator(".reasoning > summary").click()


def waiting(page: Page, studio: Studio) -> None:
    new_conversation(page, "Hello", "never:1b")
    expect(answer(page).locator(".message-status")).to_be_visible()


def streaming(page: Page, studio: Studio) -> None:
    new_conversation(page, "Count", "slow:1b")
    sees_word(page, 5)


def stopped(page: Page, studio: Studio) -> None:
    streaming(page, studio)
    stop(page)
    has_settled(page)


def failed(page: Page, studio: Studio) -> None:
    new_conversation(page, "Hello", "load-fails:1b")
    has_settled(page)
    expect(answer(page).locator(".notice-error")).to_be_visible()


def cloud(page: Page, studio: Studio) -> None:
    new_conversation(page, "Hello", "cloud:1b-cloud")
    has_settled(page)


def drawer(page: Page, studio: Studio) -> None:
    new_conversation(page, "Hello")
    has_settled(page)
    open_drawer(page)
    expect(page.locator("#sidebar .new-chat")).to_be_visible()


def menu(page: Page, studio: Studio) -> None:
    drawer(page, studio)
    page.locator(".conversation .menu > summary").first.click()
    expect(page.locator(".menu-panel").first).to_be_visible()


def renaming(page: Page, studio: Studio) -> None:
    menu(page, studio)
    page.locator(".menu-panel").first.get_by_text("Rename").click()
    expect(page.get_by_role("textbox", name="Title")).to_be_focused()


def toast(page: Page, studio: Studio) -> None:
    menu(page, studio)
    page.locator(".menu-panel").first.get_by_text("Delete").click()
    expect(page.locator(".toast")).to_be_visible()


def refused(page: Page, studio: Studio) -> None:
    write(page, "   ").evaluate("box => { box.required = false; box.form.requestSubmit(); }")
    expect(page.locator("#composer-error")).to_have_text("Write something first.")


def keys(page: Page, studio: Studio) -> None:
    page.locator("main").press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def keys_page(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/keyboard/")


def rename_page(page: Page, studio: Studio) -> None:
    page.goto(page.url + new_conversation(page, "Hello") + "/rename/")


def profiles(page: Page, studio: Studio) -> None:
    made_profile(page, studio)


def made_profile(page: Page, studio: Studio) -> str:
    name = f"Careful {uuid4()}"
    page.goto(f"{studio.url}/prompt-profiles/new/")
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_label("Description").fill("Looks twice.")
    page.get_by_label("System prompt").fill("Look twice.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".card").first).to_be_visible()
    return name


def profile_errors(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/prompt-profiles/new/")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".errorlist").first).to_be_visible()


def versions(page: Page, studio: Studio) -> None:
    new_conversation(page, "Hello")
    has_settled(page)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".siblings")).to_be_visible()
    has_settled(page)


def receipt(page: Page, studio: Studio) -> None:
    versions(page, studio)
    answer(page).locator(".menu summary").click()
    answer(page).get_by_role("link", name="How it came about").click()
    expect(answer(page).locator(".receipt")).to_be_visible()
    page.locator(".message-user").get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Your message in other words")).to_be_visible()


def further(entry: str) -> Visit:
    def visit(page: Page, studio: Studio) -> None:
        versions(page, studio)
        answer(page).locator(".menu summary").click()
        answer(page).get_by_role("link", name=entry).click()
        expect(page.locator(".back")).to_be_visible()

    visit.__name__ = entry.split()[0].lower()
    return visit


def conversation_settings(page: Page, studio: Studio) -> None:
    versions(page, studio)
    page.get_by_role("link", name="Settings of this conversation").click()
    page.get_by_label("Temperature").fill("9")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".errorlist").first).to_be_visible()


def memories(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/memories/")
    page.get_by_role("textbox", name="Remember").fill(f"Number {uuid4()}")
    page.get_by_role("button", name="Add").click()
    page.get_by_role("button", name="Switch off:").first.click()
    expect(page.locator(".row.is-off").first).to_be_visible()


def files_waiting(page: Page, studio: Studio) -> None:
    pick(page, NOTES, CAT, LONG)


def files_refused(page: Page, studio: Studio) -> None:
    pick(page, CAT)
    page.locator("#composer-file").set_input_files([JUNK])
    expect(page.locator("#files-problems")).not_to_be_empty()
    send(page, "What is it?")
    expect(page.locator("#composer-error")).to_contain_text("cannot see images")


def files_sent(page: Page, studio: Studio) -> None:
    files_waiting(page, studio)
    new_conversation(page, "What is it?", "seeing:1b")
    has_settled(page)
    expect(page.locator(".attachments li")).to_have_count(3)


def search(page: Page, studio: Studio) -> None:
    new_conversation(page, "Show everything", "markdown:1b")
    has_settled(page)
    page.goto(f"{studio.url}/search/?q=show&since=2020-01-01")
    expect(page.locator(".hit").first).to_be_visible()


def search_empty(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/search/")


def search_without_hits(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/search/?q=nowhere+to+be+found&role=user")
    expect(page.get_by_text("Nothing found").last).to_be_visible()


def search_refused(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/search/?q=x&since=yesterday")
    expect(page.locator(".notice")).to_be_visible()


def opened_at_a_message(page: Page, studio: Studio) -> None:
    search(page, studio)
    page.locator(".hit-link").last.click()
    expect(page.locator(".message:target")).to_be_visible()


def data_list(page: Page, studio: Studio) -> None:
    """One that is ready, one that could not be read."""
    for content in ("region,amount\nnorth,1\nsouth,2\n", "a,b\n1,2\n1,2,3\n"):
        page.goto(f"{studio.url}/data/")
        file = {"name": f"axe {uuid4()}.csv", "mimeType": "text/csv", "buffer": content.encode()}
        page.get_by_label("File", exact=True).set_input_files(file)  # type: ignore[arg-type]
        page.get_by_role("button", name="Add file").click()
    expect(page.locator(".data-problem").first).to_be_visible()
    expect(page.locator(".data-item .pulse")).to_have_count(0)


def data_result(page: Page, studio: Studio) -> None:
    data_list(page, studio)
    page.get_by_role("link", name=re.compile("^axe ")).first.click()
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".chart")).to_be_visible()


def data_refused(page: Page, studio: Studio) -> None:
    data_result(page, studio)
    page.get_by_label("SQL", exact=True).fill("DELETE FROM x")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("alert")).to_be_visible()


def api(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/api/docs#turns_send")
    expect(page.locator("#turns_send")).to_be_visible()


def api_events(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/api/docs#event-notice")
    expect(page.locator("#event-notice")).to_be_visible()


def mcp(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/mcp/")


def rated(page: Page, studio: Studio) -> None:
    new_conversation(page, "Hello")
    has_settled(page)
    answer(page).get_by_role("button", name="Bad answer").click()
    answer(page).get_by_role("link", name="Say why").click()
    expect(page.locator(".feedback-form")).to_be_visible()


def feedback_page(page: Page, studio: Studio) -> None:
    new_conversation(page, "Hello")
    has_settled(page)
    key = answer(page).get_attribute("id") or ""
    page.goto(f"{page.url}{key.removeprefix('message-')}/feedback/")
    expect(page.locator(".feedback-form")).to_be_visible()


def dashboard(page: Page, studio: Studio) -> None:
    measure(studio)
    page.goto(f"{studio.url}/metrics/?period=90d")
    for summary in page.locator("#dashboard summary").all():
        summary.click()


def dashboard_empty(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/metrics/?model=unheard-of")
    expect(page.locator(".empty")).to_be_visible()


def dashboard_odd(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/metrics/?period=never")
    expect(page.locator(".notice-error")).to_be_visible()


def models_listed(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/models/")
    page.get_by_label("Name of the model").fill("bad name!")
    page.get_by_role("button", name="Fetch model").click()
    expect(page.locator(".errorlist")).to_be_visible()


def model_fetched(page: Page, studio: Studio) -> None:
    for name in ("unknown:1b", "forever:1b"):
        page.goto(f"{studio.url}/models/")
        page.get_by_label("Name of the model").fill(name)
        page.get_by_role("button", name="Fetch model").click()
    expect(page.locator("progress[value]")).to_be_visible()
    expect(page.locator(".notice-error")).to_be_visible()


def model_removed(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/models/")
    page.get_by_role("link", name="Remove… fast:1b").click()
    expect(page.get_by_role("button", name="Remove")).to_be_visible()


def profile_versions(page: Page, studio: Studio) -> None:
    own = page.get_by_role("link", name=made_profile(page, studio), exact=True)
    own.click()
    page.get_by_role("textbox", name="System prompt").fill(f"Look thrice. {uuid4()}")
    page.get_by_role("button", name="Save").click()
    own.click()
    page.locator(".version summary").first.click()
    expect(page.locator("ins").first).to_be_visible()


def administration(path: str) -> Visit:
    def visit(page: Page, studio: Studio) -> None:
        profiles(page, studio)
        page.goto(f"{studio.url}/admin/{path}")
        expect(page.get_by_role("link", name="Back to the chat")).to_be_visible()

    visit.__name__ = f"admin {path}"
    return visit


def transfer(page: Page, studio: Studio) -> None:
    bring(page, studio, FILE, name=f"export {uuid4()}.json")
    expect(page.locator(".import-report").first).to_be_visible()


def tool_steps(page: Page, studio: Studio) -> None:
    """One that is done, one that has failed, both open, and their receipt."""
    for order in ('call calculate {"expression": "6 * 7"}', 'call calculate {"expression": "1/0"}'):
        page.goto(f"{studio.url}/chat/")
        ask_with_tools(page, order)
        has_settled(page)
        step(page).locator("summary").click()
    answer(page).locator(".menu summary").click()
    answer(page).get_by_role("link", name="How it came about").click()
    expect(answer(page).locator(".receipt")).to_contain_text("Tools offered")


def tool_waits(page: Page, studio: Studio) -> None:
    ask_with_tools(page, REMEMBER)
    waits(page)


def tool_decision(page: Page, studio: Studio) -> None:
    tool_waits(page, studio)
    step(page).get_by_role("link", name="Decline with a reason").click()
    expect(page.get_by_label("A reason")).to_be_visible()


def tool_declined(page: Page, studio: Studio) -> None:
    tool_decision(page, studio)
    decision = page.url
    page.get_by_role("button", name="Decline").click()
    has_settled(page)
    page.goto(decision)
    expect(page.locator(".call-text")).to_have_count(2)


def api_keys(page: Page, studio: Studio) -> None:
    """One that is listed, and a form that is not right."""
    api_key_made(page, studio)
    page.goto(f"{studio.url}/keys/")
    page.get_by_label("Chat", exact=True).uncheck()
    page.get_by_label("Read", exact=True).uncheck()
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator("#id_scopes_error")).to_be_visible()


def api_key_made(page: Page, studio: Studio) -> None:
    make_key(page, studio)


def api_key_revoked(page: Page, studio: Studio) -> None:
    make_key(page, studio)
    page.goto(f"{studio.url}/keys/")
    page.get_by_role("link", name="Revoke…").first.click()
    expect(page.get_by_role("button", name="Revoke", exact=True)).to_be_visible()


def tagged(page: Page, studio: Studio) -> None:
    key = new_conversation(page, "Hello")
    has_settled(page)
    tag(page, studio, key, "home, garden")
    page.goto(f"{studio.url}/chat/{key}/?tag=garden")
    open_drawer(page)
    expect(page.locator(".sidebar-filter")).to_be_visible()


def not_found(page: Page, studio: Studio) -> None:
    page.goto(f"{studio.url}/nowhere/")


STATES: list[Visit] = [
    empty, complete, waiting, streaming, stopped, failed, cloud, drawer, menu, renaming, toast,
    refused, keys, keys_page, rename_page, profiles, profile_errors, not_found, receipt,
    models_listed, model_fetched, model_removed, profile_versions,
    administration(""), administration("conversations/promptprofile/"),
    administration("conversations/promptprofile/1/change/"),
    administration("conversations/promptprofile/1/versions/"),
    administration("metrics/chatmetric/"), administration("conversations/conversation/"),
    administration("conversations/memory/"), administration("conversations/datasource/"),
    administration("chatstudio/auditentry/"), administration("chatstudio/apikey/"),
    api_keys, api_key_made, api_key_revoked,
    further("Answer again with"), further("Compare"), conversation_settings, memories,
    files_waiting, files_refused, files_sent,
    search, search_empty, search_without_hits, search_refused, opened_at_a_message,
    data_list, data_result, data_refused, mcp, api, api_events,
    rated, feedback_page, dashboard, dashboard_empty, dashboard_odd,
    transfer, tagged, tool_steps, tool_waits, tool_decision, tool_declined,
]  # fmt: skip


@pytest.mark.parametrize("visit", STATES, ids=lambda visit: visit.__name__)
def test_axe_finds_nothing(page: Page, studio: Studio, problems: Problems, visit: Visit) -> None:
    problems.expect("status of 4", "htmx:response:error")
    visit(page, studio)
    assert axe(page) == []
    if (button := page.locator(".stop")).is_visible() and not page.locator("dialog[open]").count():
        button.click()
        has_settled(page)
    if visit.__name__.startswith("files"):
        remove_all(page, studio)
