"""What answers took: numbers that a machine with a small graphics card would give."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from chatstudio.base.json_types import JsonObject
from chatstudio.models import User
from metrics.models import ChatMetric

# Tokens a second, and how many seconds a model takes to load.
MODELS = {
    "llama3.1:8b": (52.0, 4.1),
    "qwen2.5-coder:7b": (58.0, 3.8),
    "mistral:7b": (61.0, 3.5),
    "qwen2.5:14b": (24.0, 8.2),
    "gemma2:9b": (41.0, 5.0),
}
DAYS = 30
FAILURES = (("error", "failed", "server_unreachable"), ("cancelled", "stopped", ""))


def figures_of(model_name: str, length: int, dice: Random) -> JsonObject:
    """For an answer of so many characters."""
    speed, load = MODELS[model_name]
    speed *= dice.uniform(0.85, 1.1)
    output = max(8, length // 4)
    load_ms = load * 1000 if dice.random() < 0.15 else dice.uniform(20, 90)
    prompt_ms, generation_ms = dice.uniform(60, 900), output / speed * 1000
    return {
        "strategy": "direct",
        "model_name": model_name,
        "status": "complete",
        "finish_reason": "stop",
        "input_tokens": dice.randint(40, 2400),
        "output_tokens": output,
        "load_ms": round(load_ms, 1),
        "prompt_ms": round(prompt_ms, 1),
        "generation_ms": round(generation_ms, 1),
        "time_to_first_token_ms": round(load_ms + prompt_ms + dice.uniform(5, 40), 1),
        "duration_ms": round(load_ms + prompt_ms + generation_ms + dice.uniform(5, 60), 1),
        "tokens_per_second": round(speed, 2),
        "metric_metadata": {"demo": True},
    }


def lone_metrics(owner: User, now: datetime, dice: Random) -> Iterator[ChatMetric]:
    """Those of conversations that are gone: as in life, more than there are conversations."""
    for day in range(DAYS):
        moment = now - timedelta(days=day)
        busy = 4 if moment.weekday() > 4 else 22
        for _ in range(dice.randint(busy // 2, busy)):
            facts = figures_of(dice.choice(list(MODELS)), dice.randint(80, 3200), dice)
            if dice.random() < 0.06:
                reason, status, code = dice.choice(FAILURES)
                facts |= {"finish_reason": reason, "status": status, "error_code": code}
            at = moment - timedelta(minutes=dice.uniform(0, 1400))
            yield ChatMetric(owner=owner, created_at=at, **facts)
