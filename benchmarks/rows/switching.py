"""From the click on a conversation in the sidebar to its being painted."""

from statistics import median

from playwright.sync_api import Page

from benchmarks import chromium
from benchmarks.bench import Bench
from benchmarks.results import Figure

LENGTH, SWITCHES = 40, 12
# The next page counts from its own beginning; the time of the click is handed on in its storage.
REMEMBER = "sessionStorage.setItem('clickedAt', Date.now())"
PAINTED = """() => new Promise((resolve) => {
  const clicked = Number(sessionStorage.getItem("clickedAt"));
  requestAnimationFrame(() => setTimeout(() => {
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    const isNewPage = paint && performance.timeOrigin >= clicked - 5;
    resolve((isNewPage ? performance.timeOrigin + paint.startTime : Date.now()) - clicked);
  }));
})"""


def run(bench: Bench) -> list[Figure]:
    seeded = bench.data_dir(conversations=20, lengths=[LENGTH, LENGTH])
    switches = 4 if bench.quick else SWITCHES
    with (
        bench.studio(seeded.path) as server,
        chromium.browser() as browser,
        chromium.cold_page(browser) as (page, _),
    ):
        page.goto(f"{server.url}/chat/{seeded.long[0]}/")
        taken = [switch(page, seeded.long[(n + 1) % 2]) for n in range(switches)]
    name = "switching between two conversations, click to painted"
    return [Figure(name, "ms", median(taken[1:]), target=100)]


def switch(page: Page, key: str) -> float:
    """A page that is loaded anew says itself when it was painted."""
    link = page.locator(f"#sidebar a[href$='/chat/{key}/']").first
    page.evaluate(REMEMBER)
    link.click(no_wait_after=True)
    page.wait_for_url(f"**/chat/{key}/")
    page.locator(".message-assistant").first.wait_for()
    return float(page.evaluate(PAINTED))
