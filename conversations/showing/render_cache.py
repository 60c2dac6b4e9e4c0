"""Pieces of a page that are rendered once and kept, as every page shows many of them again.

Each depends on nothing but what it is given, which makes it the key: a piece that would look
different is another piece. What its addresses begin with is given too, and the day, as an article
of today shows its time without it.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.safestring import SafeString

from chatstudio.base.http import Request
from conversations.lookup import person_of
from conversations.models import Message
from conversations.showing.article_views import ArticleView
from conversations.showing.sidebar import Filter, Item

ITEMS = 512
ARTICLES = 200
PLACES = 64
LONGEST_KEPT = 4_000
"""Characters of an article's text; so all that is kept stays at a few megabytes."""


def render_sidebar_item(item: Item, chosen: Filter) -> SafeString:
    # Whoever works on the templates wants to see what was changed.
    render = _render_sidebar_item.__wrapped__ if settings.DEBUG else _render_sidebar_item
    return render(item, chosen, get_script_prefix())


@lru_cache(maxsize=ITEMS)
def _render_sidebar_item(item: Item, chosen: Filter, _prefix: str) -> SafeString:
    context = {"item": item, "filter": chosen}
    return render_to_string("conversations/_sidebar_item.html", context)


def render_articles(views: Sequence[ArticleView]) -> SafeString:
    """With the day where it changes, first from today: a conversation of today says none."""
    return SafeString("".join(_with_days(views)))


def _with_days(views: Sequence[ArticleView]) -> Iterator[str]:
    today = day = timezone.localdate()
    for number, view in enumerate(views, 1):
        if view.role == Message.Role.USER:
            before, day = day, timezone.localtime(view.created_at).date()
            if day != before:
                yield _day_line(view, day, today)
        yield render_article(view, is_last=number == len(views))


def _day_line(view: ArticleView, day: date, today: date) -> str:
    """The reader's own days are made of the same element by static/js/moments.js."""
    words = {today: "Today", today - timedelta(days=1): "Yesterday"}.get(day)
    at = view.created_at.isoformat(timespec="seconds")
    shown = words or date_format(day, "j F Y")
    return f'<p class="day"><time datetime="{at}" data-form="days">{shown}</time></p>'


def render_places(request: Request, template: str) -> SafeString:
    """The links to other pages; that of the page, or of those above it, is marked."""
    here, _, below = request.path_info.strip("/").partition("/")
    there = "true" if below else "page"
    render = _render_places.__wrapped__ if settings.DEBUG else _render_places
    rights = {
        "is_administrator": person_of(request).is_administrator,
        "has_accounts": settings.AUTH_MODE == "accounts",
        "has_mcp": bool(settings.MCP_CONFIG),
    }
    shown = frozenset(name for name, is_so in rights.items() if is_so)
    return render(template, here, there, shown, get_script_prefix())


@lru_cache(maxsize=PLACES)
def _render_places(
    template: str, here: str, there: str, shown: frozenset[str], _prefix: str
) -> SafeString:
    return render_to_string(template, {"here": here, "there": there, "shown": shown})


def render_article(view: ArticleView, is_last: bool) -> SafeString:
    """As a page shows it, where only the last one can be tried again."""
    is_kept = not (settings.DEBUG or view.is_active or view.length > LONGEST_KEPT)
    return (_render_article if is_kept else _render_article.__wrapped__)(
        view, is_last, get_script_prefix(), timezone.localdate()
    )


@lru_cache(maxsize=ARTICLES)
def _render_article(view: ArticleView, is_last: bool, _prefix: str, _today: date) -> SafeString:
    context = {"message": view, "later": not is_last, "swap_oob": ""}
    return render_to_string("conversations/_message.html", context)
