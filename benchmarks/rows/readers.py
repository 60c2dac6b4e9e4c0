"""One answer that many read: what each of them costs, and what slow ones do to the quick one."""

from collections.abc import Sequence

from benchmarks.bench import Bench, Server
from benchmarks.delays import by_text, token_delays
from benchmarks.processes import HAS_PROC, cpu_seconds, resident_mb
from benchmarks.results import Figure, percentile

READERS, SLOW = 20, 50


def run(bench: Bench) -> list[Figure]:
    """The floor sends each token to each; it has no rows of many and slow ones of its own."""
    seeded = bench.data_dir(conversations=3)
    one, many, slow = seeded.empty
    with bench.studio(seeded.path) as server:
        alone, late_alone, _ = read(bench, server, one, [])
        read_by_many, late_many, _ = read(bench, server, many, [many] * (READERS - 1))
        _, late_slow, grown = read(bench, server, slow, [slow] * SLOW, slow=SLOW)
    with bench.floor() as server:
        floor_alone, floor_late, _ = read(bench, server, one, [])
        floor_many, floor_late_many, _ = read(bench, server, many, [many] * (READERS - 1))
    name = "one answer at 50 tok/s"
    figures = [
        Figure(f"{name}, one reader, p95 per token", "ms", late_alone, floor_late, target=35),
        Figure(f"{name}, {READERS} readers, p95 per token", "ms", late_many, floor_late_many, 35),
        Figure(f"{name}, {SLOW} slow readers, p95 of the quick one", "ms", late_slow, target=35),
    ]
    if HAS_PROC:
        cost = f"{name}, CPU per 1,000 tokens"
        grows = {"growth": "CPU per 1,000 tokens, by readers of one answer"}
        figures += [
            Figure(f"{cost}, one reader", "s", alone, floor_alone, 0.5, at=1, **grows),
            Figure(
                f"{cost}, {READERS} readers", "s", read_by_many, floor_many, 0.8, at=20, **grows
            ),
            Figure(f"{name}, memory that {SLOW} slow readers add", "MB", grown, target=20),
        ]
    return figures


def read(
    bench: Bench, server: Server, key: str, readers: Sequence[str], slow: int = 0
) -> tuple[float, float, float]:
    """CPU seconds for 1,000 tokens, the p95 of the page that asked, and the memory that came."""
    before = 0.0, 0.0

    def when_open() -> None:
        nonlocal before
        if HAS_PROC:
            before = cpu_seconds(server.pid), resident_mb(server.pid)

    seen = bench.follow(server, "steady", [key], when_open, readers=readers, limit=40.0, slow=slow)
    used = cpu_seconds(server.pid) - before[0] if HAS_PROC else 0.0
    grown = resident_mb(server.pid) - before[1] if HAS_PROC else 0.0
    asking = seen.pages[0]
    if asking["error"]:
        raise RuntimeError(asking["error"])
    late = list(token_delays(asking, by_text(seen.requests)))
    return used * 1000 / seen.tokens, percentile(late, 0.95), grown
