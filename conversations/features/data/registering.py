"""An uploaded file on its way to a registered one, in a task of this process."""

import asyncio
import contextlib
import contextvars
import logging
import shutil
import time
from contextlib import aclosing
from pathlib import Path

from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone

from chatstudio.base.encodings.names import CHOICES
from chatstudio.models import User
from conversations.models import DataSource
from routing.data.errors import DataError, NotReadable
from routing.data.places import Asker
from routing.data.reading import Progress, kind_of_file, read_file
from routing.data.types import Contents, as_json, tables_from

logger = logging.getLogger(__name__)

TOUCH_SECONDS = 5.0
SAVE_SECONDS = 0.5

_running: set[asyncio.Task[None]] = set()


def receive(person: User, upload: "File[bytes]") -> DataSource:
    """The row and the file in its folder; raises NotReadable for a kind that cannot be read."""
    name = Path(upload.name or "data").name
    source = _row(person, name, kind_of_file(name), upload.size or 0)
    try:
        source.folder.mkdir(parents=True)
        with uploaded_file(source).open("wb") as target:
            shutil.copyfileobj(upload, target, 2**20)
    except OSError:
        remove(source)
        raise
    return source


def uploaded_file(source: DataSource) -> Path:
    return source.folder / "uploaded"


def _row(person: User, file_name: str, kind: str, size: int) -> DataSource:
    """Named as the file is; a second one of the same name gets a number."""
    stem = " ".join(Path(file_name).stem.split())[: DataSource.NAME_LENGTH - 5] or "data"
    alike = DataSource.objects.filter(owner=person, name__startswith=stem)
    taken = set(alike.values_list("name", flat=True))
    names = (stem if n == 1 else f"{stem} {n}" for n in range(1, 10_000))
    for name in (name for name in names if name not in taken):
        with contextlib.suppress(IntegrityError), transaction.atomic():
            return DataSource.objects.create(owner=person, name=name, kind=kind, size_bytes=size)
    raise ValueError(f"no name is left for {stem}")


def begin_again(source: DataSource, encoding: str) -> None:
    """To be read once more, in another encoding; raises NotReadable. Until then, and where that
    fails, it is as it was."""
    if encoding not in CHOICES:
        raise NotReadable("Choose one of the encodings.")
    if not source.can_be_read_again or not uploaded_file(source).exists():
        raise NotReadable("This file tells its encoding itself, or has none.")
    ready = DataSource.objects.filter(id=source.id, status=DataSource.Status.READY)
    if not ready.update(
        status=DataSource.Status.READING, touched_at=timezone.now(), error="", rows=0
    ):
        raise NotReadable("This file is being read already.")


def start_reading(source: DataSource, encoding: str = "") -> asyncio.Task[None]:
    """In a context of its own: that of the request ends with its answer."""
    task = asyncio.create_task(_read(source, encoding), context=contextvars.Context())
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task


async def _read(source: DataSource, encoding: str) -> None:
    fail = _leave_as_it_was if encoding else _fail
    heart = asyncio.create_task(_touch(source))
    try:
        await _finish(source, await _contents(source, encoding))
    except DataError as error:
        await fail(source, str(error))
    except FileNotFoundError:  # removed meanwhile
        await _fail(source, "")
    except Exception:
        logger.exception("Reading the data source %s failed", source.public_id)
        await fail(source, "Something went wrong on our side. Remove it and add it again.")
    finally:
        heart.cancel()


async def _contents(source: DataSource, encoding: str) -> Contents:
    contents = Contents()
    saved_at = 0.0
    file = uploaded_file(source)
    owner = Asker(source.owner_id, is_patient=True)
    async with aclosing(read_file(file, source.kind, source.name, encoding, owner)) as steps:
        async for step in steps:
            if not isinstance(step, Progress):
                contents = step
            elif time.monotonic() - saved_at > SAVE_SECONDS:
                saved_at = time.monotonic()
                await _update(source, progress=step.share, rows=step.rows or 0)
    return contents


async def _finish(source: DataSource, contents: Contents) -> None:
    tables = contents.tables
    changed = await _update(
        source,
        status=DataSource.Status.READY,
        tables=as_json(tables),
        notes=list(contents.notes),
        encoding=contents.encoding,
        rows=sum(table.rows for table in tables),
        progress=None,
    )
    if not changed:  # removed meanwhile
        await asyncio.to_thread(shutil.rmtree, source.folder, ignore_errors=True)


async def _fail(source: DataSource, sentence: str) -> None:
    await _update(source, status=DataSource.Status.FAILED, error=sentence, progress=None, rows=0)
    await asyncio.to_thread(shutil.rmtree, source.folder, ignore_errors=True)


async def _leave_as_it_was(source: DataSource, sentence: str) -> None:
    rows = sum(table.rows for table in tables_from(source.tables))
    ready = DataSource.Status.READY
    await _update(source, status=ready, error=sentence, progress=None, rows=rows)


async def _touch(source: DataSource) -> None:
    while True:
        await _update(source)
        await asyncio.sleep(TOUCH_SECONDS)


async def _update(source: DataSource, **facts: object) -> int:
    """How many rows that changed: none where it was removed."""
    rows = DataSource.objects.filter(id=source.id, status=DataSource.Status.READING)
    return await rows.aupdate(touched_at=timezone.now(), **facts)


def remove(source: DataSource) -> None:
    """The row first: what is in no row is found by nobody."""
    DataSource.objects.filter(id=source.id).delete()
    shutil.rmtree(source.folder, ignore_errors=True)
