"""Import and export: a file in, a file out, and how far an import is."""

import asyncio
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from chatstudio.base.http import Request
from conversations.answering.seam import in_thread
from conversations.features.exchange import background, receiving
from conversations.features.exchange.downloading import conversations_file, profiles_file
from conversations.features.exchange.formats import READERS, WRITERS
from conversations.features.exchange.receiving import NotTaken
from conversations.features.exchange.run_views import run_view
from conversations.features.exchange.uploads import ImportUploadHandler
from conversations.lookup import conversations_of, import_run_for, person_of
from conversations.models import PromptProfile
from conversations.showing import frames
from conversations.showing.sidebar import sidebar_for, sidebar_shown

RUNS_SHOWN = 10


@require_safe
def index(request: Request) -> HttpResponse:
    return _page(request)


def _page(request: Request, error: str = "", status: int = 200) -> HttpResponse:
    person = person_of(request)
    background.mark_silent(person)
    runs = [run_view(run) for run in background.runs_of(person)[:RUNS_SHOWN]]
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
    return await in_thread(_upload, request, loop)


def _upload(request: Request, loop: asyncio.AbstractEventLoop) -> HttpResponseBase:
    try:
        with receiving.to_the_disk(request) as handler:
            return _receive_import(request, handler, loop)
    except NotTaken as refusal:
        return _page(request, str(refusal), refusal.status)


@csrf_protect
def _receive_import(
    request: Request, handler: ImportUploadHandler, loop: asyncio.AbstractEventLoop
) -> HttpResponse:
    is_dry_run = "dry_run" in request.POST
    receiving.begin_import(person_of(request), request, handler, loop, is_dry_run=is_dry_run)
    return HttpResponseRedirect(reverse("transfer"))


@require_safe
def run(request: Request, run_key: UUID) -> HttpResponse:
    """One import as it is now; at its end with the sidebar that shows what came in."""
    person = person_of(request)
    background.mark_silent(person)
    current = run_view(import_run_for(person, run_key))
    if not request.htmx:
        return HttpResponseRedirect(reverse("transfer"))
    answer = render(request, "conversations/_import_run.html", {"run": current})
    if not current.is_running:
        answer.write(frames.sidebar_list(sidebar_for(person)))
    return answer


@require_POST
async def resume(request: Request, run_key: UUID) -> HttpResponse:
    return await in_thread(_resume_import, request, run_key, asyncio.get_running_loop())


def _resume_import(
    request: Request, run_key: UUID, loop: asyncio.AbstractEventLoop
) -> HttpResponse:
    person = person_of(request)
    found = import_run_for(person, run_key)
    try:
        receiving.resume_import(person, found, loop)
    except NotTaken as refusal:
        return _page(request, str(refusal), refusal.status)
    return HttpResponseRedirect(reverse("transfer"))


@require_POST
def remove(request: Request, run_key: UUID) -> HttpResponse:
    person = person_of(request)
    try:
        receiving.put_away(person, import_run_for(person, run_key))
    except NotTaken as refusal:
        return _page(request, str(refusal), refusal.status)
    return HttpResponseRedirect(reverse("transfer"))


@require_safe
async def download_profiles(request: Request) -> HttpResponseBase:
    return await profiles_file(person_of(request), is_empty=request.method == "HEAD")


@require_safe
async def download(request: Request) -> HttpResponseBase:
    chosen = WRITERS.get(request.GET.get("format", ""))
    if chosen is None:
        raise Http404
    return await conversations_file(person_of(request), chosen, is_empty=request.method == "HEAD")
