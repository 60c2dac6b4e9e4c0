"""The first page with an empty cache: its weight, and when it can be seen and used."""

from statistics import median

from playwright.sync_api import Browser

from benchmarks import chromium
from benchmarks.bench import Bench
from benchmarks.results import Figure

LOADS = 7


def run(bench: Bench) -> list[Figure]:
    loads = 3 if bench.quick else LOADS
    with chromium.browser() as browser:
        with bench.studio(bench.data_dir().path) as server:
            weight = weigh(browser, f"{server.url}/chat/")
            ours = shown(browser, f"{server.url}/chat/", loads)
        with bench.floor() as server:
            plain = weigh(browser, f"{server.url}/")
            floor = shown(browser, f"{server.url}/", loads)
    kilobytes, script = weight.total() / 1000, weight.total("Script") / 1000
    count, plain_count = len(weight.requests), len(plain.requests)
    return [
        Figure("first page", "KB", kilobytes, plain.total() / 1000, target=60),
        Figure("first page, requests", "", count, plain_count, target=8),
        Figure("first page, script", "KB", script, plain.total("Script") / 1000, target=25),
        Figure("first contentful paint", "ms", ours["paint"], floor["paint"], target=150),
        Figure("message box usable", "ms", ours["usable"], floor["usable"], target=200),
    ]


def weigh(browser: Browser, url: str) -> chromium.Weight:
    with chromium.cold_page(browser) as (page, session):
        weight = chromium.Weight(session)
        page.goto(url)
        page.wait_for_load_state("networkidle")
        return weight


def shown(browser: Browser, url: str, loads: int) -> dict[str, float]:
    """The median of several loads, each with a cache of its own."""
    found = []
    for _ in range(loads):
        with chromium.cold_page(browser) as (page, _):
            page.goto(url)
            found.append(chromium.times(page))
    return {name: median(one[name] for one in found) for name in found[0]}
