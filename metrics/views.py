"""The dashboard, its download, and what Prometheus scrapes. What they need is imported on first
use: the first page of the chat, which loads the map of all doors, does not wait for it."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
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


@login_not_required
@never_cache
@require_safe
def scrape(request: HttpRequest) -> HttpResponse:
    """With accounts METRICS_TOKEN opens it, and without one it does not exist. In local mode
    nobody but this machine gets this far."""
    if settings.AUTH_MODE != "local":
        if not settings.METRICS_TOKEN:
            raise Http404
        if not _has_token(request):
            headers = {"WWW-Authenticate": 'Bearer realm="metrics"'}
            text = "Send METRICS_TOKEN as a Bearer token in the Authorization header.\n"
            return HttpResponse(text, "text/plain; charset=utf-8", status=401, headers=headers)
    from metrics import prometheus

    body, content_type = prometheus.exposition(request.headers.get("Accept", ""))
    return HttpResponse(body, content_type=content_type)


def _has_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    matches = constant_time_compare(token.strip(), settings.METRICS_TOKEN)
    return matches and scheme.lower() == "bearer"
