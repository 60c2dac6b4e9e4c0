"""Doors to import and export: files of conversations out and in."""

import asyncio
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.files import MANAGE_FILES, gives_file, refuse_several, takes_file
from chatstudio.base.api.paging import PageQuery, page_of
from chatstudio.base.api.schemas import READS, WRITES, Body, Facts, Page, Success
from chatstudio.base.api.scopes import MANAGE, READ
from chatstudio.models import User
from conversations.answering.seam import in_thread
from conversations.features.exchange import background, receiving
from conversations.features.exchange.downloading import ZIP, conversations_file, profiles_file
from conversations.features.exchange.formats import FORMATS, WRITERS
from conversations.features.exchange.receiving import NotTaken
from conversations.features.exchange.run_views import run_view
from conversations.features.exchange.runs import KINDS
from conversations.lookup import conversations_of, import_run_for, person_of
from conversations.models import ImportRun

router = Router()

TRUE, FALSE = ("true", "1", "on", "yes"), ("", "false", "0", "off", "no")
DRY_RUN = {"type": "boolean", "default": False, "description": "Only look what would happen."}
FORMAT = f"{', '.join(f'`{name}`' for name in WRITERS)}; `own` is ours and loses nothing."
TYPES = sorted({ZIP, *(one.content_type for one in WRITERS.values())})


class ExportQuery(Body):
    """Without conversations, all of them."""

    format: str = Field("own", max_length=32, description=FORMAT)
    conversation_id: list[UUID] = Field([], max_length=200)


class ImportCounts(Schema):
    """Of conversations, and of what belongs to a person."""

    imported: int
    updated: int
    unchanged: int
    skipped: int
    failed: int


class ReportLine(Schema):
    kind: str
    title: str = ""
    where: str = ""
    reason: str = ""


class ImportRunShape(Schema):
    """`status` is waiting, running, done, interrupted or unreadable. `report` names what is worth a
    word; `left_out` more are only counted. A dry run that is done, or an interrupted one, can be
    gone on with while `is_resumable`."""

    id: UUID
    file_name: str
    formats: list[str]
    status: str
    is_dry_run: bool
    is_resumable: bool
    percent: int
    bytes_done: int
    bytes_total: int
    counts: ImportCounts
    report: list[ReportLine]
    left_out: int
    error: str
    created_at: datetime
    finished_at: datetime | None


class OneImportRun(Success):
    import_run: ImportRunShape


class ImportRuns(Page):
    import_runs: list[ImportRunShape]


@router.get("/export", auth=READ, response=READS, openapi_extra=gives_file(*TYPES))
async def export(request: HttpRequest, wanted: Query[ExportQuery]) -> StreamingHttpResponse:
    """Your conversations as a file, for another studio or another program."""
    if wanted.format not in WRITERS:
        raise ApiError(422, fields={"format": [f"It is one of: {', '.join(WRITERS)}."]})
    person = person_of(request)
    ids = await in_thread(_ids, person, wanted.conversation_id)
    return await conversations_file(person, WRITERS[wanted.format], ids)


def _ids(person: User, keys: list[UUID]) -> list[int] | None:
    """404 where one of them is somebody else's."""
    if not keys:
        return None
    rows = conversations_of(person).filter(public_id__in=keys)
    ids = list(rows.values_list("id", flat=True))
    if len(ids) < len(set(keys)):
        raise ApiError(404)
    return ids


@router.get(
    "/export/prompt-profiles",
    auth=READ,
    response=READS,
    openapi_extra=gives_file(FORMATS["own"].content_type),
)
async def export_prompt_profiles(request: HttpRequest) -> StreamingHttpResponse:
    """Your own prompt profiles with their versions, as lines of JSON."""
    return await profiles_file(person_of(request))


