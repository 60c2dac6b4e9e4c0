import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from conversations.features.exchange.formats.html_archive.articles import article_views
from conversations.features.exchange.values import ForeignConversation

HERE = Path(__file__).parent
STYLES = ("css/studio.css", "css/code.css")
# The archive is one file: it is shown in the reader's own fonts.
FONT = re.compile(r"^@font-face .*\n", re.MULTILINE)
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{}'; img-src data:; "
    "form-action 'none'; base-uri 'none'"
)


def write(conversations: Iterable[ForeignConversation]) -> Iterator[bytes]:
    """The list of titles comes last, as it is complete then; the style puts it beside the rest."""
    head, _, foot = _page().partition("<!-- conversations -->")
    yield head.encode()
    titles: list[tuple[int, str]] = []
    for number, conversation in enumerate(conversations, 1):
        titles.append((number, conversation.title or "New chat"))
        articles = article_views(conversation)
        context = {"number": number, "conversation": conversation, "articles": articles}
        yield render_to_string("conversations/archive/_conversation.html", context).encode()
    index = render_to_string("conversations/archive/_index.html", {"titles": titles})
    yield foot.replace("<!-- index -->", index).encode()


def _page() -> str:
    script = (HERE / "archive.js").read_text()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    style = "\n".join(_static_text(name) for name in STYLES) + (HERE / "archive.css").read_text()
    style = FONT.sub("", style)
    context = {
        "style": mark_safe(style),  # noqa: S308  our own files
        "script": mark_safe(script),  # noqa: S308
        "policy": mark_safe(POLICY.format(digest)),  # noqa: S308
        "icons": mark_safe(_static_text("icons/icons.svg")),  # noqa: S308
    }
    return render_to_string("conversations/archive/page.html", context)


def _static_text(name: str) -> str:
    return (Path(settings.BASE_DIR) / "static" / name).read_text()
