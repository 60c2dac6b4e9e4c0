"""A team: people sign in, see what is theirs, and are out everywhere when they are out."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chat import (
    has_settled,
    is_being_written,
    key_of,
    new_conversation,
    open_places,
    sees_word,
)
from tests.browser.conftest import Problems
from tests.conftest import MakeStudio
from tests.servers import COUNTED, COUNTS, Studio

pytestmark = pytest.mark.browser

PASSWORD = "four quiet words here"
SIGN_IN = re.compile(r"/sign-in/")

type MakeBrowser = Callable[[], BrowserContext]


@pytest.fixture(scope="module")
def people(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which Ada is the administrator, and Bob is not."""
    data_dir = Path(shutil.copytree(prepared, tmp_path_factory.mktemp("people") / "data"))
    ada = f"User.objects.create_superuser('ada', password='{PASSWORD}')"
    bob = f"User.objects.create_user('bob', password='{PASSWORD}')"
    does(Studio(data_dir, "http://127.0.0.1:9", AUTH_MODE="accounts"), f"{ada}\n{bob}")
    return data_dir


@pytest.fixture
def team(fresh_studio: MakeStudio, people: Path) -> Studio:
    return fresh_studio(rows=people, AUTH_MODE="accounts")


def does(studio: Studio, code: str) -> str:
    """Done in another process, which tells the server nothing."""
    prepared = "from chatstudio.models import User\nfrom chatstudio.accounts import set_up\n"
    return studio.run("shell", "-v0", "-c", prepared + code).strip()


@pytest.fixture
def another_browser(browser: Browser, problems: Problems) -> Iterator[MakeBrowser]:
    made: list[BrowserContext] = []

    def make() -> BrowserContext:
        made.append(browser.new_context())
        problems.watch(made[-1])
        return made[-1]

    yield make
    for context in made:
        context.close()


def sign_in(page: Page, studio: Studio, name: str) -> Page:
    page.goto(f"{studio.url}/chat/")
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/chat/")
    expect(page.locator(".signed-in-name")).to_contain_text(name)
    return page


def test_what_was_written_before_belongs_to_the_first_administrator(
    fresh_studio: MakeStudio, bare_page: Page, problems: Problems
) -> None:
    problems.expect(
        "WebSocket connection to", "htmx:ws:error", "htmx:ws:close", "Failed to load", "htmx:error"
    )
    studio, page = fresh_studio(), bare_page
    page.goto(f"{studio.url}/chat/")
    key = new_conversation(page, "Written before there were accounts")
    has_settled(page)
    studio.end()
    studio.environment["AUTH_MODE"] = "accounts"
    studio.start()
    page.goto(f"{studio.url}/chat/{key}/")
    page.get_by_label("Set-up code").fill(does(studio, "print(set_up.code())"))
    page.get_by_role("textbox", name="Name").fill("ada")
    for label in ("Password", "Password again"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    page.wait_for_url("**/chat/")
    page.goto(f"{studio.url}/chat/{key}/")
    expect(page.locator(".message-user")).to_contain_text("Written before there were accounts")


def test_two_people_see_nothing_of_each_other(
    team: Studio, bare_page: Page, another_browser: MakeBrowser, problems: Problems
) -> None:
    problems.expect("404")
    ada, bob = (
        sign_in(page, team, name)
        for page, name in ((bare_page, "ada"), (another_browser().new_page(), "bob"))
    )
    key = new_conversation(bob, "A word among friends")
    has_settled(bob)
    expect(bob.locator("#sidebar-list")).to_contain_text("A word among friends")
    ada.reload()
    expect(ada.locator("#sidebar-list")).not_to_contain_text("A word among friends")
    ada.goto(f"{team.url}/chat/{key}/")
    expect(ada.get_by_role("heading", name="Not found")).to_be_visible()


def test_signing_out_closes_a_page_on_which_an_answer_is_being_written(
    team: Studio, bare_page: Page, context: BrowserContext
) -> None:
    writing = sign_in(bare_page, team, "bob")
    key = new_conversation(writing, "Count", COUNTS)
    sees_word(writing, 5)
    other = context.new_page()
    other.goto(f"{team.url}/prompt-profiles/")
    open_places(other)
    other.get_by_role("button", name="Sign out").click()
    expect(other).to_have_url(SIGN_IN)
    expect(writing).to_have_url(SIGN_IN, timeout=10_000)
    sign_in(other, team, "bob")
    other.goto(f"{team.url}/chat/{key}/")
    has_settled(other)
    assert team.messages(key_of(other))[-1][2].split()[-1] == f"w{COUNTED - 1}"


def test_a_deactivation_by_another_process_closes_open_pages(team: Studio, bare_page: Page) -> None:
    page = sign_in(bare_page, team, "bob")
    new_conversation(page, "Count", COUNTS)
    is_being_written(page)
    does(team, "User.objects.filter(username='bob').update(is_active=False)")
    expect(page).to_have_url(SIGN_IN, timeout=10_000)


def test_without_a_session_a_click_leads_to_the_sign_in_page(
    team: Studio, bare_page: Page, context: BrowserContext, problems: Problems
) -> None:
    problems.expect("401")
    page = sign_in(bare_page, team, "bob")
    page.goto(f"{team.url}/prompt-profiles/")
    context.clear_cookies(name="chatstudio_session")
    open_places(page)
    page.get_by_role("button", name="Dark").click()
    expect(page).to_have_url(re.compile(r"/sign-in/\?next=%2Fprompt-profiles%2F$"))


def test_a_password_that_somebody_else_set_is_told(
    bare_page: Page, team: Studio, another_browser: MakeBrowser
) -> None:
    number = does(team, "print(User.objects.get(username='bob').pk)")
    sign_in(bare_page, team, "ada")
    bare_page.goto(f"{team.url}/admin/chatstudio/user/{number}/password/")
    bare_page.get_by_label("Password:", exact=True).fill("five other quiet words")
    bare_page.get_by_label("Password confirmation:").fill("five other quiet words")
    expect(bare_page.get_by_label("Revoke this person's API keys too")).to_be_checked()
    bare_page.get_by_role("button", name="Change password").click()
    expect(bare_page.locator(".success")).to_contain_text("Password changed successfully")
    his = another_browser().new_page()
    his.goto(f"{team.url}/chat/")
    his.get_by_label("Name").fill("bob")
    his.get_by_label("Password").fill("five other quiet words")
    his.get_by_role("button", name="Sign in").click()
    expect(his.get_by_role("alert")).to_contain_text("not set by you but by ada")
    his.get_by_role("link", name="Go on without").click()
    his.wait_for_url("**/chat/")
    his.goto(f"{team.url}/account/")
    expect(his.get_by_role("alert")).to_have_count(0)
