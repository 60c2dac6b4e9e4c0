"""Searching in the person's own conversations."""

from typing import Annotated

from chatstudio.models import User
from conversations.answering.seam import in_one_thread
from conversations.features.search import search
from routing.tools.base import Risk, ToolContext, tool

MOST = 8


@tool(Risk.READS)
@in_one_thread
def search_conversations(
    context: ToolContext,
    query: Annotated[str, 'words that have to occur; "a phrase" in quotes; -word excludes'],
) -> str:
    """Searches what the person and their models have said in earlier conversations, newest first.
    Tells excerpts with date and title."""
    page = search(User.objects.get(id=context.person_id), query)
    lines = [page.problem] if page.problem else []
    for hit in page.hits[:MOST]:
        words = "".join(piece.text for piece in hit.snippet)
        lines.append(f"{hit.created_at:%Y-%m-%d}, “{hit.title}”, {hit.role}: {words}")
    return "\n\n".join(lines) or "Nothing was found. Try fewer or other words."
