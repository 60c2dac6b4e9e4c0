"""A person adds a file and asks it, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Problems
from tests.servers import Studio

pytestmark = pytest.mark.browser

SALES = "day,region,amount\n2024-01-01,north,10.5\n2024-01-02,south,20\n2024-01-03,north,4\n"
BY_REGION = "SELECT region, sum(amount) AS total FROM {} GROUP BY region ORDER BY total"


def add_file(page: Page, studio: Studio, folder: Path, name: str, content: str = SALES) -> None:
    (folder / name).write_text(content)
    page.goto(f"{studio.url}/data/")
    page.get_by_label("File", exact=True).set_input_files(folder / name)
    page.get_by_role("button", name="Add file").click()


def open_file(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def run(page: Page, sql: str) -> None:
    page.get_by_label("SQL", exact=True).fill(sql)
    page.get_by_role("button", name="Run").click()


def test_a_file_becomes_a_table_by_itself(page: Page, studio: Studio, tmp_path: Path) -> None:
    """The list shows it ready without being loaded again."""
    add_file(page, studio, tmp_path, "shop.csv")
    open_file(page, "shop")
    expect(page.get_by_role("cell", name="north, south")).to_be_visible()


def test_a_query_is_answered_sorted_and_downloaded(
    page: Page, studio: Studio, tmp_path: Path
) -> None:
    add_file(page, studio, tmp_path, "sorted.csv")
    open_file(page, "sorted")
    run(page, BY_REGION.format("sorted"))
    rows = page.get_by_role("region", name="Rows", exact=True).locator("tbody tr")
    expect(rows.first).to_contain_text("north")
    page.get_by_role("link", name="region").click()
    page.get_by_role("link", name="region").click()
    expect(rows.first).to_contain_text("south")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.path().read_text() == "region,total\nsouth,20.0\nnorth,14.5\n"


def test_a_series_is_drawn(page: Page, studio: Studio, tmp_path: Path) -> None:
    add_file(page, studio, tmp_path, "drawn.csv")
    open_file(page, "drawn")
    run(page, BY_REGION.format("drawn"))
    expect(page.get_by_role("img", name="total by region")).to_be_visible()


def test_what_is_refused_stays_to_be_mended(
    page: Page, studio: Studio, tmp_path: Path, problems: Problems
) -> None:
    problems.expect("status of 422")
    add_file(page, studio, tmp_path, "kept.csv")
    open_file(page, "kept")
    run(page, "DELETE FROM kept")
    expect(page.get_by_role("alert")).to_contain_text("Only SELECT is allowed here")
    expect(page.get_by_label("SQL", exact=True)).to_have_value("DELETE FROM kept")


def test_without_script_everything_works(browser: Browser, studio: Studio, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    add_file(page, studio, tmp_path, "plain.csv")
    open_file(page, "plain")
    run(page, "SELECT region FROM plain")
    expect(page.get_by_role("region", name="Rows", exact=True).locator("tbody tr")).to_have_count(3)
    page.get_by_role("link", name="All data").click()
    page.get_by_role("button", name="Remove plain").click()
    expect(page.get_by_role("link", name="plain", exact=True)).to_have_count(0)
    context.close()
