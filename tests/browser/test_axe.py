"""axe finds nothing, on no page, in no state, in neither theme, at neither width.

Each state is built once, on a wide window, and is then looked at four times. What a visit returns
has to be in sight at each look: it is what makes this state this state. A theme changes colours
alone, so the dark one is asked by the rules that read them.
"""

import re
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import COLOUR_RULES, axe
from tests.browser.chat import (
    answer,
    has_settled,
    more,
    new_conversation,
    open_places,
    open_settings,
    outcome,
    sees_word,
    send,
    stop,
    write,
)
from tests.browser.conftest import Problems
from tests.browser.filling import fill, measure
from tests.browser.test_attachments import CAT, JUNK, LONG, NOTES, chip, pick, remove_all
from tests.browser.test_keys import make_key
from tests.browser.test_tools import REMEMBER, ask_with_tools, step, waits
from tests.browser.test_transfer import FILE, bring, tag
from tests.servers import COUNTS_ON, Studio

pytestmark = pytest.mark.browser

type Visit = Callable[[Page, Studio], list[Locator]]
WIDTHS = {"wide": {"width": 1280, "height": 800}, "narrow": {"width": 390, "height": 844}}
RULES: dict[str, tuple[str, ...]] = {"light": (), "dark": COLOUR_RULES}
IN_SIDEBAR = "element => Boolean(element.closest('#sidebar'))"
# A click on its button would close the menus in it.
OPEN_DRAWER = "document.querySelector('#sidebar:not(:popover-open)')?.showPopover()"
OPEN_AGAIN = "element => element.closest('[popover]:not(:popover-open)')?.showPopover()"

WRITTEN = f"""### It begins low

##### and leaves out a level

| | {"a wide column | " * 12}
|{"---|" * 13}
| a row | 1 |

```python
print({"1, " * 100})
```

$$
{"x + " * 100} y
$$
"""

# The administration's own colours change slowly.
HAVE_FADED = """() => Promise.all(document.getAnimations()
  .filter((one) => one instanceof CSSTransition).map((one) => one.finished))"""


@pytest.fixture
def context_options() -> dict[str, object]:
    # Fades would be measured half way.
    return {"viewport": WIDTHS["wide"], "reduced_motion": "reduce"}


def find_faults(page: Page, shown: list[Locator]) -> Iterator[str]:
    """At each width in each theme."""
    for width, size in WIDTHS.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme, rules in RULES.items():
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            for each in shown:
                bring_into_sight(page, each)
            page.evaluate(HAVE_FADED)
            yield from (f"{width} {scheme}: {found}" for found in axe(page, *rules))


def bring_into_sight(page: Page, one: Locator) -> None:
    """On a narrow window the sidebar is a drawer."""
    if page.locator(".menu-button").is_visible() and one.evaluate(IN_SIDEBAR):
        page.evaluate(OPEN_DRAWER)
        one.evaluate(OPEN_AGAIN)
    expect(one).to_be_visible()


def opened(page: Page, url: str) -> list[Locator]:
    """A page that is what it is when it opens."""
    page.goto(url)
    return [page.get_by_role("heading", level=1)]


def empty(page: Page, studio: Studio) -> list[Locator]:
    return [page.locator(".greeting")]


def complete(page: Page, studio: Studio) -> list[Locator]:
    new_conversation(page, "Show everything", "markdown:1b")
    has_settled(page)
    send(page, "Think", "thinking:1b")
    has_settled(page)
    answer(page).locator(".reasoning > summary").click()
    return [page.locator("figure code").first, answer(page).locator(".reasoning[open] .part")]


def written(page: Page, studio: Studio) -> list[Locator]:
    """What models write: no whole document, and wider than the window."""
    new_conversation(page, WRITTEN)
    has_settled(page)
    return [answer(page).locator(each) for each in ("h3", "table", "pre", "math")]


def waiting(page: Page, studio: Studio) -> list[Locator]:
    new_conversation(page, "Hello", "never:1b")
    return [answer(page).locator(".message-status")]


def streaming(page: Page, studio: Studio) -> list[Locator]:
    new_conversation(page, "Count", COUNTS_ON)
    sees_word(page, 5)
    return [page.locator(".message.is-active"), page.locator(".stop")]


def stopped(page: Page, studio: Studio) -> list[Locator]:
    streaming(page, studio)
    stop(page)
    has_settled(page)
    return [outcome(page)]


def failed(page: Page, studio: Studio) -> list[Locator]:
    new_conversation(page, "Hello", "load-fails:1b")
    has_settled(page)
    return [answer(page).locator(".notice-error")]


