"""The pieces of conversations/kept.py, for templates."""

from django.template import Library
from django.utils.safestring import SafeString

from conversations.showing import kept
from conversations.showing.presenting import ArticleView
from conversations.showing.sidebar import Filter, Item

register = Library()


@register.simple_tag
def sidebar_item(item: Item, chosen: Filter) -> SafeString:
    return kept.sidebar_item(item, chosen)


@register.simple_tag
def article(view: ArticleView, is_last: bool) -> SafeString:
    return kept.article(view, is_last=is_last)
