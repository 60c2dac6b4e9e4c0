"""From the message's leaving to the first token on the page, without the model's own time."""

from benchmarks.bench import Bench, Server
from benchmarks.delays import by_text, first_token_added
from benchmarks.results import Figure, percentile

TURNS = 40
PAUSED_TURNS = 5
PAUSE_SECONDS = 6.0
"""Longer than what is known of the model servers holds."""


def run(bench: Bench) -> list[Figure]:
    turns, paused = (8, 1) if bench.quick else (TURNS, PAUSED_TURNS)
    seeded = bench.data_dir(conversations=2 * turns + paused)
    keys = seeded.empty
    with bench.studio(seeded.path) as server:
        at_once = added(bench, server, "first", keys[:turns])
        thinking = added(bench, server, "first after 50 ms", keys[turns : 2 * turns])
        rested = added(bench, server, "first", keys[2 * turns :], pause=PAUSE_SECONDS)
    with bench.floor() as server:
        floor = added(bench, server, "first", keys[:turns])
        floor_thinking = added(bench, server, "first after 50 ms", keys[turns : 2 * turns])
    half, most = (lambda found: percentile(found, 0.5)), (lambda found: percentile(found, 0.95))
    name = "first token added"
    return [
        Figure(f"{name}, p50", "ms", half(at_once), half(floor), target=8),
        Figure(f"{name}, p95", "ms", most(at_once), most(floor), target=15),
        Figure(f"{name}, model takes 50 ms, p50", "ms", half(thinking), half(floor_thinking), 8),
        Figure(f"{name}, model takes 50 ms, p95", "ms", most(thinking), most(floor_thinking), 15),
        Figure(f"{name}, after a pause, p50", "ms", half(rested), half(floor), target=8),
    ]


def added(
    bench: Bench, server: Server, model: str, keys: list[str], pause: float = 0.05
) -> list[float]:
    followed = bench.follow(server, model, keys, one_by_one=True, pause=pause, limit=20.0)
    sent = by_text(followed.requests)
    return [first_token_added(page, sent) for page in followed.pages]
