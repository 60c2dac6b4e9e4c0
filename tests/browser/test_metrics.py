"""The dashboard in a browser: filters change figures and address alike, with and without script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chat import has_settled, new_conversation, sideways, until
from tests.browser.filling import measure
from tests.servers import Studio

pytestmark = pytest.mark.browser
RECORDED = "SELECT 1 FROM metrics_chatmetric WHERE model_name = ?"


@pytest.fixture(scope="session")
def measured(studio: Studio) -> None:
    measure(studio)


@pytest.fixture
def dashboard(page: Page, studio: Studio, measured: None) -> Page:
    page.goto(f"{studio.url}/metrics/?period=7d")
    return page


def heading(page: Page, text: str) -> None:
    expect(page.locator("#dashboard h2")).to_have_text(text)


def test_choosing_a_period_changes_figures_and_address(dashboard: Page) -> None:
    dashboard.get_by_role("radio", name="30 days").check()
    heading(dashboard, "Your answers, the last 30 days")
    assert "period=30d" in dashboard.url


def test_back_leads_to_the_figures_before(dashboard: Page) -> None:
    dashboard.get_by_role("radio", name="30 days").check()
    heading(dashboard, "Your answers, the last 30 days")
    dashboard.go_back()
    heading(dashboard, "Your answers, the last 7 days")


def test_a_model_can_be_chosen(dashboard: Page) -> None:
    dashboard.locator("select[name=model]").select_option("measured:1b")
    expect(dashboard.locator(".range-name").first).to_have_text("measured:1b")
    expect(dashboard).to_have_url(re.compile("model=measured%3A1b"))


def test_the_table_behind_a_chart_has_its_values(dashboard: Page) -> None:
    dashboard.locator(".chart").first.get_by_text("Table").click()
    expect(dashboard.get_by_role("region", name="Answers over time")).to_be_visible()


def test_what_is_filtered_can_be_downloaded(dashboard: Page) -> None:
    dashboard.locator("select[name=model]").select_option("measured:1b")
    expect(dashboard).to_have_url(re.compile("model="))
    with dashboard.expect_download() as waited:
        dashboard.get_by_role("link", name="CSV").click()
    lines = waited.value.path().read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("created_at,person,model_name")
    assert all("measured:1b" in line for line in lines[1:])


def test_a_real_answer_is_counted(page: Page, studio: Studio) -> None:
    new_conversation(page, "Hello")
    has_settled(page)
    # Answers that end are recorded a moment later, those of one moment together.
    until(page, lambda: studio.rows(RECORDED, "fast:1b"))
    page.goto(f"{studio.url}/metrics/?period=24h&model=fast:1b")
    expect(page.locator(".tile").first).to_contain_text(re.compile(r"Answers\s*\d+"))
    expect(page.locator("#dashboard").get_by_text("fast:1b").first).to_be_visible()


@pytest.fixture
def scriptless(browser: Browser, studio: Studio, measured: None) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{studio.url}/metrics/?period=7d")
    yield page
    context.close()


def test_without_script_a_button_shows_what_was_chosen(scriptless: Page) -> None:
    scriptless.get_by_role("radio", name="90 days").check()
    scriptless.get_by_role("button", name="Show").click()
    heading(scriptless, "Your answers, the last 90 days")
    assert "period=90d" in scriptless.url


class TestOnAPhone:
    @pytest.fixture
    def context_options(self) -> dict[str, object]:
        return {"viewport": {"width": 390, "height": 844}}

    def test_nothing_sticks_out(self, dashboard: Page) -> None:
        for period in ("24 hours", "90 days", "All"):
            dashboard.get_by_role("radio", name=period).check()
            expect(dashboard.locator("#dashboard")).to_be_visible()
            assert sideways(dashboard) == 0
