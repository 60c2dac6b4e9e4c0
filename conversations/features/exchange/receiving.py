"""A file that a person sends to be imported: received, begun, gone on with, put away."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from chatstudio.models import User
from conversations.features.exchange import background
from conversations.features.exchange.staging import imports_folder
from conversations.features.exchange.uploads import ImportUploadHandler
from conversations.models import ImportRun

MB = 1024 * 1024


class NotTaken(Exception):
    """`str()` is a sentence for the person."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@contextmanager
def to_the_disk(request: HttpRequest) -> Iterator[ImportUploadHandler]:
    """Before the upload is read: it goes straight to its place, and leaves it where nothing
    comes of it. Raises NotTaken."""
    limit = settings.MAX_IMPORT_MB * MB
    if int(request.META.get("CONTENT_LENGTH") or 0) > limit + MB:
        raise _too_large()
    handler = ImportUploadHandler(imports_folder(), limit)
    request.upload_handlers = [handler]
    try:
        yield handler
    finally:
        handler.discard()


def begin_import(
    person: User,
    request: HttpRequest,
    handler: ImportUploadHandler,
    loop: asyncio.AbstractEventLoop,
    *,
    is_dry_run: bool,
) -> ImportRun:
    """The import of the file that was uploaded. Raises NotTaken."""
    has_file = "file" in request.FILES  # reads the upload
    if handler.is_too_large:
        raise _too_large()
    if not has_file or handler.path is None:
        raise NotTaken(422, "Choose a file first.")
    name = " ".join((handler.file_name or "").split())[:255]
    background.tidy(person)
    with transaction.atomic():  # of two at the same moment one waits for the other's row
        User.objects.select_for_update(no_key=True).filter(pk=person.pk).first()
        _refuse_a_second(person)
        run = ImportRun.objects.create(owner=person, file_name=name, is_dry_run=is_dry_run)
    handler.path.rename(background.path_of(run))
    background.begin(run, loop)
    return run


def resume_import(person: User, run: ImportRun, loop: asyncio.AbstractEventLoop) -> bool:
    """Where it ended; or in earnest, after a dry run. False where nothing is left to do."""
    _refuse_a_second(person)
    if not background.path_of(run).exists():
        raise NotTaken(409, "Its file is not kept any more. Choose it again.")
    if not background.claim(run):
        return False
    run.refresh_from_db()
    background.begin(run, loop)
    return True


def put_away(person: User, run: ImportRun) -> None:
    """From the list; what it brought stays."""
    background.mark_silent(person)
    run.refresh_from_db()
    if run.status in background.RUNNING:
        raise NotTaken(409, "It is running. Wait for its end.")
    background.remove(run)


def _refuse_a_second(person: User) -> None:
    if background.is_busy(person):
        raise NotTaken(409, "An import is running already. Wait for its end.")


def _too_large() -> NotTaken:
    return NotTaken(
        413,
        f"The file is larger than {settings.MAX_IMPORT_MB} MB. Import it with the command "
        "manage.py import_conversations, which has no limit, or raise MAX_IMPORT_MB.",
    )
