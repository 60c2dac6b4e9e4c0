"""How the database finds what a page asks for.

    DATA_DIR=… python -m benchmarks.query_plans '/metrics/?period=90d' everybody

fetches the page within this process, as an administrator if so wanted, and prints each query's
time with its plan: EXPLAIN QUERY PLAN on SQLite, EXPLAIN on PostgreSQL.
"""

import os
import re
import sys
import time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatstudio.settings")


def queries_of(path: str, everybody: bool) -> list[tuple[str, Any, float]]:
    from django.db import connection

    seen: list[tuple[str, Any, float]] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            seen.append((sql, params, (time.perf_counter() - began) * 1000))

    with connection.execute_wrapper(watch):
        fetch(path, everybody)
    return seen


def fetch(path: str, everybody: bool) -> str:
    """The page as the local person, or as an administrator who sees everybody."""
    from django.http import QueryDict
    from django.template.loader import render_to_string
    from django.test import override_settings

    from chatstudio.local import local_person
    from metrics.dashboard.filters import FilterForm, read_filters
    from metrics.dashboard.page import context

    form = FilterForm(QueryDict(path.partition("?")[2]))
    with override_settings(AUTH_MODE="accounts" if everybody else "local"):
        shown = context(read_filters(local_person(), form), form)
        return render_to_string("metrics/_dashboard.html", shown)


def main() -> None:
    import django
    from django.db import connection

    django.setup()
    path, everybody = sys.argv[1], "everybody" in sys.argv[2:]
    fetch(path, everybody)  # the first one imports and connects
    began, busy = time.perf_counter(), time.process_time()
    fetch(path, everybody)
    taken, busy = time.perf_counter() - began, time.process_time() - busy
    print(f"{path}: {taken * 1000:.0f} ms, of them {busy * 1000:.0f} ms of processor")
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    for sql, params, ms in queries_of(path, everybody):
        with connection.cursor() as cursor:
            cursor.execute(f"{explain} {sql}", params)
            plan = [str(row[-1]) for row in cursor.fetchall()]
        print(f"{ms:8.1f} ms  {re.sub(r'SELECT .*? FROM', 'SELECT … FROM', sql)[:110]}")
        for line in plan:
            print(f"             {line}")


if __name__ == "__main__":
    main()