@router.post(
    "/import",
    auth=MANAGE_FILES,
    summary="Import a file",
    response={200: OneImportRun, **WRITES},
    openapi_extra=takes_file(dry_run=DRY_RUN),
)
async def begin(request: HttpRequest) -> Facts:
    """Imports a file of conversations; its format is found out by looking at it.

    The import goes on in the background. Look at it by its id until it is done. One at a time.
    """
    loop = asyncio.get_running_loop()
    return {"import_run": await in_thread(_receive_import, request, loop)}


def _receive_import(request: HttpRequest, loop: asyncio.AbstractEventLoop) -> Facts:
    person = person_of(request)
    try:
        with receiving.to_the_disk(request) as handler:
            refuse_several(request)
            given = request.POST.get("dry_run", "").lower()
            if given not in (*TRUE, *FALSE):
                raise ApiError(422, fields={"dry_run": ["It is true or false."]})
            is_dry = given in TRUE
            run = receiving.begin_import(person, request, handler, loop, is_dry_run=is_dry)
    except NotTaken as refusal:
        raise _not_taken(refusal) from None
    return run_shape(run)


def _not_taken(refusal: NotTaken) -> ApiError:
    sentence = str(refusal)
    fields = {"file": [sentence]} if refusal.status == 422 else {}
    code = "import_refused" if refusal.status == 409 else ""
    return ApiError(refusal.status, sentence, code, fields=fields)


@router.get("/import", auth=READ, summary="Imports", response={200: ImportRuns, **READS})
def import_runs(request: HttpRequest, wanted: Query[PageQuery]) -> Facts:
    """Your imports, the newest first."""
    person = person_of(request)
    background.mark_silent(person)
    own = background.runs_of(person)
    page, following = page_of(own, "created_at", wanted.cursor, wanted.limit)
    return {"import_runs": [run_shape(run) for run in page], "next_cursor": following}


@router.get(
    "/import/{import_id}", auth=READ, summary="Import", response={200: OneImportRun, **READS}
)
def import_run(request: HttpRequest, import_id: UUID) -> Facts:
    """One import, as it is now, with its report."""
    person = person_of(request)
    background.mark_silent(person)
    return {"import_run": run_shape(import_run_for(person, import_id))}


@router.post(
    "/import/{import_id}/resume",
    auth=MANAGE,
    summary="Resume an import",
    response={200: OneImportRun, **WRITES},
)
async def resume(request: HttpRequest, import_id: UUID) -> Facts:
    """Goes on where an import was interrupted; after a dry run it begins in earnest."""
    loop, person = asyncio.get_running_loop(), person_of(request)
    return {"import_run": await in_thread(_resume_import, person, import_id, loop)}


def _resume_import(person: User, import_id: UUID, loop: asyncio.AbstractEventLoop) -> Facts:
    found = import_run_for(person, import_id)
    try:
        goes_on = receiving.resume_import(person, found, loop)
    except NotTaken as refusal:
        raise _not_taken(refusal) from None
    if not goes_on:
        raise ApiError(409, "There is nothing to go on with.", "import_refused")
    return run_shape(import_run_for(person, import_id))


@router.delete(
    "/import/{import_id}",
    auth=MANAGE,
    summary="Remove an import",
    response={200: Success, **WRITES},
)
def remove(request: HttpRequest, import_id: UUID) -> Facts:
    """Takes an import off the list. What it brought stays."""
    person = person_of(request)
    try:
        receiving.put_away(person, import_run_for(person, import_id))
    except NotTaken as refusal:
        raise _not_taken(refusal) from None
    return {}


def run_shape(run: ImportRun) -> Facts:
    view = run_view(run)
    return {
        "id": run.public_id,
        "file_name": run.file_name,
        "formats": [name for name in run.format.split(", ") if name],
        "status": run.status,
        "is_dry_run": run.is_dry_run,
        "is_resumable": view.is_resumable,
        "percent": view.percent,
        "bytes_done": run.bytes_done,
        "bytes_total": run.bytes_total,
        "counts": {kind: getattr(run, kind) for kind in KINDS},
        "report": view.report,
        "left_out": view.left_out,
        "error": run.error,
        "created_at": run.created_at,
        "finished_at": run.finished_at,
    }