def cloud(page: Page, studio: Studio) -> list[Locator]:
    new_conversation(page, "Hello", "cloud:1b-cloud")
    has_settled(page)
    return [answer(page).locator(".badge")]


def drawer(page: Page, studio: Studio) -> list[Locator]:
    new_conversation(page, "Hello")
    has_settled(page)
    return [page.locator("#sidebar .new-chat")]


def menu(page: Page, studio: Studio) -> list[Locator]:
    drawer(page, studio)
    page.locator(".conversation-menu").first.click()
    return [page.locator(".conversation .menu-panel")]


def places_menu(page: Page, studio: Studio) -> list[Locator]:
    page.goto(f"{studio.url}/memories/")
    open_places(page)
    return [page.locator("#places [aria-current]")]


def filter_open(page: Page, studio: Studio) -> list[Locator]:
    tagged(page, studio)
    page.locator(".sidebar-filter summary").click()
    return [page.locator(".sidebar-ways"), page.locator(".filter-shown")]


def marked(page: Page, studio: Studio) -> list[Locator]:
    """Two of the marks at the side, and no conversation open."""
    ask_with_tools(page, REMEMBER)
    waits(page)
    page.goto(f"{studio.url}/chat/")
    new_conversation(page, "Hello", "never:1b")
    page.goto(f"{studio.url}/chat/")
    return [page.locator(".mark-decision").first, page.locator(".conversation .pulse").first]


def actions_page(page: Page, studio: Studio) -> list[Locator]:
    return opened(page, page.url + new_conversation(page, "Hello") + "/actions/")


def renaming(page: Page, studio: Studio) -> list[Locator]:
    menu(page, studio)
    page.locator(".conversation .menu-panel").get_by_text("Rename").click()
    title = page.get_by_role("textbox", name="Title")
    expect(title).to_be_focused()
    return [page.locator("#sidebar .rename [name=title]")]


def title_menu(page: Page, studio: Studio) -> list[Locator]:
    page.goto(fill(studio, messages=4, days=2, text="A line\n" * 30))
    page.locator(".title-tools summary").click()
    return [page.locator(".title-tools .menu-panel"), page.locator(".day").first]


def title_renaming(page: Page, studio: Studio) -> list[Locator]:
    title_menu(page, studio)
    page.locator("#conversation-title").click(position={"x": 20, "y": 8})
    return [page.locator(".topbar .rename [name=title]"), page.locator(".new-chat")]


def toast(page: Page, studio: Studio) -> list[Locator]:
    shown = drawer(page, studio)
    menu(page, studio)
    page.locator(".conversation .menu-panel").get_by_text("Delete").click()
    expect(page.locator(".toast")).to_have_css("opacity", "1")
    page.locator(".toast .button").focus()  # a toast that has the focus stays
    return [page.locator(".toast"), *shown]


def refused(page: Page, studio: Studio) -> list[Locator]:
    write(page, "   ").evaluate("box => { box.required = false; box.form.requestSubmit(); }")
    return [page.locator("#composer-error", has_text="Write something first.")]


def more_open(page: Page, studio: Studio) -> list[Locator]:
    more(page).get_by_role("switch", name="Memory").uncheck()
    return [page.locator("#composer-more"), page.get_by_role("button", name="Memory off")]


def picker_open(page: Page, studio: Studio) -> list[Locator]:
    page.locator("#model-button").click()
    page.get_by_role("combobox", name="Find a model").fill("tool")
    return [page.locator("#models-to-pick .is-marked")]


def picker_empty(page: Page, studio: Studio) -> list[Locator]:
    picker_open(page, studio)
    page.get_by_role("combobox", name="Find a model").fill("nothing like this")
    return [page.locator(".picker-none")]


def keys(page: Page, studio: Studio) -> list[Locator]:
    page.locator("main").press("?")
    return [page.get_by_role("dialog")]


def keys_page(page: Page, studio: Studio) -> list[Locator]:
    return opened(page, f"{studio.url}/keyboard/")


def rename_page(page: Page, studio: Studio) -> list[Locator]:
    return opened(page, page.url + new_conversation(page, "Hello") + "/rename/")


def profiles(page: Page, studio: Studio) -> list[Locator]:
    made_profile(page, studio)
    return [page.locator(".card").first]


