"""The page of API keys: made, shown this once, revoked."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from chatstudio import keys
from chatstudio.base.http import Request
from chatstudio.base.sub_path import own_address
from chatstudio.keys_page.forms import KeyForm
from chatstudio.keys_page.key_views import key_view
from chatstudio.models import ApiKey, AuditEntry
from conversations.lookup import api_key_for, person_of
from conversations.showing.sidebar import sidebar_shown

JSON_HEADER = '  -H "Content-Type: application/json"'
QUESTION = """  -d '{"message": "How does a heat pump work?"}'"""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: Request) -> HttpResponse:
    if request.method != "POST":
        return _page(request, KeyForm())
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    try:
        with transaction.atomic():
            data = {**form.cleaned_data, "days": form.cleaned_data["days"] or None}
            row, key = keys.make(person_of(request), **data)
            AuditEntry.objects.note(request, AuditEntry.Action.KEY_MADE, row.beginning, row.name)
    except keys.TooManyKeys as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form)
    return _show_new_key(request, row, key)


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


@dataclass(frozen=True, slots=True)
class Example:
    title: str
    code: str


def examples(request: Request, row: ApiKey, key: str) -> list[Example]:
    """How a program uses it, to be copied as it stands: with the address at which this server was
    asked, and only what the key's scopes allow."""
    base = own_address(request)
    bearer = f'  -H "Authorization: Bearer {key}"'
    if row.may_chat:
        lines = [f"curl {base}/api/chat/ui/send", bearer, JSON_HEADER, QUESTION]
        openai = [f"export OPENAI_BASE_URL={base}/v1", f"export OPENAI_API_KEY={key}"]
        return [
            Example("Ask something", " \\\n".join(lines)),
            Example("For programs that know OpenAI's API", "\n".join(openai)),
        ]
    if row.may_read:
        lines = [f"curl {base}/api/chat/ui/conversations", bearer]
        return [Example("See the conversations", " \\\n".join(lines))]
    return []


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
