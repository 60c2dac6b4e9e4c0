"""The full-text index, where there is one: it and its triggers, which a rebuilt table loses."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from chatstudio.doctor.checks import database
from chatstudio.doctor.findings import Finding, ok, warning

MODULE = "conversations.features.search"


def examine() -> Iterator[Finding]:
    if find_spec(MODULE) is None or not database.is_there():
        return
    problems = list(import_module(MODULE).index_problems())
    step = "Build it anew: .venv/bin/python manage.py rebuild_search"
    yield from (warning(problem.partition(" Rebuild it")[0], step) for problem in problems)
    if not problems:
        yield ok("The full-text index is complete.")
