"""What a token weighs on its way to the page in one long block, and what it costs the server."""

from benchmarks.bench import BYTES_A_TOKEN, KILOBYTES, Bench, Server, beside
from benchmarks.processes import HAS_PROC, cpu_seconds
from benchmarks.results import Figure

QUICK = [("paragraph", 1), ("paragraph", 10), ("table", 1), ("table", 10)]


def run(bench: Bench) -> list[Figure]:
    every = [(shape, size) for shape in BYTES_A_TOKEN for size in KILOBYTES]
    models = QUICK if bench.quick else every
    seeded = bench.data_dir(conversations=len(models))

    def measure(server: Server) -> list[tuple[float, float]]:
        return [
            weight_and_cost(bench, server, f"{shape}, {size} KB", key)
            for (shape, size), key in zip(models, seeded.empty, strict=True)
        ]

    sides = bench.sides(measure, seeded.path)
    figures = []
    for number, (shape, size) in enumerate(models):
        found = {side: its[number] for side, its in sides.items()}
        name, growth = f"one {shape} of {size} KB at 400 tok/s", f"{shape}, by its length in KB"
        grows = {"growth": f"bytes a token, {growth}", "at": size}
        figures.append(
            beside(f"a token's weight, {name}", "B", found, lambda its: its[0], 120, **grows)
        )
        if HAS_PROC:
            grows = {"growth": f"CPU per 1,000 tokens, {growth}", "at": size}
            what = f"CPU per 1,000 tokens, {name}"
            figures.append(beside(what, "s", found, lambda its: its[1], **grows))
    return figures


def weight_and_cost(bench: Bench, server: Server, model: str, key: str) -> tuple[float, float]:
    before = cpu_seconds(server.pid) if HAS_PROC else 0.0
    followed = bench.follow(server, model, [key], one_by_one=True, limit=120.0)
    used = cpu_seconds(server.pid) - before if HAS_PROC else 0.0
    came = sum(page["bytes"] for page in followed.pages)
    return came / followed.tokens, used * 1000 / followed.tokens
