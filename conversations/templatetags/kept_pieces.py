"""Pieces of a page that are made in Python: many of them, or such as bear no white space."""

from collections.abc import Iterable
from dataclasses import astuple
from typing import Any
from uuid import UUID

from django.template import Library
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from conversations.showing import frames, render_cache
from conversations.showing.article_views import PartView

register = Library()
register.simple_tag(render_cache.render_sidebar_item, name="sidebar_item")
register.simple_tag(render_cache.render_article, name="article")


@register.simple_tag
def blocks(key: UUID, part: PartView) -> SafeString:
    """As frames send them, one by one."""
    numbered = enumerate(part.blocks, part.start)
    return SafeString("".join(frames.block(key, part.position, n, html) for n, html in numbered))


@register.filter
def marked(pieces: Iterable[Any], element: str = "mark") -> SafeString:
    """Each piece has a text and says whether it stands out from the others."""
    mark = SafeString(f"<{element}>{{}}</{element}>")
    rows = (astuple(piece) for piece in pieces)
    return format_html_join("", "{}", ((format_html(mark, t) if m else t,) for t, m in rows))