def made_profile(page: Page, studio: Studio) -> str:
    name = f"Careful {uuid4()}"
    page.goto(f"{studio.url}/prompt-profiles/new/")
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_label("Description").fill("Looks twice.")
    page.get_by_label("System prompt").fill("Look twice.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".card").first).to_be_visible()
    return name


def profile_errors(page: Page, studio: Studio) -> list[Locator]:
    page.goto(f"{studio.url}/prompt-profiles/new/")
    page.get_by_role("button", name="Save").click()
    return [page.locator(".errorlist").first]


def versions(page: Page, studio: Studio) -> None:
    new_conversation(page, "Hello")
    has_settled(page)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".siblings")).to_be_visible()
    has_settled(page)


def receipt(page: Page, studio: Studio) -> list[Locator]:
    versions(page, studio)
    answer(page).get_by_role("link", name="How it came about").click()
    expect(answer(page).locator(".receipt")).to_be_visible()
    page.locator(".message-user").get_by_role("link", name="Edit").click()
    edit = page.get_by_label("Your message in other words")
    return [answer(page).locator(".receipt"), page.locator(".siblings"), edit]


def compare(page: Page, studio: Studio) -> list[Locator]:
    versions(page, studio)
    answer(page).locator(".menu summary").click()
    answer(page).get_by_role("link", name="Compare").click()
    return [page.locator(".back")]


def again_page(page: Page, studio: Studio) -> list[Locator]:
    versions(page, studio)
    door = answer(page).get_by_role("link", name="Try again with another model")
    page.goto(f"{studio.url}{door.get_attribute('href')}")
    return [page.locator(".back")]


def again_dialog(page: Page, studio: Studio) -> list[Locator]:
    versions(page, studio)
    answer(page).get_by_role("link", name="Try again with another model").click()
    return [page.locator("#act select").first]


def conversation_settings(page: Page, studio: Studio) -> list[Locator]:
    versions(page, studio)
    open_settings(page)
    page.get_by_label("Temperature").fill("9")
    page.get_by_role("button", name="Save").click()
    return [page.locator(".errorlist").first]


def memories(page: Page, studio: Studio) -> list[Locator]:
    page.goto(f"{studio.url}/memories/")
    page.get_by_role("textbox", name="Remember").fill(f"Number {uuid4()}")
    page.get_by_role("button", name="Add").click()
    page.get_by_role("button", name="Switch off:").first.click()
    return [page.locator(".row.is-off").first]


def files_waiting(page: Page, studio: Studio) -> list[Locator]:
    pick(page, NOTES, CAT, LONG)
    return [chip(page, file["name"]) for file in (NOTES, CAT, LONG)]


def files_refused(page: Page, studio: Studio) -> list[Locator]:
    pick(page, CAT)
    page.locator("#composer-file").set_input_files([JUNK])
    expect(page.locator("#files-problems")).not_to_be_empty()
    send(page, "What is it?")
    return [page.locator("#composer-error", has_text="cannot see images")]


def files_sent(page: Page, studio: Studio) -> list[Locator]:
    files_waiting(page, studio)
    new_conversation(page, "What is it?", "seeing:1b")
    has_settled(page)
    expect(page.locator(".attachments li")).to_have_count(3)
    return page.locator(".attachments li").all()


def search(page: Page, studio: Studio) -> list[Locator]:
    new_conversation(page, "Show everything", "markdown:1b")
    has_settled(page)
    page.goto(f"{studio.url}/search/?q=show&since=2020-01-01")
    return [page.locator(".hit").first]


def search_empty(page: Page, studio: Studio) -> list[Locator]:
    return opened(page, f"{studio.url}/search/")


def search_without_hits(page: Page, studio: Studio) -> list[Locator]:
    page.goto(f"{studio.url}/search/?q=nowhere+to+be+found&role=user")
    return [page.get_by_text("Nothing found").last]


def search_refused(page: Page, studio: Studio) -> list[Locator]:
    page.goto(f"{studio.url}/search/?q=x&since=yesterday")
    return [page.locator(".notice")]


def opened_at_a_message(page: Page, studio: Studio) -> list[Locator]:
    search(page, studio)
    page.locator(".hit-link").last.click()
    return [page.locator(".message:target")]


def data_list(page: Page, studio: Studio) -> list[Locator]:
    """One that is ready, one that could not be read."""
    for content in ("region,amount\nnorth,1\nsouth,2\n", 'a,b\n1,"2\n'):
        page.goto(f"{studio.url}/data/")
        file = {"name": f"axe {uuid4()}.csv", "mimeType": "text/csv", "buffer": content.encode()}
        page.get_by_label("File", exact=True).set_input_files(file)  # type: ignore[arg-type]
        page.get_by_role("button", name="Add file").click()
    expect(page.locator(".data-problem").first).to_be_visible()
    expect(page.locator(".data-item .pulse")).to_have_count(0)
    return [page.locator(".data-problem").first, own_data(page)]


