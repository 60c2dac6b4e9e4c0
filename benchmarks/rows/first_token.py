"""From the message's leaving to the first token on the page, without the model's own time, by every
way in; and to the answer's final form."""

from collections.abc import Mapping, Sequence

from benchmarks.bench import Bench, Followed, Server, beside
from benchmarks.delays import by_text, done_added, first_token_added
from benchmarks.results import Figure, percentile

TURNS = 40
PAUSED_TURNS = 5
PAUSE_SECONDS = 6.0
"""Longer than what is known of the model servers holds."""


def run(bench: Bench) -> list[Figure]:
    turns, paused = (6, 1) if bench.quick else (TURNS, PAUSED_TURNS)
    seeded = bench.data_dir(conversations=4 * turns + paused + 1)
    keys = iter(seeded.empty)
    fresh = [next(keys) for _ in range(turns)]
    others = {name: [next(keys) for _ in range(turns)] for name in ("after 50 ms", "api", "done")}
    rested = [next(keys) for _ in range(paused)]
    same = [next(keys)] * turns

    def measure(server: Server) -> dict[str, list[float]]:
        asked(bench, server, "first", fresh)  # so that the next message is the second one
        found = {
            "fresh": added(bench, server, "first", fresh),
            "same": added(bench, server, "first", same),
            "after 50 ms": added(bench, server, "first after 50 ms", others["after 50 ms"]),
            "done": finished(bench, server, others["done"]),
        }
        if server.kind == "studio":
            asked(bench, server, "first", fresh[:1], by="api")  # the first one loads the library
            found["new"] = added(bench, server, "first", fresh, by="new_chat")
            found["api"] = added(bench, server, "first", others["api"], by="api")
            found["v1"] = added(bench, server, "first", fresh, by="v1")
            found["rested"] = added(bench, server, "first", rested, pause=PAUSE_SECONDS)
        return found

    return figures(bench.sides(measure, seeded.path))


def figures(sides: Mapping[str, Mapping[str, list[float]]]) -> list[Figure]:
    """Where only ours has a way in, it stands beside the page's of the others."""

    def both(name: str, what: str, half: float, most: float, instead: str = "") -> list[Figure]:
        found = {side: its.get(what) or its[instead or what] for side, its in sides.items()}
        return [
            beside(f"{name}, p50", "ms", found, lambda values: percentile(values, 0.5), half),
            beside(f"{name}, p95", "ms", found, lambda values: percentile(values, 0.95), most),
        ]

    name = "first token"
    return [
        *both(f"{name}, second message of a fresh conversation", "fresh", 8, 15),
        *both(f"{name}, always in the same one", "same", 8, 15),
        *both(f"{name}, new conversation each time", "new", 10, 20, "fresh"),
        *both(f"{name}, model takes 50 ms", "after 50 ms", 8, 15),
        *both(f"{name}, API as events", "api", 8, 15, "fresh"),
        *both(f"{name}, /v1", "v1", 5, 10, "fresh"),
        *both(f"{name}, after a pause", "rested", 8, 15, "fresh")[:1],
        *both("done after the model's last, 20 tokens", "done", 15, 30),
    ]


def asked(
    bench: Bench, server: Server, model: str, keys: Sequence[str], pause: float = 0.05, by: str = ""
) -> Followed:
    return bench.follow(server, model, keys, one_by_one=True, pause=pause, limit=20.0, by=by)


def added(
    bench: Bench, server: Server, model: str, keys: Sequence[str], pause: float = 0.05, by: str = ""
) -> list[float]:
    followed = asked(bench, server, model, keys, pause, by)
    sent = by_text(followed.requests)
    return [first_token_added(page, sent) for page in followed.pages]


def finished(bench: Bench, server: Server, keys: Sequence[str]) -> list[float]:
    followed = asked(bench, server, "done", keys)
    sent = by_text(followed.requests)
    return [done_added(page, sent) for page in followed.pages]
