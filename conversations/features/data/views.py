"""The page of a person's data, and a page to ask each of them."""

from collections.abc import Mapping
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chatstudio.base.http import Request
from conversations.answering.seam import in_thread
from conversations.answering.turns import TurnRefused
from conversations.features.data import asking, registering, writing
from conversations.features.data.downloading import csv_answer
from conversations.features.data.forms import EncodingForm, QueryForm, QuestionForm, UploadForm
from conversations.features.data.result_views import result_view
from conversations.lookup import (
    data_source_for,
    data_sources_of,
    own_data_source_for,
    person_of,
)
from conversations.models import DataSource
from conversations.models.configured_sources import configured_sources
from conversations.showing.sidebar import sidebar_shown
from routing.data.errors import DataError, NotReadable, TooManyQueries
from routing.data.places import Asker
from routing.data.schema_text import sql_name
from routing.errors import RoutingError

SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
async def index(request: Request) -> HttpResponse:
    answer = await in_thread(_receive if request.method == "POST" else _index_page, request)
    if isinstance(answer, HttpResponse):
        return answer
    registering.start_reading(answer)
    return HttpResponseRedirect(reverse("data"))


def _receive(request: Request) -> HttpResponse | DataSource:
    """In a thread of its own: a large file is copied here."""
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _index_page(request, form)
    return registering.receive(person_of(request), form.cleaned_data["file"])


def _index_page(request: Request, form: UploadForm | None = None) -> HttpResponse:
    form = form or UploadForm()
    sources = list(data_sources_of(person_of(request)).defer("tables")[:SHOWN])
    context = {
        "form": form,
        "sources": sources,
        "databases": configured_sources(),
        "is_reading": any(source.is_being_read for source in sources),
        "sidebar": sidebar_shown(request),
    }
    template = "_sources.html" if request.htmx else "index.html"
    status = 422 if form.is_bound and form.errors else 200
    return render(request, f"conversations/data/{template}", context, status=status)


@require_safe
async def source(request: Request, key: UUID) -> HttpResponse:
    """With ?sql= its answer; a query changes nothing, so it may be a link."""
    found = await _find_source(request, key)
    if "sql" not in request.GET:
        return await _source_page(request, found, {})
    form = QueryForm(request.GET)
    if not form.is_valid():
        return await _source_page(request, found, {"query": form, "error": form.sentence}, 422)
    sql, order = form.cleaned_data["sql"], form.chosen_order
    try:
        result = await asking.ask(found, sql, _asker(request), order)
    except DataError as error:
        return await _refused_page(request, found, error, {"query": form})
    view = result_view(found, sql, result, order)
    return await _source_page(request, found, {"query": form, "result": view})


def _asker(request: Request) -> Asker:
    return asking.asker_of(person_of(request))


async def _refused_page(
    request: Request, found: DataSource, error: Exception, shown: Mapping[str, object]
) -> HttpResponse:
    status = 429 if isinstance(error, TooManyQueries) else 422
    page = await _source_page(request, found, {**shown, "error": str(error)}, status)
    if isinstance(error, TooManyQueries):
        page["Retry-After"] = str(error.retry_after)
    return page


async def _source_page(
    request: Request, found: DataSource, shown: Mapping[str, object], status: int = 200
) -> HttpResponse:
    try:
        tables = await asking.tables_of(found, _asker(request))
    except DataError as error:
        tables, shown = (), {"unavailable": str(error), **shown}
    # Something to begin with.
    first = f"SELECT * FROM {sql_name(tables[0].name)} LIMIT 100" if tables else ""  # noqa: S608
    blank: dict[str, Form] = {
        "question": QuestionForm(),
        "query": QueryForm(initial={"sql": first}),
    }
    if found.can_be_read_again:
        blank["encoding"] = EncodingForm(initial={"encoding": found.encoding})
    context = {**blank, "source": found, "tables": tables, **shown}
    return await in_thread(_render_source, request, context, status)


def _render_source(request: Request, context: dict[str, object], status: int) -> HttpResponse:
    context["sidebar"] = sidebar_shown(request)
    return render(request, "conversations/data/source.html", context, status=status)


async def _find_source(request: Request, key: UUID) -> DataSource:
    return await in_thread(data_source_for, person_of(request), key)


@require_POST
async def ask(request: Request, key: UUID) -> HttpResponse:
    """A question becomes SQL, which is shown with its answer."""
    found = await _find_source(request, key)
    form = QuestionForm(request.POST)
    blank = {"question": form}
    if not form.is_valid():
        return await _source_page(request, found, blank, 422)
    try:
        sql = await writing.sql_for(person_of(request), found, form.cleaned_data["question"])
    except TurnRefused as refusal:
        shown = {**blank, "error": str(refusal)}
        return await _source_page(request, found, shown, refusal.status)
    except (RoutingError, DataError) as error:
        return await _refused_page(request, found, error, blank)
    return HttpResponseRedirect(asking.query_url(found, sql))


@require_safe
async def csv(request: Request, key: UUID) -> HttpResponseBase:
    found = await _find_source(request, key)
    form = QueryForm(request.GET)
    if not form.is_valid():
        return HttpResponseRedirect(reverse("data_source", args=[key]))
    try:
        sql, order = form.cleaned_data["sql"], form.chosen_order
        return await csv_answer(found, sql, _asker(request), order)
    except DataError as error:
        return await _refused_page(request, found, error, {"query": form})


@require_POST
async def read_again(request: Request, key: UUID) -> HttpResponse:
    """A text in the encoding that the form names, in the background."""
    form = EncodingForm(request.POST)
    found = await in_thread(own_data_source_for, person_of(request), key)
    problem = "" if form.is_valid() else str(form.errors["encoding"][0])
    if not problem:
        encoding = form.cleaned_data["encoding"]
        try:
            await in_thread(registering.begin_again, found, encoding)
        except NotReadable as error:
            problem = str(error)
    if problem:
        return await _source_page(request, found, {"encoding": form, "error": problem}, 422)
    registering.start_reading(found, encoding)
    return HttpResponseRedirect(reverse("data"))


@require_POST
def delete(request: Request, key: UUID) -> HttpResponse:
    registering.remove(own_data_source_for(person_of(request), key))
    return HttpResponseRedirect(reverse("data"))
