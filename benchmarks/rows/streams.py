"""Many answers at once, each with a page that follows it, all of them saved and rendered."""

from benchmarks.bench import Bench, Followed, Server
from benchmarks.delays import by_text, token_delays
from benchmarks.processes import HAS_PROC, cpu_seconds
from benchmarks.results import Figure, percentile

SPREAD_SECONDS = 4.0
LIMIT_SECONDS = 90.0


def run(bench: Bench) -> list[Figure]:
    count = bench.streams
    seeded = bench.data_dir(conversations=count)
    with bench.studio(seeded.path) as server:
        ours, cpu = followed(bench, server, seeded.empty)
    with bench.floor() as server:
        floor, floor_cpu = followed(bench, server, seeded.empty)
    late = percentile(all_delays(ours), 0.95), percentile(all_delays(floor), 0.95)
    name = f"{count} answers at 30 tok/s"
    figures = [
        Figure(f"{name}, p95 per token", "ms", *late, target=250),
        Figure(f"{name}, errors", "", len(ours.errors), len(floor.errors), target=0),
    ]
    for error in sorted(set(ours.errors))[:3]:
        print(f"  {error}")
    if HAS_PROC:
        figures.append(Figure(f"{name}, CPU per 1,000 tokens", "s", cpu, floor_cpu, target=0.15))
    return figures


def followed(bench: Bench, server: Server, keys: list[str]) -> tuple[Followed, float]:
    """What the pages saw, and the server's seconds of CPU for 1,000 tokens, from the first message
    to the last answer's end."""
    before = 0.0

    def when_open() -> None:
        nonlocal before
        before = cpu_seconds(server.pid) if HAS_PROC else 0.0

    model = "many, short" if bench.quick else "many"
    how = {"spread": SPREAD_SECONDS, "limit": LIMIT_SECONDS}
    seen = bench.follow(server, model, keys, when_open, **how)
    used = cpu_seconds(server.pid) - before if HAS_PROC else 0.0
    return seen, used * 1000 / (len(keys) * seen.tokens)


def all_delays(seen: Followed) -> list[float]:
    sent = by_text(seen.requests)
    whole = [page for page in seen.pages if not page["error"]]
    return [delay for page in whole for delay in token_delays(page, sent)]
