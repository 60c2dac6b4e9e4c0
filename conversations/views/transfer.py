"""Import and export: a file in, a file out, and how far an import is."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from chatstudio.base.http import Request
from conversations import frames
from conversations.lookup import conversations_of, import_run_for
from conversations.models import ImportRun, PromptProfile
from conversations.sidebar import sidebar_for
from conversations.transfer import background
from conversations.transfer.exporting import exported, file_name
from conversations.transfer.formats import FORMATS, READERS, WRITERS
from conversations.transfer.profiles import exported_profiles
from conversations.transfer.showing import shown
from conversations.transfer.uploads import ImportUploadHandler
from conversations.views.chat import aperson_of, person_of, sidebar_shown

RUNS_SHOWN = 10
PROFILES_FILE = "chat-studio-prompt-profiles.jsonl"
MB = 1024 * 1024


@require_safe
def index(request: Request) -> HttpResponse:
    return _page(request)


def _page(request: Request, error: str = "", status: int = 200) -> HttpResponse:
    person = person_of(request)
    background.mark_silent(person)
    runs = [shown(run) for run in background.runs_of(person)[:RUNS_SHOWN]]
    context = {
        "runs": runs,
        "is_running": any(run.is_running for run in runs),
        "error": error,
        "readers": [one.label for one in READERS.values()],
        "writers": list(WRITERS.values()),
        "limit": settings.MAX_IMPORT_MB,
        "count": conversations_of(person).count(),
        "profile_count": PromptProfile.objects.filter(owner=person).count(),
        "sidebar": sidebar_shown(request),
    }
    return render(request, "conversations/transfer.html", context, status=status)


@csrf_exempt  # checked in _upload, when it is said where the file goes
@require_POST
async def upload(request: Request) -> HttpResponseBase:
    loop = asyncio.get_running_loop()
    return await sync_to_async(_upload)(request, loop)


def _upload(request: Request, loop: asyncio.AbstractEventLoop) -> HttpResponseBase:
    limit = settings.MAX_IMPORT_MB * MB
    handler = ImportUploadHandler(background.folder(), limit)
    if int(request.META.get("CONTENT_LENGTH") or 0) > limit + MB:
        return _page(request, _too_large(), 413)
    request.upload_handlers = [handler]
    try:
        return _received(request, handler, loop)
    finally:
        handler.discard()


@csrf_protect
def _received(
    request: Request, handler: ImportUploadHandler, loop: asyncio.AbstractEventLoop
) -> HttpResponse:
    person = person_of(request)
    is_dry_run = "dry_run" in request.POST  # reads the upload
    if handler.is_too_large:
        return _page(request, _too_large(), 413)
    if "file" not in request.FILES or handler.path is None:
        return _page(request, "Choose a file first.", 422)
    if background.is_busy(person):
        return _page(request, "An import is running already. Wait for its end.", 409)
    name = " ".join((handler.file_name or "").split())[:255]
    background.tidy(person)
    run = ImportRun.objects.create(owner=person, file_name=name, is_dry_run=is_dry_run)
    handler.path.rename(background.path_of(run))
    background.begin(run, loop)
    return HttpResponseRedirect(reverse("transfer"))


def _too_large() -> str:
    return (
        f"The file is larger than {settings.MAX_IMPORT_MB} MB. Import it with the command "
        "manage.py import_conversations, which has no limit, or raise MAX_IMPORT_MB."
    )


@require_safe
def run(request: Request, run_key: UUID) -> HttpResponse:
    """One import as it is now; at its end with the sidebar that shows what came in."""
    person = person_of(request)
    background.mark_silent(person)
    current = shown(import_run_for(person, run_key))
    if not request.htmx:
        return HttpResponseRedirect(reverse("transfer"))
    answer = render(request, "conversations/_import_run.html", {"run": current})
    if not current.is_running:
        answer.write(frames.sidebar_list(sidebar_for(person)))
    return answer


@require_POST
async def resume(request: Request, run_key: UUID) -> HttpResponse:
    """Where it ended; or in earnest, after a dry run."""
    loop, person = asyncio.get_running_loop(), await aperson_of(request)

    def answer() -> HttpResponse:
        found = import_run_for(person, run_key)
        if background.is_busy(person):
            return _page(request, "An import is running already. Wait for its end.", 409)
        if not background.path_of(found).exists():
            return _page(request, "Its file is not kept any more. Choose it again.", 409)
        if background.claim(found):
            found.refresh_from_db()
            background.begin(found, loop)
        return HttpResponseRedirect(reverse("transfer"))

    return await sync_to_async(answer)()


@require_POST
def remove(request: Request, run_key: UUID) -> HttpResponse:
    """From the list; what it brought stays."""
    person = person_of(request)
    found = import_run_for(person, run_key)
    background.mark_silent(person)
    found.refresh_from_db()
    if found.status in background.RUNNING:
        return _page(request, "It is running. Wait for its end.", 409)
    background.remove(found)
    return HttpResponseRedirect(reverse("transfer"))


@require_safe
async def download_profiles(request: Request) -> HttpResponseBase:
    """One's own prompt profiles with their versions, and nothing else."""
    pieces = await sync_to_async(exported_profiles)(await aperson_of(request))
    return _file(pieces, PROFILES_FILE, FORMATS["own"].content_type, request)


@require_safe
async def download(request: Request) -> HttpResponseBase:
    chosen = WRITERS.get(request.GET.get("format", ""))
    if chosen is None:
        raise Http404
    person = await aperson_of(request)
    count = await sync_to_async(conversations_of(person).count)()
    pieces = await sync_to_async(exported)(person, chosen)
    name = file_name(chosen, count)
    kind = "application/zip" if name.endswith(".zip") else chosen.content_type
    return _file(pieces, name, kind, request)


def _file(pieces: Iterator[bytes], name: str, kind: str, request: Request) -> HttpResponseBase:
    content = _in_thread(pieces) if request.method == "GET" else ()
    disposition = f'attachment; filename="{name}"'
    headers: dict[str, Any] = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return StreamingHttpResponse(content, content_type=kind, headers=headers)


async def _in_thread(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """One conversation after the other, whose rows are read beside the event loop."""
    following = sync_to_async(lambda: next(pieces, None))
    while (piece := await following()) is not None:
        yield piece
