"""The search page, and its results as they are typed."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chatstudio.base.http import Request
from chatstudio.base.words import count_of
from chatstudio.models import User
from conversations.features import search
from conversations.features.search.form import SearchForm
from conversations.lookup import conversations_of, person_of
from conversations.models import Conversation
from conversations.showing.sidebar import sidebar_shown

NEWEST_CONVERSATIONS = 1_000


@require_safe
def search_page(request: Request) -> HttpResponse:
    """The whole page; with htmx the results alone, or those that follow."""
    person = person_of(request)
    form = SearchForm(request.GET)
    context = {"form": form, **find_results(person, form)}
    status = 422 if form.errors else 200
    if request.htmx and context["cursor"]:
        return render(request, "conversations/_search_more.html", context, status=status)
    if request.htmx:
        answer = render(request, "conversations/_search_results.html", context, status=status)
        answer["HX-Replace-Url"] = form.address()  # so that Back returns to these results
        return answer
    sidebar = sidebar_shown(request)
    tags = {*sidebar.tags, request.GET.get("tagged", "")} - {""}
    context |= {
        "sidebar": sidebar,
        "model_names": model_names(person, request.GET.get("model", "")),
        "tags": sorted(tags, key=str.casefold),
    }
    return render(request, "conversations/search.html", context, status=status)


def find_results(person: User, form: SearchForm) -> dict[str, Any]:
    """A page of results, or what is wrong with the question, and where to go on from there."""
    if not form.is_valid():
        return {"page": None, "cursor": "", "problem": form.sentence, "announced": form.sentence}
    text, cursor = form.cleaned_data["q"], form.cleaned_data["before"]
    if not text.strip():
        return {"page": None, "cursor": "", "problem": "", "announced": ""}
    page = search.search(person, text, form.filters(), cursor)
    return {
        "page": page,
        "text": text,
        "cursor": cursor,
        "problem": page.problem,
        "announced": page.problem or summary(page),
        "following": form.address(before=page.next_cursor) if page.next_cursor else "",
        "from_the_top": form.address(before=""),
        "without_filters": form.address_of_words() if form.has_filters else "",
    }


def summary(page: search.Page) -> str:
    """What a person who does not see the list is told of it."""
    if not page.hits and not page.titles:
        return "Nothing found."
    count = len(page.hits)
    messages = count_of(count, "message")
    messages += ", and there are more" if page.next_cursor else ""
    titles = len(page.titles)
    named = f"{count_of(titles, 'conversation')} by title. " if titles else ""
    return f"{named}{messages}."


def model_names(person: User, chosen: str) -> list[str]:
    """Those of the newest conversations, and the one that the address names."""
    newest = conversations_of(person).order_by("-id")[:NEWEST_CONVERSATIONS]
    named = Conversation.objects.filter(id__in=newest.values("id")).exclude(model_name="")
    names = named.order_by().values_list("model_name", flat=True).distinct()
    return sorted({*names, chosen} - {""})