def own_data(page: Page) -> Locator:
    return page.get_by_role("link", name=re.compile("^axe ")).first


def data_result(page: Page, studio: Studio) -> list[Locator]:
    data_list(page, studio)
    own_data(page).click()
    page.get_by_role("button", name="Run").click()
    return [page.locator(".chart")]


def data_refused(page: Page, studio: Studio) -> list[Locator]:
    data_result(page, studio)
    page.get_by_label("SQL", exact=True).fill("DELETE FROM x")
    page.get_by_role("button", name="Run").click()
    return [page.get_by_role("alert")]


def api(page: Page, studio: Studio) -> list[Locator]:
    page.goto(f"{studio.url}/api/docs#turns_send")
    return [page.locator("#turns_send")]


def api_events(page: Page, studio: Studio) -> list[Locator]:
    page.goto(f"{studio.url}/api/docs#event-notice")
    return [page.locator("#event-notice")]


def mcp(page: Page, studio: Studio) -> list[Locator]:
    return opened(page, f"{studio.url}/mcp/")


def rated(page: Page, studio: Studio) -> list[Locator]:
    new_conversation(page, "Hello")
    has_settled(page)
    answer(page).get_by_role("button", name="Bad answer").click()
    answer(page).get_by_role("link", name="Say why").click()
    return [page.locator(".feedback-form")]


def feedback_page(page: Page, studio: Studio) -> list[Locator]:
    new_conversation(page, "Hello")
    has_settled(page)
    key = answer(page).get_attribute("id") or ""
    page.goto(f"{page.url}{key.removeprefix('message-')}/feedback/")
    return [page.locator(".feedback-form")]


def dashboard(page: Page, studio: Studio) -> list[Locator]:
    measure(studio)
    page.goto(f"{studio.url}/metrics/?period=90d")
    for summary in page.locator("#dashboard summary").all():
        summary.click()
    return [page.locator("#dashboard details[open] table").first]


def dashboard_empty(page: Page, studio: Studio) -> list[Locator]:
    page.goto(f"{studio.url}/metrics/?model=unheard-of")
    return [page.locator(".empty")]


def dashboard_odd(page: Page, studio: Studio) -> list[Locator]:
    page.goto(f"{studio.url}/metrics/?period=never")
    return [page.locator(".notice-error")]


def models_listed(page: Page, studio: Studio) -> list[Locator]:
    page.goto(f"{studio.url}/models/")
    page.get_by_label("Name of the model").fill("bad name!")
    page.get_by_role("button", name="Fetch model").click()
    return [page.locator(".errorlist")]


def model_fetched(page: Page, studio: Studio) -> list[Locator]:
    for name in ("unknown:1b", "forever:1b"):
        page.goto(f"{studio.url}/models/")
        page.get_by_label("Name of the model").fill(name)
        page.get_by_role("button", name="Fetch model").click()
    return [page.locator("progress[value]"), page.locator(".notice-error")]


def model_removed(page: Page, studio: Studio) -> list[Locator]:
    page.goto(f"{studio.url}/models/")
    page.get_by_label("More about fast:1b").click()
    page.get_by_role("link", name="Remove… fast:1b").click()
    return [page.get_by_role("button", name="Remove")]


def profile_versions(page: Page, studio: Studio) -> list[Locator]:
    own = page.get_by_role("link", name=made_profile(page, studio), exact=True)
    own.click()
    page.get_by_role("textbox", name="System prompt").fill(f"Look thrice. {uuid4()}")
    page.get_by_role("button", name="Save").click()
    own.click()
    page.locator(".version summary").first.click()
    return [page.locator("ins").first]


def administration(path: str) -> Visit:
    def visit(page: Page, studio: Studio) -> list[Locator]:
        profiles(page, studio)
        page.goto(f"{studio.url}/admin/{path}")
        return [page.get_by_role("link", name="Back to the chat")]

    visit.__name__ = f"admin {path}"
    return visit


def transfer(page: Page, studio: Studio) -> list[Locator]:
    bring(page, studio, FILE, name=f"export {uuid4()}.json")
    return [page.locator(".import-report").first]


