from collections.abc import Iterator

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from chatstudio.doctor.checks import database
from chatstudio.doctor.findings import Finding, failure, ok


def examine() -> Iterator[Finding]:
    if not database.is_there():
        return
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    unknown = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    unknown = {key for key in unknown if key[0] in executor.loader.migrated_apps}
    if missing:
        names = "migration is" if len(missing) == 1 else "migrations are"
        yield failure(
            f"{len(missing)} {names} missing, the first: {missing[0][0]}.",
            "Start with make run, which applies them, or run .venv/bin/python manage.py migrate.",
        )
    elif unknown:
        yield failure(
            f"The database is newer than this program: it has {'.'.join(sorted(unknown)[0])}.",
            "Update Chat Studio, or use the database of this version from a backup.",
        )
    else:
        yield ok("All are applied.")
