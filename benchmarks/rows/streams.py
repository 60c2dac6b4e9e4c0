"""Many answers at once, each with a page that follows it, all of them saved and rendered."""

from dataclasses import dataclass

from benchmarks.bench import Bench, Followed, Server, beside
from benchmarks.delays import by_text, first_token_added, token_delays
from benchmarks.processes import HAS_PROC, cpu_seconds, resident_mb
from benchmarks.results import Figure, percentile

SPREAD_SECONDS = 4.0
LIMIT_SECONDS = 120.0
P95 = {30: 35, 50: 35, 100: 100, 150: 100, 200: 150, 300: 250}
CPU = {50: 0.30, 100: 0.20, 150: 0.17, 200: 0.15, 300: 0.12}
MEMORY = {150: 160, 300: 200}


@dataclass(frozen=True, slots=True)
class Held:
    """`cpu`: seconds for 1,000 tokens, from the first message to the last answer's end."""

    seen: Followed
    cpu: float
    memory: float


def run(bench: Bench) -> list[Figure]:
    return [figure for count in bench.streams for figure in at_once(bench, count)]


def at_once(bench: Bench, count: int) -> list[Figure]:
    seeded = bench.data_dir(conversations=count)
    found = bench.sides(lambda server: held(bench, server, seeded.empty), seeded.path)
    delays = {side: all_delays(its.seen) for side, its in found.items()}
    firsts = {side: first_tokens(its.seen) for side, its in found.items()}
    name = f"{count} answers at 30 tok/s"
    for side, its in found.items():
        for error in sorted(set(its.seen.errors))[:3]:
            print(f"  {side}, {name}: {error}")
    most, half = (lambda values: percentile(values, 0.95)), (lambda values: percentile(values, 0.5))
    late = {"growth": "p95 per token, by answers at once", "at": count}
    figures = [
        beside(f"{name}, p95 per token", "ms", delays, most, P95.get(count), **late),
        beside(f"{name}, first token p50", "ms", firsts, half),
        beside(f"{name}, first token p95", "ms", firsts, most, 500),
        beside(f"{name}, errors", "", found, lambda its: len(its.seen.errors), 0),
    ]
    if not HAS_PROC:
        return figures
    cost = {"growth": "CPU per 1,000 tokens, by answers at once", "at": count}
    return [
        *figures,
        beside(
            *(f"{name}, CPU per 1,000 tokens", "s"),
            *(found, lambda its: its.cpu, CPU.get(count)),
            **cost,
        ),
        beside(f"{name}, memory", "MB", found, lambda its: its.memory, MEMORY.get(count)),
    ]


def held(bench: Bench, server: Server, keys: list[str], **how: object) -> Held:
    before = 0.0

    def when_open() -> None:
        nonlocal before
        before = cpu_seconds(server.pid) if HAS_PROC else 0.0

    model = "many, short" if bench.quick else "many"
    usual = {"spread": SPREAD_SECONDS, "limit": LIMIT_SECONDS}
    seen = bench.follow(server, model, keys, when_open, **usual | how)
    used = cpu_seconds(server.pid) - before if HAS_PROC else 0.0
    memory = resident_mb(server.pid) if HAS_PROC else 0.0
    return Held(seen, used * 1000 / (len(keys) * seen.tokens), memory)


def whole(seen: Followed) -> list[dict[str, object]]:
    return [page for page in seen.pages if not page["error"]]


def all_delays(seen: Followed) -> list[float]:
    sent = by_text(seen.requests)
    return [delay for page in whole(seen) for delay in token_delays(page, sent)]


def first_tokens(seen: Followed) -> list[float]:
    sent = by_text(seen.requests)
    return [first_token_added(page, sent) for page in whole(seen)]
