"""Pieces of a page that are made in Python: many of them, or such as bear no white space."""

from collections.abc import Iterable
from dataclasses import astuple
from typing import Any

from django.template import Context, Library
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from conversations.showing import frames, render_cache

register = Library()
register.simple_tag(render_cache.render_sidebar_item, name="sidebar_item")
register.simple_tag(render_cache.render_articles, name="article_list")
register.simple_tag(frames.blocks)


@register.simple_tag(takes_context=True)
def places(context: Context) -> SafeString:
    return render_cache.render_places(context["request"], "_places.html")


@register.simple_tag(takes_context=True)
def metrics_link(context: Context) -> SafeString:
    return render_cache.render_places(context["request"], "_metrics_link.html")


@register.filter
def marked(pieces: Iterable[Any], element: str = "mark") -> SafeString:
    """Each piece has a text and says whether it stands out from the others."""
    mark = SafeString(f"<{element}>{{}}</{element}>")
    rows = (astuple(piece) for piece in pieces)
    return format_html_join("", "{}", ((format_html(mark, t) if m else t,) for t, m in rows))