def tool_steps(page: Page, studio: Studio) -> list[Locator]:
    """One that is done, one that has failed, both open, and their receipt."""
    for order in ('call calculate {"expression": "6 * 7"}', 'call calculate {"expression": "1/0"}'):
        page.goto(f"{studio.url}/chat/")
        ask_with_tools(page, order)
        has_settled(page)
        step(page).locator("summary").click()
    answer(page).get_by_role("link", name="How it came about").click()
    shown = answer(page).locator(".receipt", has_text="Tools offered")
    return [step(page).locator(".call-text").last, shown]


def tool_waits(page: Page, studio: Studio) -> list[Locator]:
    ask_with_tools(page, REMEMBER)
    waits(page)
    return [step(page).get_by_role("button", name="Allow once")]


def tool_decision(page: Page, studio: Studio) -> list[Locator]:
    tool_waits(page, studio)
    step(page).get_by_role("link", name="Decline with a reason").click()
    return [page.get_by_label("A reason")]


def tool_declined(page: Page, studio: Studio) -> list[Locator]:
    [reason] = tool_decision(page, studio)
    expect(reason).to_be_visible()
    decision = page.url
    page.get_by_role("button", name="Decline").click()
    has_settled(page)
    page.goto(decision)
    expect(page.locator(".call-text")).to_have_count(2)
    return page.locator(".call-text").all()


def api_keys(page: Page, studio: Studio) -> list[Locator]:
    """One that is listed, and a form that is not right."""
    api_key_made(page, studio)
    page.goto(f"{studio.url}/keys/")
    page.get_by_label("Chat", exact=True).uncheck()
    page.get_by_label("Read", exact=True).uncheck()
    page.get_by_role("button", name="Make the key").click()
    return [page.locator("#id_scopes_error"), page.locator(".row").first]


def api_key_made(page: Page, studio: Studio) -> list[Locator]:
    make_key(page, studio)
    return [page.locator("#key")]


def api_key_revoked(page: Page, studio: Studio) -> list[Locator]:
    make_key(page, studio)
    page.goto(f"{studio.url}/keys/")
    page.get_by_role("link", name="Revoke…").first.click()
    return [page.get_by_role("button", name="Revoke", exact=True)]


def tagged(page: Page, studio: Studio) -> list[Locator]:
    key = new_conversation(page, "Hello")
    has_settled(page)
    tag(page, studio, key, "home, garden")
    page.goto(f"{studio.url}/chat/{key}/?tag=garden")
    return [page.locator(".sidebar-filter")]


def not_found(page: Page, studio: Studio) -> list[Locator]:
    return opened(page, f"{studio.url}/nowhere/")


STATES: list[Visit] = [
    empty, complete, written, waiting, streaming, stopped, failed, cloud, drawer, menu, renaming,
    toast, title_menu, title_renaming,
    places_menu, filter_open, marked, actions_page, more_open, picker_open, picker_empty,
    refused, keys, keys_page, rename_page, profiles, profile_errors, not_found, receipt,
    models_listed, model_fetched, model_removed, profile_versions,
    administration(""), administration("conversations/promptprofile/"),
    administration("conversations/promptprofile/1/change/"),
    administration("conversations/promptprofile/1/versions/"),
    administration("metrics/chatmetric/"), administration("conversations/conversation/"),
    administration("conversations/memory/"), administration("conversations/datasource/"),
    administration("chatstudio/auditentry/"), administration("chatstudio/apikey/"),
    api_keys, api_key_made, api_key_revoked,
    again_page, again_dialog, compare, conversation_settings, memories,
    files_waiting, files_refused, files_sent,
    search, search_empty, search_without_hits, search_refused, opened_at_a_message,
    data_list, data_result, data_refused, mcp, api, api_events,
    rated, feedback_page, dashboard, dashboard_empty, dashboard_odd,
    transfer, tagged, tool_steps, tool_waits, tool_decision, tool_declined,
]  # fmt: skip


@pytest.mark.parametrize("visit", STATES, ids=lambda visit: visit.__name__)
def test_axe_finds_nothing(page: Page, studio: Studio, problems: Problems, visit: Visit) -> None:
    problems.expect("status of 4", "htmx:response:error")
    shown = visit(page, studio)
    assert list(find_faults(page, shown)) == []
    if (button := page.locator(".stop")).is_visible() and not page.locator("dialog[open]").count():
        button.click()
        has_settled(page)
    if visit.__name__.startswith("files"):
        remove_all(page, studio)


def test_axe_finds_nothing_on_the_rail(page: Page) -> None:
    page.keyboard.press("Control+b")
    expect(page.get_by_role("button", name="Unfold the sidebar")).to_be_visible()
    for scheme, rules in RULES.items():
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert axe(page, *rules) == []
