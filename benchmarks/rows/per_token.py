"""From a token's leaving the model to its being on the page, at 50 tokens a second."""

from benchmarks.bench import Bench, Server
from benchmarks.delays import by_text, token_delays
from benchmarks.results import Figure, percentile

ANSWERS = 3


def run(bench: Bench) -> list[Figure]:
    seeded = bench.data_dir(conversations=1 if bench.quick else ANSWERS)
    with bench.studio(seeded.path) as server:
        ours = delays(bench, server, seeded.empty)
    with bench.floor() as server:
        floor = delays(bench, server, seeded.empty)
    half, most = (lambda found: percentile(found, 0.5)), (lambda found: percentile(found, 0.95))
    return [
        Figure("added per token at 50 tok/s, p50", "ms", half(ours), half(floor), target=17),
        Figure("added per token at 50 tok/s, p95", "ms", most(ours), most(floor), target=35),
    ]


def delays(bench: Bench, server: Server, keys: list[str]) -> list[float]:
    followed = bench.follow(server, "steady", keys, one_by_one=True, limit=30.0)
    sent = by_text(followed.requests)
    return [delay for page in followed.pages for delay in token_delays(page, sent)]
