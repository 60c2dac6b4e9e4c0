"""The dashboard and its download. What they need is imported on first use: the first page of the
chat, which loads the map of all doors, does not wait for it."""

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chatstudio.base.http import Request
from conversations.lookup import person_of
from conversations.showing.sidebar import sidebar_shown


@require_safe
def index(request: Request) -> HttpResponse:
    from metrics.dashboard.filters import FilterForm, read_filters
    from metrics.dashboard.page import context

    form = FilterForm(request.GET)
    wanted = read_filters(person_of(request), form)
    shown = context(wanted, form) | {"sidebar": sidebar_shown(request)}
    return render(request, "metrics/index.html", shown, status=400 if form.errors else 200)


@require_safe
def answers_csv(request: Request) -> HttpResponseBase:
    from metrics.dashboard.export import csv_of
    from metrics.dashboard.filters import FilterForm, read_filters

    form = FilterForm(request.GET)
    wanted = read_filters(person_of(request), form)
    if form.errors:
        return HttpResponse(f"{form.sentence}\n", "text/plain; charset=utf-8", status=400)
    name = f"chat-studio-answers-{wanted.period.name}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    body = csv_of(wanted) if request.method == "GET" else ()
    return StreamingHttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)
