"""Brings database and static files up to date, and speaks only where there is something to do."""

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import brotli
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


def prepare_apart() -> None:
    """In a process of its own, if there is anything to do: what migrations load would stay in the
    server's memory for good, twenty megabytes of it. That process says itself what is wrong."""
    if not lacks_migrations() and has_static_files():
        return
    connections.close_all()
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "serve", "--prepare-only"]
    done = subprocess.run([*command, "--model", "none"], stdin=subprocess.DEVNULL)  # noqa: S603
    if done.returncode < 0:
        raise LaunchError("Preparing the database was stopped by the system. Start again.")
    if done.returncode:
        sys.exit(done.returncode)


@contextmanager
def database_opens() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise LaunchError(
            f"The database cannot be opened: {str(error).strip()}. See DATABASE_URL and DATA_DIR."
        ) from error


@database_opens()
def lacks_migrations() -> bool:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@database_opens()
def migrate(say: Say) -> None:
    if lacks_migrations():
        say("Preparing the database")
        call_command("migrate", interactive=False, verbosity=0)


def has_static_files() -> bool:
    stamp = static_stamp()
    is_current = stamp.exists() and stamp.read_text() == fingerprint()
    return is_current and Path(settings.STATIC_ROOT).is_dir()


def static_stamp() -> Path:
    return Path(settings.STATIC_ROOT).with_suffix(".stamp")


def collect_static(say: Say) -> None:
    """Gathers and compresses what the browser loads, unless nothing changed since the last time."""
    if has_static_files():
        return
    say("Collecting static files")
    mark = fingerprint()
    call_command("collectstatic", interactive=False, verbosity=0)
    static_stamp().write_text(mark)


def fingerprint() -> str:
    """Changes with every static file's name, size or time, with Django's version and Brotli's."""
    made_by = django.__version__, brotli.__version__, settings.STORAGES["staticfiles"]
    digest = hashlib.sha256(str(made_by).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
