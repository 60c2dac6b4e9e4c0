"""The page of API keys: made, shown this once, revoked."""

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from chatstudio import keys
from chatstudio.base.http import Request
from chatstudio.keys_page.examples import examples
from chatstudio.keys_page.forms import KeyForm
from chatstudio.keys_page.key_views import key_view
from chatstudio.models import ApiKey, AuditEntry
from conversations.lookup import api_key_for, person_of
from conversations.showing.sidebar import sidebar_shown

Action = AuditEntry.Action


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: Request) -> HttpResponse:
    if request.method != "POST":
        return _page(request, KeyForm())
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    try:
        row, key = _make(request, form)
    except keys.TooManyKeys as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form)
    return _show_new_key(request, row, key)


@transaction.atomic
def _make(request: Request, form: KeyForm) -> tuple[ApiKey, str]:
    data = {**form.cleaned_data, "days": form.cleaned_data["days"] or None}
    row, key = keys.make(person_of(request), **data)
    AuditEntry.objects.note(request, Action.KEY_MADE, row.beginning, row.name)
    return row, key


def _page(request: Request, form: KeyForm) -> HttpResponse:
    rows = ApiKey.objects.filter(owner=person_of(request))
    context = {
        "form": form,
        "keys": [key_view(row) for row in rows],
        "sidebar": sidebar_shown(request),
    }
    return render(request, "keys/index.html", context, status=422 if form.errors else 200)


def _show_new_key(request: Request, row: ApiKey, key: str) -> HttpResponse:
    """Answers the form itself: the key stands in no address, and is kept nowhere."""
    context = {
        "row": row,
        "key": key,
        "examples": examples(request, row, key),
        "sidebar": sidebar_shown(request),
    }
    return render(request, "keys/made.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: Request, key: UUID) -> HttpResponse:
    """First the question, then the deed."""
    row = api_key_for(person_of(request), key)
    if request.method != "POST":
        context = {"key": key_view(row), "sidebar": sidebar_shown(request)}
        return render(request, "keys/revoke.html", context)
    keys.revoke(request, row)
    return HttpResponseRedirect(reverse("keys"))
