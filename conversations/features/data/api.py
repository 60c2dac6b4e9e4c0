"""Doors to a person's data: register, look at, ask by SQL or in words, remove."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router
from pydantic import Field

from chatstudio.base.api.errors import ApiError
from chatstudio.base.api.files import MANAGE_FILES, gives_file, refuse_several, takes_file
from chatstudio.base.api.paging import PageQuery, page_of
from chatstudio.base.api.schemas import BUSY, FAILURES, READS, WRITES, Body, Facts, Success
from chatstudio.base.api.scopes import CHAT, MANAGE, READ
from conversations.answering.seam import in_thread
from conversations.features.data import asking, registering, writing
from conversations.features.data.api_shapes import (
    DataSources,
    OneDataSource,
    QueryAnswer,
    WrittenQueryAnswer,
)
from conversations.features.data.downloading import csv_answer
from conversations.features.data.forms import LONGEST_QUERY, LONGEST_QUESTION, QueryForm, UploadForm
from conversations.lookup import data_source_for, data_sources_of, own_data_source_for, person_of
from conversations.models import DataSource
from conversations.models.configured_sources import configured_sources
from conversations.showing.api.parameters import wrong_in
from routing.data.errors import DataError, SourceUnavailable, TooManyQueries
from routing.data.places import Asker
from routing.data.types import Result, Table, tables_from

router = Router()


class SqlQuery(Body):
    """`order` sorts the result by a column's number, from 1; negative for descending."""

    sql: str = Field(min_length=1, max_length=LONGEST_QUERY)
    order: int | None = Field(None, ge=-5_000, le=5_000)


class EncodingBody(Body):
    """A name as Python has it, such as `koi8_r`."""

    encoding: str = Field(min_length=1, max_length=20)


class QuestionBody(Body):
    question: str = Field(min_length=1, max_length=LONGEST_QUESTION)


@router.get("", auth=READ, summary="Data sources", response={200: DataSources, **READS})
def sources(request: HttpRequest, wanted: Query[PageQuery]) -> Facts:
    """Your data and the studio's databases, the newest first."""
    own = data_sources_of(person_of(request))
    page, following = page_of(own, "created_at", wanted.cursor, wanted.limit)
    configured = [] if wanted.cursor else configured_sources()
    shown = [source_shape(source, None) for source in configured]
    shown += [source_shape(source, tables_from(source.tables)) for source in page]
    return {"sources": shown, "next_cursor": following}


@router.post(
    "", auth=MANAGE_FILES, response={200: OneDataSource, **WRITES}, openapi_extra=takes_file()
)
async def register(request: HttpRequest) -> Facts:
    """Registers a file with columns and rows, told by the end of its name.

    It is read in the background. Look at it by its id until its status is no longer `reading`.
    """
    source = await in_thread(_receive_upload, request)
    registering.start_reading(source)
    return {"source": source_shape(source, ())}


def _receive_upload(request: HttpRequest) -> DataSource:
    """In a thread of its own: a large file is copied here."""
    refuse_several(request)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        raise ApiError(422, fields={"file": [*map(str, form.errors["file"])]})
    return registering.receive(person_of(request), form.cleaned_data["file"])


@router.get(
    "/{source_id}", auth=READ, summary="Data source", response={200: OneDataSource, **READS}
)
async def source(request: HttpRequest, source_id: UUID) -> Facts:
    """What is in it: tables, their columns and some rows of each."""
    found = await _find_source(request, source_id)
    try:
        return {"source": source_shape(found, await asking.tables_of(found, _asker(request)))}
    except DataError as error:
        return {"source": source_shape(found, None) | {"problem": str(error)}}


@router.post("/{source_id}/query", auth=READ, response={200: QueryAnswer, **WRITES, **BUSY})
async def query(request: HttpRequest, source_id: UUID, body: SqlQuery) -> Facts:
    """Answers one SELECT. Nothing can be changed by it."""
    found = await _find_source(request, source_id)
    form = _check_query(body)
    try:
        sql, order = form.cleaned_data["sql"], form.chosen_order
        return result_shape(await asking.ask(found, sql, _asker(request), order))
    except DataError as error:
        raise _translate_error(error, "sql") from None


