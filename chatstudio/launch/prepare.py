"""Brings database and static files up to date, and speaks only where there is something to do."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from chatstudio.launch import LaunchError

Say = Callable[[str], None]


def prepare(say: Say) -> None:
    migrate(say)
    collect_static(say)


def migrate(say: Say) -> None:
    try:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            say("Preparing the database")
            call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        raise LaunchError(
            f"The database cannot be opened: {str(error).strip()}. See DATABASE_URL and DATA_DIR."
        ) from error


def collect_static(say: Say) -> None:
    """Gathers and compresses what the browser loads, unless nothing changed since the last time."""
    stamp = Path(settings.STATIC_ROOT).with_suffix(".stamp")
    mark = fingerprint()
    if stamp.exists() and stamp.read_text() == mark and Path(settings.STATIC_ROOT).is_dir():
        return
    say("Collecting static files")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(mark)


def fingerprint() -> str:
    """Changes with every static file's name, size or time, and with Django's version."""
    digest = hashlib.sha256(f"{django.__version__} {settings.STORAGES['staticfiles']}".encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
