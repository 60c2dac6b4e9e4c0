"""What a long answer costs the browser."""

from benchmarks import chromium
from benchmarks.bench import MODELS, Bench
from benchmarks.results import Figure

WATCH = """
  window.longTasks = 0;
  new PerformanceObserver((list) => { window.longTasks += list.getEntries().length; })
    .observe({type: "longtask"});
"""
# Set up when the answer has begun; `endedAt` is the moment of its final form.
AWAIT_END = """() => new Promise((resolve) => {
  const active = document.getElementsByClassName("is-active");
  const look = () => active.length ? setTimeout(look, 10) : resolve(Date.now());
  look();
})"""


def run(bench: Bench) -> list[Figure]:
    model = "long, short" if bench.quick else "long"
    tokens = 400 if bench.quick else 4000
    bench.models.ask("/_fake/forget", {})
    with bench.studio(bench.data_dir().path, LLM_DEFAULT_MODEL=MODELS[model]) as server:
        busy, tasks, ended_at = watched(f"{server.url}/chat/")
    (asked,) = bench.models.chats(MODELS[model])
    late = ended_at / 1000 - asked["sent_at"][-1]
    name = f"answer of {tokens:,} tokens at 100 tok/s"
    return [
        Figure(f"{name}, main thread", "s", busy, target=6),
        Figure(f"{name}, finished after its last", "s", late, target=0.2),
        Figure(f"{name}, long tasks", "", tasks, target=0),
    ]


def watched(url: str) -> tuple[float, int, float]:
    """Seconds of the main thread, tasks over 50 ms, and when it was finished (ms since 1970)."""
    with chromium.browser() as browser, chromium.cold_page(browser) as (page, session):
        page.goto(url)
        page.locator("#composer-text").fill("Please write a lot.")
        page.keyboard.press("Enter")
        page.locator(".message.is-active").wait_for()
        session.send("Performance.enable")
        page.evaluate(WATCH)
        before = chromium.metric(session, "TaskDuration")
        ended_at = float(page.evaluate(AWAIT_END))
        page.wait_for_timeout(500)
        busy = chromium.metric(session, "TaskDuration") - before
        return busy, int(page.evaluate("window.longTasks")), ended_at
