"""The next message at the end of a long conversation: its first token, and what the server holds
afterwards."""

from benchmarks.bench import Bench
from benchmarks.processes import HAS_PROC, cpu_seconds, resident_mb
from benchmarks.results import Figure, percentile
from benchmarks.rows.first_token import added

LENGTHS, QUICK = (20, 200, 2_000, 20_000), (20, 200, 2_000)
TURNS = 15


def run(bench: Bench) -> list[Figure]:
    turns, lengths = (3, QUICK) if bench.quick else (TURNS, LENGTHS)
    seeded = bench.data_dir(lengths=lengths)
    figures = []
    for length, key in zip(lengths, seeded.long, strict=True):
        with bench.studio(seeded.path) as server:
            added(bench, server, "first", [key])
            before = resident_mb(server.pid), cpu_seconds(server.pid)
            taken = added(bench, server, "first", [key] * turns)
            after = resident_mb(server.pid), cpu_seconds(server.pid)
        name = f"at the end of {length:,} messages"
        with_growth = {"growth": "first token, by messages before it", "at": length}
        half, most = percentile(taken, 0.5), percentile(taken, 0.95)
        figures += [
            Figure(f"first token {name}, p50", "ms", half, target=10, **with_growth),
            Figure(f"first token {name}, p95", "ms", most, target=20),
        ]
        if HAS_PROC:
            grown, used = after[0] - before[0], (after[1] - before[1]) * 1000 / turns
            figures += [
                Figure(f"memory that {turns} turns add {name}", "MB", grown, target=5),
                Figure(f"CPU of a turn {name}", "ms", used),
            ]
    return figures