@router.post(
    "/{source_id}/ask",
    auth=CHAT,
    summary="Ask in words",
    response={200: WrittenQueryAnswer, **FAILURES},
)
async def ask(request: HttpRequest, source_id: UUID, body: QuestionBody) -> Facts:
    """A question in your own words: a model writes the SELECT, which comes with its answer.
    It counts among your answers.

    Where the database refuses what the model wrote, `sql` stands beside the error.
    """
    found = await _find_source(request, source_id)
    try:
        sql = await writing.sql_for(person_of(request), found, body.question)
    except DataError as error:
        raise _translate_error(error, "question") from None
    try:
        return result_shape(await asking.ask(found, sql, _asker(request))) | {"sql": sql}
    except DataError as error:
        raise _translate_error(error, "question", sql) from None


@router.get(
    "/{source_id}/csv",
    auth=READ,
    summary="Query as CSV",
    response={**WRITES, **BUSY},
    openapi_extra=gives_file("text/csv"),
)
async def csv(
    request: HttpRequest, source_id: UUID, wanted: Query[SqlQuery]
) -> StreamingHttpResponse:
    """The whole answer of one SELECT as a CSV file."""
    found = await _find_source(request, source_id)
    form = _check_query(wanted)
    try:
        sql, order = form.cleaned_data["sql"], form.chosen_order
        return await csv_answer(found, sql, _asker(request), order)
    except DataError as error:
        raise _translate_error(error, "sql") from None


@router.patch(
    "/{source_id}", auth=MANAGE, summary="Read it again", response={200: OneDataSource, **WRITES}
)
async def read_again(request: HttpRequest, source_id: UUID, body: EncodingBody) -> Facts:
    """Reads a text that does not tell its encoding itself once more, in this one.

    Look at it by its id until its status is no longer `reading`. Where it cannot be read so,
    `problem` says why, and all is as it was.
    """
    found = await in_thread(own_data_source_for, person_of(request), source_id)
    try:
        await in_thread(registering.begin_again, found, body.encoding)
    except DataError as error:
        raise _translate_error(error, "encoding") from None
    registering.start_reading(found, body.encoding)
    await found.arefresh_from_db()
    return {"source": source_shape(found, ())}


@router.delete("/{source_id}", auth=MANAGE, response={200: Success, **WRITES})
def delete(request: HttpRequest, source_id: UUID) -> Facts:
    """Removes what was registered, for good. A database of the studio stays."""
    registering.remove(own_data_source_for(person_of(request), source_id))
    return {}


async def _find_source(request: HttpRequest, source_id: UUID) -> DataSource:
    return await in_thread(data_source_for, person_of(request), source_id)


def _asker(request: HttpRequest) -> Asker:
    return asking.asker_of(person_of(request))


def _check_query(body: SqlQuery) -> QueryForm:
    form = QueryForm(body.model_dump())
    if not form.is_valid():
        raise ApiError(422, form.sentence, fields=wrong_in(form))
    return form


def _translate_error(error: DataError, field: str, sql: str = "") -> ApiError:
    """In the engine's own words."""
    sentence, more = str(error), {"sql": sql} if sql else {}
    if isinstance(error, TooManyQueries):
        headers = {"Retry-After": str(error.retry_after)}
        return ApiError(429, sentence, error.code, headers=headers, more=more)
    if isinstance(error, SourceUnavailable):
        return ApiError(409, sentence, error.code, more=more)
    return ApiError(422, sentence, error.code, fields={field: [sentence]}, more=more)


def source_shape(source: DataSource, tables: Sequence[Table] | None) -> Facts:
    status = DataSource.Status.FAILED if source.is_lost else source.status
    is_own = not source.is_postgres
    counted = None if tables is None else sum(table.rows for table in tables)
    return {
        "id": source.public_id,
        "name": source.name,
        "kind": source.kind,
        "status": status,
        "problem": source.problem,
        "progress": source.progress,
        "is_configured": not is_own,
        "size_bytes": source.size_bytes if is_own else None,
        "rows": source.rows if is_own else counted,
        "tables": tables,
        "encoding": source.encoding,
        "notes": source.notes,
        "created_at": source.created_at,
    }


def result_shape(result: Result) -> Facts:
    return {
        "columns": result.columns,
        "rows": result.rows,
        "truncated": result.is_cut,
        "ms": round(result.seconds * 1000),
    }
