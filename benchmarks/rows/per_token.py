"""From a token's leaving the model to its being on the page, and what it weighs there."""

from benchmarks.bench import Bench, Followed, Server, beside
from benchmarks.delays import by_text, token_delays
from benchmarks.results import Figure, percentile

ANSWERS = 3


def run(bench: Bench) -> list[Figure]:
    count = 1 if bench.quick else ANSWERS
    seeded = bench.data_dir(conversations=3 * count)

    def measure(server: Server) -> dict[str, list[Followed]]:
        keys = iter(seeded.empty)
        models = ("steady", "fast", "paragraph")
        return {
            model: [one(bench, server, model, next(keys)) for _ in range(count)] for model in models
        }

    sides = bench.sides(measure, seeded.path)
    figures = []
    for model, rate, half, most in (("steady", 50, 17, 35), ("fast", 200, None, 35)):
        found = {side: delays(its[model]) for side, its in sides.items()}
        name = f"added per token at {rate} tok/s"
        figures += [
            beside(f"{name}, p50", "ms", found, lambda values: percentile(values, 0.5), half),
            beside(f"{name}, p95", "ms", found, lambda values: percentile(values, 0.95), most),
        ]
    weights = {side: bytes_a_token(its["paragraph"]) for side, its in sides.items()}
    name = "a token's weight, one paragraph of 300 at 50 tok/s"
    return [*figures, beside(name, "B", weights, lambda value: value, 120)]


def one(bench: Bench, server: Server, model: str, key: str) -> Followed:
    return bench.follow(server, model, [key], one_by_one=True, limit=60.0)


def delays(answers: list[Followed]) -> list[float]:
    return [
        delay
        for followed in answers
        for page in followed.pages
        for delay in token_delays(page, by_text(followed.requests))
    ]


def bytes_a_token(answers: list[Followed]) -> float:
    """Of all that comes from the message on, its own echo and the final form included."""
    came = sum(page["bytes"] for followed in answers for page in followed.pages)
    return came / sum(followed.tokens for followed in answers)
