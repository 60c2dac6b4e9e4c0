"""The page of memories: what a person's models know in every conversation."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from chatstudio.base.http import Request
from conversations.features.memories import service as memories
from conversations.lookup import memories_of, memory_for, person_of
from conversations.models import Memory
from conversations.showing.sidebar import sidebar_shown


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: Request) -> HttpResponse:
    text, error = request.POST.get("text", ""), ""
    if request.method == "POST":
        try:
            memories.remember(person_of(request), text)
            return HttpResponseRedirect(reverse("memories"))
        except memories.MemoryRefused as refusal:
            error = str(refusal)
    rows = list(memories_of(person_of(request)).select_related("source__conversation"))
    context = {
        "memories": rows,
        "any_on": any(memory.is_enabled for memory in rows),
        "text": text,
        "error": error,
        "longest": Memory.LENGTH,
        "sidebar": sidebar_shown(request),
    }
    return render(request, "conversations/memories.html", context, status=422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, key: UUID) -> HttpResponse:
    memory = memory_for(person_of(request), key)
    text, error = request.POST.get("text", memory.text), ""
    if request.method == "POST":
        try:
            memories.change(memory, text)
            return HttpResponseRedirect(reverse("memories"))
        except memories.MemoryRefused as refusal:
            error = str(refusal)
    context = {
        "memory": memory,
        "text": text,
        "error": error,
        "longest": Memory.LENGTH,
        "sidebar": sidebar_shown(request),
    }
    return render(request, "conversations/memory.html", context, status=422 if error else 200)


@require_POST
def switch(request: Request, key: UUID) -> HttpResponse:
    memories.set_enabled(memory_for(person_of(request), key), on=request.POST.get("on") == "1")
    return HttpResponseRedirect(reverse("memories"))


@require_POST
def switch_all(request: Request) -> HttpResponse:
    memories.set_all_enabled(person_of(request), on=request.POST.get("on") == "1")
    return HttpResponseRedirect(reverse("memories"))


@require_POST
def delete(request: Request, key: UUID) -> HttpResponse:
    memory_for(person_of(request), key).delete()
    return HttpResponseRedirect(reverse("memories"))
