"""A million metrics over a year, without answers, and their rollups.

    DATA_DIR=… python -m benchmarks.metrics_seeding '{"metrics": 1000000, "people": 40}'

The database makes the metrics itself (a recursive query, SQLite only), as a million objects would
take minutes; the rollups come from `rebuild`, as they would after an import.
"""

import json
import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatstudio.settings")

# Everybody works nine hours a day, mostly with one model and always with one prompt profile.
SQL = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {metrics}),
dice AS (
  SELECT i, abs(random()) % 1000 / 1000.0 AS a, abs(random()) % 1000 / 1000.0 AS b,
         abs(random()) % 1000 / 1000.0 AS c, abs(random()) % {people} AS who,
         abs(random()) % 100 AS luck, abs(random()) % 365 AS day, abs(random()) % 9 AS hour FROM n
),
thrown AS (SELECT *, (who + (luck % 10 = 0)) % 6 AS model FROM dice)
INSERT INTO metrics_chatmetric (
  owner_id, strategy, server, model_name, model_digest, prompt_profile_name, status, error_code,
  finish_reason, input_tokens, output_tokens, time_to_first_token_ms, duration_ms, queue_ms,
  load_ms, prompt_ms, generation_ms, tokens_per_second, tool_calls, messages_left_out, fallback,
  metric_metadata, created_at)
SELECT {first} + who, CASE WHEN luck % 20 = 0 THEN 'agent' ELSE 'direct' END,
  'http://localhost:11434', 'model-' || model || ':8b', 'sha256:' || model,
  CASE who % 4 WHEN 0 THEN 'Translator' WHEN 1 THEN 'Reviewer' ELSE '' END,
  CASE WHEN luck < 3 THEN 'failed' WHEN luck < 6 THEN 'stopped' ELSE 'complete' END,
  CASE WHEN luck = 0 THEN 'server_unreachable' WHEN luck < 3 THEN 'timed_out' ELSE '' END,
  CASE WHEN luck < 3 THEN 'error' WHEN luck < 6 THEN 'cancelled' ELSE 'stop' END,
  CAST(50 + 4000 * a AS INTEGER), CAST(20 + 800 * b AS INTEGER),
  CASE WHEN luck < 3 THEN NULL ELSE 80 + 2000 * a * a * (model + 1) END,
  500 + 30000 * b * b * (model + 1), 5, CASE WHEN luck = 50 THEN 6000 * (1 + c) ELSE 12 END,
  60 + 900 * a, 400 + 25000 * b * b * (model + 1),
  CASE WHEN luck < 3 THEN NULL ELSE 8 + 90 * c / (model + 1) END, 0, 0, '',
  CASE WHEN luck < 3 THEN '{{}}' ELSE '{{"gpu_share": 0.75}}' END,
  strftime('%Y-%m-%d %H:%M:%f000', 'now', '-' || day || ' days', '-' || hour || ' hours',
           '-' || CAST(3600 * c AS INTEGER) || ' seconds')
FROM thrown
"""


def seed(metrics: int, people: int) -> dict[str, float]:
    from django.db import connection, transaction

    from chatstudio.local import local_person
    from chatstudio.models import User
    from metrics import rollups
    from metrics.models import MetricRollup

    first = local_person().pk
    User.objects.bulk_create(User(username=f"person-{n}") for n in range(1, people))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SQL.format(metrics=metrics, people=people, first=first))
    began = time.perf_counter()
    for _ in rollups.rebuild():
        pass
    seconds = time.perf_counter() - began
    return {"rebuild_seconds": round(seconds, 1), "rollups": MetricRollup.objects.count()}


def main() -> None:
    import django

    django.setup()
    print(json.dumps(seed(**json.loads(sys.argv[1]))))


if __name__ == "__main__":
    main()
