"""From the click to its being painted: another conversation of the sidebar, a first message."""

from statistics import median

from playwright.sync_api import Page

from benchmarks import chromium
from benchmarks.bench import MODELS, Bench
from benchmarks.results import Figure

LENGTH, SWITCHES = 40, 12
WATCH = """(shown) => {
  const note = (what) => sessionStorage.setItem(what, Date.now());
  sessionStorage.removeItem("painted");
  addEventListener("click", () => note("clicked"), { capture: true, once: true });
  const watch = new MutationObserver(() => {
    if (!document.querySelector(shown)) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => note("painted")));
  });
  watch.observe(document.body, { childList: true, subtree: true });
}"""
# A page that is loaded anew says itself when it was painted.
TAKEN = """() => new Promise((resolve) => {
  const clicked = Number(sessionStorage.getItem("clicked"));
  const look = () => {
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    const isNewPage = performance.timeOrigin >= clicked - 5;
    const painted = isNewPage && paint
      ? performance.timeOrigin + paint.startTime : Number(sessionStorage.getItem("painted"));
    if (painted) resolve(painted - clicked);
    else setTimeout(look, 5);
  };
  look();
})"""


def run(bench: Bench) -> list[Figure]:
    seeded = bench.data_dir(conversations=20, lengths=[LENGTH, LENGTH])
    times = 4 if bench.quick else SWITCHES
    with (
        bench.studio(seeded.path) as server,
        chromium.browser() as browser,
        chromium.cold_page(browser) as (page, _),
    ):
        page.goto(f"{server.url}/chat/{seeded.long[0]}/")
        taken = [switch(page, seeded.long[(n + 1) % 2]) for n in range(times)]
        begun = [begin(page, f"{MODELS['steady']}@{bench.models.url}") for _ in range(times)]
    name = "switching between two conversations, click to painted"
    return [
        Figure(name, "ms", median(taken[1:]), target=100),
        Figure(
            "first message of a new chat, click to painted", "ms", median(begun[1:]), target=150
        ),
    ]


def switch(page: Page, key: str) -> float:
    page.evaluate(WATCH, f".composer[action$='/{key}/send/']")
    page.locator(f"#sidebar a[href$='/chat/{key}/']").first.click(no_wait_after=True)
    page.wait_for_url(f"**/chat/{key}/")
    page.locator(".message-assistant").first.wait_for()
    return float(page.evaluate(TAKEN))


def begin(page: Page, model: str) -> float:
    page.locator("a.new-chat").click()
    page.locator(".greeting").wait_for()
    page.locator("#composer-model").select_option(model, force=True)
    page.locator("#composer-text").fill("Please say something.")
    page.wait_for_timeout(200)
    page.evaluate(WATCH, ".message-user")
    page.locator("#composer-button").click(no_wait_after=True)
    page.wait_for_url("**/chat/*-*/")
    page.locator(".message-user").first.wait_for()
    return float(page.evaluate(TAKEN))
