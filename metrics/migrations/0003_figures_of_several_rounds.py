"""Metrics of answers with several rounds had the tokens of all and the times of the last one, and
failed ones no tokens. Where the receipt has the rounds, they are made anew; the rollups follow at
the next start (metrics.catching_up)."""

from collections.abc import Iterator
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TOKENS = ("input_tokens", "output_tokens")
TIMES = ("load_ms", "prompt_ms", "generation_ms")
BATCH = 500


def recount(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    metrics = apps.get_model("metrics", "ChatMetric").objects
    wrong = metrics.filter(generation__receipt__has_key="rounds").select_related("generation")
    changed = []
    for metric in wrong.iterator(chunk_size=BATCH):
        rounds = metric.generation.receipt["rounds"]
        if isinstance(rounds, list) and rounds:
            correct(metric, rounds)
            changed.append(metric)
    if changed:
        fields = [*TOKENS, *TIMES, "tokens_per_second", "queue_ms", "metric_metadata"]
        metrics.bulk_update(changed, fields, batch_size=BATCH)
        apps.get_model("metrics", "MetricRollup").objects.all().delete()


def correct(metric: Any, rounds: list[Any]) -> None:
    for name in TOKENS:
        setattr(metric, name, total(rounds, "usage", name))
    for name in TIMES:
        setattr(metric, name, total(rounds, "timings", name))
    tokens, ms = metric.output_tokens, metric.generation_ms
    metric.tokens_per_second = tokens * 1000 / ms if tokens and ms else None
    whole = total(rounds, "timings", "total_ms")
    metric.metric_metadata |= {} if whole is None else {"total_ms": whole}
    first = [total(rounds[:1], "timings", name) for name in ("load_ms", "prompt_ms")]
    waited = metric.time_to_first_token_ms
    is_known = waited is not None and None not in first
    metric.queue_ms = max(0.0, waited - first[0] - first[1]) if is_known else None


def total(rounds: list[Any], part: str, name: str) -> Any:
    numbers = list(numbers_in(rounds, part, name))
    return sum(numbers) if numbers else None


def numbers_in(rounds: list[Any], part: str, name: str) -> Iterator[Any]:
    for one in rounds:
        found = one.get(part) if isinstance(one, dict) else None
        value = found.get(name) if isinstance(found, dict) else None
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield value


class Migration(migrations.Migration):
    dependencies = [
        ("metrics", "0002_rollups_and_indexes"),
        ("conversations", "0010_generations_of_requests"),
    ]

    operations = [migrations.RunPython(recount, migrations.RunPython.noop, elidable=True)]
