"""What is sent to open pages: rendered HTML whose top-level elements have ids and hx-swap-oob."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from conversations.models import Conversation
from conversations.rendering import Block, Changes, find_growth
from conversations.showing.article_views import ArticleView, Gauge, PartView
from conversations.showing.sidebar import Sidebar

# The ids of the page's elements that frames point at; the templates write the same ones.
MESSAGES = "messages"
TOASTS = "toasts"


def message_id(key: UUID) -> str:
    return f"message-{key}"


def block_id(key: UUID, position: int, number: int) -> str:
    return f"block-{key}-{position}-{number}"


@dataclass(frozen=True, slots=True)
class Toast:
    text: str
    kind: str = "info"
    undo_url: str = ""
    undo_label: str = "Undo"

    @classmethod
    def deleted(cls, conversation: Conversation) -> "Toast":
        undo = reverse("undo_delete", args=[conversation.public_id])
        return cls(f"Deleted “{conversation}”.", undo_url=undo)

    @classmethod
    def archived(cls, conversation: Conversation) -> "Toast":
        undo = reverse("archive", args=[conversation.public_id])
        done = "Archived" if conversation.is_archived else "Back in the list:"
        return cls(f"{done} “{conversation}”.", undo_url=undo)


@dataclass(frozen=True, slots=True)
class PageState:
    """What a page has shown, so that it can say so when it comes back after a pause."""

    revision: int = 0
    version: str = ""


# Frames are rendered outside of any request, so they hold no form that needs a CSRF token of its
# own: htmx sends the token of the page, see base.html. An article that is shown already is morphed:
# what the reader has selected, opened or focused in it stays as it is.


def article(view: ArticleView, swap: str = "outerMorph") -> str:
    return render_to_string("conversations/_message.html", {"message": view, "swap_oob": swap})


def append_articles(views: Sequence[ArticleView]) -> str:
    inner = "".join(article(view, swap="") for view in views)
    return f'<div hx-swap-oob="beforeend:#{MESSAGES}">{inner}</div>'


def status_line(key: UUID, text: str, seconds: int | None) -> str:
    context = {"key": key, "text": text, "seconds": seconds, "swap_oob": "outerHTML"}
    return render_to_string("conversations/_status.html", context)


def block(key: UUID, position: int, number: int, html: str) -> str:
    return f'<div class="block" id="{block_id(key, position, number)}">{html}</div>'


def blocks(key: UUID, part: PartView) -> SafeString:
    """Those of a part, one by one, as a template shows them."""
    numbered = enumerate(part.blocks, part.start)
    return safe("".join(block(key, part.position, n, html) for n, html in numbered))


def growth(key: UUID, number: int, position: int, changes: Changes) -> str:
    """Many a second while an answer is written: JSON, read by static/js/growing.js.

    [beginning of the message's id, number of the flush, part, change of a block …]. A change is
    [block] where that one and all behind it are gone, [block, html] for a whole one, or
    [block, html, path, elements, units] for a `Growth` of it.
    """
    packed: list[list[object]] = []
    for offset, new in enumerate(changes.blocks):
        old = changes.before[offset] if offset < len(changes.before) else None
        if old != new:
            packed.append([changes.first_changed + offset, *_block_change(old, new)])
    if len(changes.before) > len(changes.blocks):
        packed.append([changes.first_changed + len(changes.blocks)])
    return _compact([str(key)[:8], number, position, *packed])


def _block_change(old: Block | None, new: Block) -> list[object]:
    found = find_growth(old.html, new.html) if old else None
    if found is None or len(found.html) >= len(new.html):
        return [new.html]
    cut = [found.elements, found.units] if found.elements or found.units else []
    return [found.html, found.path, *cut]


_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, kw_only=True)
class ComposerAction:
    """The button: Stop while an answer is being written, else Send."""

    is_busy: bool = False
    stop_url: str = ""
    can_send: bool = True


def action_of(conversation: Conversation, busy: ArticleView | None) -> ComposerAction:
    stop = reverse("stop", args=[conversation.public_id, busy.public_id]) if busy else ""
    return ComposerAction(is_busy=busy is not None, stop_url=stop)


def composer_action(conversation: Conversation, busy: ArticleView | None) -> str:
    context = {"composer": action_of(conversation, busy), "swap_oob": "outerHTML"}
    return render_to_string("conversations/_composer_action.html", context)


def gauge(views: Sequence[ArticleView]) -> str:
    context = {"gauge": newest_gauge(views), "swap_oob": "outerHTML"}
    return render_to_string("conversations/_gauge.html", context)


def newest_gauge(views: Sequence[ArticleView]) -> Gauge | None:
    """The last answer's that has one: a failed one does not take it away."""
    return next((view.gauge for view in reversed(views) if view.gauge), None)


def page_state(state: PageState) -> str:
    return render_to_string(
        "conversations/_page_state.html", {"page_state": state, "swap_oob": "outerHTML"}
    )


def title(conversation: Conversation) -> str:
    context = {"conversation": conversation, "swap_oob": "outerHTML"}
    return render_to_string("conversations/_title.html", context)


def tags(conversation: Conversation, names: Sequence[str]) -> str:
    context = {"conversation": conversation, "tags": names, "swap_oob": "outerHTML"}
    return render_to_string("conversations/_tags.html", context)


def messages(views: Sequence[ArticleView], older_before: str, conversation: Conversation) -> str:
    """The newest page of the conversation in the place of whatever is shown."""
    context = {
        "articles": views,
        "older_before": older_before,
        "conversation": conversation,
        "swap_oob": "outerMorph",
    }
    return render_to_string("conversations/_messages.html", context)


def sidebar_list(sidebar: Sidebar) -> str:
    context = {"sidebar": sidebar, "swap_oob": "outerHTML"}
    return render_to_string("conversations/_sidebar_list.html", context)


def marked_as_current(html: str, key: UUID) -> str:
    """A sidebar that was rendered for no page in particular, for the page of this conversation."""
    address = f'class="conversation-link" href="{reverse("conversation", args=[key])}"'
    return html.replace(address, f'{address} aria-current="page"', 1)


def toast(shown: Toast) -> str:
    inner = render_to_string("conversations/_toast.html", {"toast": shown})
    return f'<div hx-swap-oob="beforeend:#{TOASTS}">{inner}</div>'


def safe(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308  made by our templates or by the sanitising renderer
